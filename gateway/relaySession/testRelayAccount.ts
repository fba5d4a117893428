// Tries a relay account without keeping it: connect, login, logout.

import { outcome, type Outcome } from '../../protocol/outcome.ts';
import { fault } from './connectFault.ts';
import { liveSessionToken } from './liveSessions.ts';
import { openRelayConnection } from './relayConnection.ts';
import { sessionTiming, type RelayEndpointOptions } from './relaySessionOptions.ts';

const LIMIT_MS = 15_000;

/**
 * Resolves with 'online' when the relay takes the account, else with why not, within 15 seconds. An account that is
 * online in this very process is joined for the moment, not replaced. When the same device is online from elsewhere its
 * session is replaced, as by any login; that program connects again a minute later.
 */
export function testRelayAccount(options: RelayEndpointOptions): Promise<Outcome | 'online'> {
  const timing = { ...sessionTiming(options), ...options.timing };
  const limitMs = Math.min(LIMIT_MS, timing.connectMs);
  const joins = liveSessionToken(options);
  return new Promise((resolve) => {
    let result: Outcome | 'online' | undefined;
    const connection = openRelayConnection(
      0,
      { ...options, timing: { ...timing, connectMs: limitMs } },
      joins,
      {
        loggedIn() {
          result = 'online';
          // A logout would end the whole session that was joined.
          if (joins === undefined) connection.tell({ type: 'logout' });
          else connection.close();
          setTimeout(
            () => connection.terminate(fault('RELAY_UNREACHABLE', 'tried')),
            timing.logoutMs,
          ).unref();
          resolve(result);
        },
        phaseChanged() {},
        answer: () => 'busy',
        callJoined(call) {
          call.abort();
        },
        directory() {},
        directoryChanged() {},
        goingAway() {},
        closed(cause) {
          // The relay has no room for one more connection of a session that is online: the account is right.
          const full = joins !== undefined && cause.outcome.detail?.includes('tooManyConnections') === true;
          resolve(
            result ?? (full ? 'online' : { ...outcome(cause.outcome.code, 'relay'), ...cause.outcome }),
          );
        },
      },
    );
  });
}
