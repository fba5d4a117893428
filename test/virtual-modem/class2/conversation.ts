// A T.30 conversation as a Class 2 modem holds it, told from top to bottom: scripts (generators) that wait for what is
// heard, for their host, or for time to pass.

import { parseFrame } from '../../../fax/t30/frames/frame.ts';
import type { Frame } from '../../../fax/t30/frames/frame.ts';
import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import type { Input } from '../../../fax/t30/machine.ts';
import { TIMERS, TURNAROUND_MS } from '../../../fax/t30/timers.ts';
import type { Clock, ClockTimer } from '../clock.ts';
import type { ModemCall } from '../modem/modemCore.ts';
import { SignalExecutor } from '../t30/signalExecutor.ts';

/** `host`: the host has said or done something, which the script looks up. */
export type Happening = Input | { type: 'timeout' } | { type: 'host' };

/** Yields for how long it waits at most, in ms; is given what happens. */
export type Script<Result> = Generator<number, Result, Happening>;

/** Ends a call from wherever it is, with a hang-up code of Class 2 (decimal). */
export class CallOver extends Error {
  readonly code: number;
  /** Whether DCN is to be said first. */
  readonly politely: boolean;

  constructor(code: number, politely = false) {
    super(`hang-up code ${code}`);
    this.code = code;
    this.politely = politely;
  }
}

const HANG_UP_LINE_LOST = 3;
const COMMAND_TRIES = 3;

export class Conversation {
  readonly signals: SignalExecutor;
  readonly clock: Clock;
  /** Where a page without error correction goes that is about to come. */
  pageSink: PageSink | null = null;
  readonly #happenings: Happening[] = [];
  #script: Script<void> | null = null;
  #timer: ClockTimer | null = null;
  #running = false;

  constructor(clock: Clock, call: ModemCall) {
    this.clock = clock;
    this.signals = new SignalExecutor({
      clock,
      end: call.end,
      transmitter: call.transmitter,
      give: (input) => this.give(input),
      openPage: () => this.pageSink,
    });
  }

  /** The script must catch CallOver itself. */
  run(script: Script<void>): void {
    this.#script = script;
    this.#resume(script, null);
  }

  give(happening: Happening): void {
    if (this.#script === null) return;
    this.#happenings.push(happening);
    this.#drain();
  }

  stop(): void {
    this.#script = null;
    this.#happenings.length = 0;
    if (this.#timer !== null) this.#timer.cancelled = true;
    this.signals.stop();
  }

  #drain(): void {
    if (this.#running) return;
    for (let next = this.#happenings.shift(); next !== undefined; next = this.#happenings.shift()) {
      if (this.#script === null) return;
      this.#resume(this.#script, next);
    }
  }

  #resume(script: Script<void>, happening: Happening | null): void {
    if (this.#timer !== null) this.#timer.cancelled = true;
    this.#timer = null;
    this.#running = true;
    const { done, value } = happening === null ? script.next() : script.next(happening);
    this.#running = false;
    if (done === true || this.#script !== script) {
      if (this.#script === script) this.#script = null;
      return;
    }
    if (Number.isFinite(value)) {
      const timer = this.clock.after(Math.max(0, value), () => {
        if (this.#timer !== timer) return;
        this.#timer = null;
        this.give({ type: 'timeout' });
      });
      this.#timer = timer;
    }
    this.#drain();
  }
}

/** Waits for anything; ends the call when the line is gone. */
export function* happens(ms: number): Script<Happening> {
  const happening = yield ms;
  if (happening.type === 'lineLost') throw new CallOver(HANG_UP_LINE_LOST);
  return happening;
}

/** Says these frames in one carrier. */
export function* say(talk: Conversation, frames: readonly Uint8Array[], gapMs = TURNAROUND_MS): Script<void> {
  talk.signals.carryOut({ type: 'sendFrames', gapMs, frames });
  for (;;) {
    const happening = yield* happens(Infinity);
    if (happening.type === 'sent' || happening.type === 'sendFailed') return;
  }
}

/** The frames of a command or response, its final frame last; null when none began within `ms`. */
export function* hear(
  talk: Conversation,
  ms: number,
  interruptible = false,
): Script<readonly Frame[] | null> {
  talk.signals.carryOut({ type: 'receiveFrames' });
  const frames: Frame[] = [];
  let untilMs = talk.clock.nowMs + ms;
  for (;;) {
    const happening = yield* happens(untilMs - talk.clock.nowMs);
    if (happening.type === 'timeout') return null;
    if (happening.type === 'host' && interruptible) return null;
    if (happening.type === 'carrier' && happening.carrier === 'V.21' && happening.present) {
      // Once flags are heard, the frames may take their time.
      untilMs = Math.max(untilMs, talk.clock.nowMs + TIMERS.frame.ms);
    }
    if (happening.type !== 'frame' || happening.carrier !== 'V.21') continue;
    untilMs = Math.max(untilMs, talk.clock.nowMs + TIMERS.frame.ms);
    const frame = happening.fcsOk ? parseFrame(happening.octets) : null;
    if (frame === null) continue;
    frames.push(frame);
    if (frame.final) return frames;
  }
}

/** Says a command up to three times, T4 apart, until it is answered; null when it never is. */
export function* ask(
  talk: Conversation,
  frames: readonly Uint8Array[],
  accepts: (frame: Frame) => boolean,
): Script<Frame | null> {
  for (let tries = 0; tries < COMMAND_TRIES; tries++) {
    yield* say(talk, frames);
    const untilMs = talk.clock.nowMs + TIMERS.T4.ms;
    while (talk.clock.nowMs < untilMs) {
      const heard = yield* hear(talk, untilMs - talk.clock.nowMs);
      const answer = heard?.at(-1);
      if (answer === undefined) break;
      if (accepts(answer) || answer.name === 'DCN') return answer;
      if (answer.name === 'CRP') break;
    }
  }
  return null;
}
