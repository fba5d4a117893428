// For tests: a machine driven by hand, input by input. What it does is told in short words, and at every step it is held
// to what all machines promise: a timer runs while it waits, `end` comes once and last, no state is changed in place.

import { buildFrame, parseFrame } from '../frames/frame.ts';
import { frameLabel } from '../frames/frameLabel.ts';
import type { FrameName } from '../frames/frameNames.ts';
import { buildIdentity } from '../frames/identity.ts';
import { buildContinueRate, buildParameters } from '../frames/parameters.ts';
import { buildEor, buildPps } from '../frames/postMessage.ts';
import type { PostMessageCommand } from '../frames/postMessage.ts';
import type { JournalEvent } from '../journal.ts';
import type { Effect, Input, Step } from '../machine.ts';
import type { FastRate, SessionParameters } from '../parameters.ts';
import type { TimerName } from '../timers.ts';
import { deepFreeze } from './deepFreeze.ts';

/** Inputs, and what they lead to: `send MCF`, `receive page 14400 short`, `store 0` … Timers only when asked for. */
export type Script = readonly (readonly [inputs: readonly Input[], expected: readonly string[]])[];

export class HandDriver<State> {
  state: State;
  /** Those that run, with the milliseconds that they were started for. */
  readonly timers = new Map<TimerName, number>();
  readonly effects: Effect[] = [];
  readonly events: JournalEvent[] = [];
  /** What the machine did last to send or listen. */
  doing: 'nothing' | 'sending' | 'listening' | 'sensing' = 'nothing';
  ended = false;
  /** Whether timers are told too, as `T2 7000`. */
  tellTimers = false;
  /** Passes only by passTime. */
  #nowMs = 0;
  readonly #dueMs = new Map<TimerName, number>();
  readonly #step: (state: State, input: Input) => Step<State>;

  constructor(initial: State, step: (state: State, input: Input) => Step<State>) {
    this.state = deepFreeze(initial);
    this.#step = step;
  }

  give(...inputs: readonly Input[]): string[] {
    return inputs.flatMap((input) => {
      if (input.type === 'timer') this.timers.delete(input.timer);
      const { state, effects } = this.#step(this.state, input);
      this.state = deepFreeze(state);
      this.effects.push(...effects);
      const told = effects.flatMap((effect) => this.#note(effect));
      if (this.doing !== 'nothing' && !this.ended && this.timers.size === 0) {
        throw new Error(`no timer runs after ${JSON.stringify(input)}`);
      }
      return told;
    });
  }

  /** Until the next timer fires; what is being sent leaves before. Returns what that leads to. */
  passTime(): string[] {
    if (this.doing === 'sending') {
      this.doing = 'listening';
      return this.give(SENT);
    }
    if (this.doing === 'sensing') return this.give(SILENT);
    const [next] = [...this.timers.keys()].sort((one, other) => this.#due(one) - this.#due(other));
    if (next === undefined) throw new Error('no timer runs');
    this.#nowMs = Math.max(this.#nowMs, this.#due(next));
    return this.give(timer(next));
  }

  #due(name: TimerName): number {
    return this.#dueMs.get(name) ?? 0;
  }

  #note(effect: Effect): string[] {
    if (this.ended) throw new Error(`${effect.type} after end`);
    switch (effect.type) {
      case 'startTimer':
        this.timers.set(effect.timer, effect.ms);
        this.#dueMs.set(effect.timer, this.#nowMs + effect.ms);
        return this.tellTimers ? [`${effect.timer} ${effect.ms}`] : [];
      case 'stopTimer':
        this.timers.delete(effect.timer);
        return [];
      case 'report':
        this.events.push(effect.event);
        return [];
      case 'sendFrames':
        this.doing = 'sending';
        return [`send ${effect.frames.map(labelOf).join(' ')}`];
      case 'sendFast':
        this.doing = 'sending';
        return [`send ${effect.purpose} ${effect.rate.rateBps} ${effect.training}`];
      case 'receiveFrames':
        this.doing = 'listening';
        return ['listen'];
      case 'senseLine':
        this.doing = 'sensing';
        return ['sense'];
      case 'receiveFast':
        this.doing = 'listening';
        return [`receive ${effect.purpose} ${effect.rate.rateBps} ${effect.training}`];
      case 'preparePage':
        return [`prepare ${effect.page}`];
      case 'beginPage':
        return [`begin ${effect.page}`];
      case 'pageData':
        return [`data ${effect.page} ${effect.octets.length}`];
      case 'storePage':
        return [`store ${effect.page}`];
      case 'dropPage':
        return [`drop ${effect.page}`];
      case 'end': {
        this.ended = true;
        if (this.timers.size > 0)
          throw new Error(`${[...this.timers.keys()].join(', ')} still runs at the end`);
        const { code, phase, pagesReceived } = effect.outcome;
        return [`end ${code} ${phase} ${pagesReceived}`];
      }
    }
  }
}

