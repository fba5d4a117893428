// What a Class 1 modem hears while +FRH or +FRM is in force, and right after it (T.31 §8.3).

import { hasGoodFcs } from '../../../fax/t30/frames/fcs.ts';
import { reverseOctets } from '../../../fax/t30/frames/bitOrder.ts';
import type { LineEvent } from '../line/phoneLine.ts';
import { fastCarrier } from '../line/fastCodes.ts';
import type { FastCode } from '../line/fastCodes.ts';
import { END_OF_DATA, stuffDle } from '../modem/dleStuffing.ts';
import type { ModemCore } from '../modem/modemCore.ts';

/** Flags that a modem needs to be sure of V.21; and when it comes upon a carrier that is there already. */
const DETECTION_MS = 60;
const LATE_DETECTION_MS = 150;
const CARRIER_LOSS_MS = 15;
/** A training may be joined so late, as a share of its length. */
const LATEST_JOIN = 0.15;
const FLAG_MS = 8000 / 300;

interface Listening {
  mode: 'FRH' | 'FRM';
  code: FastCode | null;
  sinceMs: number;
  connected: boolean;
  /** The fast carrier that is being heard was heard from its beginning and is the right one. */
  following: boolean;
}

interface HeardFrame {
  octets: Uint8Array;
}

export class Class1Reception {
  readonly #core: ModemCore;
  #listening: Listening | null = null;
  /** Since when V.21 is demodulated without a break; null when it is not. */
  #warmSinceMs: number | null = null;
  #frames: HeardFrame[] = [];
  #task = 0;

  constructor(core: ModemCore) {
    this.#core = core;
  }

  get active(): boolean {
    return this.#listening !== null;
  }

  /** +FRH=3, or after dialling. */
  beginFrames(): void {
    const listening = this.#begin('FRH', null);
    const [frame] = this.#frames.splice(0, 1);
    if (frame !== undefined) {
      this.#give(listening, frame);
      return;
    }
    this.#warmSinceMs ??= this.#core.clock.nowMs;
    const incoming = this.#core.call?.end.incoming ?? null;
    if (incoming?.carrier === 'V.21') this.#expectV21(listening, LATE_DETECTION_MS);
    else if (incoming !== null && this.#isAnyCarrier(incoming.carrier)) this.#connect(listening);
  }

  /** +FRM. */
  beginFast(code: FastCode): void {
    const listening = this.#begin('FRM', code);
    this.#cool();
    const incoming = this.#core.call?.end.incoming ?? null;
    if (incoming === null) return;
    if (incoming.carrier === 'V.21') this.#expectV21(listening, LATE_DETECTION_MS);
    else if (incoming.carrier === code) {
      const lateMs = this.#core.clock.nowMs - incoming.sinceMs;
      listening.following = !incoming.trained && lateMs <= (fastCarrier(code)?.trainingMs ?? 0) * LATEST_JOIN;
    }
  }

  /** A character from the host: reception is over. */
  abort(): boolean {
    const { connected } = this.#listening ?? { connected: false };
    if (this.#listening === null) return false;
    if (connected) this.#core.link.data(END_OF_DATA);
    this.#end('OK');
    return true;
  }

  /** No reception, and what is heard meanwhile is lost. */
  cool(): void {
    this.#task++;
    this.#listening = null;
    this.#cool();
  }

  lineEvent(event: LineEvent): void {
    const listening = this.#listening;
    switch (event.type) {
      case 'begins':
        if (listening !== null) this.#carrierBegins(listening, event.carrier);
        return;
      case 'trained':
        if (listening !== null) this.#trained(listening);
        return;
      case 'frame':
        this.#frame(event.octets, event.startMs);
        return;
      case 'octets':
        if (listening?.mode === 'FRM' && listening.connected && listening.following) {
          this.#core.link.data(stuffDle(event.octets, !this.#core.personality.quirks.dleNotDoubled));
        }
        return;
      case 'ends':
        if (listening !== null) this.#carrierEnds(listening);
        return;
      case 'hungUp':
        if (listening !== null) this.#hungUp(listening);
    }
  }

  #begin(mode: 'FRH' | 'FRM', code: FastCode | null): Listening {
    const { clock } = this.#core;
    const listening: Listening = { mode, code, sinceMs: clock.nowMs, connected: false, following: false };
    this.#listening = listening;
    const task = ++this.#task;
    clock.after(this.#core.register(7) * 1000, () => {
      if (task === this.#task && !listening.connected) this.#end('NO CARRIER');
    });
    if (this.#core.call?.end.dead === true) this.#hungUp(listening);
    return listening;
  }

  #cool(): void {
    this.#warmSinceMs = null;
    this.#frames = [];
  }

  #end(result: string): void {
    this.#task++;
    this.#listening = null;
    this.#core.finish(result);
  }

