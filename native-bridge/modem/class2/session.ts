// One call with a Class 2 modem: its commands with their limits, what the modem has told, and how the call is broken off.

import type { Outcome } from '../../../protocol/outcome.ts';
import type { AtAnswer } from '../at/atDialogue.types.ts';
import { dialOutcome, hangupOutcome, readHangupCode, t30Outcome } from '../callOutcome.ts';
import type { DriverTools } from '../faxDriver.types.ts';
import type { OutcomeCode as T30Code, Phase } from '../../../fax/t30/outcome.ts';
import type { CallTale } from './callTale.ts';
import type { Dialect } from './dialect.ts';
import { Heard } from './heard.ts';
import {
  ABORT_MS,
  CANCEL_MS,
  COMMAND_GAP_MS,
  LAST_WORD_MS,
  SETTING_MS,
  SOON_MS,
  TRAINED_MS,
} from './limits.ts';

/** What the modem is busy with, and so how it is made to stop. */
type Busy = 'no' | 'command' | 'sendingData' | 'receivingData';

interface CommandEnds {
  /** A line came after which only the result can come, and soon. */
  isLast?: (heard: Heard) => boolean;
}

const CAN = Uint8Array.of(0x18);
/** Zeros first: a DLE that was cut off its pair is used up by one. A code that a modem does not know is dropped by it. */
const DLE_CAN = Uint8Array.of(0x00, 0x00, 0x10, 0x18);
const DLE_ETX = Uint8Array.of(0x10, 0x03);

export class Class2Session {
  readonly tools: DriverTools;
  readonly dialect: Dialect;
  readonly direction: 'outgoing' | 'incoming';
  readonly tale: CallTale;
  readonly heard: Heard;
  readonly signal: AbortSignal;
  busy: Busy = 'no';
  /** The port is gone. */
  closed = false;
  #lastCommand = '';
  #lastResultMs = -Infinity;

  constructor(
    tools: DriverTools,
    context: { dialect: Dialect; direction: 'outgoing' | 'incoming'; tale: CallTale; signal: AbortSignal },
  ) {
    this.tools = tools;
    this.dialect = context.dialect;
    this.direction = context.direction;
    this.tale = context.tale;
    this.signal = context.signal;
    this.heard = new Heard(context.dialect, context.direction === 'outgoing', (response) =>
      this.tale.tell(response),
    );
  }

