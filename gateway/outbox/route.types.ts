// A way to reach destinations: over the relay, or over telephone lines. The outbox knows of both only this.

import type { LiveCall } from '../../protocol/api/types.ts';
import type { Outcome, OutcomeCode } from '../../protocol/outcome.ts';
import type { DocumentSource } from '../call/documentCall.types.ts';
import type { DeliveryRow, RouteName } from '../store/deliveryTable.ts';
import type { OutgoingRow } from '../store/outgoingTable.ts';
import type { Preparation } from '../store/preparationTable.ts';

/** What keeps everything that would go this way waiting. */
export interface RouteBlock {
  outcome: Outcome;
  /** When it may be over; ms since 1970. */
  until?: number | undefined;
}

/** One delivery of the documents that a call carries. */
export interface Parcel {
  readonly delivery: DeliveryRow;
  readonly document: OutgoingRow;
  readonly source: DocumentSource;
  /** How its pages were made. */
  readonly preparation: Pick<Preparation, 'header' | 'options' | 'pages'>;
  /** Geometry of its pages, in order. */
  readonly pages: readonly {
    width: number;
    height: number;
    xDpi: number;
    yDpi: number;
    byteLength: number;
  }[];
}

/** A call that the outbox has a route make. */
export interface RouteCall {
  readonly destination: string;
  /** To be sent one after the other; more than one only where the route takes more. */
  readonly parcels: readonly Parcel[];
  /** Somebody withdrew it: the far end is told. */
  readonly cancelling: AbortSignal;
  /** The program ends: break off, the documents go on later. */
  readonly stopping: AbortSignal;
  /** The call is up, or goes on: what the status shows of it from now on. */
  live(describe: () => Pick<LiveCall, 'callId' | 'line'>): void;
  /** The id under which the call's journal is kept; before anything is dialled. */
  recorded(callId: string): void;
  /** The connection stands: `sending` from now on. */
  connected(): void;
  /** The far end has the whole document; the others of the call go on. */
  delivered(parcel: Parcel): void;
}

export interface Route {
  readonly name: RouteName;
  readonly documentsPerCall: number;
  /** The one form under which this destination is queued, however it was written. */
  canonical(destination: string): string;
  /** `undefined` while calls can be made. */
  block(destination: string): RouteBlock | undefined;
  /** How many more calls may begin now, with so many running. */
  room(running: number): number;
  /** The other side asked for a pause until then (ms since 1970; in the past: it did not). */
  pausedUntil(): number;
  /** Whether a call to this destination could begin now, `block` and `room` allowing. */
  takes(destination: string): boolean;
  /** Never rejects but for a bug. The outcome is for those parcels that were not delivered on the way. */
  call(call: RouteCall): Promise<Outcome>;
  /** Causes of the same kind count together. */
  retryKind(code: OutcomeCode): string;
  /** Milliseconds until the next attempt after `failures` (from 1) of this kind in a row; `giveUp` after the last. */
  retryAfterMs(kind: string, failures: number, random: number): number | 'giveUp';
  /** Others for the same destination would only meet this cause again. */
  holdsBack(code: OutcomeCode): boolean;
  /** The earliest time at or after `at` at which this may go out. */
  notBefore(sending: OutgoingRow['sending'], at: number): number;
  /** No delay that this route asks for is longer. */
  readonly longestDelayMs: number;
}
