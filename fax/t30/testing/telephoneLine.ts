// A telephone line in memory: what one side sends arrives at the other after a while, whole, damaged or not at all.

import type { Signal } from './signals.ts';
import { signalMs } from './signals.ts';
import type { VirtualClock } from './virtualClock.ts';

export type Side = 'caller' | 'answerer';

/** A signal as it reaches an ear. */
export interface Arrival {
  signal: Signal;
  startMs: number;
  /** Earlier than the signal is long when the carrier was cut. Becomes earlier still when its sender breaks off. */
  endMs: number;
  over: boolean;
  /** The ear's own signal, thrown back by the far end. */
  echo: boolean;
}

export interface Ear {
  arrivalBegins(arrival: Arrival): void;
  arrivalEnds(arrival: Arrival): void;
  /** The connection is gone, and the modem knows it. */
  lineLost?(): void;
  /** A person there ends the call. */
  abort?(): void;
}

/** What was put on the line, for the record and for finding the places where it can be disturbed. */
export interface Sent {
  index: number;
  from: Side;
  startMs: number;
  endMs: number;
  signal: Signal;
}

/** What a fault makes of a signal: what arrives, and when, counted from when it would without a fault. */
export interface Disturbed {
  signal: Signal;
  delayMs: number;
  /** Where the carrier is cut, from the signal's beginning; null for not at all. */
  cutMs: number | null;
  echo: boolean;
}

/** Decides what becomes of the signal with this number, counted over both sides. */
export type Disturbance = (sent: Sent, line: TelephoneLine) => readonly Disturbed[];

export const undisturbed: Disturbance = ({ signal }) => [{ signal, delayMs: 0, cutMs: null, echo: false }];

export class TelephoneLine {
  readonly sent: Sent[] = [];
  /** Times at which one side began to send while the other's signal was still on its way or on. */
  readonly collisions: number[] = [];
  readonly #clock: VirtualClock;
  readonly #propagationMs: number;
  readonly #disturbance: Disturbance;
  readonly #arrivals: Record<Side, Arrival[]> = { caller: [], answerer: [] };
  readonly #ears: Partial<Record<Side, Ear>> = {};
  readonly #deadFromMs: Record<Side, number> = { caller: Infinity, answerer: Infinity };
  /** Until when what this side sent is still arriving: what is held up holds up what follows. */
  readonly #arrivingUntilMs: Record<Side, number> = { caller: -Infinity, answerer: -Infinity };

  constructor(clock: VirtualClock, options: { propagationMs: number; disturbance: Disturbance }) {
    this.#clock = clock;
    this.#propagationMs = options.propagationMs;
    this.#disturbance = options.disturbance;
  }

  connect(side: Side, ear: Ear): void {
    this.#ears[side] = ear;
  }

  /** From then on nothing that this side sends arrives. */
  cutForGood(side: Side, fromMs: number): void {
    this.#deadFromMs[side] = Math.min(this.#deadFromMs[side], fromMs);
  }

  /** The connection is released, and both ends are told. */
  hangUp(atMs: number): void {
    for (const side of ['caller', 'answerer'] as const) {
      this.cutForGood(side, atMs);
      this.#clock.at(atMs, () => this.#ears[side]?.lineLost?.());
    }
  }

  abort(side: Side, atMs: number): void {
    this.#clock.at(atMs, () => this.#ears[side]?.abort?.());
  }

  /** Puts a signal on the line now; returns when its carrier goes off. */
  send(from: Side, signal: Signal): number {
    const startMs = this.#clock.nowMs;
    const endMs = startMs + signalMs(signal);
    if (this.sent.some((other) => other.from !== from && other.endMs > startMs))
      this.collisions.push(startMs);
    const sent: Sent = { index: this.sent.length, from, startMs, endMs, signal };
    this.sent.push(sent);
    for (const disturbed of this.#disturbance(sent, this)) this.#deliver(sent, disturbed);
    return endMs;
  }

  /** This side switches its carrier off in the middle of what it sends. */
  breakOff(side: Side): void {
    const untilMs = this.#clock.nowMs + this.#propagationMs;
    for (const sent of this.sent) {
      if (sent.from === side) sent.endMs = Math.min(sent.endMs, this.#clock.nowMs);
    }
    for (const arrival of this.#arrivals[side]) {
      if (arrival.over || arrival.endMs <= untilMs) continue;
      arrival.endMs = Math.max(untilMs, arrival.startMs);
      this.#clock.at(arrival.endMs, () => this.#end(arrival, side));
    }
    this.#arrivingUntilMs[side] = untilMs;
  }

  #deliver(sent: Sent, { signal, delayMs, cutMs, echo }: Disturbed): void {
    const to: Side = (sent.from === 'caller') === echo ? 'caller' : 'answerer';
    const onTimeMs = sent.startMs + this.#propagationMs * (echo ? 2 : 1) + delayMs;
    const startMs = echo ? onTimeMs : Math.max(onTimeMs, this.#arrivingUntilMs[sent.from]);
    const endMs = Math.min(
      startMs + Math.min(signalMs(signal), cutMs ?? Infinity),
      this.#deadFromMs[sent.from] + this.#propagationMs,
    );
    if (endMs <= startMs) return;
    if (!echo) this.#arrivingUntilMs[sent.from] = endMs;
    const arrival: Arrival = { signal, startMs, endMs, over: false, echo };
    this.#arrivals[sent.from] = [...this.#arrivals[sent.from].filter(({ over }) => !over), arrival];
    this.#clock.at(startMs, () => {
      if (!arrival.over) this.#ears[to]?.arrivalBegins(arrival);
    });
    this.#clock.at(endMs, () => this.#end(arrival, sent.from));
  }

  #end(arrival: Arrival, from: Side): void {
    if (arrival.over) return;
    arrival.over = true;
    this.#ears[(from === 'caller') === arrival.echo ? 'caller' : 'answerer']?.arrivalEnds(arrival);
  }
}
