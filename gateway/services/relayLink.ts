// The gateway's one link to a relay: no session, or one, which can be replaced by another at any time.

import { outcome } from '../../protocol/outcome.ts';
import type { RelayStatus } from '../../protocol/api/types.ts';
import { errorText, type Log } from '../log.ts';
import type { RelaySession, RelaySessionEvents } from '../relaySession/relaySession.types.ts';
import type { RelaySessionOptions } from '../relaySession/relaySessionOptions.ts';
import type { RelayLogin } from '../settings/settings.ts';

export interface RelayLinkOptions {
  createSession(options: RelaySessionOptions, events: RelaySessionEvents): RelaySession;
  identity(): { displayName: string; maxConnections: number };
  software: string;
  log: Log;
  events: RelaySessionEvents;
}

export interface RelayLink {
  status(): RelayStatus;
  call: RelaySession['call'];
  /** Throws when there is no relay or it is offline. */
  directory: RelaySession['directory'];
  /** Leaves the present relay and goes to this one; none for `undefined`. Changes are carried out one after the other. */
  connect(login: RelayLogin | undefined, embedded: boolean): Promise<void>;
  /** The same account anew, with the office's present name and limits. */
  reconnect(): Promise<void>;
  /** The embedded relay is being started, or why it did not start: until there is a session, that is the status. */
  expectEmbedded(failure?: string): void;
  stop(): Promise<void>;
}

const STARTING_EMBEDDED: RelayStatus = {
  state: 'connecting',
  embedded: true,
  encrypted: false,
  connections: 0,
  idleConnections: 0,
};
const NOT_CONFIGURED: RelayStatus = {
  state: 'notConfigured',
  embedded: false,
  encrypted: false,
  connections: 0,
  idleConnections: 0,
};

export function createRelayLink(options: RelayLinkOptions): RelayLink {
  const { events, log } = options;
  let current: { session: RelaySession; login: RelayLogin; embedded: boolean } | undefined;
  let changes = Promise.resolve();
  let stopped = false;
  let withoutSession: RelayStatus = NOT_CONFIGURED;
  const statusNow = (): RelayStatus => current?.session.status() ?? withoutSession;

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    changes = changes.then(work).catch((error: unknown) => {
      log.error('relay link not changed', { error: errorText(error) });
    });
    return changes;
  };

  return {
    status: statusNow,
    async call(peer, info, signal) {
      if (current === undefined) return { outcome: outcome('RELAY_NOT_CONFIGURED', 'relay') };
      return current.session.call(peer, info, signal);
    },
    async directory(request) {
      if (current === undefined) throw new Error('no relay is configured');
      return current.session.directory(request);
    },
    connect: (login, embedded) => inTurn(() => change(login, embedded)),
    reconnect: () =>
      inTurn(async () => {
        if (current !== undefined) await change(current.login, current.embedded);
      }),
    expectEmbedded(failure) {
      withoutSession =
        failure === undefined
          ? STARTING_EMBEDDED
          : {
              ...STARTING_EMBEDDED,
              state: 'offline',
              outcome: outcome('RELAY_UNREACHABLE', 'relay', failure),
            };
      events.statusChanged(statusNow());
    },
    stop() {
      stopped = true;
      return inTurn(() => change(undefined, false));
    },
  };

  async function change(login: RelayLogin | undefined, embedded: boolean): Promise<void> {
    const before = current;
    current = undefined;
    withoutSession = NOT_CONFIGURED;
    await before?.session.stop();
    if (login !== undefined && !stopped) {
      const session = open(login, embedded);
      current = { session, login, embedded };
      session.start();
    }
    events.statusChanged(statusNow());
  }

  function open(login: RelayLogin, embedded: boolean): RelaySession {
    // What a session that was replaced still tells is of no interest, except that its calls end.
    const isCurrent = (): boolean => current?.session === session;
    const session = options.createSession(
      { ...login, ...options.identity(), software: options.software, log, embedded },
      {
        statusChanged(status) {
          if (isCurrent()) events.statusChanged(status);
        },
        directoryChanged(change) {
          if (isCurrent()) events.directoryChanged(change);
        },
        answer: (incoming) => (isCurrent() ? events.answer(incoming) : 'busy'),
        callJoined: (call) => events.callJoined(call),
      },
    );
    return session;
  }
}
