// Carries out what T.30 machines ask of a modem (send frames, send and receive a fast carrier) at an end of a virtual
// line, and tells what is heard as their inputs.

import { hasGoodFcs } from '../../../fax/t30/frames/fcs.ts';
import { FastReceiver } from '../../../fax/t30/line/fastReceiver.ts';
import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import type { Effect, Input } from '../../../fax/t30/machine.ts';
import { randomOctets } from '../../../fax/t30/testing/testPages.ts';
import type { Clock } from '../clock.ts';
import { fastCarrier, fastCode } from '../line/fastCodes.ts';
import type { FastCode } from '../line/fastCodes.ts';
import type { Carrier, LineEnd, LineEvent } from '../line/phoneLine.ts';
import type { Transmitter } from '../line/transmitter.ts';

export type SignalEffect = Extract<
  Effect,
  { type: 'sendFrames' | 'sendFast' | 'receiveFrames' | 'receiveFast' | 'senseLine' }
>;
type ReceiveFast = Extract<Effect, { type: 'receiveFast' }>;

/** A fast carrier whose data are not all there when it begins. */
export interface FastStream {
  push(octets: Uint8Array): void;
  finish(): void;
  readonly waitingOctets: number;
}

interface Listening {
  sinceMs: number;
  fast: ReceiveFast | null;
  v21Present: boolean;
  receiver: FastReceiver | null;
  /** What comes is the carrier that is waited for, heard from its beginning. */
  understood: boolean;
}

const DETECTION_MS = 60;
const FLAG_MS = 8000 / 300;
const SILENCE_POLL_MS = 5;
const SILENCE_LIMIT_MS = 15_000;
/** So long at most it is looked whether the line is silent. */
const SENSE_MS = 800;
const LATEST_JOIN = 0.15;

export class SignalExecutor {
  readonly #clock: Clock;
  readonly #end: LineEnd;
  readonly #transmitter: Transmitter;
  readonly #give: (input: Input) => void;
  readonly #openPage: () => PageSink | null;
  #listening: Listening | null = null;
  /** Changes with every send and receive: what an older one still had to do is void. */
  #task = 0;

  /** `openPage`: where a page without error correction goes. */
  constructor(options: {
    clock: Clock;
    end: LineEnd;
    transmitter: Transmitter;
    give: (input: Input) => void;
    openPage: () => PageSink | null;
  }) {
    this.#clock = options.clock;
    this.#end = options.end;
    this.#transmitter = options.transmitter;
    this.#give = options.give;
    this.#openPage = options.openPage;
  }

  carryOut(effect: SignalEffect): void {
    switch (effect.type) {
      case 'sendFrames':
        this.#send(effect.gapMs, (task) => this.#sendFrames(task, effect.frames));
        return;
      case 'sendFast': {
        const stream = this.sendFastStream(effect);
        stream.push(effect.data);
        stream.finish();
        return;
      }
      case 'receiveFrames':
        this.#receive(null);
        return;
      case 'receiveFast':
        this.#receive(effect);
        return;
      case 'senseLine':
        this.#sense(effect.silentMs);
    }
  }

