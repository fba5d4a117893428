// The relay as a way out: one document per call, as many calls as the office's connections allow.

import type { CallInfo } from '../../protocol/relay.ts';
import { outcome, type Outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import type { RelayStatus, Settings } from '../../protocol/api/types.ts';
import type { DocumentSource } from '../call/documentCall.types.ts';
import type { Log } from '../log.ts';
import type { RelayCall, RelaySession } from '../relaySession/relaySession.types.ts';
import type { Route } from './route.types.ts';
import { retryDelayMs, retryKind, type RetryKind } from './retryDelays.ts';

const MOST_CALLS = 4;
/** No delay of retryDelays.ts is as long as this. */
const LONGEST_DELAY_MS = 10 * 60 * 1_000;
const HELD_BACK: readonly OutcomeCode[] = [
  'DEVICE_OFFLINE',
  'DEVICE_BUSY',
  'DEVICE_NO_ANSWER',
  'RECEIVER_DISK_FULL',
];

/** What the route needs of the relay session and the call protocol. */
export interface SendOverRelay {
  relayStatus(): RelayStatus;
  call: RelaySession['call'];
  sendDocument(
    call: RelayCall,
    source: DocumentSource,
    options: { software: string; log: Log; signal: AbortSignal },
  ): Promise<Outcome>;
}

export interface RelayRouteOptions extends SendOverRelay {
  settings(): Pick<Settings, 'displayName' | 'maxConnections'>;
  log: Log;
  software: string;
  /** Calls at once, one per destination. */
  mostCalls?: number | undefined;
  random?: (() => number) | undefined;
}

export function createRelayRoute(options: RelayRouteOptions): Route {
  const mostCalls = options.mostCalls ?? MOST_CALLS;
  const random = options.random ?? Math.random;
  let pausedUntil = 0;
  let pauses = 0;

  return {
    name: 'relay',
    documentsPerCall: 1,
    canonical: (destination) => destination,
    longestDelayMs: LONGEST_DELAY_MS,
    block: () => relayBlock(options.relayStatus()),
    room(running) {
      // One connection stays free, so that the office can be called meanwhile.
      const room = Math.max(1, Math.min(mostCalls, options.settings().maxConnections - 1));
      if (options.relayStatus().state !== 'online' || pausedUntil > Date.now()) return 0;
      return Math.max(0, room - running);
    },
    pausedUntil: () => pausedUntil,
    takes: () => true,
    async call(call) {
      const [parcel] = call.parcels;
      if (parcel === undefined) throw new Error('a call without a document');
      const result = await send(call, parcel.source);
      if (result.code === 'RELAY_BUSY') {
        pauses += 1;
        pausedUntil = Date.now() + retryDelayMs('relay', pauses, random());
      } else {
        pauses = 0;
      }
      return result;
    },
    retryKind,
    retryAfterMs: (kind, failures, spread) => retryDelayMs(kind as RetryKind, failures, spread),
    holdsBack: (code) => HELD_BACK.includes(code),
    notBefore: (sending, at) => Math.max(at, sending.sendAt === undefined ? 0 : Date.parse(sending.sendAt)),
  };

  async function send(route: Parameters<Route['call']>[0], source: DocumentSource): Promise<Outcome> {
    const info: CallInfo = { kind: 'document', displayName: options.settings().displayName };
    const connecting = AbortSignal.any([route.cancelling, route.stopping]);
    const answer = await options.call(route.destination, info, connecting);
    if ('outcome' in answer) return answer.outcome;
    const { call } = answer;
    const breakOff = (): void => call.abort();
    route.stopping.addEventListener('abort', breakOff, { once: true });
    try {
      // A call that came up while the program stops is broken, not withdrawn: the document goes on later.
      if (route.stopping.aborted) call.abort();
      route.live(() => ({ callId: call.callId }));
      route.connected();
      return await options.sendDocument(call, source, {
        software: options.software,
        log: options.log,
        signal: route.cancelling,
      });
    } finally {
      route.stopping.removeEventListener('abort', breakOff);
      await call.release();
    }
  }
}

/** Why nothing can be sent at the moment; `undefined` while the relay is online or about to be. */
export function relayCause(relay: RelayStatus): Outcome | undefined {
  if (relay.state === 'online') return undefined;
  if (relay.state === 'notConfigured') return outcome('RELAY_NOT_CONFIGURED', 'relay');
  if (relay.state === 'connecting') return relay.outcome;
  return relay.outcome ?? outcome('RELAY_UNREACHABLE', 'relay');
}

function relayBlock(relay: RelayStatus): ReturnType<Route['block']> {
  const cause = relayCause(relay);
  if (cause === undefined) return undefined;
  const next = relay.nextAttemptAt === undefined ? Number.NaN : Date.parse(relay.nextAttemptAt);
  return { outcome: cause, until: Number.isNaN(next) ? undefined : next };
}
