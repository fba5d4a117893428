// A telephone connection between two stations: what one sends the other hears a moment later, whole, damaged or not at
// all. Signals are told by name (a carrier begins, is trained, brings octets, ends), not as sound.

import { parseFrame } from '../../../fax/t30/frames/frame.ts';
import type { FrameName } from '../../../fax/t30/frames/frameNames.ts';
import { randomOctets } from '../../../fax/t30/testing/testPages.ts';
import type { Clock } from '../clock.ts';
import type { FastCode } from './fastCodes.ts';

export type Tone = 'CNG' | 'CED' | 'voice';
export type Carrier = Tone | 'V.21' | FastCode;
export type Side = 'caller' | 'answerer';

export type LineEvent =
  | { type: 'begins'; carrier: Carrier }
  /** A fast carrier: training is over, octets follow. */
  | { type: 'trained' }
  /** V.21: a frame has come to its end, its FCS included. `startMs`: when the flag before it ended. */
  | { type: 'frame'; octets: Uint8Array; startMs: number }
  | { type: 'octets'; octets: Uint8Array }
  | { type: 'ends' }
  | { type: 'hungUp' };

/** Where on the line something happens, for those who disturb it. */
export interface LinePlace {
  from: Side;
  /** Carriers are counted over both sides from 0; tones too. */
  index: number;
  carrier: Carrier;
  /** Of a V.21 frame. */
  frame: FrameName | null;
}

/** `lose` a carrier's beginning and the whole carrier is lost; `cut`: both stations find the line dead. */
export type Disposition = 'pass' | 'lose' | 'damage' | 'cut';

export interface LineConditions {
  /** Default 20. */
  propagationMs?: number;
  /** Of every bit that a carrier brings. Default 0. */
  bitErrorRate?: number;
  seed?: number;
  disturb?: (event: LineEvent, place: LinePlace) => Disposition;
}

export interface Incoming {
  carrier: Carrier;
  sinceMs: number;
  trained: boolean;
}

/** A station's end of the connection. */
export interface LineEnd {
  readonly side: Side;
  /** What is being heard; null for silence. */
  readonly incoming: Incoming | null;
  /** Since when nothing has been heard; null while something is. */
  readonly silentSinceMs: number | null;
  /** The other station has gone, or the line is cut. */
  readonly dead: boolean;
  /** Set by the station. */
  onEvent: (event: LineEvent) => void;
  send(event: LineEvent): void;
  /** The other station hears silence from then on, and that the line was hung up. */
  hangUp(): void;
}

export interface SentEvent {
  atMs: number;
  from: Side;
  event: LineEvent;
}

const PROPAGATION_MS = 20;

export class PhoneLine {
  readonly ends: Readonly<Record<Side, LineEnd>>;
  /** One of the stations has hung up. */
  onOver: () => void = () => undefined;
  readonly #clock: Clock;
  readonly #conditions: LineConditions;
  readonly #random: () => number;
  readonly #state: Record<Side, EndState>;
  readonly #onSent: (sent: SentEvent) => void;
  #carriers = 0;

  constructor(
    clock: Clock,
    conditions: LineConditions = {},
    onSent: (sent: SentEvent) => void = () => undefined,
  ) {
    this.#clock = clock;
    this.#conditions = conditions;
    this.#random = randomOctets(conditions.seed ?? 1);
    this.#onSent = onSent;
    this.#state = { caller: new EndState(clock.nowMs), answerer: new EndState(clock.nowMs) };
    this.ends = { caller: this.#end('caller'), answerer: this.#end('answerer') };
  }

  /** Both stations find the line dead, as when the exchange or the cable fails. */
  cut(): void {
    for (const side of ['caller', 'answerer'] as const) this.#deliver(side, { type: 'hungUp' });
  }

  #end(side: Side): LineEnd {
    const state = this.#state[side];
    return {
      side,
      get incoming() {
        return state.incoming;
      },
      get silentSinceMs() {
        return state.incoming === null ? state.silentSinceMs : null;
      },
      get dead() {
        return state.dead;
      },
      get onEvent() {
        return state.listener;
      },
      set onEvent(listener) {
        state.listener = listener;
      },
      send: (event) => this.#send(side, event),
      hangUp: () => {
        if (state.gone) return;
        state.gone = true;
        this.#carry(side, { type: 'hungUp' });
        this.onOver();
      },
    };
  }

