// A T.30 call on a Class 1 modem: the machine of fax/t30 decides, the line and the page host carry out, timers run by the
// host's clock.

import type { JournalEvent } from '../../../fax/t30/journal.ts';
import type { Effect, Input } from '../../../fax/t30/machine.ts';
import type { Outcome } from '../../../fax/t30/outcome.ts';
import { step } from '../../../fax/t30/station.ts';
import type { State } from '../../../fax/t30/station.ts';
import type { TimerName } from '../../../fax/t30/timers.ts';
import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import type { PageHost } from '../faxDriver.types.ts';
import { withinTime } from '../serial/withinTime.ts';
import { Class1Line } from './class1Line.ts';
import type { Connection } from './class1Line.ts';
import type { LineModem } from './lineModem.ts';

export interface T30CallTools {
  /** The station, before `start`. */
  station: State;
  modem: LineModem;
  connection: Connection;
  pages: PageHost;
  /** The port has no flow control that works. */
  paced: boolean;
  report: (event: JournalEvent) => void;
  /** Every good frame on V.21 that came, before the machine is told. */
  frameHeard: (octets: Uint8Array) => void;
  /** A page was made ready: its coded octets. */
  pageCoded: (page: number, octets: number) => void;
  /** What came of a page that was not confirmed is durable. */
  kept: (page: number) => void;
  /** Something of the program itself failed; the call goes on as well as it can. */
  fault: (detail: string) => void;
  /** Data leave on a fast carrier. `share` 0 … 1. */
  sending: (effect: Extract<Effect, { type: 'sendFast' }>, share: number) => void;
}

type PageEffect = Extract<
  Effect,
  { type: 'preparePage' | 'beginPage' | 'pageData' | 'storePage' | 'dropPage' }
>;

/** A disk is quick; nobody waits for what remains but the end of the call. */
const KEEP_MS = 10_000;

export class T30Call {
  readonly #tools: T30CallTools;
  readonly #line: Class1Line;
  readonly #timers = new Map<TimerName, NodeJS.Timeout>();
  readonly #inputs: Input[] = [];
  readonly #ended = Promise.withResolvers<Outcome>();
  #state: State;
  #stepping = false;
  #over = false;
  /** Of the page that was begun last. */
  #incomingPage = 0;
  /** Begun, and neither asked to be stored nor confirmed: all that there may be of it. */
  #unfinished: number | null = null;
  #fast: Extract<Effect, { type: 'sendFast' }> | null = null;

  constructor(tools: T30CallTools) {
    this.#tools = tools;
    this.#state = tools.station;
    this.#line = new Class1Line(
      {
        modem: tools.modem,
        give: (input) => this.#heard(input),
        openPage: () => this.#openPage(),
        onProgress: (share) => {
          if (this.#fast !== null) tools.sending(this.#fast, share);
        },
        paced: tools.paced,
      },
      tools.connection,
    );
  }

  /** From the connection to the machine's end; the modem takes commands when it resolves, or is gone. Never rejects. */
  async run(): Promise<Outcome> {
    this.give({ type: 'start' });
    const outcome = await this.#ended.promise;
    await this.#line.stop();
    return outcome;
  }

  /** What came of a page that the sender gave up, or with which the call ended, is kept. Never rejects. */
  async keepUnfinished(): Promise<void> {
    const page = this.#unfinished;
    this.#unfinished = null;
    if (page === null) return;
    // Else nothing came of it.
    const keeping = this.#tools.pages.keep(page).then(
      () => true,
      () => false,
    );
    if ((await withinTime(keeping, KEEP_MS)) === true) this.#tools.kept(page);
  }

  /** Ends the call politely. */
  abort(detail: string): void {
    this.give({ type: 'abort', detail });
  }

  give(input: Input): void {
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        if (this.#over) return;
        const { state, effects } = step(this.#state, next);
        this.#state = state;
        for (const effect of effects) this.#carryOut(effect);
      }
    } finally {
      this.#stepping = false;
    }
  }

  #heard(input: Input): void {
    if (input.type === 'frame' && input.carrier === 'V.21' && input.fcsOk && !this.#over) {
      this.#tools.frameHeard(input.octets);
    }
    this.give(input);
  }

  #carryOut(effect: Effect): void {
    if (this.#over) return;
    switch (effect.type) {
      case 'sendFrames':
      case 'sendFast':
      case 'receiveFrames':
      case 'receiveFast':
      case 'senseLine':
        this.#fast = effect.type === 'sendFast' ? effect : null;
        this.#line.begin(effect);
        return;
      case 'startTimer':
        this.#startTimer(effect.timer, effect.ms);
        return;
      case 'stopTimer':
        this.#stopTimer(effect.timer);
        return;
      case 'preparePage':
      case 'beginPage':
      case 'pageData':
      case 'storePage':
      case 'dropPage':
        this.#carryOutPage(effect);
        return;
      case 'report':
        this.#tools.report(effect.event);
        return;
      case 'end':
        this.#over = true;
        for (const timer of this.#timers.values()) clearTimeout(timer);
        this.#timers.clear();
        this.#ended.resolve(effect.outcome);
    }
  }

  #carryOutPage(effect: PageEffect): void {
    try {
      this.#toPageHost(effect);
    } catch (error) {
      // The page will not be stored, so that it is not confirmed either.
      this.#tools.fault(`${effect.type} of page ${effect.page + 1}: ${wordsOf(error)}`);
    }
  }

  #toPageHost(effect: PageEffect): void {
    const { page } = effect;
    const { pages, pageCoded } = this.#tools;
    switch (effect.type) {
      case 'preparePage':
        pages.prepare(page, effect.format).then(
          (data) => {
            pageCoded(page, data.length);
            this.give({ type: 'pageReady', page, data });
          },
          (error: unknown) => this.give({ type: 'pageUnavailable', page, detail: wordsOf(error) }),
        );
        return;
      case 'beginPage':
        if (this.#unfinished !== page) void this.keepUnfinished();
        this.#unfinished = null;
        this.#incomingPage = page;
        pages.begin(page, effect.parameters);
        return;
      case 'pageData':
        pages.push(page, effect.octets);
        return;
      case 'storePage':
        pages.store(page).then(
          () => this.give({ type: 'pageStored', page }),
          (error: unknown) => this.give({ type: 'pageNotStored', page, detail: wordsOf(error) }),
        );
        return;
      case 'dropPage':
        this.#unfinished = page;
    }
  }

  #openPage(): PageSink | null {
    return this.#tools.pages.open(this.#incomingPage);
  }

  #startTimer(timer: TimerName, ms: number): void {
    this.#stopTimer(timer);
    const running = setTimeout(() => {
      this.#timers.delete(timer);
      this.give({ type: 'timer', timer });
    }, ms);
    this.#timers.set(timer, running);
  }

  #stopTimer(timer: TimerName): void {
    clearTimeout(this.#timers.get(timer));
    this.#timers.delete(timer);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
