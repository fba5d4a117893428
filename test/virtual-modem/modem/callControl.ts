// Dialling, ringing, answering and hanging up: what a modem does before there is a fax call, and after it.

import type { Clock, ClockTimer } from '../clock.ts';
import type { LineEvent } from '../line/phoneLine.ts';
import { Transmitter } from '../line/transmitter.ts';
import type { IncomingCall, Subscriber, TelephoneNetwork } from '../line/telephoneNetwork.ts';
import type { ModemCall } from './modemCore.ts';

export interface CallControlOptions {
  number: string;
  clock: Clock;
  network: TelephoneNetwork;
  register: (number: number) => number;
  /** Of ATXn: which tones are listened for. */
  detects: () => { dialTone: boolean; busy: boolean };
  onRing: (call: { from: string; to: string }, burst: number) => void;
  onRingingOver: () => void;
  /** The dialled or answered call is there. */
  onConnected: (call: ModemCall) => void;
  onLineEvent: (event: LineEvent) => void;
  /** The dialling came to nothing. */
  onFailed: (result: string) => void;
  log: (text: string) => void;
}

/** How the modem's socket in the wall is. */
export interface Socket {
  dialTone: boolean;
}

const DIAL_TONE_MS = 1000;
const NO_DIAL_TONE_MS = 4000;
const PULSE_DIGIT_MS = 800;
const BUSY_DETECTION_MS = 2000;
const CNG_ON_MS = 500;
const CNG_OFF_MS = 3000;

export class CallControl implements Subscriber {
  readonly number: string;
  readonly socket: Socket = { dialTone: true };
  call: ModemCall | null = null;
  /** Not to be reached: unplugged or dead. */
  away = false;
  #ringing: IncomingCall | null = null;
  #abandon: (() => void) | null = null;
  #dialling: { over: boolean } | null = null;
  #cng: ClockTimer | null = null;
  readonly #options: CallControlOptions;

  constructor(options: CallControlOptions) {
    this.#options = options;
    this.number = options.number;
  }

  get engaged(): boolean {
    return this.away || this.call !== null || this.#dialling !== null;
  }

  get isRinging(): boolean {
    return this.#ringing !== null;
  }

  ringing(call: IncomingCall, burst: number): void {
    if (this.engaged) return;
    this.#ringing = call;
    this.#options.onRing(call, burst);
  }

  ringingOver(): void {
    this.#ringing = null;
    this.#options.onRingingOver();
  }

  /** Ends in `onConnected` or `onFailed`, unless `hangUp` comes before. */
  dial(dialled: string): void {
    const { clock, detects } = this.#options;
    const dialling = { over: false };
    this.#dialling = dialling;
    const later = (delayMs: number, action: () => void): void => {
      clock.after(delayMs, () => {
        if (!dialling.over) action();
      });
    };
    if (!this.socket.dialTone && detects().dialTone) {
      later(NO_DIAL_TONE_MS, () => this.#fail('NO DIALTONE'));
      return;
    }
    const tones = this.#diallingMs(dialled);
    const digits = dialled.replace(/[^0-9*#]/g, '');
    this.#options.log(`dials ${dialled}`);
    later(tones, () => {
      let answered = false;
      later(this.#options.register(7) * 1000, () => {
        if (this.call === null && !answered) this.#fail('NO ANSWER');
      });
      // Without a number, or into a dead line, nobody is reached.
      if (digits === '' || !this.socket.dialTone) return;
      this.#abandon = this.#options.network.dial(this.number, digits, {
        onRinging: () => undefined,
        onBusy: () => {
          if (detects().busy) later(BUSY_DETECTION_MS, () => this.#fail('BUSY'));
        },
        onAnswered: (end) => {
          answered = true;
          this.#abandon = null;
          if (dialling.over) {
            end.hangUp();
            return;
          }
          this.#dialling = null;
          dialling.over = true;
          const call = this.#begin({ end, transmitter: new Transmitter(clock, end), role: 'caller' });
          this.#sendCng(call);
          this.#options.onConnected(call);
        },
      });
    });
  }

  /** Only whether there is a dial tone (`ATDT;`). */
  listenForDialTone(): void {
    const dialling = { over: false };
    this.#dialling = dialling;
    this.#options.clock.after(this.socket.dialTone ? DIAL_TONE_MS : NO_DIAL_TONE_MS, () => {
      if (!dialling.over) this.#fail(this.socket.dialTone ? 'OK' : 'NO DIALTONE');
    });
  }

  /** Off the hook though nobody calls: NO CARRIER after S7. */
  listenInVain(): void {
    const dialling = { over: false };
    this.#dialling = dialling;
    this.#options.clock.after(this.#options.register(7) * 1000, () => {
      if (!dialling.over) this.#fail('NO CARRIER');
    });
  }

  /** False when nobody calls. */
  answer(): boolean {
    const end = this.#ringing?.answer() ?? null;
    this.#ringing = null;
    if (end === null) return false;
    this.#options.log('answers');
    const { clock } = this.#options;
    this.#options.onConnected(
      this.#begin({ end, transmitter: new Transmitter(clock, end), role: 'answerer' }),
    );
    return true;
  }

  hangUp(): void {
    if (this.#dialling !== null) this.#dialling.over = true;
    this.#dialling = null;
    this.#abandon?.();
    this.#abandon = null;
    this.stopCng();
    const { call } = this;
    this.call = null;
    if (call === null) return;
    call.end.onEvent = () => undefined;
    call.transmitter.stop();
    call.end.hangUp();
    this.#options.log('hangs up');
  }

  stopCng(): void {
    if (this.#cng === null) return;
    this.#cng.cancelled = true;
    this.#cng = null;
    if (this.call?.transmitter.sending === 'tone') this.call.transmitter.stop();
  }

  #begin(call: ModemCall): ModemCall {
    this.call = call;
    call.end.onEvent = (event) => {
      if (event.type === 'begins' && event.carrier === 'V.21') this.stopCng();
      this.#options.onLineEvent(event);
    };
    return call;
  }

  #sendCng(call: ModemCall): void {
    const { clock } = this.#options;
    const on = (): void => {
      call.transmitter.startTone('CNG');
      this.#cng = clock.after(CNG_ON_MS, () => {
        call.transmitter.stop();
        this.#cng = clock.after(CNG_OFF_MS, on);
      });
    };
    on();
  }

  #fail(result: string): void {
    this.hangUp();
    this.#options.onFailed(result);
  }

  #diallingMs(dialled: string): number {
    const { register } = this.#options;
    const digitMs = /^\s*P/i.test(dialled) ? PULSE_DIGIT_MS : register(11) * 2;
    let ms = DIAL_TONE_MS;
    for (const sign of dialled.toUpperCase()) {
      if (/[0-9*#]/.test(sign)) ms += digitMs;
      else if (sign === ',') ms += register(8) * 1000;
      else if (sign === 'W') ms += DIAL_TONE_MS;
    }
    return ms;
  }
}
