// A station on the line in memory: carries out the effects of a T.30 machine as a Class 1 modem and a host would, and
// watches that the machine keeps to its contract.

import type { JournalEvent } from '../journal.ts';
import type { Effect, Input, Step } from '../machine.ts';
import type { Outcome } from '../outcome.ts';
import type { TimerName } from '../timers.ts';
import { ModemEar } from './modemEar.ts';
import { PageHost } from './pageHost.ts';
import type { HostOptions } from './pageHost.ts';
import type { Signal } from './signals.ts';
import type { Side, TelephoneLine } from './telephoneLine.ts';
import type { ClockEvent, VirtualClock } from './virtualClock.ts';
import { deepFreeze } from './deepFreeze.ts';

export interface Machine<State> {
  initial: State;
  step(state: State, input: Input): Step<State>;
}

export interface JournalEntry {
  atMs: number;
  event: JournalEvent;
}

/** After its final frame a carrier may be taken for over. */
const CLOSING_FLAGS_MS = 100;
/** How often a station that waits for silence looks again. */
const SILENCE_POLL_MS = 5;
/** So long at most it is looked whether the line is silent. */
const SENSE_MS = 800;
/** A line that is never silent is given up: the modem reports an error. */
const SILENCE_LIMIT_MS = 15_000;

export class LineStation<State> {
  readonly host: PageHost;
  readonly journal: JournalEntry[] = [];
  /** Breaches of the contract between machine and executor; must stay empty. */
  readonly breaches: string[] = [];
  outcome: Outcome | null = null;
  endedMs: number | null = null;
  readonly #clock: VirtualClock;
  readonly #line: TelephoneLine;
  readonly #side: Side;
  readonly #machine: Machine<State>;
  readonly #ear: ModemEar;
  readonly #timers = new Map<TimerName, ClockEvent>();
  readonly #inputs: Input[] = [];
  #state: State;
  #stepping = false;
  readonly #watchStates: boolean;
  /** Changes with every send and receive: what an older one still had to do is void. */
  #task = 0;
  #sending = false;

  constructor(
    clock: VirtualClock,
    line: TelephoneLine,
    options: { side: Side; machine: Machine<State>; host: HostOptions; watchStates?: boolean },
  ) {
    this.#clock = clock;
    this.#line = line;
    this.#side = options.side;
    this.#machine = options.machine;
    this.#watchStates = options.watchStates ?? true;
    this.#state = this.#watched(options.machine.initial);
    const give = (input: Input): void => this.give(input);
    this.host = new PageHost(clock, options.host, give);
    this.#ear = new ModemEar(clock, give, () => this.host.openPage());
    line.connect(options.side, this.#ear);
  }

  give(input: Input): void {
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    this.#stepping = false;
  }

  #step(input: Input): void {
    const { state, effects } = this.#machine.step(this.#state, input);
    this.#state = this.#watched(state);
    if (this.outcome !== null && effects.length > 0) this.#breach('effects after the end');
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    if (this.outcome !== null) {
      this.#breach(`${effect.type} after the end`);
      return;
    }
    switch (effect.type) {
      case 'sendFrames':
        this.#send(effect.gapMs, {
          type: 'V.21',
          frames: effect.frames.map((octets) => ({ octets, fcsOk: true })),
        });
        return;
      case 'sendFast': {
        const { rate, training, purpose, data } = effect;
        this.#send(effect.gapMs, { type: 'fast', rate, training, purpose, data });
        return;
      }
      case 'receiveFrames':
        this.#beginTask();
        this.#ear.listen(null);
        return;
      case 'receiveFast':
        this.#beginTask();
        this.#ear.listen(effect);
        return;
      case 'senseLine':
        this.#sense(effect.silentMs);
        return;
      case 'startTimer':
        this.#startTimer(effect.timer, effect.ms);
        return;
      case 'stopTimer':
        this.#stopTimer(effect.timer);
        return;
      case 'report':
        this.journal.push({ atMs: this.#clock.nowMs, event: effect.event });
        return;
      case 'end':
        this.outcome = effect.outcome;
        this.endedMs = this.#clock.nowMs;
        this.#beginTask();
        this.#ear.deafen();
        for (const timer of this.#timers.values()) timer.cancelled = true;
        return;
      case 'preparePage':
      case 'beginPage':
      case 'pageData':
      case 'storePage':
      case 'dropPage':
        this.host.carryOut(effect);
    }
  }

  #send(gapMs: number, signal: Signal): void {
    if (signal.type === 'V.21' && signal.frames.length === 0) this.#breach('sends no frames');
    const intrudes = this.#ear.hearsV21;
    const task = this.#beginTask();
    const askedMs = this.#clock.nowMs;
    this.#ear.deafen();
    const trySend = (): void => {
      if (task !== this.#task) return;
      const { silentSinceMs } = this.#ear;
      const readyMs = silentSinceMs === null ? Infinity : Math.max(silentSinceMs, askedMs) + gapMs;
      if (readyMs <= this.#clock.nowMs) {
        if (intrudes && this.#clock.nowMs - askedMs > gapMs + CLOSING_FLAGS_MS) {
          this.#breach('wanted to send while it heard V.21');
        }
        const endMs = this.#line.send(this.#side, signal);
        this.#sending = true;
        this.#clock.at(endMs, () => {
          if (task !== this.#task) return;
          this.#sending = false;
          this.give({ type: 'sent' });
        });
      } else if (this.#clock.nowMs - askedMs > SILENCE_LIMIT_MS) {
        this.give({ type: 'sendFailed', detail: 'the line is never silent' });
      } else this.#clock.at(readyMs === Infinity ? this.#clock.nowMs + SILENCE_POLL_MS : readyMs, trySend);
    };
    trySend();
  }

  #sense(silentMs: number): void {
    const task = this.#beginTask();
    this.#ear.deafen();
    const askedMs = this.#clock.nowMs;
    const look = (): void => {
      if (task !== this.#task) return;
      const { nowMs } = this.#clock;
      const sinceMs = Math.max(this.#ear.silentSinceMs ?? Infinity, askedMs);
      if (nowMs - sinceMs >= silentMs) this.give({ type: 'sensed', silent: true });
      else if (nowMs - askedMs >= SENSE_MS) this.give({ type: 'sensed', silent: false });
      else this.#clock.after(SILENCE_POLL_MS, look);
    };
    this.#clock.after(silentMs, look);
  }

  /** What was being sent is broken off, what was still to be sent is forgotten. */
  #beginTask(): number {
    if (this.#sending) this.#line.breakOff(this.#side);
    this.#sending = false;
    return ++this.#task;
  }

  #startTimer(timer: TimerName, ms: number): void {
    this.#stopTimer(timer);
    const event = this.#clock.after(ms, () => {
      this.#timers.delete(timer);
      this.give({ type: 'timer', timer });
    });
    this.#timers.set(timer, event);
  }

  #stopTimer(timer: TimerName): void {
    const running = this.#timers.get(timer);
    if (running !== undefined) running.cancelled = true;
    this.#timers.delete(timer);
  }

  #watched(state: State): State {
    return this.#watchStates ? deepFreeze(state) : state;
  }

  #breach(what: string): void {
    this.breaches.push(`${this.#side} at ${Math.round(this.#clock.nowMs)} ms: ${what}`);
  }
}
