// A conversation with one machine, written as a table of what the far end does and what the machine says to it. Time
// stands still: timers fire when the table says so, and only those that run.

import { Deframer } from '../ecm/deframer.ts';
import { buildFrame, parseFrame } from '../frames/frame.ts';
import { FRAME_NAMES } from '../frames/frameNames.ts';
import type { FrameName } from '../frames/frameNames.ts';
import { frameLabel } from '../frames/frameLabel.ts';
import { buildPpr } from '../frames/postMessage.ts';
import type { JournalEvent } from '../journal.ts';
import type { Effect, Input, Step } from '../machine.ts';
import { TIMERS } from '../timers.ts';
import type { TimerName } from '../timers.ts';
import { deepFreeze } from './deepFreeze.ts';

/**
 * First what happens, then what the machine says to it:
 * `MCF`, `NSF CSI DIS` – a carrier with these frames, the last one final; `bad MCF` – damaged; `open MCF` – not final;
 * `PPR 0 3` – asking for these frames, of `blockFrames`; `flags` – a carrier with nothing; `T4`, `frame` … – that
 * timer fires; `ready 0`, `unavailable 0` – the host; `sent`, `sendFailed`, `abort`, `lineLost`, `start`.
 */
export type Row = readonly [string, ...string[]];

export interface ConversationOptions {
  /** X bit of the far end: false for an answerer. */
  farX?: boolean;
  /** FIFs by frame name. */
  fifs?: Partial<Record<FrameName, Uint8Array>>;
  /** Octets of each page; null: the table says when the host is ready. */
  pages?: readonly number[] | null;
  /** Whether everything leaves at once; else the table says `sent`. Default true. */
  leaves?: boolean;
  blockFrames?: number;
}

export class Conversation<State> {
  readonly journal: JournalEvent[] = [];
  /** Of timers as they run, in ms. */
  readonly timers = new Map<TimerName, number>();
  /** Everything, as it came. */
  readonly effects: Effect[] = [];
  state: State;
  readonly #step: (state: State, input: Input) => Step<State>;
  readonly #options: ConversationOptions;
  #said: string[] = [];
  #ended = false;

