// The fax side of a Class 1 or 1.0 modem (EIA-578, T.31): the host does T.30, the modem sends and hears what it is told.

import type { LineEvent } from '../line/phoneLine.ts';
import { FAST_CODES, fastCarrier } from '../line/fastCodes.ts';
import type { FastCode } from '../line/fastCodes.ts';
import { DleUnstuffer, isEndOfData } from '../modem/dleStuffing.ts';
import { HostFlow } from '../modem/hostFlow.ts';
import type { ExtendedCommand, FaxSide, ModemCall, ModemCore, Verdict } from '../modem/modemCore.ts';
import { Class1Reception } from './class1Reception.ts';

/** Answering: silence, CED, silence (T.30 §4). */
const BEFORE_CED_MS = 200;
const CED_MS = 2600;
const AFTER_CED_MS = 75;
/** The host must give data within this (T.31 §8.3.5). */
const DTE_PATIENCE_MS = 5000;
/** Less than this waiting, and the host is what the line waits for. */
const SCARCE_OCTETS = 300;
const FINAL_BIT = 0x10;
const CLOSING_FLAG_MS = 8000 / 300;
const V21_CODE = 3;

export class Class1Side implements FaxSide {
  readonly #core: ModemCore;
  readonly #reception: Class1Reception;
  /** Changes with each command: what an older one still had to do is void. */
  #task = 0;
  /** +FRS, ATA before CONNECT: what a character from the host does. */
  #onInterrupt: (() => void) | null = null;
  #lastSilenceEndedMs = -Infinity;

  constructor(core: ModemCore) {
    this.#core = core;
    this.#reception = new Class1Reception(core);
  }

  execute(command: ExtendedCommand): Verdict {
    const { personality } = this.#core;
    switch (command.name) {
      case '+FTH':
      case '+FRH':
        return this.#modulation(command, [V21_CODE], () => this.#frames(command.name));
      case '+FTM':
        return this.#modulation(command, personality.transmitCodes, (code) => this.#sendFast(code));
      case '+FRM':
        return this.#modulation(command, personality.receiveCodes, (code) => this.#receiveFast(code));
      case '+FTS':
      case '+FRS':
        return this.#silence(command);
      default:
        return null;
    }
  }

