// What a Class 1 modem hears: frames on V.21 (+FRH), a fast carrier (+FRM), or V.21 in the place of that.

import { FastReceiver } from '../../../fax/t30/line/fastReceiver.ts';
import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import type { Effect, Input } from '../../../fax/t30/machine.ts';
import type { AtAnswer } from '../at/atDialogue.types.ts';
import type { FrameCheck, ModemsWord } from './frameCheck.ts';
import { LineGoneError, pause } from './lineModem.ts';
import type { LineModem } from './lineModem.ts';
import { modulationCode } from './modulationCodes.ts';

export type ReceiveFast = Extract<Effect, { type: 'receiveFast' }>;

export interface ListenerTools {
  modem: LineModem;
  give: (input: Input) => void;
  /** The decoder for the page without ECM that was begun last. */
  openPage: () => PageSink | null;
  /** Over the whole call. */
  frames: FrameCheck;
}

/** While flags go on after a frame +FRH connects at once; when it does not within this time the carrier has gone. */
const CARRIER_GONE_MS = 700;
/** A command that waits for a carrier is given anew: its result may have been lost. Nothing is missed by that. */
const RENEW_MS = { frames: 6000, fast: 10_000 } as const;
/** After CONNECT: a preamble of 1.15 s and the longest frame (T.30 §5.3.1), which some modems give as a whole. */
const FRAME_SILENCE_MS = 5500;
/** Octets of a fast carrier come in a steady stream. */
const FAST_SILENCE_MS = 6000;
/** After DLE ETX the result follows at once. */
const RESULT_MS = 700;
/** No frame of T.30 is as long, 3 s at 300 bit/s being 113 octets; what is beyond is not kept. */
const MAX_FRAME_OCTETS = 400;
/** A modem that refuses at once is not asked without pause; and not for ever. */
const REFUSED_PAUSE_MS = 150;
const REFUSED_QUICKLY_MS = 100;
const MAX_REFUSALS = 40;
/** +FCERROR so soon after a frame is that frame's last flags. */
const CLOSING_FLAGS_MS = 400;
/** V.21 that is there connects at once; a fast carrier must not be missed for it. */
const LOOK_FOR_V21_MS = 1500;
/** A modem that connects on any carrier says NO CARRIER soon after. */
const FALSE_CONNECT_MS = 300;
const FINAL_BIT = 0x10;

/**
 * Listens until it is ended. What is listened for may change meanwhile: between two commands, and while a frame comes in,
 * without any loss.
 */
export class Listener {
  readonly #tools: ListenerTools;
  #fast: ReceiveFast | null;
  /** V.21 was told to be there. */
  #v21 = false;
  #over = false;
  /** What is being waited for; aborted when something else is wanted. */
  #wait = new AbortController();
  #inFrame = false;
  #refusals = 0;
  /** The modem gave an end without its frame since the last frame. */
  #isFrameLost = false;
  #lastFrameMs = -Infinity;
  /** Counts what was asked for, so that an answer to an older question is not told. */
  #asked = 0;

  /** `fast` null: V.21 alone. */
  constructor(tools: ListenerTools, fast: ReceiveFast | null) {
    this.#tools = tools;
    this.#fast = fast;
  }

