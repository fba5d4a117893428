// Keeps a line: opens its port, asks the modem who it is, and comes back by itself whatever happens to either. Lends the
// line to one call at a time.

import type { LineStateName, LineTestResult, ModemIdentity, ModemSetup } from '../../protocol/modem.ts';
import type { LineEvents, LineInUse, LineParts, LineTestAnswer, LineTimes } from './lineKeeper.types.ts';
import { LineSession } from './lineSession.ts';
import { PortWatch } from './portWatch.ts';
import { RingWatch } from './ringWatch.ts';
import { SerialClosedError } from './serial/serialConnection.types.ts';
import type { SerialFault } from './serial/serialConnection.types.ts';
import { withinTime } from './serial/withinTime.ts';

type Trouble = Exclude<LineStateName, 'opening' | 'ready' | 'ringing' | 'inCall'>;

/** Why a session ended: trouble, after which the line is tried again; or because something else is wanted of it. */
type SessionEnd = { state: Trouble; detail: string } | 'changed';

/** V.250 has no word for it; a modem answers AT within milliseconds. */
const CHECK_ANSWER_MS = 3_000;
const CHECK_TRIES = 2;
const CLOSE_MS = 900;
/** Making a modem hang up that was left in the middle of something, where nobody waits for it. */
const RELEASE_MS = 8_000;

export class LineKeeper {
  readonly #parts: LineParts;
  readonly #events: LineEvents;
  readonly #times: LineTimes;
  readonly #rings: RingWatch;
  #setup: ModemSetup | undefined;
  #setupIsNew = false;
  #closing = false;
  #running: Promise<void> | undefined;
  /** Something happened that the loop has to look at; `wake` is what it waits for meanwhile. */
  #stirredUp = false;
  #wake: (() => void) | undefined;
  #session: LineSession | undefined;
  /** The device that was at the set-up's path last. */
  #device: { path: string; identity: string } | undefined;
  #call: { over: boolean } | undefined;
  #tests: LineTestAnswer[] = [];
  /** What was said in the session that ended last. */
  #lastDialogue: string[] = [];
  #told: { state: LineStateName; detail: string | undefined; modem: ModemIdentity | undefined } | undefined;