function labelOf(octets: Uint8Array): string {
  const frame = parseFrame(octets);
  return frame === null ? 'nonsense' : frameLabel(frame);
}

// Words for inputs

export const SENT: Input = { type: 'sent' };
export const SILENT: Input = { type: 'sensed', silent: true };
export const NOT_SILENT: Input = { type: 'sensed', silent: false };
export const START: Input = { type: 'start' };
export const V21_ON: Input = { type: 'carrier', carrier: 'V.21', present: true };
export const V21_OFF: Input = { type: 'carrier', carrier: 'V.21', present: false };
export const FAST_ON: Input = { type: 'carrier', carrier: 'fast', present: true };
export const FAST_OFF: Input = { type: 'carrier', carrier: 'fast', present: false };
export const STORED: Input = { type: 'pageStored', page: 0 };

export function timer(name: TimerName): Input {
  return { type: 'timer', timer: name };
}

/** Frames in one carrier, from its beginning to its end. */
export function hear(...frames: readonly Uint8Array[]): Input[] {
  return [V21_ON, ...frames.map((octets) => v21Frame(octets)), V21_OFF];
}

export function hearDamaged(): Input[] {
  return [V21_ON, v21Frame(frame('EOP'), false), V21_OFF];
}

export function v21Frame(octets: Uint8Array, fcsOk = true): Input {
  return { type: 'frame', carrier: 'V.21', octets, fcsOk };
}

/** A frame of a caller. */
export function frame(name: FrameName, fif: Uint8Array = new Uint8Array(0), final = true): Uint8Array {
  return buildFrame(name, { x: true, fif, final });
}

export function identity(name: FrameName, text: string): Uint8Array {
  return frame(name, buildIdentity(text), false);
}

export const V17_14400: FastRate = { modulation: 'V.17', rateBps: 14_400 };

export const PARAMETERS: SessionParameters = {
  rate: V17_14400,
  coding: 'MH',
  resolution: 'R8x7.7',
  inch: false,
  width: 215,
  length: 'A4',
  minScanMs: 0,
  ecmFrameOctets: null,
  subaddressSent: false,
  senderIdSent: false,
  unsupported: [],
};

export function dcs(parameters: Partial<SessionParameters> = {}): Uint8Array {
  return frame('DCS', buildParameters({ ...PARAMETERS, ...parameters }));
}

export function ctc(rate: FastRate): Uint8Array {
  return frame('CTC', buildContinueRate(rate));
}

export function eor(command: PostMessageCommand): Uint8Array {
  return buildEor({ x: true, command });
}

export function pps(command: PostMessageCommand, frames: number, page = 0, block = 0): Uint8Array {
  return buildPps({ x: true, command, page, block, frames });
}

/** A training check without a fault, or one that is all garbage. */
export function tcf(good = true): Input[] {
  const octets = new Uint8Array(2700).fill(good ? 0 : 0x55);
  return [FAST_ON, FAST_OFF, { type: 'trainingCheck', octets }];
}

/** A page without error correction. */
export function page(rows: number, bad = 0, options: { endSeen?: boolean; run?: number } = {}): Input[] {
  const { run = Math.min(bad, 1), ...end } = options;
  const quality = { rows, goodRows: rows - bad, badRows: bad, longestBadRun: run };
  return [FAST_ON, FAST_OFF, { type: 'pageEnd', quality, ...end }];
}

/** Frames of an ECM block: their numbers, or numbers with the length of their data. */
export function burst(...frames: readonly (number | readonly [number: number, octets: number])[]): Input[] {
  return [
    FAST_ON,
    ...frames.map((one) => {
      const [number, octets] = typeof one === 'number' ? ([one, 256] as const) : one;
      return fastFrame(fcd(number, new Uint8Array(octets).fill(number + 1)));
    }),
    fastFrame(frame('RCP')),
    FAST_OFF,
  ];
}

export function fcd(number: number, data: Uint8Array): Uint8Array {
  return frame('FCD', Uint8Array.of(number, ...data));
}

export function fastFrame(octets: Uint8Array, fcsOk = true): Input {
  return { type: 'frame', carrier: 'fast', octets, fcsOk };
}

/** First numbers. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}