  /** Something else is to be listened for. */
  retarget(fast: ReceiveFast | null): void {
    if (fast === null && this.#fast === null) return;
    this.#fast = fast;
    this.#asked++;
    if (this.#inFrame) {
      // The machine has forgotten that V.21 is there.
      if (this.#v21) this.#tools.give({ type: 'carrier', carrier: 'V.21', present: true });
    } else this.#wait.abort();
  }

  /** Ends the listening; `listen` resolves when the modem can be told something else. */
  end(): void {
    this.#over = true;
    this.#wait.abort();
  }

  /** Runs until `end`. `connected`: ATD's CONNECT, the first frame is coming. Throws LineGoneError. */
  async listen(connected: boolean): Promise<void> {
    const { modem } = this.#tools;
    if (connected) await this.#frame();
    while (!this.#over) {
      this.#wait = new AbortController();
      modem.lastHeard = 'them';
      // A frame has just been heard and the carrier may go on: also while a fast one is awaited, unless it was the last.
      if (this.#v21 || this.#fast === null) await this.#waitForFrame();
      else await this.#waitForFast(this.#fast);
    }
  }

  async #waitForFrame(patienceMs: number = RENEW_MS.frames): Promise<void> {
    const { modem } = this.#tools;
    await modem.settle();
    if (this.#isInterrupted()) return;
    const { signal } = this.#wait;
    const askedMs = modem.nowMs();
    modem.standing = 'waiting';
    let answer = await modem.command('AT+FRH=3', this.#v21 ? CARRIER_GONE_MS : patienceMs, signal);
    if (answer.result === 'timeout' && this.#v21) {
      this.#v21Gone();
      if (this.#isInterrupted()) return;
      if (this.#fast !== null) return;
      answer = await modem.nextResult(patienceMs, signal);
    }
    await this.#frameAnswer(answer, askedMs);
  }

  async #frameAnswer(answer: AtAnswer, askedMs: number): Promise<void> {
    const { modem } = this.#tools;
    const result: string = answer.result;
    switch (result) {
      case 'CONNECT':
        await this.#frame();
        return;
      case 'aborted':
      case 'timeout':
        // It still waits: settle() ends that.
        return;
      default:
        modem.standing = 'command';
        if (this.#v21 && !this.#isFrameLost && result !== 'NO CARRIER') {
          await this.#frameLost();
          return;
        }
        this.#v21Gone();
        await this.#refused(answer.result, askedMs);
    }
  }

  /** The modem says the end of a frame that it did not give (spandsp does): the next one is on the same carrier. */
  async #frameLost(): Promise<void> {
    const { modem } = this.#tools;
    this.#isFrameLost = true;
    // Perhaps it was the result of the command before, late or twice.
    const { result } = await modem.nextResult(REFUSED_PAUSE_MS, this.#wait.signal);
    if (result === 'CONNECT') await this.#frame();
  }

  /** From CONNECT on: frame after frame, as long as the modem gives them without being asked. */
  async #frame(): Promise<void> {
    const { modem } = this.#tools;
    modem.standing = 'receiving';
    this.#inFrame = true;
    try {
      let goesOn = true;
      while (goesOn && !this.#over) goesOn = await this.#readFrame();
    } finally {
      this.#inFrame = false;
    }
  }

  /** True when the modem goes on with another frame by itself. */
  async #readFrame(): Promise<boolean> {
    const { modem } = this.#tools;
    const pieces: number[] = [];
    // Some modems connect on any carrier and notice later: V.21 is not told before that can be ruled out.
    const isCertain = (modem.quirks.receiveAgain ?? 0) === 0;
    const certainty = isCertain ? undefined : setTimeout(() => this.#v21Found(), FALSE_CONNECT_MS);
    if (isCertain) this.#v21Found();
    const end = await modem.dialogue.receiveData(
      (octets) => {
        this.#v21Found();
        for (const octet of octets) if (pieces.length < MAX_FRAME_OCTETS) pieces.push(octet);
      },
      { silenceMs: FRAME_SILENCE_MS, signal: this.#wait.signal, singleDle: modem.quirks.singleDle },
    );
    clearTimeout(certainty);
    if (end === 'closed') throw new LineGoneError('the port went away while a frame was coming in');
    if (end === 'aborted') return false;
    if (end === 'timeout') {
      await modem.settle();
      this.#v21Gone();
      return false;
    }
    const { result } = await modem.nextResult(RESULT_MS, this.#wait.signal);
    if (result === 'aborted') return false;
    modem.standing = result === 'CONNECT' ? 'receiving' : result === 'timeout' ? 'unsure' : 'command';
    if (end === 'result' && pieces.length === 0) {
      this.#v21Gone();
      return result === 'CONNECT';
    }
    this.#told(Uint8Array.from(pieces), result);
    if (result === 'timeout' && !this.#over) await modem.settle();
    return result === 'CONNECT' && !this.#over;
  }

  #told(received: Uint8Array, result: AtAnswer['result']): void {
    const { modem, give, frames } = this.#tools;
    const word: ModemsWord =
      result === 'OK' || result === 'CONNECT' ? 'good' : result === 'ERROR' ? 'bad' : 'none';
    const { octets, fcsOk } = frames.check(received, word);
    this.#refusals = 0;
    this.#isFrameLost = false;
    this.#lastFrameMs = modem.nowMs();
    give({ type: 'frame', carrier: 'V.21', octets, fcsOk });
    // Behind the final frame there are only closing flags. Who answers keeps silence by the modem's clock, which waits
    // for the real end (T.30 §5.3.7: the carrier goes after the final frame).
    const isFinal = fcsOk && ((octets[1] ?? 0) & FINAL_BIT) !== 0;
    if ((isFinal && result !== 'CONNECT') || result === 'NO CARRIER') this.#v21Gone();
  }

  async #waitForFast(target: ReceiveFast): Promise<void> {
    const { modem } = this.#tools;
    const code = modulationCode(target.rate, target.training);
    await modem.settle();
    if (this.#isInterrupted()) return;
    const { signal } = this.#wait;
    const askedMs = modem.nowMs();
    modem.standing = 'waiting';
    const answer = await modem.command(`AT+FRM=${code ?? 96}`, RENEW_MS.fast, signal);
    const result: string = answer.result;
    switch (result) {
      case 'CONNECT':
        await this.#fastCarrier(target);
        return;
      case '+FRH:3':
        await this.#adapted();
        return;
      case '+FCERROR':
        modem.standing = 'command';
        await this.#v21Instead(askedMs);
        return;
      case 'aborted':
      case 'timeout':
        return;
      default:
        modem.standing = 'command';
        if (modem.quirks.noFcerror === true) await this.#waitForFrame(LOOK_FOR_V21_MS);
        else await this.#refused(answer.result, askedMs);
    }
  }

  /** V.21 came, and the modem receives it by itself (+FAR=1): CONNECT of the frame follows. */
  async #adapted(): Promise<void> {
    const { modem } = this.#tools;
    const { result } = await modem.nextResult(RESULT_MS, this.#wait.signal);
    if (result === 'CONNECT') await this.#frame();
    else if (result !== 'aborted') {
      modem.standing = result === 'timeout' ? 'waiting' : 'command';
      await this.#waitForFrame(LOOK_FOR_V21_MS);
    }
  }

  /** The last flags of the frame before are V.21 too: then the fast carrier is still to come. */
  async #v21Instead(askedMs: number): Promise<void> {
    const isTail = askedMs - this.#lastFrameMs < CLOSING_FLAGS_MS;
    this.#lastFrameMs = -Infinity;
    if (!isTail) await this.#waitForFrame(LOOK_FOR_V21_MS);
  }

  async #fastCarrier(target: ReceiveFast): Promise<void> {
    const { modem, give, openPage } = this.#tools;
    const asked = this.#asked;
    modem.standing = 'receiving';
    this.#refusals = 0;
    let ending = false;
    const receiver = new FastReceiver(
      target.purpose,
      (input) => {
        if (ending || (asked === this.#asked && !this.#over)) give(input);
      },
      target.purpose === 'page' ? openPage() : null,
    );
    receiver.begin();
    const end = await modem.dialogue.receiveData((octets) => receiver.push(octets), {
      silenceMs: FAST_SILENCE_MS,
      signal: this.#wait.signal,
      singleDle: modem.quirks.singleDle,
    });
    if (end === 'closed') throw new LineGoneError('the port went away while a page was coming in');
    if (end === 'aborted') return;
    if (end === 'timeout') await modem.settle();
    else {
      const { result } = await modem.nextResult(RESULT_MS, this.#wait.signal);
      modem.standing = result === 'aborted' || result === 'timeout' ? 'unsure' : 'command';
    }
    if (this.#over || asked !== this.#asked) return;
    ending = true;
    receiver.end();
  }

  /** NO CARRIER, ERROR, or a result that makes no sense here. */
  async #refused(result: AtAnswer['result'], askedMs: number): Promise<void> {
    const { modem } = this.#tools;
    if (modem.nowMs() - askedMs > REFUSED_QUICKLY_MS && result !== 'ERROR') {
      this.#refusals = 0;
      return;
    }
    this.#refusals++;
    if (this.#refusals > MAX_REFUSALS) {
      throw new LineGoneError(`the modem answers ${result} to every attempt to listen`);
    }
    if (result !== 'ERROR') {
      // Perhaps of the command before, late or twice: the answer to this one may still come.
      modem.standing = 'waiting';
      const answer = await modem.nextResult(REFUSED_PAUSE_MS, this.#wait.signal);
      if (answer.result === 'CONNECT' && (this.#fast === null || this.#v21)) await this.#frame();
      else if (answer.result === 'CONNECT' && this.#fast !== null) await this.#fastCarrier(this.#fast);
      return;
    }
    await pause(REFUSED_PAUSE_MS, this.#wait.signal);
  }

  #v21Found(): void {
    if (this.#v21 || this.#over) return;
    this.#v21 = true;
    this.#tools.give({ type: 'carrier', carrier: 'V.21', present: true });
  }

  #v21Gone(): void {
    if (!this.#v21 || this.#over) return;
    this.#v21 = false;
    this.#tools.give({ type: 'carrier', carrier: 'V.21', present: false });
  }

  #isInterrupted(): boolean {
    return this.#over || this.#wait.signal.aborted;
  }
}
