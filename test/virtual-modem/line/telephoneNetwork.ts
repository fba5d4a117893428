// The telephone exchange: who has which number, ringing, answering, busy, and the line between two that talk.

import type { Clock, ClockTimer } from '../clock.ts';
import { PhoneLine } from './phoneLine.ts';
import type { LineConditions, LineEnd, SentEvent } from './phoneLine.ts';

export interface Subscriber {
  readonly number: string;
  /** Off the hook, or not able to ring. */
  readonly engaged: boolean;
  /** One burst of ringing, the first of a call with `burst` 1. */
  ringing(call: IncomingCall, burst: number): void;
  /** The caller has given up. */
  ringingOver(): void;
}

export interface IncomingCall {
  /** The caller's number. */
  from: string;
  /** The number that was dialled. */
  to: string;
  /** Null when the caller has gone meanwhile. */
  answer(): LineEnd | null;
}

export interface DialHandlers {
  onRinging(): void;
  onBusy(): void;
  onAnswered(end: LineEnd): void;
}

/** What becomes of calls to a number that is nobody's. `voice`: a person answers and talks. */
export type OddNumber = 'busy' | 'noAnswer' | 'voice';

export interface NetworkOptions {
  /** By number. Numbers that are in neither list are answered by nobody. */
  oddNumbers?: Readonly<Record<string, OddNumber>>;
  /** Default: an undisturbed line. */
  conditions?: (call: { from: string; to: string }) => LineConditions;
  onSent?: (call: { from: string; to: string }, sent: SentEvent) => void;
  /** From one burst of ringing to the next, modelled ms. Default 6000 (2 s on, 4 s off). */
  ringEveryMs?: number;
}

const RING_EVERY_MS = 6000;
/** From the last digit to the first ringing, or to the busy tone. */
const SWITCHING_MS = 600;
const VOICE_AFTER_MS = 4000;
const VOICE_LASTS_MS = 40_000;

export class TelephoneNetwork {
  readonly #clock: Clock;
  readonly #options: NetworkOptions;
  readonly #subscribers = new Map<string, Subscriber>();
  readonly #lines = new Set<PhoneLine>();

  constructor(clock: Clock, options: NetworkOptions = {}) {
    this.#clock = clock;
    this.#options = options;
  }

  connect(subscriber: Subscriber): void {
    const number = digitsOf(subscriber.number);
    if (this.#subscribers.has(number)) throw new RangeError(`two subscribers with the number ${number}`);
    this.#subscribers.set(number, subscriber);
  }

  /** Every connection there is goes dead. */
  cutAll(): void {
    for (const line of this.#lines) line.cut();
    this.#lines.clear();
  }

  /** Dials; whoever dials says when it gives up by calling what is returned. */
  dial(from: string, dialled: string, handlers: DialHandlers): () => void {
    const to = digitsOf(dialled);
    const attempt = new Attempt(this.#clock);
    attempt.after(SWITCHING_MS, () => {
      const odd = this.#options.oddNumbers?.[to];
      const called = this.#find(to);
      if (odd === 'busy' || (called !== null && called.engaged)) handlers.onBusy();
      else {
        handlers.onRinging();
        if (odd === 'voice') this.#talk(attempt, { from, to }, handlers);
        else if (called !== null) this.#ring(attempt, called, { from, to }, handlers);
      }
    });
    return () => attempt.end();
  }

  /** A prefix for an outside line may stand before a number. */
  #find(digits: string): Subscriber | null {
    const exact = this.#subscribers.get(digits);
    if (exact !== undefined) return exact;
    const [longest] = [...this.#subscribers]
      .filter(([number]) => number.length > 0 && digits.endsWith(number))
      .sort(([one], [other]) => other.length - one.length);
    return longest?.[1] ?? null;
  }

  #ring(
    attempt: Attempt,
    called: Subscriber,
    call: { from: string; to: string },
    handlers: DialHandlers,
  ): void {
    attempt.onEnd = () => called.ringingOver();
    const incoming: IncomingCall = {
      ...call,
      answer: () => {
        if (attempt.over) return null;
        attempt.onEnd = () => undefined;
        attempt.end();
        const line = this.#line(call);
        // The caller hears of it as it hears everything: after the answerer.
        this.#clock.after(0, () => handlers.onAnswered(line.ends.caller));
        return line.ends.answerer;
      },
    };
    const burst = (count: number): void => {
      if (attempt.over) return;
      called.ringing(incoming, count);
      attempt.after(this.#options.ringEveryMs ?? RING_EVERY_MS, () => burst(count + 1));
    };
    burst(1);
  }

  #talk(attempt: Attempt, call: { from: string; to: string }, handlers: DialHandlers): void {
    attempt.after(VOICE_AFTER_MS, () => {
      attempt.end();
      const person = this.#line(call);
      handlers.onAnswered(person.ends.caller);
      person.ends.answerer.send({ type: 'begins', carrier: 'voice' });
      this.#clock.after(VOICE_LASTS_MS, () => person.ends.answerer.hangUp());
    });
  }

  #line(call: { from: string; to: string }): PhoneLine {
    const line = new PhoneLine(this.#clock, this.#options.conditions?.(call), (sent) =>
      this.#options.onSent?.(call, sent),
    );
    this.#lines.add(line);
    line.onOver = () => this.#lines.delete(line);
    return line;
  }
}

/** One try to reach a number; when it is over nothing of it happens any more. */
class Attempt {
  over = false;
  onEnd: () => void = () => undefined;
  readonly #clock: Clock;
  #timer: ClockTimer | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(delayMs: number, action: () => void): void {
    this.#timer = this.#clock.after(delayMs, () => {
      if (!this.over) action();
    });
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    if (this.#timer !== null) this.#timer.cancelled = true;
    this.onEnd();
  }
}

/** What is dialled of a number as people and hosts write it: `T 9,W0123-45` is 9012345. */
export function digitsOf(dialled: string): string {
  return dialled.replace(/[^0-9*#]/g, '');
}
