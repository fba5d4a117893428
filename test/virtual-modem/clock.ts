// The time of a virtual exchange. Signals take the time that they would take on a telephone line; how fast that time
// passes is the clock's affair.

export interface ClockTimer {
  cancelled: boolean;
}

/** Milliseconds of modelled time. The T.30 tests' VirtualClock is one too. */
export interface Clock {
  readonly nowMs: number;
  after(delayMs: number, action: () => void): ClockTimer;
}

/** A clock for hosts that live in real time. */
export interface HostedClock extends Clock {
  /** While any key is held it is some host's turn to act, and modelled time passes as real time does. */
  setHeld(key: object, held: boolean): void;
  /** Nothing fires any more. */
  close(): void;
}

interface Event extends ClockTimer {
  readonly atMs: number;
  readonly action: () => void;
}

/** Real time that events may happen late together. */
const MOST_LATE_MS = 2;

/**
 * Real time (`speed` 1), or modelled time that passes `speed` times as fast while no host has to act: a page of half a
 * minute is over in a second or two, and yet a host that needs 5 ms to answer needs 5 ms of modelled time. Events happen
 * in the order of their modelled time and see exactly that time, however late the process is.
 */
export class PacedClock implements HostedClock {
  readonly #speed: number;
  readonly #held = new Set<object>();
  /** Sorted by time, the next one last. */
  readonly #events: Event[] = [];
  #modelledMs = 0;
  #realMs = performance.now();
  #wake: NodeJS.Timeout | null = null;
  #running = false;
  #closed = false;

  constructor(speed = 1) {
    if (!(speed > 0)) throw new RangeError(`a clock with speed ${speed}`);
    this.#speed = speed;
  }

  get nowMs(): number {
    if (!this.#running) this.#advance();
    return this.#modelledMs;
  }

  after(delayMs: number, action: () => void): ClockTimer {
    const event: Event = { atMs: this.nowMs + Math.max(0, delayMs), action, cancelled: false };
    let place = this.#events.length;
    while (place > 0 && (this.#events[place - 1]?.atMs ?? 0) <= event.atMs) place--;
    this.#events.splice(place, 0, event);
    this.#setWake();
    return event;
  }

  setHeld(key: object, held: boolean): void {
    if (this.#held.has(key) === held) return;
    if (!this.#running) this.#advance();
    if (held) this.#held.add(key);
    else this.#held.delete(key);
    this.#setWake();
  }

  close(): void {
    this.#closed = true;
    this.#events.length = 0;
    if (this.#wake !== null) clearTimeout(this.#wake);
    this.#wake = null;
  }

  get #pace(): number {
    return this.#held.size > 0 ? 1 : this.#speed;
  }

  /** Time never passes an event that has not happened. */
  #advance(): void {
    const realMs = performance.now();
    const passedMs = (realMs - this.#realMs) * this.#pace;
    this.#realMs = realMs;
    const limitMs = this.#events.at(-1)?.atMs ?? Infinity;
    this.#modelledMs = Math.max(this.#modelledMs, Math.min(this.#modelledMs + passedMs, limitMs));
  }

  #setWake(): void {
    if (this.#running || this.#closed) return;
    if (this.#wake !== null) clearTimeout(this.#wake);
    this.#wake = null;
    const next = this.#events.at(-1);
    if (next === undefined) return;
    const delayMs = Math.max(0, next.atMs - this.#modelledMs) / this.#pace;
    this.#wake = setTimeout(() => this.#run(), Math.ceil(delayMs));
  }

  #run(): void {
    const realMs = performance.now();
    // A process that was held up does not catch up: what hosts have said meanwhile is to be heard first.
    const limitMs = (this.#events.at(-1)?.atMs ?? this.#modelledMs) + MOST_LATE_MS * this.#pace;
    let dueMs = Math.min(this.#modelledMs + (realMs - this.#realMs) * this.#pace, limitMs);
    this.#realMs = realMs;
    this.#running = true;
    for (
      let next = this.#events.at(-1);
      next !== undefined && next.atMs <= dueMs;
      next = this.#events.at(-1)
    ) {
      this.#events.pop();
      if (next.cancelled) continue;
      this.#modelledMs = Math.max(this.#modelledMs, next.atMs);
      const pace = this.#pace;
      next.action();
      // It has become a host's turn: what was still to come has not yet passed.
      if (this.#pace < pace) dueMs = this.#modelledMs;
    }
    this.#modelledMs = Math.max(this.#modelledMs, dueMs);
    this.#running = false;
    this.#setWake();
  }
}