  #send(from: Side, event: LineEvent): void {
    const state = this.#state[from];
    if (state.gone) return;
    this.#onSent({ atMs: this.#clock.nowMs, from, event });
    if (event.type === 'begins') {
      state.sending = { carrier: event.carrier, index: this.#carriers++, lost: false };
    }
    const { sending } = state;
    if (sending === null) return;
    const frame = event.type === 'frame' ? (parseFrame(event.octets.subarray(0, -2))?.name ?? null) : null;
    const place = { from, index: sending.index, carrier: sending.carrier, frame };
    const disposition = this.#conditions.disturb?.(event, place) ?? 'pass';
    if (disposition === 'cut') {
      this.cut();
      return;
    }
    if (event.type === 'begins' && disposition === 'lose') sending.lost = true;
    if (event.type === 'ends') state.sending = null;
    if (sending.lost || disposition === 'lose') return;
    this.#carry(from, this.#noisy(event, disposition === 'damage'));
  }

  #carry(from: Side, event: LineEvent): void {
    const to: Side = from === 'caller' ? 'answerer' : 'caller';
    this.#clock.after(this.#conditions.propagationMs ?? PROPAGATION_MS, () => this.#deliver(to, event));
  }

  #deliver(to: Side, event: LineEvent): void {
    const state = this.#state[to];
    if (state.dead || state.gone) return;
    const nowMs = this.#clock.nowMs;
    switch (event.type) {
      case 'begins':
        state.incoming = { carrier: event.carrier, sinceMs: nowMs, trained: false };
        break;
      case 'trained':
        if (state.incoming !== null) state.incoming = { ...state.incoming, trained: true };
        break;
      case 'ends':
        state.incoming = null;
        state.silentSinceMs = nowMs;
        break;
      case 'hungUp':
        if (state.incoming !== null) {
          state.incoming = null;
          state.silentSinceMs = nowMs;
          state.listener({ type: 'ends' });
        }
        state.dead = true;
        break;
      case 'frame':
      case 'octets':
        break;
    }
    state.listener(
      event.type === 'frame'
        ? { ...event, startMs: event.startMs + (this.#conditions.propagationMs ?? PROPAGATION_MS) }
        : event,
    );
  }

  #noisy(event: LineEvent, damage: boolean): LineEvent {
    if (event.type !== 'frame' && event.type !== 'octets') return event;
    const octets = event.octets.slice();
    const { bitErrorRate = 0 } = this.#conditions;
    if (damage && octets.length > 0) {
      const at = octets.length >> 1;
      octets[at] = (octets[at] ?? 0) ^ 0x55;
    }
    for (let at = this.#gap(bitErrorRate); at < octets.length * 8; at += 1 + this.#gap(bitErrorRate)) {
      octets[at >> 3] = (octets[at >> 3] ?? 0) ^ (1 << (at & 7));
    }
    return { ...event, octets };
  }

  /** Good bits before the next bad one, at random. */
  #gap(bitErrorRate: number): number {
    if (bitErrorRate <= 0) return Infinity;
    const share = ((this.#random() << 16) | (this.#random() << 8) | this.#random()) / 2 ** 24;
    return Math.floor(Math.log(1 - share) / Math.log(1 - Math.min(bitErrorRate, 0.5)));
  }
}

class EndState {
  incoming: Incoming | null = null;
  silentSinceMs: number;
  dead = false;
  /** It hung up itself. */
  gone = false;
  listener: (event: LineEvent) => void = () => undefined;
  sending: { carrier: Carrier; index: number; lost: boolean } | null = null;

  constructor(nowMs: number) {
    this.silentSinceMs = nowMs;
  }
}
