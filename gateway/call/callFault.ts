// Why a call between two gateways cannot go on: the outcome at this end, and what the other end is told.

import { CallCodecError } from '../../protocol/callCodec.ts';
import { outcome, type Outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import type { CallCause } from '../../protocol/relay.ts';
import { CallEndedError } from '../relaySession/relaySession.types.ts';

/** `refuse`: the other end is told the code. `end`: only that it is over. `nothing`: it cannot be told any more. */
type Farewell = 'refuse' | 'end' | 'nothing';

export class CallFault extends Error {
  readonly outcome: Outcome;
  readonly farewell: Farewell;
  constructor(code: OutcomeCode, farewell: Farewell, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.name = 'CallFault';
    this.outcome = outcome(code, 'call', detail);
    this.farewell = farewell;
  }
}

/** The other end broke the protocol. */
export function protocolFault(detail: string): CallFault {
  return new CallFault('PEER_PROTOCOL', 'refuse', detail);
}

/** Everything that can be thrown in a conversation, as a fault. */
export function toCallFault(error: unknown): CallFault {
  if (error instanceof CallFault) return error;
  if (error instanceof CallEndedError) {
    return new CallFault(endedCode(error.callCause), 'nothing', error.callCause, { cause: error });
  }
  if (error instanceof CallCodecError) {
    return new CallFault('PEER_PROTOCOL', 'refuse', error.message, { cause: error });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new CallFault('INTERNAL_ERROR', 'end', detail, { cause: error });
}

function endedCode(cause: CallEndedError['callCause']): OutcomeCode {
  return endedCodes[cause];
}

const endedCodes = {
  unknownDevice: 'DEVICE_UNKNOWN',
  offline: 'DEVICE_OFFLINE',
  busy: 'DEVICE_BUSY',
  refused: 'DEVICE_REFUSED',
  noAnswer: 'DEVICE_NO_ANSWER',
  cancelled: 'CANCELLED',
  callerGone: 'CALL_BROKEN',
  peerGone: 'CALL_BROKEN',
  stalled: 'CALL_STALLED',
  idleTooLong: 'CALL_STALLED',
  relayStopping: 'RELAY_STOPPING',
  tooManyRequests: 'RELAY_BUSY',
  connectionLost: 'CALL_BROKEN',
  aborted: 'CALL_BROKEN',
} as const satisfies Record<CallCause | 'connectionLost' | 'aborted', OutcomeCode>;

/** What the other end may say when it refuses. Anything else it says counts as a fault of its own: never as a confirmation. */
const REFUSALS: ReadonlySet<OutcomeCode> = new Set<OutcomeCode>([
  'RECEIVER_DISK_FULL',
  'RECEIVER_ERROR',
  'DEVICE_REFUSED',
  'DEVICE_BUSY',
  'PAGE_NOT_ACCEPTED',
  'PEER_VERSION',
  'PEER_PROTOCOL',
]);

/** The fault for a `refuse` of the other end. */
export function refusedFault(code: OutcomeCode, detail: string | undefined): CallFault {
  const words = detail === undefined ? 'refused by the other end' : `refused by the other end: ${detail}`;
  return REFUSALS.has(code)
    ? new CallFault(code, 'end', words)
    : new CallFault('RECEIVER_ERROR', 'end', `${words} (${code})`);
}
