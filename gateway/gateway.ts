// The whole gateway: one office with its API, imaging and, while no relay is configured, the embedded relay.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { startApiServer, type ApiServer } from './api/apiServer.ts';
import { enterEmbeddedContacts, removeEmbeddedContacts } from './embedded/embeddedContacts.ts';
import { createEmbeddedRelay } from './embedded/embeddedRelay.ts';
import { createImagingSupervisor } from './imaging/imagingSupervisor.ts';
import { createFileLog, errorText, type Log } from './log.ts';
import { watchDiskSpace } from './services/diskSpaceWatch.ts';
import { createEventHub, type EventHub } from './services/eventHub.ts';
import { startGatewayCore, type GatewayCore } from './services/gatewayCore.ts';
import { createGatewayFiles } from './services/gatewayFiles.ts';
import { createGatewayServices, createGatewayStatus } from './services/gatewayServices.ts';
import type { RelayLogin, SettingsStore } from './settings/settings.ts';
import type { ApiPort } from './starter/hostStarter.ts';
import { dataFolderPaths } from './store/dataFolder.ts';
import { writeDurably } from './store/durableFile.ts';

const STOP_LIMIT_MS = 10_000;

export interface GatewayOptions {
  dataFolder: string;
  /** `HOST:PORT`; port 0 takes a free one. */
  listen: string;
  /** Whether the embedded relay may run while no relay is configured. */
  embeddedRelay: boolean;
  /** The built user interface, served beside the API. */
  staticFolder?: string | undefined;
  /** The log also goes to the standard error stream. */
  verbose?: boolean | undefined;
  /** Instead of the log file in the data folder. */
  log?: Log | undefined;
}

export interface Gateway {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** The access key for the HTTP routes; never shown, never logged. */
  readonly key: string;
  /** Serves the API on a message port, whose holder is trusted. Returns what ends that. */
  attachPort(port: ApiPort): () => void;
  /** In order, and within ten seconds. Safe to repeat. */
  stop(): Promise<void>;
}

/** Resolves once the API is served. Throws an error whose message a person can be shown: folder in use, newer database, port taken, disk full. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const startedAt = new Date();
  const version = packageVersion();
  const software = `Hikyaku/${version}`;
  const folder = dataFolderPaths(options.dataFolder);
  const log = options.log ?? createFileLog({ folder: folder.logs, toStderr: options.verbose ?? false });
  // A bug that ends the process leaves its cause where it can be found.
  const noteCrash = (error: Error): void =>
    log.error('the program ends by a bug', { error: errorText(error) });
  const imaging = createImagingSupervisor({ log });
  // The hub asks for the status only when something has happened, and by then the core is there.
  let readStatus: () => ReturnType<ReturnType<typeof createGatewayStatus>> = () => {
    throw new Error('the gateway is not ready');
  };
  const hub = createEventHub(
    () => readStatus(),
    (error) => log.error('status not read', { error: errorText(error) }),
  );
  const core = await startGatewayCore({
    dataFolder: folder.path,
    software,
    log,
    imaging,
    events: { ...hub, arrived: () => undefined, finished: () => undefined },
  });
  process.on('uncaughtExceptionMonitor', noteCrash);
  const diskSpace = watchDiskSpace(core.store, log);
  const relay = createRelayChoice(options, core, hub, software, log);
  const serviceOptions = {
    core,
    hub,
    log,
    software,
    version,
    startedAt,
    diskFreeBytes: () => diskSpace.freeBytes(),
    applyRelayAccount: (login: RelayLogin | undefined) => relay.apply(login),
  };
  readStatus = createGatewayStatus(serviceOptions);
  const key = accessKey(core.settings);

  const stopAll = async (api: ApiServer | undefined): Promise<void> => {
    // Nobody can find it any more; what is under way ends; then nothing is left that could write.
    if (api !== undefined) await rm(folder.endpoint, { force: true });
    hub.close();
    diskSpace.stop();
    await settle(log, [api?.close() ?? Promise.resolve(), relay.stop()]);
    await settle(log, [core.stop(), imaging.stop()]);
    log.info('gateway stopped');
    process.off('uncaughtExceptionMonitor', noteCrash);
  };

  try {
    const api = await startApiServer({
      services: createGatewayServices(serviceOptions),
      files: createGatewayFiles(core.store, imaging),
      listen: options.listen,
      key,
      staticFolder: options.staticFolder,
      log,
    });
    try {
      await writeDurably(
        folder.endpoint,
        Buffer.from(JSON.stringify({ origin: api.origin, key, pid: process.pid })),
      );
    } catch (error) {
      await api.close();
      throw error;
    }
    log.info('gateway ready', { version, origin: api.origin, resumed: core.resumedAtStart });
    // Why it failed is in the log; the person sees the relay's status and can set it again.
    relay.apply(core.settings.relayLogin()).catch(() => undefined);
    let stopping: Promise<void> | undefined;
    return {
      origin: api.origin,
      key,
      attachPort: (port) => api.attachPort(port),
      stop() {
        stopping ??= within(STOP_LIMIT_MS, stopAll(api), log);
        return stopping;
      },
    };
  } catch (error) {
    await within(STOP_LIMIT_MS, stopAll(undefined), log);
    throw error;
  }
}

/** The configured relay, or the embedded one, or none; switched while everything goes on. */
function createRelayChoice(
  options: GatewayOptions,
  core: GatewayCore,
  hub: EventHub,
  software: string,
  log: Log,
): { apply(login: RelayLogin | undefined): Promise<void>; stop(): Promise<void> } {
  const embedded = createEmbeddedRelay({
    relayFolder: core.store.folder.embeddedRelay,
    demoFolder: core.store.folder.demo,
    software,
    log,
    connect: (login) => core.link.connect(login, true),
    failed: (detail) => core.link.expectEmbedded(detail),
  });
  let changes = Promise.resolve();
  let stopped = false;

  const change = async (login: RelayLogin | undefined): Promise<void> => {
    if (stopped) return;
    if (login !== undefined || !options.embeddedRelay) {
      await embedded.stop();
      if (removeEmbeddedContacts(core.contacts, core.settings)) hub.changed('contacts');
      await core.link.connect(login, false);
      return;
    }
    await core.link.connect(undefined, false);
    if (enterEmbeddedContacts(core.contacts, core.settings)) hub.changed('contacts');
    core.link.expectEmbedded();
    embedded.start();
  };
  return {
    apply(login) {
      const mine = changes.then(() => change(login));
      changes = mine.catch((error: unknown) => {
        log.error('relay not changed', { error: errorText(error) });
      });
      return mine;
    },
    async stop() {
      stopped = true;
      await changes;
      await embedded.stop();
    },
  };
}

/** The same from start to start, so that a browser stays signed in. */
function accessKey(settings: SettingsStore): string {
  const known = settings.read('accessKey');
  if (known !== undefined) return known;
  const key = randomBytes(32).toString('base64url');
  settings.write('accessKey', key);
  return key;
}

async function settle(log: Log, work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') log.error('not stopped in order', { error: errorText(result.reason) });
  }
}

async function within(ms: number, work: Promise<void>, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      log.error('gateway did not stop in time', { limitMs: ms });
      resolve();
    }, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