  /** As `sendFast`; while data lack, `fill` leaves. `onPiece` whenever some have left. */
  sendFastStream(options: {
    gapMs: number;
    rate: ReceiveFast['rate'];
    training: 'long' | 'short';
    fill?: () => number;
    onPiece?: () => void;
  }): FastStream {
    const code = fastCode(options.rate, options.training);
    let early: Uint8Array[] | null = [];
    let earlyOctets = 0;
    let finished = false;
    this.#send(options.gapMs, (task) => {
      this.#transmitter.startFast(code, {
        onDry: () => options.fill?.() ?? 0,
        onOff: () => this.#sent(task),
        ...(options.onPiece === undefined ? {} : { onPiece: options.onPiece }),
      });
      for (const octets of early ?? []) this.#transmitter.push(octets);
      early = null;
      if (finished) this.#transmitter.finish();
    });
    const transmitter = this.#transmitter;
    return {
      push: (octets) => {
        if (early === null) transmitter.push(octets);
        else {
          early.push(octets.slice());
          earlyOctets += octets.length;
        }
      },
      finish: () => {
        finished = true;
        if (early === null) transmitter.finish();
      },
      get waitingOctets() {
        return early === null ? transmitter.waitingOctets : earlyOctets;
      },
    };
  }

  /** Nothing is sent or heard any more. */
  stop(): void {
    this.#task++;
    this.#listening = null;
    this.#transmitter.stop();
  }

  lineEvent(event: LineEvent): void {
    if (event.type === 'hungUp') {
      this.#give({ type: 'lineLost', detail: 'hung up' });
      return;
    }
    const listening = this.#listening;
    if (listening === null) return;
    switch (event.type) {
      case 'begins':
        this.#begins(listening, event.carrier);
        return;
      case 'trained':
        this.#trained(listening);
        return;
      case 'frame':
        this.#frame(listening, event.octets, event.startMs);
        return;
      case 'octets':
        listening.receiver?.push(listening.understood ? event.octets : nonsense(event.octets.length));
        return;
      case 'ends':
        this.#ends(listening);
    }
  }

  #receive(fast: ReceiveFast | null): void {
    const old = this.#listening;
    // To listen for V.21 when this is done already changes nothing, so that no frame is lost by it.
    if (fast === null && old !== null && old.fast === null) return;
    this.#begin();
    const listening: Listening = {
      sinceMs: this.#clock.nowMs,
      fast,
      v21Present: false,
      receiver: null,
      understood: false,
    };
    this.#listening = listening;
    const { incoming } = this.#end;
    if (incoming?.carrier === 'V.21') this.#expectV21(listening);
    else if (incoming !== null && fast !== null && typeof incoming.carrier === 'number') {
      const lateMs = this.#clock.nowMs - incoming.sinceMs;
      const trainingMs = fastCarrier(incoming.carrier)?.trainingMs ?? 0;
      if (!incoming.trained && lateMs <= trainingMs * LATEST_JOIN) this.#begins(listening, incoming.carrier);
    }
  }

  #send(gapMs: number, start: (task: number) => void): void {
    const task = this.#begin();
    this.#listening = null;
    const askedMs = this.#clock.nowMs;
    const trySend = (): void => {
      if (task !== this.#task) return;
      const { silentSinceMs } = this.#end;
      const readyMs = silentSinceMs === null ? Infinity : Math.max(silentSinceMs, askedMs) + gapMs;
      if (readyMs <= this.#clock.nowMs) start(task);
      else if (this.#clock.nowMs - askedMs > SILENCE_LIMIT_MS) {
        this.#give({ type: 'sendFailed', detail: 'the line is never silent' });
      } else this.#clock.after(readyMs === Infinity ? SILENCE_POLL_MS : readyMs - this.#clock.nowMs, trySend);
    };
    trySend();
  }

  #sense(silentMs: number): void {
    const task = this.#begin();
    this.#listening = null;
    const askedMs = this.#clock.nowMs;
    const look = (): void => {
      if (task !== this.#task) return;
      const { nowMs } = this.#clock;
      const sinceMs = Math.max(this.#end.silentSinceMs ?? Infinity, askedMs);
      if (nowMs - sinceMs >= silentMs) this.#give({ type: 'sensed', silent: true });
      else if (nowMs - askedMs >= SENSE_MS) this.#give({ type: 'sensed', silent: false });
      else this.#clock.after(SILENCE_POLL_MS, look);
    };
    this.#clock.after(silentMs, look);
  }

  #sendFrames(task: number, frames: readonly Uint8Array[]): void {
    this.#transmitter.startV21();
    const next = (index: number): void => {
      const frame = frames[index];
      if (frame !== undefined) this.#transmitter.sendFrame(frame, () => next(index + 1));
      else {
        this.#clock.after(FLAG_MS, () => {
          if (task !== this.#task) return;
          this.#transmitter.stop();
          this.#sent(task);
        });
      }
    };
    next(0);
  }

  #sent(task: number): void {
    if (task === this.#task) this.#give({ type: 'sent' });
  }

  #begin(): number {
    if (this.#transmitter.sending !== 'nothing') this.#transmitter.stop();
    return ++this.#task;
  }

  #begins(listening: Listening, carrier: Carrier): void {
    if (carrier === 'V.21') this.#expectV21(listening);
    else if (typeof carrier === 'number' && listening.fast !== null) this.#expectFast(listening, carrier);
  }

  #expectV21(listening: Listening): void {
    this.#clock.after(DETECTION_MS, () => {
      if (listening !== this.#listening || this.#end.incoming?.carrier !== 'V.21') return;
      this.#v21Is(listening, true);
    });
  }

  #expectFast(listening: Listening, carrier: FastCode): void {
    const { fast } = listening;
    if (fast === null) return;
    listening.understood = carrier === fastCode(fast.rate, fast.training);
    listening.receiver = new FastReceiver(
      fast.purpose,
      (input) => this.#give(input),
      fast.purpose === 'page' ? this.#openPage() : null,
    );
  }

  #trained(listening: Listening): void {
    listening.receiver?.begin();
  }

  #frame(listening: Listening, octets: Uint8Array, startMs: number): void {
    if (startMs - FLAG_MS < listening.sinceMs) return;
    this.#v21Is(listening, true);
    const fcsOk = hasGoodFcs(octets);
    this.#give({ type: 'frame', carrier: 'V.21', octets: octets.slice(0, -2), fcsOk });
  }

  #ends(listening: Listening): void {
    const { receiver } = listening;
    listening.receiver = null;
    receiver?.end();
    if (listening === this.#listening) this.#v21Is(listening, false);
  }

  #v21Is(listening: Listening, present: boolean): void {
    if (listening.v21Present === present) return;
    listening.v21Present = present;
    this.#give({ type: 'carrier', carrier: 'V.21', present });
  }
}

/** What a modem with the wrong modulation, rate or training makes of a signal. */
function nonsense(length: number): Uint8Array {
  const random = randomOctets(length);
  return Uint8Array.from({ length }, random);
}
