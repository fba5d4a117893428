// The modem between two tasks of a call: knows what it was left doing, brings it back to command state, keeps silence.

import type { AtAnswer, AtDialogue } from '../at/atDialogue.types.ts';
import type { Quirks } from '../profiles/profile.types.ts';

/**
 * `command`: takes commands. `waiting`: +FRH or +FRM waits for a carrier. `receiving`: data come in. `flags`: V.21 is on
 * and it waits for a frame (+FTH). `transmitting`: a fast carrier is on. `unsure`: a result was missing or made no sense.
 */
export type Standing = 'command' | 'waiting' | 'receiving' | 'flags' | 'transmitting' | 'unsure';

/** Nothing can be done with the modem any more: the port is gone, or it does not answer. Ends the task, and the call. */
export class LineGoneError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'LineGoneError';
  }
}

/** A modem gives the result of an interrupted command at once; some first finish what they hear. */
const INTERRUPT_MS = 1000;
/** T.31 §8.3.5: without data +FTH ends after 5 s; a buffer full of page data can last as long. */
const RESYNC_TRIES = 10;
const RESYNC_ANSWER_MS = 800;
/** What the modem itself still holds of a page has to leave: a few thousand octets. */
const CUT_MS = 5000;
/**
 * On a noisy line a modem never finds silence, though the far end waits for us: then we speak after a pause that its
 * closing flags need at most. T4 is 3 s.
 */
const SILENCE_LIMIT_MS = 2000;
/** Only a look: a command of the far end must not be missed for it, and has a second of preamble. */
const SENSE_LIMIT_MS = 800;
const CLOSING_FLAGS_MS = 100;
/** The far end's closing flags, and some patience. */
const SILENCE_TRY_MS = 1200;
/** A modem that takes commands answers at once. */
const LOST_RESULT_MS = 300;
/** A modem that has hung up, or left its fax class, says ERROR to every fax command; a command that it lacks, once. */
const MAX_ERRORS = 8;
const COMMAND_MARGIN_MS = 3000;
/**
 * What the modem's OK, the command that follows and the carrier's start take at least, besides +FTS or +FRS: with it 75 ms
 * become 60, and a modem that took no time at all would still be within T.30's 75 ± 20 ms.
 */
const COMMANDS_MS = 15;
const DLE_ETX = Uint8Array.of(0x10, 0x03);

export interface LineModemParts {
  dialogue: AtDialogue;
  quirks: Quirks;
  /** Of a clock that never goes back. */
  nowMs: () => number;
  /** Drops what has not left the port. */
  discard: () => Promise<void>;
}

export class LineModem {
  standing: Standing = 'command';
  /** What was on the line last: our carrier, or (perhaps) theirs. */
  lastHeard: 'us' | 'them' = 'us';
  readonly dialogue: AtDialogue;
  readonly quirks: Quirks;
  readonly nowMs: () => number;
  readonly #discard: () => Promise<void>;
  /** Found out in this call: it answers ERROR to them. */
  #noFts: boolean;
  #noFrs: boolean;
  /** Fax commands refused one after the other. */
  #errors = 0;
  /** +FRS finds no silence on this line. */
  #noisy = false;

  constructor({ dialogue, quirks, nowMs, discard }: LineModemParts) {
    this.dialogue = dialogue;
    this.quirks = quirks;
    this.nowMs = nowMs;
    this.#discard = discard;
    this.#noFts = quirks.noFts === true;
    this.#noFrs = quirks.noFrs === true;
  }

