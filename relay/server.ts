// The relay server: puts accounts, switchboard, directory and the listening socket together, and stops them in order.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountStore } from './accounts/accountStore.ts';
import { PasswordChecker } from './accounts/passwords.ts';
import { Switchboard } from './calls/switchboard.ts';
import { DeviceConnection, type RelayCore } from './connection/deviceConnection.ts';
import { createFrontDoor, type TlsIdentity } from './connection/frontDoor.ts';
import { isLoopback } from './connection/remoteAddress.ts';
import { openServedFolder } from './dataFolder.ts';
import { maySee } from './directory/directory.ts';
import { DirectoryFeed } from './directory/directoryFeed.ts';
import { createInProcessDirectory } from './directory/inProcessDirectory.ts';
import { DEFAULT_RELAY_LIMITS, type RelayServerLimits } from './limits.ts';
import { SILENT_LOG, type RelayLog } from './log.ts';
import { Authenticator, markOf } from './login/authenticator.ts';
import { RelayError } from './relayError.ts';
import { TokenBuckets } from './tokenBucket.ts';

export interface RelayOptions {
  /** The folder of the accounts, or the accounts themselves (then closed by the caller). */
  store: { dataFolder: string } | { accounts: AccountStore };
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** PEM. Without it the relay listens on loopback only, unless `insecure`. */
  tls?: TlsIdentity | undefined;
  /** Plain on any address: a TLS terminator stands in front. */
  insecure?: boolean;
  /** Believe the `X-Forwarded-For` of that terminator. */
  trustForwardedFor?: boolean;
  limits?: Partial<RelayServerLimits>;
  log?: RelayLog;
  name?: string;
}

export interface RelayServerStatus {
  name: string;
  url: string;
  uptimeSeconds: number;
  devicesOnline: number;
  connections: number;
  unauthenticatedConnections: number;
  calls: number;
  forwardedBytes: number;
  memory: { rssBytes: number; heapUsedBytes: number };
}

export interface RunningRelay {
  readonly host: string;
  readonly port: number;
  /** `ws://HOST:PORT` or `wss://HOST:PORT` */
  readonly url: string;
  status(): RelayServerStatus;
  /** New connections get this certificate. Throws when it is broken; the old one stays then. */
  setTls(tls: TlsIdentity): void;
  /** Says so to every device, gives running calls a moment, ends what is left. Safe to repeat. */
  stop(): Promise<void>;
}

/** What devices are told when the relay stops: come back after so long. */
const BACK_AFTER_MS = 5_000;
const LOGIN_NOTE_INTERVAL_MS = 30_000;
const CLOSING_TIME_MS = 2_500;

/** Throws RelayError: `tlsRequired`, `tlsBroken`, `alreadyRunning`, `cannotListen`. */
export async function startRelay(options: RelayOptions): Promise<RunningRelay> {
  if (options.tls === undefined && options.insecure !== true && !isLoopback(options.host)) {
    throw new RelayError(
      'tlsRequired',
      `Without a certificate the relay listens on loopback only, not on ${options.host}: give it a certificate and a key, or say --insecure when a TLS terminator stands in front of it.`,
    );
  }
  const folder = 'dataFolder' in options.store ? openServedFolder(options.store.dataFolder) : undefined;
  const accounts = 'accounts' in options.store ? options.store.accounts : folder?.accounts;
  if (accounts === undefined) throw new RelayError('internalError', 'The relay has no accounts.');
  try {
    return await start(options, accounts, () => folder?.close());
  } catch (error) {
    folder?.close();
    throw error;
  }
}