  constructor(parts: LineParts, events: LineEvents, times: LineTimes) {
    this.#parts = parts;
    this.#events = events;
    this.#times = times;
    this.#rings = new RingWatch(
      {
        ring: (ring) => {
          events.ring(ring);
          this.#stir();
        },
        ringEnded: () => {
          events.ringEnded();
          this.#stir();
        },
      },
      times,
    );
  }

  /** Keeps this line from now on; another setup takes effect when no call is running. */
  open(setup: ModemSetup): void {
    if (this.#closing) return;
    this.#setup = setup;
    this.#setupIsNew = true;
    this.#running ??= this.#keep();
    this.#stir();
  }

  /** Lends the line; undefined, with the reason in words, when it is not ready. `answer` takes a ringing line, too. */
  borrow(purpose: 'dial' | 'answer'): LineInUse | { refused: string } {
    const session = this.#session;
    if (this.#call !== undefined) return { refused: 'a call is running on this line' };
    const state = this.#told?.state ?? 'absent';
    const isFree = state === 'ready' || (state === 'ringing' && purpose === 'answer');
    if (session?.facts === undefined || session.fault !== undefined || !isFree || this.#closing) {
      return { refused: state === 'ringing' ? 'somebody is calling' : `the line is ${state}` };
    }
    const call = { over: false };
    this.#call = call;
    this.#rings.reset();
    this.#tell('inCall', { modem: session.identity });
    return {
      dialogue: session.dialogue,
      connection: session.connection,
      facts: session.facts,
      setup: session.setup,
      lost: session.lost,
      giveBack: () => {
        call.over = true;
        this.#stir();
      },
    };
  }

  /** Asks the modem everything anew; a line that is in trouble is tried at once. Always answered. */
  test(answer: LineTestAnswer): void {
    const modem = this.#session?.identity;
    if (this.#call !== undefined) {
      answer(untested('a call is running on this line', { answers: true, ...(modem && { modem }) }));
    } else if (this.#closing || this.#setup === undefined) {
      answer(untested('no line is open'));
    } else {
      this.#tests.push(answer);
      this.#stir();
    }
  }

  /** Hangs up, for `releaseMs` at most, and releases the port; a call that has the line loses it. */
  async close(releaseMs: number): Promise<void> {
    this.#closing = true;
    this.#stir();
    // What is being asked of the modem may take long, and a call that has the line does not give it back.
    const isAtWork = this.#call !== undefined && !this.#call.over;
    if (!isAtWork) await withinTime(this.#running ?? Promise.resolve(), CLOSE_MS);
    await this.#session?.cut(releaseMs);
    await withinTime(this.#running ?? Promise.resolve(), CLOSE_MS);
  }

  /** The process is about to end for a fault of its own: what can be said to the modem in a moment is said. */
  async abandon(): Promise<void> {
    this.#closing = true;
    await this.#session?.cut(RELEASE_MS);
  }

  /** For a call that would not end: takes its port away. The line is opened anew after `giveBack`. */
  async cutCall(): Promise<void> {
    await this.#session?.cut(RELEASE_MS);
  }

  async #keep(): Promise<void> {
    let tries = 0;
    let last: Trouble | undefined;
    while (!this.#closing) {
      const setup = this.#setup;
      if (setup === undefined) return;
      this.#setupIsNew = false;
      const wasReady = { once: false };
      // A modem that stays silent is tried again and again without a word.
      const end = await this.#serve(setup, wasReady, last === 'silent' || last === 'unfit');
      this.#rings.reset();
      if (end === 'changed') {
        tries = 0;
        last = undefined;
        continue;
      }
      tries = wasReady.once || end.state !== last ? 0 : tries + 1;
      last = end.state;
      this.#tell(end.state, { detail: end.detail });
      this.#answerTests(end);
      await this.#pause(end.state, tries, setup.path);
    }
    this.#answerTests({ detail: 'the line was closed' });
  }

  /** Opens the port and serves it until it is lost, or something else is wanted. */
  async #serve(setup: ModemSetup, wasReady: { once: boolean }, quietly: boolean): Promise<SessionEnd> {
    let session: LineSession;
    this.#lastDialogue = [];
    try {
      session = await LineSession.open(
        this.#parts,
        { ...setup, path: await this.#pathNow(setup.path) },
        {
          heard: (what) => {
            // Before it is known whether the modem tells who calls, it may.
            const tellsCallerId = this.#session?.facts?.tellsCallerId ?? true;
            if (this.#call === undefined || this.#call.over) this.#rings.take(what, tellsCallerId);
          },
          lost: () => this.#stir(),
        },
      );
    } catch (error) {
      return troubleOf(error);
    }
    this.#session = session;
    const identity = await this.#parts.usbPorts.identityOf(session.setup.path);
    this.#device = identity === undefined ? undefined : { path: setup.path, identity };
    if (!quietly) this.#tell('opening', {});
    try {
      const end = await this.#use(session, wasReady);
      return session.fault === undefined || end === 'changed' ? end : troubleOfFault(session.fault);
    } finally {
      this.#call = undefined;
      await session.close();
      this.#lastDialogue = session.transcript.lines;
      this.#session = undefined;
    }
  }

  /** Where the modem is now that was at this path before: plugged in again, it may have another name, and its old one another modem. */
  async #pathNow(path: string): Promise<string> {
    const device = this.#device;
    if (device?.path !== path || (await this.#parts.usbPorts.identityOf(path)) === device.identity)
      return path;
    return (await this.#parts.usbPorts.find(device.identity)) ?? path;
  }

  async #use(session: LineSession, wasReady: { once: boolean }): Promise<SessionEnd> {
    const trouble = await session.discover();
    if (trouble !== undefined) return { state: trouble.problem, detail: trouble.detail };
    wasReady.once = true;
    while (!this.#closing && !this.#setupIsNew && session.fault === undefined) {
      const answer = this.#tests.shift();
      if (answer !== undefined) {
        this.#tell('opening', {});
        answer(await session.test());
        if (!(await session.recover())) return silent();
        continue;
      }
      this.#tell(this.#rings.isRinging ? 'ringing' : 'ready', { modem: session.identity });
      const happened = await this.#stirred(this.#times.checkMs);
      if (this.#call !== undefined) {
        await this.#untilGivenBack(this.#call);
        this.#call = undefined;
        if (session.fault === undefined && !this.#closing && !(await session.recover())) return silent();
      } else if (!happened && !this.#rings.isRinging && !(await this.#stillThere(session))) {
        this.#tell('opening', {});
        if (!(await session.recover())) return silent();
      }
    }
    return session.fault === undefined ? 'changed' : troubleOfFault(session.fault);
  }

  async #untilGivenBack(call: { over: boolean }): Promise<void> {
    while (!call.over && !(this.#closing && this.#session?.fault !== undefined)) await this.#stirred();
  }

  async #stillThere(session: LineSession): Promise<boolean> {
    for (let tries = 0; tries < CHECK_TRIES; tries++) {
      const { result } = await session.dialogue.command('AT', { timeoutMs: CHECK_ANSWER_MS });
      // Who borrowed the line meanwhile finds out by himself.
      if (result === 'OK' || this.#call !== undefined) return true;
    }
    return false;
  }

  /** Between two tries. A new setup, a test, a port that appears, or closing end it early. */
  async #pause(state: Trouble, tries: number, path: string): Promise<void> {
    const ms = pauseOf(this.#times, state, tries);
    const watch = state === 'absent' ? new PortWatch(path, () => this.#stir()) : undefined;
    this.#stirredUp = false;
    if (!this.#closing && !this.#setupIsNew && this.#tests.length === 0) await this.#stirred(ms);
    watch?.close();
  }

  /** True when something happened (since it was asked last), false when only time has passed. */
  async #stirred(limitMs?: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.#stirredUp) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (limitMs !== undefined) timer = setTimeout(resolve, limitMs);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    const happened = this.#stirredUp;
    this.#stirredUp = false;
    return happened;
  }

  #stir(): void {
    this.#stirredUp = true;
    this.#wake?.();
  }

  #answerTests(trouble: { state?: Trouble; detail: string }): void {
    const result = untested(trouble.detail, {
      answers: trouble.state === 'unfit',
      dialogue: this.#lastDialogue,
    });
    for (const answer of this.#tests.splice(0)) answer(result);
  }

  #tell(
    state: LineStateName,
    { detail, modem }: { detail?: string; modem?: ModemIdentity | undefined },
  ): void {
    const told = this.#told;
    if (told?.state === state && told.detail === detail && told.modem === modem) return;
    this.#told = { state, detail, modem };
    this.#events.state(state, {
      ...(modem === undefined ? {} : { modem }),
      ...(detail === undefined ? {} : { detail: detail.slice(0, 200) }),
    });
  }
}

function silent(): SessionEnd {
  return { state: 'silent', detail: 'The modem does not answer any more.' };
}

function troubleOf(error: unknown): SessionEnd {
  if (error instanceof SerialClosedError) return troubleOfFault(error.fault);
  return { state: 'silent', detail: error instanceof Error ? error.message : String(error) };
}

/** A port that fails in a way that nobody can name is no port that nothing answers at, but what helps is the same. */
function troubleOfFault({ kind, detail }: SerialFault): SessionEnd & object {
  return { state: kind === 'broken' ? 'silent' : kind, detail };
}

function pauseOf(times: LineTimes, state: Trouble, tries: number): number {
  if (state === 'absent') return times.absentMs;
  const pauses = { held: times.heldMs, denied: times.deniedMs, silent: times.silentMs, unfit: times.unfitMs };
  const steps = pauses[state];
  return steps[Math.min(tries, steps.length - 1)] ?? times.absentMs;
}

function untested(detail: string, known: Partial<LineTestResult> = {}): LineTestResult {
  return { answers: false, dialTone: 'unknown', dialogue: [], ...known, detail: detail.slice(0, 200) };
}
