// Counts the rings of a call that comes in, gathers who calls, and notices when the caller gives up.

import type { Unsolicited } from './at/atDialogue.types.ts';
import type { LineEvents, LineTimes } from './lineKeeper.types.ts';

/** A ring lasts longer than this: what comes faster is no second one. */
const LEAST_GAP_MS = 200;
/** Behind the number the name comes at once, where it does. */
const NAME_MS = 200;

type RingTimes = Pick<LineTimes, 'ringEndMs' | 'callerIdMs'>;

interface Caller {
  callerNumber?: string;
  callerName?: string;
}

export class RingWatch {
  readonly #events: Pick<LineEvents, 'ring' | 'ringEnded'>;
  readonly #times: RingTimes;
  #count = 0;
  #caller: Caller = {};
  #cadence: string | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #rangAtMs = Number.NEGATIVE_INFINITY;
  /** Runs while who calls may still be told. */
  #callerIdDue: NodeJS.Timeout | undefined;

  constructor(events: Pick<LineEvents, 'ring' | 'ringEnded'>, times: RingTimes) {
    this.#events = events;
    this.#times = times;
  }

  get isRinging(): boolean {
    return this.#count > 0;
  }

  /**
   * Caller id comes before the first ring or behind it, and never behind the second. At the first ring it is told that it
   * may be due; then the ring is told with the same count once more when it has come, or is due no longer.
   * @param tellsCallerId whether the modem was told to say who calls
   */
  take(what: Unsolicited, tellsCallerId: boolean): void {
    if (what.type === 'ring') {
      const nowMs = performance.now();
      if (nowMs - this.#rangAtMs < LEAST_GAP_MS) return;
      this.#rangAtMs = nowMs;
      this.#count++;
      this.#cadence = what.cadence?.slice(0, 20) ?? this.#cadence;
      const isKnown = this.#caller.callerNumber !== undefined;
      if (this.#count === 1 && tellsCallerId && !isKnown) this.#await(this.#times.callerIdMs);
      else this.#awaitNoMore();
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
      if (this.#callerIdDue !== undefined && this.#caller.callerNumber !== undefined) this.#await(NAME_MS);
      if (this.isRinging) this.#tell();
    } else return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      const wasRinging = this.isRinging;
      this.reset();
      if (wasRinging) this.#events.ringEnded();
    }, this.#times.ringEndMs);
  }

  /** The call was answered, or the line is gone. */
  reset(): void {
    clearTimeout(this.#quiet);
    this.#awaitNoMore();
    this.#count = 0;
    this.#caller = {};
    this.#cadence = undefined;
  }

  #await(ms: number): void {
    this.#awaitNoMore();
    this.#callerIdDue = setTimeout(() => {
      this.#callerIdDue = undefined;
      this.#tell();
    }, ms);
  }

  #awaitNoMore(): void {
    clearTimeout(this.#callerIdDue);
    this.#callerIdDue = undefined;
  }

  #tell(): void {
    this.#events.ring({
      count: this.#count,
      ...this.#caller,
      ...(this.#cadence === undefined ? {} : { cadence: this.#cadence }),
      ...(this.#callerIdDue === undefined ? {} : { callerIdDue: true }),
    });
  }
}
