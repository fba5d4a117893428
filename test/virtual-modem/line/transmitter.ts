// The sending half of a modem at its end of a line: tones, V.21 frames and fast carriers with the time that they take.

import { appendFcs } from '../../../fax/t30/frames/fcs.ts';
import type { Clock, ClockTimer } from '../clock.ts';
import { fastCarrier } from './fastCodes.ts';
import type { FastCode } from './fastCodes.ts';
import type { LineEnd, Tone } from './phoneLine.ts';

/** Flags before the first frame (T.30 §5.3.1): 1 s ± 15 %. */
export const PREAMBLE_MS = 1000;
const V21_OCTET_MS = 8000 / 300;
/** Octets of a fast carrier leave in such pieces. */
const PIECE_MS = 50;
/** Fill while there is nothing to send is decided on this often. */
const FILL_MS = 10;

/** What is sent when the data have run dry before their end: an octet again and again, or the carrier goes off. */
export type OnDry = (lastOctet: number | null) => number | 'off';

export class Transmitter {
  readonly #clock: Clock;
  readonly #end: LineEnd;
  #sending: 'nothing' | 'tone' | 'V.21' | 'fast' = 'nothing';
  #silentSinceMs = -Infinity;
  /** V.21: when the next frame can begin. */
  #freeMs = 0;
  /** What an older signal still had to do is void. */
  #task = 0;
  #timer: ClockTimer | null = null;
  #fast: FastSending | null = null;

  constructor(clock: Clock, end: LineEnd) {
    this.#clock = clock;
    this.#end = end;
  }

  get sending(): 'nothing' | 'tone' | 'V.21' | 'fast' {
    return this.#sending;
  }

  /** Since when this modem has sent nothing; null while it does. */
  get silentSinceMs(): number | null {
    return this.#sending === 'nothing' ? this.#silentSinceMs : null;
  }

  /** Octets of the fast carrier that have not left. */
  get waitingOctets(): number {
    return this.#fast?.waitingOctets ?? 0;
  }

  stop(): void {
    this.#task++;
    if (this.#timer !== null) this.#timer.cancelled = true;
    this.#fast = null;
    if (this.#sending === 'nothing') return;
    this.#sending = 'nothing';
    this.#silentSinceMs = this.#clock.nowMs;
    this.#end.send({ type: 'ends' });
  }

  startTone(tone: Tone): void {
    this.stop();
    this.#sending = 'tone';
    this.#end.send({ type: 'begins', carrier: tone });
  }

  /** Flags, until a frame is given or it is stopped. */
  startV21(): void {
    this.stop();
    this.#sending = 'V.21';
    this.#freeMs = this.#clock.nowMs + PREAMBLE_MS;
    this.#end.send({ type: 'begins', carrier: 'V.21' });
  }

  /** From the address to the end of the FIF; `onSent` with its closing flag. Flags follow. */
  sendFrame(octets: Uint8Array, onSent: () => void): void {
    const task = this.#task;
    const startMs = Math.max(this.#clock.nowMs, this.#freeMs);
    const whole = appendFcs(octets);
    this.#freeMs = startMs + (whole.length + 1) * V21_OCTET_MS;
    this.#timer = this.#clock.after(this.#freeMs - this.#clock.nowMs, () => {
      if (task !== this.#task) return;
      this.#end.send({ type: 'frame', octets: whole, startMs });
      onSent();
    });
  }

  /** `onTrained` at the end of the training; data can be given at once. */
  startFast(
    code: FastCode,
    options: { onTrained?: () => void; onDry: OnDry; onOff: () => void; onPiece?: () => void },
  ): void {
    this.stop();
    const carrier = fastCarrier(code);
    if (carrier === null) throw new RangeError(`no carrier ${code}`);
    this.#sending = 'fast';
    const octetMs = 8000 / carrier.rate.rateBps;
    this.#fast = new FastSending(octetMs, options.onDry, options.onOff, options.onPiece);
    this.#end.send({ type: 'begins', carrier: code });
    this.#later(carrier.trainingMs, () => {
      this.#end.send({ type: 'trained' });
      options.onTrained?.();
      this.#pump();
    });
  }

  push(octets: Uint8Array): void {
    this.#fast?.push(octets);
  }

  /** No more data: the carrier goes off behind what was given, and `onOff` is told. */
  finish(): void {
    if (this.#fast !== null) this.#fast.finished = true;
  }

  #pump(): void {
    const fast = this.#fast;
    if (fast === null) return;
    const piece = fast.next(PIECE_MS, FILL_MS);
    if (piece === null) {
      this.stop();
      fast.onOff();
      return;
    }
    this.#later(piece.length * fast.octetMs, () => {
      this.#end.send({ type: 'octets', octets: piece });
      fast.onPiece();
      this.#pump();
    });
  }

  #later(delayMs: number, action: () => void): void {
    const task = this.#task;
    this.#timer = this.#clock.after(delayMs, () => {
      if (task === this.#task) action();
    });
  }
}

class FastSending {
  readonly octetMs: number;
  readonly onOff: () => void;
  readonly onPiece: () => void;
  finished = false;
  readonly #onDry: OnDry;
  #waiting = new Uint8Array(4096);
  #from = 0;
  #to = 0;
  #last: number | null = null;

  constructor(octetMs: number, onDry: OnDry, onOff: () => void, onPiece: () => void = () => undefined) {
    this.octetMs = octetMs;
    this.#onDry = onDry;
    this.onOff = onOff;
    this.onPiece = onPiece;
  }

  get waitingOctets(): number {
    return this.#to - this.#from;
  }

  push(octets: Uint8Array): void {
    if (this.#to + octets.length > this.#waiting.length) {
      const { waitingOctets } = this;
      const roomier = new Uint8Array(Math.max(4096, 2 * (waitingOctets + octets.length)));
      roomier.set(this.#waiting.subarray(this.#from, this.#to));
      this.#waiting = roomier;
      this.#from = 0;
      this.#to = waitingOctets;
    }
    this.#waiting.set(octets, this.#to);
    this.#to += octets.length;
  }

  /** What leaves next; null when the carrier is to go off. */
  next(pieceMs: number, fillMs: number): Uint8Array | null {
    const most = Math.max(1, Math.round(pieceMs / this.octetMs));
    if (this.waitingOctets > 0) {
      const taken = this.#waiting.slice(this.#from, Math.min(this.#to, this.#from + most));
      this.#from += taken.length;
      this.#last = taken.at(-1) ?? null;
      return taken;
    }
    if (this.finished) return null;
    const fill = this.#onDry(this.#last);
    if (fill === 'off') return null;
    return new Uint8Array(Math.max(1, Math.round(fillMs / this.octetMs))).fill(fill);
  }
}