  /**
   * A command that takes part in the call. `timeout`: the modem stays busy with it. A line after which only the result
   * can come (`isLast`, and the modem's word that it has hung up) makes it come soon: where it does not, it counts as OK.
   */
  async command(text: string, timeoutMs: number, options: CommandEnds = {}): Promise<AtAnswer> {
    await this.#gap();
    this.busy = 'command';
    this.#lastCommand = text;
    return this.#answer(options, (onLine, signal) =>
      this.tools.dialogue.command(text, { timeoutMs, signal, onLine }),
    );
  }

  /** A further result of the same command. */
  async nextResult(timeoutMs: number, options: CommandEnds = {}): Promise<AtAnswer> {
    return this.#answer(options, (onLine, signal) =>
      this.tools.dialogue.nextResult({ timeoutMs, signal, onLine }),
    );
  }

  /** A command that only sets something. False when the modem does not take it. */
  async set(text: string): Promise<boolean> {
    const { result } = await this.command(`AT${text}`, SETTING_MS);
    return result === 'OK';
  }

  /**
   * What the modem answers to a question, without the name before it; undefined when it does not say. An answer may look
   * like what modems tell unasked (`+FHS:00`), and is not taken for it.
   */
  async ask(text: string): Promise<string | undefined> {
    await this.#gap();
    const { result, lines } = this.#noted(
      await this.tools.dialogue.command(`AT${text}`, { timeoutMs: SETTING_MS, signal: this.signal }),
    );
    if (result !== 'OK') return undefined;
    return lines
      .at(-1)
      ?.replace(/^\+?F[A-Z]+\s*[:=]\s*/iu, '')
      .trim();
  }

  /** Resolves with what `promise` does, or with null as soon as a person hangs up or the modem says that it is over. */
  async unlessOver<Value>(promise: Promise<Value>): Promise<Value | null> {
    if (this.signal.aborted || this.heard.isOver) return null;
    return new Promise((resolve, reject) => {
      const stop = (): void => resolve(null);
      this.signal.addEventListener('abort', stop, { once: true });
      this.heard.whenOver(stop);
      promise.then(resolve, reject).finally(() => this.signal.removeEventListener('abort', stop));
    });
  }

  /** Why the call cannot go on after an answer that was not the one hoped for. Asks the modem if it has not said. */
  async ended(
    answer: AtAnswer | null,
    instead: { code: T30Code; phase: Phase; detail: string },
  ): Promise<Outcome> {
    if (answer?.result === 'closed' || this.closed) return dialOutcome('portLost', instead.detail);
    if (this.signal.aborted) return this.outcome('ABORTED', instead.phase, instead.detail);
    if (this.heard.hangup === undefined) {
      if (answer?.result === 'timeout') return dialOutcome('modemSilent', instead.detail);
      await this.#askForHangup();
    }
    const code = this.hangupCode();
    if (code !== null && code !== 0) return hangupOutcome(code, this.direction);
    if (this.heard.lost || answer?.result === 'NO CARRIER') return hangupOutcome(null, this.direction);
    return this.outcome(instead.code, instead.phase, instead.detail);
  }

  outcome(code: T30Code, phase: Phase, detail: string): Outcome {
    const { pagesSent, pagesReceived } = this.tale;
    return t30Outcome({ code, phase, detail, pagesSent, pagesReceived }, this.direction);
  }

  /** The modem's reason for its hanging up, as Class 2 numbers it; null while it has given none that can be read. */
  hangupCode(): number | null {
    const { hangup } = this.heard;
    return hangup === undefined ? null : readHangupCode(hangup, this.dialect.faxClass);
  }

  /**
   * Makes the modem leave whatever it is doing and end the call as T.30 does, with DCN. Within seconds; what does not
   * answer is left to call control, which hangs up.
   */
  async breakOff(): Promise<void> {
    if (this.closed || this.heard.isOver || !this.heard.isFax) return;
    const { dialogue } = this.tools;
    switch (this.busy) {
      case 'sendingData':
        await this.tools.connection.discard().catch(() => undefined);
        await this.#stopSending();
        break;
      case 'receivingData':
        await this.#stopReceiving();
        break;
      case 'command':
        await this.#stopCommand();
        break;
      case 'no':
    }
    if (this.closed || this.heard.isOver) return;
    dialogue.reset();
    await this.#gap();
    this.#noted(
      await dialogue.command(`AT${this.dialect.abort}`, { timeoutMs: ABORT_MS, onLine: this.#onLine }),
    );
    await this.lastWord();
  }

  /** Until the modem says that it has hung up: some say OK first, and send DCN then. */
  async lastWord(): Promise<void> {
    if (this.closed || this.heard.isOver) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LAST_WORD_MS);
      this.heard.whenOver(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** A page that ends with DLE ETX could be taken for a whole one. */
  async #stopSending(): Promise<void> {
    for (const code of [DLE_CAN, DLE_ETX]) {
      await this.#raw(code);
      if ((await this.#nextOf(CANCEL_MS)).result !== 'timeout') return;
    }
  }

  async #stopReceiving(): Promise<void> {
    await this.#raw(CAN);
    await withTimeLimit(CANCEL_MS, (signal) =>
      this.tools.dialogue.receiveData(() => undefined, { silenceMs: CANCEL_MS, signal }),
    );
    await this.#nextOf(CANCEL_MS);
  }

  /** CAN ends +FDR; +FDT goes on to CONNECT with most modems, and what followed would be taken for a page. */
  async #stopCommand(): Promise<void> {
    const isTransmission = this.#lastCommand.startsWith('AT+FDT');
    await this.#raw(CAN);
    const { result } = await this.#nextOf(isTransmission ? TRAINED_MS : CANCEL_MS);
    if (result !== 'CONNECT') return;
    if (isTransmission) await this.#stopSending();
    else await this.#stopReceiving();
  }

  async #nextOf(timeoutMs: number): Promise<AtAnswer> {
    return this.#noted(await this.tools.dialogue.nextResult({ timeoutMs, onLine: this.#onLine }));
  }

  readonly #onLine = (line: string): void => this.heard.take(line);

  async #answer(
    { isLast }: CommandEnds,
    begin: (onLine: (line: string) => void, signal: AbortSignal) => Promise<AtAnswer>,
  ): Promise<AtAnswer> {
    const overdue = new AbortController();
    const lines: string[] = [];
    let soon: NodeJS.Timeout | undefined;
    const hurry = (): void => {
      soon ??= setTimeout(() => overdue.abort(), SOON_MS);
    };
    const onLine = (line: string): void => {
      lines.push(line);
      this.heard.take(line);
      if (this.heard.hangup !== undefined || isLast?.(this.heard) === true) hurry();
    };
    // It may have said so before this answer: a further one may never come.
    if (this.heard.hangup !== undefined) hurry();
    const answer = await begin(onLine, AbortSignal.any([this.signal, overdue.signal]));
    clearTimeout(soon);
    if (answer.result !== 'aborted' || this.signal.aborted) return this.#noted(answer);
    this.tools.dialogue.reset();
    return this.#noted({ result: 'OK', lines });
  }

  async #askForHangup(): Promise<void> {
    if (this.busy !== 'no' || this.heard.lost) return;
    const value = await this.ask(this.dialect.hangupQuery);
    // 0 is also what a modem says whose call is still up.
    if (value !== undefined && readHangupCode(value, this.dialect.faxClass) !== 0)
      this.heard.hangup ??= value;
  }

  async #raw(octets: Uint8Array): Promise<void> {
    if ((await this.tools.dialogue.sendRaw(octets)) === 'closed') this.closed = true;
  }

  #noted(answer: AtAnswer): AtAnswer {
    this.#lastResultMs = this.tools.nowMs();
    if (answer.result === 'closed') this.closed = true;
    if (answer.result !== 'timeout' && answer.result !== 'aborted') this.busy = 'no';
    return answer;
  }

  async #gap(): Promise<void> {
    const gapMs = this.tools.facts.profile.quirks.commandGapMs ?? COMMAND_GAP_MS;
    const restMs = this.#lastResultMs + gapMs - this.tools.nowMs();
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(restMs, gapMs)));
  }
}

/** `signal` fires after `limitMs`, and with `others`. */
export async function withTimeLimit<Value>(
  limitMs: number,
  work: (signal: AbortSignal) => Promise<Value>,
  others: readonly AbortSignal[] = [],
): Promise<Value> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    return await work(AbortSignal.any([limit.signal, ...others]));
  } finally {
    clearTimeout(timer);
  }
}
