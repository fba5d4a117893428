// A relay session under test: its events collected, and ways to wait for what it does.

import type { RelayStatus } from '../../protocol/api/types.ts';
import type { DirectoryEntry } from '../../protocol/relay.ts';
import { createRelaySession } from './relaySession.ts';
import type { IncomingCall, RelayCall, RelaySession } from './relaySession.types.ts';
import type { RelaySessionOptions } from './relaySessionOptions.ts';
import { startScriptedRelay, type ScriptedRelay } from './scriptedRelay.testSupport.ts';

export interface SessionHarness {
  session: RelaySession;
  statuses: RelayStatus[];
  directoryChanges: { online: boolean; device: DirectoryEntry }[];
  /** Resolves with the first status, the present one included, for which this holds. */
  until(holds: (status: RelayStatus) => boolean): Promise<RelayStatus>;
  /** The next joined incoming call. */
  joined(): Promise<RelayCall>;
  warnings: string[];
}

export function harness(
  url: string,
  more: Partial<RelaySessionOptions> = {},
  answer: (incoming: IncomingCall) => 'accept' | 'refused' | 'busy' = () => 'accept',
): SessionHarness {
  const statuses: RelayStatus[] = [];
  const warnings: string[] = [];
  const directoryChanges: SessionHarness['directoryChanges'] = [];
  const waiters = new Set<(status: RelayStatus) => void>();
  const calls: RelayCall[] = [];
  const callWaiters: ((call: RelayCall) => void)[] = [];
  const note = (message: string, fields?: object) =>
    warnings.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const session = createRelaySession(
    {
      url,
      deviceId: 'kyoto',
      password: 'secret',
      embedded: false,
      software: 'test 1',
      displayName: 'Kyoto',
      maxConnections: 8,
      log: { info: note, warn: note, error: note },
      ...more,
    },
    {
      statusChanged(status) {
        statuses.push(status);
        for (const waiter of waiters) waiter(status);
      },
      directoryChanged: (change) => directoryChanges.push(change),
      answer,
      callJoined(call) {
        const waiter = callWaiters.shift();
        if (waiter) waiter(call);
        else calls.push(call);
      },
    },
  );
  return {
    session,
    statuses,
    warnings,
    directoryChanges,
    until(holds) {
      const now = session.status();
      if (holds(now)) return Promise.resolve(now);
      return new Promise((resolve) => {
        const waiter = (status: RelayStatus) => {
          if (!holds(status)) return;
          waiters.delete(waiter);
          resolve(status);
        };
        waiters.add(waiter);
      });
    },
    joined() {
      const call = calls.shift();
      return call ? Promise.resolve(call) : new Promise((resolve) => callWaiters.push(resolve));
    },
  };
}

export const online = (status: RelayStatus) => status.state === 'online';
export const offline = (status: RelayStatus) => status.state === 'offline';

export const INFO = { kind: 'document' } as const;

const open: (ScriptedRelay | SessionHarness)[] = [];

/** `closeAll` closes it. */
export function keep<T extends ScriptedRelay | SessionHarness>(thing: T): T {
  open.push(thing);
  return thing;
}

/** After each test. */
export async function closeAll(): Promise<void> {
  for (const thing of open.splice(0).reverse()) {
    await ('session' in thing ? thing.session.stop() : thing.close());
  }
}

/** A session that is online at a scripted relay. */
export async function started(
  relayOptions: Parameters<typeof startScriptedRelay>[0] = {},
  more: Partial<RelaySessionOptions> = {},
  answer?: (incoming: IncomingCall) => 'accept' | 'refused' | 'busy',
) {
  const relay = keep(await startScriptedRelay(relayOptions));
  const own = keep(harness(relay.url, { timing: { logoutMs: 50 }, ...more }, answer));
  own.session.start();
  const connection = await relay.connection();
  await own.until(online);
  return { relay, own, connection };
}
