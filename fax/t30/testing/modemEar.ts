// The receiving half of a modem in memory: what a station hears of the signals that arrive, while it listens.

import { FastReceiver } from '../line/fastReceiver.ts';
import type { PageSink } from '../line/fastReceiver.ts';
import type { Effect, Input } from '../machine.ts';
import { PREAMBLE_MS, frameTimes, isSameCarrier, trainingMs } from './signals.ts';
import type { FastSignal, V21Signal } from './signals.ts';
import type { Arrival, Ear } from './telephoneLine.ts';
import type { VirtualClock } from './virtualClock.ts';

type ReceiveFast = Extract<Effect, { type: 'receiveFast' }>;

/** One spell of listening. A new one, or sending, ends it: events of the old one no longer count. */
interface Listening {
  sinceMs: number;
  /** Null while only V.21 is listened for. */
  fast: ReceiveFast | null;
  v21Present: boolean;
}

/** Flags that a modem needs to be sure of a V.21 carrier. */
const DETECTION_MS = 60;
/** Octets of a fast carrier come in such pieces. */
const CHUNK_MS = 200;
const FLAG_MS = 8000 / 300;
/** What comes with the end of a carrier is told before the end. */
const AT_THE_VERY_END_MS = 0.01;

export class ModemEar implements Ear {
  readonly #clock: VirtualClock;
  readonly #give: (input: Input) => void;
  readonly #openPage: () => PageSink | null;
  readonly #active = new Set<Arrival>();
  /** What is to be done when a fast carrier that is being received goes away. */
  readonly #finish = new Map<Arrival, () => void>();
  #listening: Listening | null = null;
  #silentSinceMs = -Infinity;

  constructor(clock: VirtualClock, give: (input: Input) => void, openPage: () => PageSink | null) {
    this.#clock = clock;
    this.#give = give;
    this.#openPage = openPage;
  }

  /** Since when nothing has been heard of the far side; null while something is. Echoes are below a modem's threshold. */
  get silentSinceMs(): number | null {
    return [...this.#active].some(({ echo }) => !echo) ? null : this.#silentSinceMs;
  }

  get hearsV21(): boolean {
    return this.#listening?.v21Present ?? false;
  }

  /** To listen for V.21 when this is done already changes nothing, so that no frame is lost by it. */
  listen(fast: ReceiveFast | null): void {
    if (fast === null && this.#listening !== null && this.#listening.fast === null) return;
    const listening: Listening = { sinceMs: this.#clock.nowMs, fast, v21Present: false };
    this.#listening = listening;
    for (const arrival of this.#active) {
      if (arrival.signal.type === 'V.21') this.#hearV21(listening, arrival, arrival.signal);
    }
  }

  deafen(): void {
    this.#listening = null;
  }

  arrivalBegins(arrival: Arrival): void {
    this.#active.add(arrival);
    if (this.#listening === null) return;
    if (arrival.signal.type === 'V.21') this.#hearV21(this.#listening, arrival, arrival.signal);
    else if (!arrival.echo) this.#hearFast(this.#listening, arrival, arrival.signal);
  }

  arrivalEnds(arrival: Arrival): void {
    this.#active.delete(arrival);
    this.#finish.get(arrival)?.();
    this.#finish.delete(arrival);
    if (!arrival.echo) this.#silentSinceMs = this.#clock.nowMs;
    const listening = this.#listening;
    if (listening === null || !listening.v21Present || arrival.signal.type !== 'V.21') return;
    if ([...this.#active].some(({ signal }) => signal.type === 'V.21')) return;
    listening.v21Present = false;
    this.#give({ type: 'carrier', carrier: 'V.21', present: false });
  }

  lineLost(): void {
    this.#give({ type: 'lineLost', detail: 'hung up' });
  }

  abort(): void {
    this.#give({ type: 'abort', detail: 'by a person' });
  }

  #hearV21(listening: Listening, arrival: Arrival, signal: V21Signal): void {
    const now = this.#clock.nowMs;
    const detectedMs = Math.max(now, arrival.startMs) + DETECTION_MS;
    if (detectedMs >= arrival.endMs) return;
    this.#whileListening(listening, arrival, detectedMs, () => {
      if (listening.v21Present) return;
      listening.v21Present = true;
      this.#give({ type: 'carrier', carrier: 'V.21', present: true });
    });
    const times = frameTimes(signal);
    for (const [index, { octets, fcsOk }] of signal.frames.entries()) {
      const startMs = arrival.startMs + (times[index]?.startMs ?? PREAMBLE_MS);
      const endMs = arrival.startMs + (times[index]?.endMs ?? PREAMBLE_MS);
      // A frame is found by the flag before it.
      if (startMs - FLAG_MS < listening.sinceMs || startMs >= arrival.endMs) continue;
      const arrived = Math.floor((octets.length * (arrival.endMs - startMs)) / (endMs - startMs));
      const cut = arrival.endMs < endMs;
      this.#whileListening(listening, arrival, Math.min(endMs, arrival.endMs - AT_THE_VERY_END_MS), () => {
        // An echo is drowned by the far station.
        if (arrival.echo && this.silentSinceMs === null) return;
        this.#give({
          type: 'frame',
          carrier: 'V.21',
          octets: cut ? octets.slice(0, arrived) : octets.slice(),
          fcsOk: fcsOk && !cut,
        });
      });
    }
  }

  #hearFast(listening: Listening, arrival: Arrival, signal: FastSignal): void {
    const { fast } = listening;
    if (fast === null || signal.missed === true) return;
    const dataStartMs = arrival.startMs + trainingMs(signal);
    if (dataStartMs >= arrival.endMs) return;
    const understood = isSameCarrier(fast, signal);
    const octetMs = 8000 / signal.rate.rateBps;
    const arrived = Math.round((arrival.endMs - dataStartMs) / octetMs);
    const data = (understood ? signal.data : garbage(signal.data.length)).subarray(0, arrived);
    const receiver = new FastReceiver(
      fast.purpose,
      (input) => {
        if (this.#listening === listening || ending) this.#give(input);
      },
      fast.purpose === 'page' ? this.#openPage() : null,
    );
    let ending = false;
    this.#whileListening(listening, arrival, dataStartMs, () => receiver.begin());
    const chunkOctets = Math.max(1, Math.round(CHUNK_MS / octetMs));
    for (let from = 0; from < data.length; from += chunkOctets) {
      const chunk = data.subarray(from, from + chunkOctets);
      // At the latest with the end of the carrier, however times are rounded.
      const completeMs = dataStartMs + (from + chunk.length) * octetMs;
      const atMs = Math.min(completeMs, arrival.endMs - AT_THE_VERY_END_MS);
      this.#whileListening(listening, arrival, atMs, () => receiver.push(chunk));
    }
    this.#finish.set(arrival, () => {
      if (this.#listening !== listening) return;
      ending = true;
      receiver.end();
    });
  }

  #whileListening(listening: Listening, arrival: Arrival, atMs: number, action: () => void): void {
    this.#clock.at(atMs, () => {
      if (this.#listening === listening && !arrival.over) action();
    });
  }
}

/** What a modem with the wrong modulation, rate or training makes of a signal: always the same nonsense. */
function garbage(length: number): Uint8Array {
  let state = 0x1234567;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}