  /** A command whose result is waited for. Throws LineGoneError when the port is gone. */
  async command(text: string, timeoutMs: number, signal?: AbortSignal): Promise<AtAnswer> {
    const answer = alive(await this.dialogue.command(text, { timeoutMs, signal }));
    if (!text.startsWith('AT+F')) return answer;
    this.#errors = answer.result === 'ERROR' ? this.#errors + 1 : 0;
    if (this.#errors >= MAX_ERRORS)
      throw new LineGoneError('the modem takes no fax commands any more: it has hung up');
    return answer;
  }

  /** A further result. Throws LineGoneError when the port is gone. */
  async nextResult(timeoutMs: number, signal?: AbortSignal): Promise<AtAnswer> {
    return alive(await this.dialogue.nextResult({ timeoutMs, signal }));
  }

  /** Ends whatever it is doing. Throws LineGoneError when it cannot be brought to take commands. */
  async settle(): Promise<void> {
    switch (this.standing) {
      case 'command':
        return;
      case 'waiting':
      case 'receiving': {
        if (await this.#interrupt(INTERRUPT_MS)) this.standing = 'command';
        else await this.resynchronise();
        return;
      }
      case 'transmitting':
        await this.#cutCarrier();
        return;
      case 'flags':
      case 'unsure':
        await this.resynchronise();
    }
  }

  /**
   * Silence on the line before we speak, by the modem's clock: after our own carrier a pause (+FTS), after theirs until
   * the line has been silent for so long (+FRS), if it ever is. By the host's clock where the modem has neither. False
   * when `signal` ended the wait.
   */
  async silence(gapMs: number, signal: AbortSignal): Promise<boolean> {
    const isTheirs = this.lastHeard === 'them';
    if (isTheirs && !this.#noFrs && !this.#noisy) {
      const silent = await this.#theirSilence(gapMs, SILENCE_LIMIT_MS, signal);
      if (silent === 'silent') return true;
      if (silent === 'aborted') return false;
      if (silent === 'never silent') this.#noisy = true;
      else this.#noFrs = true;
    }
    const pauseMs = gapMs + (isTheirs && this.#noisy ? CLOSING_FLAGS_MS : 0);
    if (!this.#noFts) {
      const { result } = await this.command(
        `AT+FTS=${hundredthsOf(pauseMs)}`,
        pauseMs + COMMAND_MARGIN_MS,
        signal,
      );
      if (result === 'aborted' || result === 'timeout') {
        this.standing = 'unsure';
        await this.settle();
        return result === 'timeout';
      }
      if (result !== 'ERROR') return true;
      this.#noFts = true;
    }
    return await pause(pauseMs, signal);
  }

  /** Whether the line is silent for so long, by a short look. False where the modem has no means to tell. */
  async isSilent(silentMs: number, signal: AbortSignal): Promise<boolean> {
    await this.settle();
    if (this.#noFrs || signal.aborted) return false;
    const silent = await this.#theirSilence(silentMs, SENSE_LIMIT_MS, signal);
    if (silent === 'unknown command') this.#noFrs = true;
    return silent === 'silent';
  }

  /** +FRS again and again: one whose result was lost must not be waited for. */
  async #theirSilence(
    gapMs: number,
    limitMs: number,
    signal: AbortSignal,
  ): Promise<'silent' | 'never silent' | 'aborted' | 'unknown command'> {
    const hundredths = hundredthsOf(gapMs);
    const tryMs = Math.min(hundredths * 10 + SILENCE_TRY_MS, limitMs);
    const deadlineMs = this.nowMs() + limitMs;
    while (this.nowMs() < deadlineMs) {
      this.standing = 'waiting';
      const { result } = await this.command(`AT+FRS=${hundredths}`, tryMs, signal);
      if (result === 'ERROR') {
        this.standing = 'command';
        return 'unknown command';
      }
      if (result !== 'timeout' && result !== 'aborted') {
        this.standing = 'command';
        return 'silent';
      }
      const waited = await this.#interrupt(LOST_RESULT_MS);
      if (waited) this.standing = 'command';
      else await this.#probe();
      if (result === 'aborted') return 'aborted';
      // Nothing was waiting: the silence was over, and its OK was lost.
      if (!waited) return 'silent';
    }
    return 'never silent';
  }

  /** A modem that gave no result may take commands all the same. */
  async #probe(): Promise<void> {
    const { result } = await this.command('AT', LOST_RESULT_MS);
    if (result === 'OK') this.standing = 'command';
    else await this.resynchronise();
  }

  /**
   * Whatever the modem is doing, DLE ETX ends data and any character ends a reception: after that AT is answered.
   * Throws LineGoneError when it never is.
   */
  async resynchronise(): Promise<void> {
    for (let attempt = 0; attempt < RESYNC_TRIES; attempt++) {
      this.dialogue.reset();
      if ((await this.dialogue.sendRaw(DLE_ETX)) === 'closed') throw new LineGoneError(PORT_GONE);
      // What is left of the old task comes first; an echo of DLE ETX is no result.
      await this.nextResult(RESYNC_ANSWER_MS / 4);
      const { result } = await this.command('AT', RESYNC_ANSWER_MS);
      if (result === 'OK') {
        this.standing = 'command';
        return;
      }
    }
    throw new LineGoneError('the modem no longer answers');
  }

  /** Breaks off what is being sent: what the system still holds is dropped, and the modem told that this was all. */
  async #cutCarrier(): Promise<void> {
    await this.#discard();
    // Two zeros first: half of a doubled DLE may have left, and must not make another meaning of the DLE that ends.
    const ended = await this.dialogue.sendData(new Uint8Array(2), { last: true });
    if (ended === 'closed') throw new LineGoneError(PORT_GONE);
    const { result } = await this.nextResult(CUT_MS);
    this.lastHeard = 'us';
    if (result === 'timeout') await this.resynchronise();
    else this.standing = 'command';
  }

  /** Any character ends a reception (T.31). True when the modem said so. */
  async #interrupt(timeoutMs: number): Promise<boolean> {
    const { result } = alive(await this.dialogue.interrupt(timeoutMs));
    return result === 'OK' || result === 'NO CARRIER' || result === 'ERROR' || result === '+FCERROR';
  }
}

/** The argument of +FTS and +FRS. */
function hundredthsOf(gapMs: number): number {
  return Math.min(255, Math.max(1, Math.floor((gapMs - COMMANDS_MS) / 10)));
}

const PORT_GONE = 'the port is gone';

function alive(answer: AtAnswer): AtAnswer {
  if (answer.result === 'closed') throw new LineGoneError(PORT_GONE);
  return answer;
}

/** True when the time has passed, false when `signal` ended it. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return await new Promise((resolve) => {
    const settle = (passed: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      resolve(passed);
    };
    const aborted = (): void => settle(false);
    const timer = setTimeout(() => settle(true), ms);
    signal.addEventListener('abort', aborted);
  });
}