  constructor(
    initial: State,
    step: (state: State, input: Input) => Step<State>,
    options: ConversationOptions = {},
  ) {
    this.state = deepFreeze(initial);
    this.#step = step;
    this.#options = options;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Plays one row's first cell; gives what was said to it. */
  hear(what: string): readonly string[] {
    this.#said = [];
    for (const input of this.#inputsOf(what)) this.give(input);
    return this.#said;
  }

  /** The effects of a machine that has begun by itself. */
  take(step: Step<State>): readonly string[] {
    this.#said = [];
    this.#carryOut(step);
    return this.#said;
  }

  give(input: Input): void {
    if (input.type === 'timer' && !this.timers.delete(input.timer)) {
      throw new Error(`${input.timer} does not run; these do: ${[...this.timers.keys()].join(' ')}`);
    }
    this.#carryOut(this.#step(this.state, deepFreeze(input)));
  }

  #carryOut({ state, effects }: Step<State>): void {
    this.state = deepFreeze(state);
    const inputs: Input[] = [];
    for (const effect of effects) {
      if (this.#ended) throw new Error(`${effect.type} after the end`);
      this.effects.push(effect);
      inputs.push(...this.#answersTo(effect));
    }
    if (this.effects.length > 0 && !this.#ended && this.timers.size === 0) throw new Error('no timer runs');
    for (const input of inputs) this.give(input);
  }

  #answersTo(effect: Effect): readonly Input[] {
    const { pages = null, leaves = true } = this.#options;
    switch (effect.type) {
      case 'startTimer':
        this.timers.set(effect.timer, effect.ms);
        return [];
      case 'stopTimer':
        this.timers.delete(effect.timer);
        return [];
      case 'report':
        this.journal.push(effect.event);
        return [];
      case 'end':
        this.#ended = true;
        this.#said.push(
          `end ${effect.outcome.code} ${effect.outcome.pagesSent}/${effect.outcome.pagesReceived}`,
        );
        return [];
      case 'sendFrames':
      case 'sendFast':
        this.#said.push(labelOf(effect));
        return leaves ? [{ type: 'sent' }] : [];
      case 'preparePage': {
        const octets = pages?.[effect.page];
        if (octets !== undefined) {
          return [{ type: 'pageReady', page: effect.page, data: new Uint8Array(octets).fill(0x55) }];
        }
        this.#said.push(`prepare ${effect.page} ${effect.format.coding} ${effect.format.minScanBits}`);
        return [];
      }
      case 'receiveFrames':
      case 'senseLine':
        return [];
      case 'receiveFast':
      case 'beginPage':
      case 'pageData':
      case 'storePage':
      case 'dropPage':
        this.#said.push(effect.type);
        return [];
    }
  }

  #inputsOf(what: string): readonly Input[] {
    const [first = '', ...rest] = what.split(' ');
    const page = Number(rest[0] ?? 0);
    switch (first) {
      case 'start':
      case 'sent':
        return [{ type: first }];
      case 'sendFailed':
      case 'abort':
      case 'lineLost':
        return [{ type: first, detail: 'for a test' }];
      case 'ready':
        return [{ type: 'pageReady', page, data: new Uint8Array(600).fill(0x55) }];
      case 'unavailable':
        return [{ type: 'pageUnavailable', page, detail: 'for a test' }];
      case 'flags':
        return [carrier(true), carrier(false)];
      case 'carrier':
        return [carrier(rest[0] !== 'off')];
      case 'bad':
        return this.#signal(rest, { fcsOk: false, final: true });
      case 'open':
        return this.#signal(rest, { fcsOk: true, final: false });
      case 'PPR':
        return this.#ppr(rest.map(Number));
      default:
        return first in TIMERS
          ? [{ type: 'timer', timer: first as TimerName }]
          : this.#signal([first, ...rest], { fcsOk: true, final: true });
    }
  }

  #signal(names: readonly string[], how: { fcsOk: boolean; final: boolean }): readonly Input[] {
    const { farX = false, fifs = {} } = this.#options;
    const frames = names.map((name, at): Input => {
      const known = FRAME_NAMES.find((one) => one === name);
      if (known === undefined) throw new Error(`there is no ${name}`);
      const fif = fifs[known];
      const final = how.final && at === names.length - 1;
      const octets = buildFrame(known, fif === undefined ? { x: farX, final } : { x: farX, final, fif });
      return { type: 'frame', carrier: 'V.21', octets, fcsOk: how.fcsOk };
    });
    return [carrier(true), ...frames, carrier(false)];
  }

  #ppr(numbers: readonly number[]): readonly Input[] {
    const { farX = false, blockFrames = 256 } = this.#options;
    const wanted = Array.from({ length: blockFrames }, (_, frame) => numbers.includes(frame));
    const octets = buildPpr({ x: farX, wanted });
    return [carrier(true), { type: 'frame', carrier: 'V.21', octets, fcsOk: true }, carrier(false)];
  }
}

function carrier(present: boolean): Input {
  return { type: 'carrier', carrier: 'V.21', present };
}

/** `TSI DCS`, `TCF V.17 14400`, `page V.17 14400 short`, `frames 0-2 V.17 14400 short`. */
function labelOf(effect: Extract<Effect, { type: 'sendFrames' | 'sendFast' }>): string {
  if (effect.type === 'sendFrames') {
    return effect.frames
      .map((octets) => parseFrame(octets))
      .map((frame) => (frame === null ? 'unknown' : frameLabel(frame)))
      .join(' ');
  }
  const { rate, training, purpose, data } = effect;
  const how = `${rate.modulation} ${rate.rateBps} ${training}`;
  return purpose === 'ECM' ? `frames ${framesIn(data)} ${how}` : `${purpose} ${how}`;
}

function framesIn(data: Uint8Array): string {
  const numbers: number[] = [];
  const deframer = new Deframer((octets) => {
    if (octets[2] === 0x06) numbers.push(octets[3] ?? -1);
  });
  deframer.push(data);
  deframer.end();
  const [first = -1] = numbers;
  const isRun = numbers.length > 2 && numbers.every((number, at) => number === first + at);
  return isRun ? `${first}-${numbers.at(-1) ?? -1}` : numbers.join();
}
