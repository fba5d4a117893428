// Counts the rings of a call that comes in, gathers who calls, and notices when the caller gives up.

import type { Unsolicited } from './at/atDialogue.types.ts';
import type { LineEvents } from './lineKeeper.types.ts';

/** A ring lasts longer than this: what comes faster is no second one. */
const LEAST_GAP_MS = 200;

interface Caller {
  callerNumber?: string;
  callerName?: string;
}

export class RingWatch {
  readonly #events: Pick<LineEvents, 'ring' | 'ringEnded'>;
  readonly #endMs: number;
  #count = 0;
  #caller: Caller = {};
  #cadence: string | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #rangAtMs = Number.NEGATIVE_INFINITY;

  constructor(events: Pick<LineEvents, 'ring' | 'ringEnded'>, endMs: number) {
    this.#events = events;
    this.#endMs = endMs;
  }

  get isRinging(): boolean {
    return this.#count > 0;
  }

  /**
   * Caller id comes before the first ring or behind it: who calls is then told with the same count once more, so that
   * a call answered at its first ring has its number too.
   */
  take(what: Unsolicited): void {
    if (what.type === 'ring') {
      const nowMs = performance.now();
      if (nowMs - this.#rangAtMs < LEAST_GAP_MS) return;
      this.#rangAtMs = nowMs;
      this.#count++;
      this.#cadence = what.cadence?.slice(0, 20) ?? this.#cadence;
      this.#tell();
    } else if (what.type === 'callerId') {
      const known = this.#caller;
      this.#caller = {
        ...known,
        ...(what.number === undefined ? {} : { callerNumber: what.number.slice(0, 40) }),
        ...(what.name === undefined ? {} : { callerName: what.name.slice(0, 80) }),
      };
      const isNews =
        known.callerNumber !== this.#caller.callerNumber || known.callerName !== this.#caller.callerName;
      if (!isNews) return;
      if (this.isRinging) this.#tell();
    } else return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      const wasRinging = this.isRinging;
      this.reset();
      if (wasRinging) this.#events.ringEnded();
    }, this.#endMs);
  }

  /** The call was answered, or the line is gone. */
  reset(): void {
    clearTimeout(this.#quiet);
    this.#count = 0;
    this.#caller = {};
    this.#cadence = undefined;
  }

  #tell(): void {
    this.#events.ring({
      count: this.#count,
      ...this.#caller,
      ...(this.#cadence === undefined ? {} : { cadence: this.#cadence }),
    });
  }
}