  connected(call: ModemCall): void {
    if (call.role === 'caller') {
      // CONNECT is the first V.21 carrier, and its first frame comes without +FRH.
      this.#reception.beginFrames();
      return;
    }
    this.#onInterrupt = () => {
      this.#core.hangUp();
      this.#core.finish('NO CARRIER');
    };
    this.#later(BEFORE_CED_MS, () => {
      call.transmitter.startTone('CED');
      this.#later(CED_MS, () => {
        call.transmitter.stop();
        this.#later(AFTER_CED_MS, () => this.#sendFrames(call));
      });
    });
  }

  lineEvent(event: LineEvent): void {
    this.#reception.lineEvent(event);
  }

  interrupted(): boolean {
    if (this.#reception.active) {
      const { call } = this.#core;
      // While CONNECT after dialling is awaited, a character ends the call.
      if (call?.role === 'caller' && this.#task === 0) {
        this.#core.hangUp();
        this.#core.finish('NO CARRIER');
        return true;
      }
      return this.#reception.abort();
    }
    if (this.#onInterrupt === null) return false;
    const interrupt = this.#onInterrupt;
    this.#onInterrupt = null;
    this.#task++;
    interrupt();
    return true;
  }

  reset(): void {
    this.#task = 0;
    this.#generation++;
    this.#onInterrupt = null;
    this.#reception.cool();
  }

  #generation = 0;

  #later(delayMs: number, action: () => void): void {
    const [task, generation] = [this.#task, this.#generation];
    this.#core.clock.after(delayMs, () => {
      if (task === this.#task && generation === this.#generation) action();
    });
  }

  #modulation(command: ExtendedCommand, codes: readonly number[], begin: (code: number) => Verdict): Verdict {
    if (command.action === 'test') {
      this.#core.link.info(codes.join(','));
      return 'ok';
    }
    const code = Number(command.value);
    if (command.action !== 'set' || !codes.includes(code) || this.#core.call === null) return 'error';
    this.#task++;
    this.#onInterrupt = null;
    return begin(code);
  }

  #frames(name: string): Verdict {
    const { call, personality } = this.#core;
    if (call === null) return 'error';
    if (name === '+FRH') {
      call.transmitter.stop();
      this.#reception.beginFrames();
      return 'pending';
    }
    // In one line with a silence that is just over: some modems forget to send.
    if (personality.quirks.silenceEndsLine && this.#core.clock.nowMs === this.#lastSilenceEndedMs)
      return 'ok';
    this.#sendFrames(call);
    return 'pending';
  }

  /** +FTH, and what follows CED: CONNECT, a frame, CONNECT … until the final frame, OK. */
  #sendFrames(call: ModemCall): void {
    this.#reception.cool();
    this.#onInterrupt = null;
    if (call.transmitter.sending !== 'V.21') call.transmitter.startV21();
    this.#core.link.result('CONNECT');
    this.#takeFrame(call);
  }

  #takeFrame(call: ModemCall): void {
    const unstuffer = new DleUnstuffer();
    const frame: number[] = [];
    const task = ++this.#task;
    this.#later(DTE_PATIENCE_MS, () => {
      if (frame.length > 0) return;
      call.transmitter.stop();
      this.#core.finish('ERROR');
    });
    this.#core.goOnline({
      hostsTurn: true,
      take: (octet) => {
        if (task !== this.#task) return;
        const unstuffed = unstuffer.take(octet);
        if (unstuffed !== null && 'octets' in unstuffed) frame.push(...unstuffed.octets);
        else if (isEndOfData(unstuffed)) this.#sendFrame(call, Uint8Array.from(frame));
      },
    });
  }

  #sendFrame(call: ModemCall, octets: Uint8Array): void {
    this.#task++;
    this.#core.goCommand();
    const isFinal = ((octets[1] ?? FINAL_BIT) & FINAL_BIT) !== 0;
    const off = (): void => {
      this.#later(CLOSING_FLAG_MS, () => {
        call.transmitter.stop();
        this.#core.finish('OK');
      });
    };
    if (octets.length === 0) {
      off();
      return;
    }
    const generation = this.#generation;
    call.transmitter.sendFrame(octets, () => {
      if (generation !== this.#generation) return;
      if (isFinal) off();
      else {
        this.#core.link.result('CONNECT');
        this.#takeFrame(call);
      }
    });
  }

  #receiveFast(code: number): Verdict {
    const wanted = FAST_CODES.find((known) => known === code);
    if (wanted === undefined) return 'error';
    this.#core.call?.transmitter.stop();
    this.#reception.beginFast(wanted);
    return 'pending';
  }

  #sendFast(code: number): Verdict {
    const { call } = this.#core;
    const wanted = FAST_CODES.find((known) => known === code);
    if (call === null || wanted === undefined) return 'error';
    this.#reception.cool();
    this.#core.link.result('CONNECT');
    this.#takeFast(call, wanted);
    return 'pending';
  }

  #takeFast(call: ModemCall, code: FastCode): void {
    const { transmitter } = call;
    const unstuffer = new DleUnstuffer();
    const flow = new HostFlow(this.#core);
    let ended = false;
    let result = 'OK';
    let dryMs: number | null = null;
    transmitter.startFast(code, {
      // Ones until there are data; behind a zero octet zeros; behind any other the carrier goes off.
      onDry: (last) => {
        const { nowMs } = this.#core.clock;
        dryMs ??= nowMs;
        flow.level(0);
        if (last !== null && last !== 0) return 'off';
        if (nowMs - dryMs < DTE_PATIENCE_MS) return last ?? 0xff;
        result = 'ERROR';
        return 'off';
      },
      onOff: () => {
        flow.level(0);
        this.#task++;
        this.#core.finish(result);
      },
      onPiece: () => {
        flow.level(transmitter.waitingOctets);
        this.#core.turnChanged();
      },
    });
    this.#core.goOnline({
      get hostsTurn() {
        return !ended && transmitter.waitingOctets < SCARCE_OCTETS;
      },
      take: (octet) => {
        if (ended) return;
        const unstuffed = unstuffer.take(octet);
        if (unstuffed !== null && 'octets' in unstuffed) {
          dryMs = null;
          transmitter.push(Uint8Array.from(unstuffed.octets));
          flow.level(transmitter.waitingOctets);
        } else if (isEndOfData(unstuffed)) {
          ended = true;
          transmitter.finish();
        }
      },
    });
    this.#core.log(
      `sends ${fastCarrier(code)?.rate.modulation ?? ''} ${fastCarrier(code)?.rate.rateBps ?? 0}`,
    );
  }

  #silence(command: ExtendedCommand): Verdict {
    const { personality, call, clock } = this.#core;
    if (personality.quirks.noSilenceCommands) return 'error';
    if (command.action === 'test') {
      this.#core.link.info('0-255');
      return 'ok';
    }
    const ms = Number(command.value) * 10;
    if (command.action !== 'set' || !/^\d{1,3}$/.test(command.value) || ms > 2550 || call === null)
      return 'error';
    this.#task++;
    this.#onInterrupt = null;
    const over = (): void => {
      this.#onInterrupt = null;
      this.#lastSilenceEndedMs = clock.nowMs;
      this.#core.finish('OK');
    };
    call.transmitter.stop();
    this.#reception.cool();
    if (command.name === '+FTS') {
      this.#later(ms, over);
      return 'pending';
    }
    if (personality.quirks.frsResets) {
      this.#core.reset();
      return 'ok';
    }
    this.#onInterrupt = over;
    this.#awaitSilence(call, clock.nowMs, ms, over);
    return 'pending';
  }

  #awaitSilence(call: ModemCall, sinceMs: number, ms: number, over: () => void): void {
    const { clock } = this.#core;
    const { silentSinceMs } = call.end;
    const readyMs = silentSinceMs === null ? Infinity : Math.max(silentSinceMs, sinceMs) + ms;
    if (readyMs <= clock.nowMs) over();
    else {
      const againMs = readyMs === Infinity ? 10 : readyMs - clock.nowMs;
      this.#later(againMs, () => this.#awaitSilence(call, sinceMs, ms, over));
    }
  }
}