  #connect(listening: Listening): void {
    if (listening.connected) return;
    listening.connected = true;
    this.#core.link.result('CONNECT');
  }

  #isAnyCarrier(carrier: unknown): boolean {
    return this.#core.personality.quirks.connectsOnAnyCarrier && typeof carrier === 'number';
  }

  #carrierBegins(listening: Listening, carrier: unknown): void {
    if (carrier === 'V.21') this.#expectV21(listening, DETECTION_MS);
    else if (listening.mode === 'FRH') {
      if (this.#isAnyCarrier(carrier)) this.#connect(listening);
    } else {
      const deaf = this.#core.personality.quirks.deafCodes.some((code) => code === carrier);
      listening.following = carrier === listening.code && !deaf;
    }
  }

  #expectV21(listening: Listening, afterMs: number): void {
    const task = this.#task;
    this.#core.clock.after(afterMs, () => {
      const carrier = this.#core.call?.end.incoming?.carrier;
      if (task !== this.#task || listening.connected || carrier !== 'V.21') return;
      if (listening.mode === 'FRH') this.#connect(listening);
      else this.#v21Instead(listening);
    });
  }

  /** +FRM hears V.21: says so, or with +FAR=1 goes on as +FRH. */
  #v21Instead(listening: Listening): void {
    const { quirks } = this.#core.personality;
    if (this.#core.value('+FAR') === '1') {
      this.#core.link.result('+FRH:3');
      listening.mode = 'FRH';
      this.#warmSinceMs = listening.sinceMs;
      this.#connect(listening);
    } else if (!quirks.neverFcerror) this.#end('+FCERROR');
  }

  #trained(listening: Listening): void {
    if (listening.mode !== 'FRM') return;
    if (listening.following) this.#connect(listening);
    else if (!this.#core.personality.quirks.neverFcerror && !this.#isDeaf(listening)) this.#end('+FCERROR');
  }

  #isDeaf({ code }: Listening): boolean {
    return this.#core.personality.quirks.deafCodes.some((deaf) => deaf === code);
  }

  #frame(octets: Uint8Array, startMs: number): void {
    if (this.#warmSinceMs === null || startMs - FLAG_MS < this.#warmSinceMs) return;
    const listening = this.#listening;
    if (listening?.mode === 'FRH') this.#give(listening, { octets });
    else if (listening === null) {
      this.#frames.push({ octets });
      if (this.#core.personality.quirks.givesFramesUnasked) this.#giveUnasked();
    }
  }

  #give(listening: Listening, { octets }: HeardFrame): void {
    const { quirks } = this.#core.personality;
    this.#connect(listening);
    const isGood = hasGoodFcs(octets);
    this.#core.link.data(stuffDle(this.#asHeard(octets), !quirks.dleNotDoubled));
    this.#core.link.data(END_OF_DATA);
    this.#end(isGood && !quirks.errorOnGoodFrames ? 'OK' : 'ERROR');
  }

  #giveUnasked(): void {
    for (const { octets } of this.#frames.splice(0)) {
      this.#core.link.result('CONNECT');
      this.#core.link.data(stuffDle(this.#asHeard(octets)));
      this.#core.link.data(END_OF_DATA);
      this.#core.link.result(hasGoodFcs(octets) ? 'OK' : 'ERROR');
    }
  }

  #asHeard(octets: Uint8Array): Uint8Array {
    const { quirks } = this.#core.personality;
    let heard = quirks.addressMissing ? octets.subarray(1) : octets;
    if (quirks.fcs === 'missing') heard = heard.subarray(0, -2);
    else if (quirks.fcs === 'invalid') heard = heard.map((octet, at) => (at >= heard.length - 2 ? 0 : octet));
    return quirks.framesReversed ? reverseOctets(heard) : heard;
  }

  #carrierEnds(listening: Listening): void {
    if (!listening.connected) {
      listening.following = false;
      return;
    }
    const task = this.#task;
    this.#core.clock.after(CARRIER_LOSS_MS, () => {
      if (task !== this.#task) return;
      this.#core.link.data(END_OF_DATA);
      this.#end('NO CARRIER');
    });
  }

  #hungUp(listening: Listening): void {
    const task = this.#task;
    this.#core.clock.after(this.#core.register(10) * 100, () => {
      if (task !== this.#task) return;
      if (listening.connected) this.#core.link.data(END_OF_DATA);
      this.#end('NO CARRIER');
    });
  }
}
