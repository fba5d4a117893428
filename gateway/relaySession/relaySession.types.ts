// What the rest of the gateway sees of the relay: a status, a directory, and calls.

import type { CallCause, CallInfo, DirectoryEntry } from '../../protocol/relay.ts';
import type { Outcome } from '../../protocol/outcome.ts';
import type { RelayStatus } from '../../protocol/api/types.ts';

/** Thrown by a call's `send` and `incoming` when the call is over without this end's release. */
export class CallEndedError extends Error {
  readonly callCause: CallCause | 'connectionLost' | 'aborted';
  constructor(callCause: CallEndedError['callCause']) {
    super(`call ended: ${callCause}`);
    this.name = 'CallEndedError';
    this.callCause = callCause;
  }
}

/** Two joined connections, seen from this end: bytes in, bytes out, in order, unread by the relay. */
export interface RelayCall {
  readonly callId: string;
  readonly peer: string;
  readonly info: CallInfo;
  /** Hands bytes (any length) to the connection. Resolves when it may take more, so awaiting it is the back-pressure. Throws CallEndedError. */
  send(bytes: Uint8Array): Promise<void>;
  /** What the other end says. Reading slowly stops the other end. Ends after this end's `release`; throws CallEndedError when the call breaks. One reader. */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Gives this end's connection back to the relay (21). Resolves when it is idle again or gone; never throws; safe to repeat. */
  release(): Promise<void>;
  /** Ends the call at once, whatever is under way. */
  abort(): void;
}

export interface IncomingCall {
  readonly caller: string;
  readonly info: CallInfo;
}

export interface RelaySession {
  /** Begins to connect and stays connected until `stop`. */
  start(): void;
  /** Logs out (22)–(24), breaks what is left after two seconds. */
  stop(): Promise<void>;
  status(): RelayStatus;
  /** Calls (6)–(9). Resolves with the joined call, or with why there is none. `signal` withdraws the request. */
  call(
    peer: string,
    info: CallInfo,
    signal: AbortSignal,
  ): Promise<{ call: RelayCall } | { outcome: Outcome }>;
  /** Throws when offline. */
  directory(request: {
    filter?: string;
    after?: string;
    limit: number;
  }): Promise<{ devices: DirectoryEntry[]; more: boolean }>;
}

export interface RelaySessionEvents {
  statusChanged(status: RelayStatus): void;
  directoryChanged(change: { online: boolean; device: DirectoryEntry }): void;
  /** Decides an incoming call (8), at once. */
  answer(incoming: IncomingCall): 'accept' | 'refused' | 'busy';
  /** A call that was accepted and joined. The receiver owns it until it releases it. */
  callJoined(call: RelayCall): void;
}