async function start(
  options: RelayOptions,
  accounts: AccountStore,
  closeAccounts: () => void,
): Promise<RunningRelay> {
  const limits: RelayServerLimits = { ...DEFAULT_RELAY_LIMITS, ...options.limits };
  const log = options.log ?? SILENT_LOG;
  const name = options.name ?? 'Hikyaku relay';
  const now = (): number => performance.now();
  const startedMs = now();
  const connections = new Set<DeviceConnection>();
  const unauthenticated = new Map<string, Set<DeviceConnection>>();
  const loginsToNote = new Map<string, string>();
  let unauthenticatedCount = 0;
  let forwardedBytes = 0;
  let stopping: Promise<void> | undefined;

  const directory = createInProcessDirectory();
  const switchboard = new Switchboard({
    limits,
    directory,
    now,
    newId: () => randomBytes(18).toString('base64url'),
    mayCall(owner, deviceId) {
      const account = accounts.find(deviceId);
      return account !== undefined && account.enabled && maySee({ owner }, account);
    },
  });
  const core: RelayCore = {
    name,
    limits,
    log,
    now,
    switchboard,
    directory,
    feed: new DirectoryFeed(directory, limits.directoryCoalesceMs),
    authenticator: new Authenticator({
      accounts,
      checker: new PasswordChecker(),
      limits,
      log,
      now,
      runningSession: (deviceId) => switchboard.devices.get(deviceId),
    }),
    controlRates: new TokenBuckets(limits.controlRatePerAddress),
    noteLogin: (deviceId) => loginsToNote.set(deviceId, new Date().toISOString()),
    countData(bytes) {
      forwardedBytes += bytes;
    },
    settled(connection) {
      const ofAddress = unauthenticated.get(connection.address);
      if (ofAddress?.delete(connection) === true) unauthenticatedCount--;
      if (ofAddress?.size === 0) unauthenticated.delete(connection.address);
    },
  };

  const frontDoor = orTlsBroken(() =>
    createFrontDoor({
      limits,
      tls: options.tls,
      trustForwardedFor: options.trustForwardedFor ?? false,
      mayEnter: (address) =>
        stopping === undefined &&
        unauthenticatedCount < limits.maxUnauthenticated &&
        (unauthenticated.get(address)?.size ?? 0) < limits.maxUnauthenticatedPerAddress,
      onConnection(ws, socket, address) {
        const connection = new DeviceConnection(core, ws, socket, address);
        connections.add(connection);
        const ofAddress = unauthenticated.get(address) ?? new Set();
        unauthenticated.set(address, ofAddress.add(connection));
        unauthenticatedCount++;
        ws.once('close', () => connections.delete(connection));
      },
    }),
  );

  function noteLogins(): void {
    if (loginsToNote.size === 0) return;
    accounts.noteLogins(loginsToNote);
    loginsToNote.clear();
  }

  function dropChangedAccounts(): void {
    if (!accounts.changedElsewhere()) return;
    for (const device of switchboard.devices.values()) {
      const account = accounts.find(device.deviceId);
      if (account !== undefined && markOf(account) === device.accountMark) continue;
      log.info('accountChanged', { deviceId: device.deviceId });
      switchboard.revoke(device.deviceId);
    }
  }

  function checkTime(): void {
    const nowMs = now();
    for (const connection of connections) connection.checkTime(nowMs);
    switchboard.tick();
    core.authenticator.expire(nowMs);
    core.controlRates.expire(nowMs);
  }

  function every(periodMs: number, what: string, work: () => void): NodeJS.Timeout {
    return setInterval(() => {
      // After the pending input: a process that was held up must not take its own silence for the devices'.
      setImmediate(() => {
        try {
          if (stopping === undefined) work();
        } catch (error) {
          log.error('periodicWorkFailed', { what, detail: String(error) });
        }
      });
    }, periodMs);
  }

  const { host, port } = await frontDoor.listen(options.host, options.port).catch((error: unknown) => {
    core.feed.stop();
    throw new RelayError('cannotListen', whyNotListening(options, error), { cause: error });
  });
  const url = `${options.tls === undefined ? 'ws' : 'wss'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const timers = [
    every(checkPeriodMs(limits), 'time limits', checkTime),
    every(limits.accountsPollMs, 'accounts', dropChangedAccounts),
    every(LOGIN_NOTE_INTERVAL_MS, 'last logins', noteLogins),
  ];
  log.info('listening', { url, name });

  async function stop(): Promise<void> {
    log.info('stopping', { calls: switchboard.callCount, connections: connections.size });
    frontDoor.stopListening();
    switchboard.announceStop(BACK_AFTER_MS);
    await waitUntil(() => switchboard.callCount === 0, limits.stopGraceMs);
    switchboard.endCalls('relayStopping');
    for (const timer of timers) clearInterval(timer);
    core.feed.stop();
    for (const connection of connections) connection.close(1001, 'The relay stops');
    await waitUntil(() => connections.size === 0, CLOSING_TIME_MS);
    for (const connection of connections) connection.terminate();
    await frontDoor.close();
    try {
      noteLogins();
    } catch (error) {
      log.warn('loginsNotNoted', { detail: String(error) });
    }
    closeAccounts();
    log.info('stopped');
  }

  return {
    host,
    port,
    url,
    status() {
      const { rss, heapUsed } = process.memoryUsage();
      return {
        name,
        url,
        uptimeSeconds: Math.floor((now() - startedMs) / 1000),
        devicesOnline: directory.size,
        connections: connections.size,
        unauthenticatedConnections: unauthenticatedCount,
        calls: switchboard.callCount,
        forwardedBytes,
        memory: { rssBytes: rss, heapUsedBytes: heapUsed },
      };
    },
    setTls: (tls) => orTlsBroken(() => frontDoor.setTls(tls)),
    stop: () => (stopping ??= stop()),
  };
}

function whyNotListening({ host, port }: RelayOptions, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} at ${host} is taken by another program.`;
  if (code === 'EACCES') return `Port ${port} at ${host} may only be opened with more rights.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is not an address of this machine.`;
  return `The relay cannot listen on ${host}, port ${port}: ${String(error)}.`;
}

function orTlsBroken<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new RelayError(
      'tlsBroken',
      `The certificate or its key cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}

/** A tenth of the shortest limit, but no busier than 50 times a second and no lazier than once a second. */
function checkPeriodMs(limits: RelayServerLimits): number {
  const shortestMs = Math.min(
    limits.keepaliveIntervalMs,
    limits.answerTimeoutMs,
    limits.stallTimeoutMs,
    limits.idleCallMs,
    limits.releaseTimeoutMs,
    limits.loginTimeoutMs,
  );
  return Math.min(1_000, Math.max(20, shortestMs / 10));
}

async function waitUntil(isSo: () => boolean, limitMs: number): Promise<void> {
  const deadlineMs = performance.now() + limitMs;
  while (!isSo() && performance.now() < deadlineMs) await sleep(10);
}
