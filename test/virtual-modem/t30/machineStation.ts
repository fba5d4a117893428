// A T.30 machine at an end of a virtual line: its effects carried out, its inputs given, its timers kept.

import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import type { JournalEvent } from '../../../fax/t30/journal.ts';
import type { Effect, Input, Step } from '../../../fax/t30/machine.ts';
import type { Outcome } from '../../../fax/t30/outcome.ts';
import type { TimerName } from '../../../fax/t30/timers.ts';
import type { Clock, ClockTimer } from '../clock.ts';
import type { LineEnd } from '../line/phoneLine.ts';
import type { Transmitter } from '../line/transmitter.ts';
import { SignalExecutor } from './signalExecutor.ts';

export type PageEffect = Extract<
  Effect,
  { type: 'preparePage' | 'beginPage' | 'pageData' | 'storePage' | 'dropPage' }
>;

/** What a station does with pages. */
export interface StationPages {
  carryOut(effect: PageEffect): void;
  openPage(): PageSink | null;
}

export interface MachineStationOptions<State> {
  clock: Clock;
  end: LineEnd;
  transmitter: Transmitter;
  initial: State;
  step: (state: State, input: Input) => Step<State>;
  pages: StationPages;
  onJournal?: (event: JournalEvent) => void;
  onEnd: (outcome: Outcome) => void;
  /** After each input, with the state that it led to. */
  onState?: (state: State) => void;
}

export class MachineStation<State> {
  readonly #options: MachineStationOptions<State>;
  readonly #signals: SignalExecutor;
  readonly #timers = new Map<TimerName, ClockTimer>();
  readonly #inputs: Input[] = [];
  #state: State;
  #stepping = false;
  #ended = false;

  /** Takes over the events of the line. */
  constructor(options: MachineStationOptions<State>) {
    this.#options = options;
    this.#state = options.initial;
    this.#signals = new SignalExecutor({
      clock: options.clock,
      end: options.end,
      transmitter: options.transmitter,
      give: (input) => this.give(input),
      openPage: () => options.pages.openPage(),
    });
    options.end.onEvent = (event) => this.#signals.lineEvent(event);
  }

  /** Effects that came with the initial state, and that no step will give. */
  begin(effects: readonly Effect[]): void {
    for (const effect of effects) this.#carryOut(effect);
    this.#drain();
  }

  give(input: Input): void {
    this.#inputs.push(input);
    this.#drain();
  }

  /** Nothing happens any more. */
  stop(): void {
    this.#ended = true;
    for (const timer of this.#timers.values()) timer.cancelled = true;
    this.#timers.clear();
    this.#signals.stop();
  }

  #drain(): void {
    if (this.#stepping) return;
    this.#stepping = true;
    for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
      if (this.#ended) continue;
      const { state, effects } = this.#options.step(this.#state, input);
      this.#state = state;
      for (const effect of effects) this.#carryOut(effect);
      this.#options.onState?.(state);
    }
    this.#stepping = false;
  }

  #carryOut(effect: Effect): void {
    if (this.#ended) return;
    switch (effect.type) {
      case 'sendFrames':
      case 'sendFast':
      case 'receiveFrames':
      case 'receiveFast':
      case 'senseLine':
        this.#signals.carryOut(effect);
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
        this.#options.pages.carryOut(effect);
        return;
      case 'report':
        this.#options.onJournal?.(effect.event);
        return;
      case 'end':
        this.stop();
        this.#options.onEnd(effect.outcome);
    }
  }

  #startTimer(timer: TimerName, ms: number): void {
    this.#stopTimer(timer);
    const running = this.#options.clock.after(ms, () => {
      if (this.#timers.get(timer) !== running) return;
      this.#timers.delete(timer);
      this.give({ type: 'timer', timer });
    });
    this.#timers.set(timer, running);
  }

  #stopTimer(timer: TimerName): void {
    const running = this.#timers.get(timer);
    if (running !== undefined) running.cancelled = true;
    this.#timers.delete(timer);
  }
}
