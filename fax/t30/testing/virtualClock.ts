// Time that passes only when nothing is left to do: events in the order of their time, then of their making.

export interface ClockEvent {
  readonly atMs: number;
  readonly action: () => void;
  cancelled: boolean;
}

/** A deterministic event queue: the same calls give the same run, always. */
export class VirtualClock {
  #nowMs = 0;
  /** Sorted by time, last first, so that the next event is taken from the end. */
  readonly #events: ClockEvent[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): ClockEvent {
    return this.at(this.#nowMs + delayMs, action);
  }

  /** Not before now. */
  at(atMs: number, action: () => void): ClockEvent {
    const event = { atMs: Math.max(atMs, this.#nowMs), action, cancelled: false };
    let place = this.#events.length;
    while (place > 0 && (this.#events[place - 1]?.atMs ?? 0) <= event.atMs) place--;
    this.#events.splice(place, 0, event);
    return event;
  }

  /** Runs until nothing is left, `done` says so, or the next event lies behind `untilMs`. */
  run(untilMs: number, done: () => boolean = () => false): void {
    while (!done()) {
      const next = this.#events.at(-1);
      if (next === undefined || next.atMs > untilMs) return;
      this.#events.pop();
      if (next.cancelled) continue;
      this.#nowMs = next.atMs;
      next.action();
    }
  }
}
