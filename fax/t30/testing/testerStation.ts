// Plays the tester's part of a scenario against one of our machines, under the virtual clock.

import { Deframer } from '../ecm/deframer.ts';
import { parseFrame } from '../frames/frame.ts';
import { frameLabel } from '../frames/frameLabel.ts';
import { answerer, caller, step } from '../station.ts';
import type { State } from '../station.ts';
import { LineStation } from './lineStation.ts';
import type { Scenario, TesterStep, Window } from './scenario.ts';
import { isSameCarrier } from './signals.ts';
import type { FastSignal, Signal } from './signals.ts';
import { TelephoneLine, undisturbed } from './telephoneLine.ts';
import type { Arrival, Ear, Side } from './telephoneLine.ts';
import { VirtualClock } from './virtualClock.ts';

export type MachineStep = typeof step;

export interface ScenarioResult {
  /** Where machine and table differ; empty when they agree. */
  problems: readonly string[];
  /** Everything that was on the line, for whoever has to find out why. */
  transcript: readonly string[];
}

/** Whatever a machine still does after the table's last step must be over by then. */
const AFTERMATH_MS = 600_000;
const LINE_DELAY_MS = 5;

/** `machineStep`: the machine under test, ours unless said otherwise. */
export function runScenario(scenario: Scenario, machineStep: MachineStep = step): ScenarioResult {
  const clock = new VirtualClock();
  const line = new TelephoneLine(clock, { propagationMs: LINE_DELAY_MS, disturbance: undisturbed });
  const { machine: side } = scenario;
  const station = new LineStation<State>(clock, line, {
    side,
    machine: {
      initial: side === 'caller' ? caller(scenario.plan) : answerer(scenario.plan),
      step: machineStep,
    },
    host: scenario.host,
  });
  const tester = new Tester(clock, line, scenario, station);
  line.connect(side === 'caller' ? 'answerer' : 'caller', tester);
  clock.at(0, () => station.give({ type: 'start' }));
  tester.begin();
  clock.run(Infinity, () => tester.finished);
  clock.run(clock.nowMs + AFTERMATH_MS);
  const problems = [...tester.problems, ...station.breaches, ...station.host.faults];
  if (!tester.finished) problems.push('the table was not played to its end');
  if (tester.problems.length === 0 && station.outcome === null) problems.push('the machine never ended');
  const stored = [...station.host.stored];
  for (const [page, versions] of stored) {
    if (versions.length !== 1) problems.push(`page ${page} was made durable ${versions.length} times`);
  }
  for (const [page, sent] of (scenario.stores ?? []).entries()) {
    const raster = station.host.stored.get(page)?.at(-1);
    if (raster?.join() !== sent.raster.join()) problems.push(`page ${page} is not stored as it was sent`);
  }
  if (stored.length < (station.outcome?.pagesReceived ?? 0))
    problems.push('not every confirmed page was stored');
  const transcript = line.sent.map(
    ({ from, startMs, endMs, signal }) =>
      `${Math.round(startMs)}–${Math.round(endMs)} ms ${from === side ? 'machine' : 'tester'}: ${describe(signal)}`,
  );
  if (station.outcome !== null)
    transcript.push(`${Math.round(station.endedMs ?? 0)} ms: ${JSON.stringify(station.outcome)}`);
  return { problems, transcript };
}

class Tester implements Ear {
  readonly problems: string[] = [];
  finished = false;
  readonly #clock: VirtualClock;
  readonly #line: TelephoneLine;
  readonly #side: Side;
  readonly #steps: readonly TesterStep[];
  readonly #station: LineStation<State>;
  readonly #heard: Arrival[] = [];
  #position = 0;
  /** The end of the step before. */
  #sinceMs = 0;
  /** Called when something begins to arrive. */
  #onArrival: (() => void) | null = null;

  constructor(clock: VirtualClock, line: TelephoneLine, scenario: Scenario, station: LineStation<State>) {
    this.#clock = clock;
    this.#line = line;
    this.#side = scenario.machine === 'caller' ? 'answerer' : 'caller';
    this.#steps = scenario.steps;
    this.#station = station;
  }

  begin(): void {
    this.#clock.at(0, () => this.#play());
  }

  arrivalBegins(arrival: Arrival): void {
    this.#heard.push(arrival);
    this.#onArrival?.();
  }

  arrivalEnds(): void {
    // Every arrival is looked at from its beginning.
  }

  #play(): void {
    const current = this.#steps[this.#position];
    if (current === undefined) {
      this.finished = true;
      return;
    }
    switch (current.type) {
      case 'say':
        this.#send(current.afterMs, { type: 'V.21', frames: current.frames });
        return;
      case 'sayFast': {
        const { rate, training, purpose, data, missed = false } = current;
        this.#send(current.afterMs, { type: 'fast', rate, training, purpose, data, missed });
        return;
      }
      case 'hear':
      case 'hearFast':
        this.#await(current.within, (arrival) => mismatch(current, arrival.signal));
        return;
      case 'quiet':
        this.#beQuiet(current.ms);
        return;
      case 'pause':
        this.#clock.after(current.ms, () => {
          this.#heard.length = 0;
          this.#done();
        });
        return;
      case 'abort':
        this.#station.give({ type: 'abort', detail: 'by the person' });
        this.#done();
        return;
      case 'lineLost':
        this.#station.give({ type: 'lineLost', detail: 'hung up' });
        this.#done();
        return;
      case 'end':
        this.#awaitEnd(current);
    }
  }

  #send(afterMs: number, signal: Signal): void {
    this.#clock.after(afterMs, () => {
      const endMs = this.#line.send(this.#side, signal);
      this.#clock.at(endMs, () => this.#done());
    });
  }

  #await(within: Window, judge: (arrival: Arrival) => string | null): void {
    const [fromMs, toMs] = within;
    const take = (arrival: Arrival): void => {
      const afterMs = Math.round(arrival.startMs - this.#sinceMs);
      const what = describe(arrival.signal);
      if (afterMs < fromMs) this.#fail(`${what} came after ${afterMs} ms, not before ${fromMs} ms was right`);
      else if (afterMs > toMs) this.#fail(`${what} came after ${afterMs} ms, at most ${toMs} ms was right`);
      else {
        const problem = judge(arrival);
        if (problem === null) this.#clock.at(arrival.endMs, () => this.#done());
        else this.#fail(problem);
      }
    };
    const first = this.#heard.shift();
    if (first !== undefined) {
      take(first);
      return;
    }
    const timeout = this.#clock.at(this.#sinceMs + toMs + 1, () => {
      this.#onArrival = null;
      this.#fail(`nothing came within ${toMs} ms`);
    });
    this.#onArrival = () => {
      timeout.cancelled = true;
      this.#onArrival = null;
      const arrival = this.#heard.shift();
      if (arrival !== undefined) take(arrival);
    };
  }

  #beQuiet(ms: number): void {
    const loud = (): void => {
      const first = this.#heard[0];
      if (first !== undefined) this.#fail(`${describe(first.signal)} came where nothing should`);
    };
    if (this.#heard.length > 0) {
      loud();
      return;
    }
    const over = this.#clock.after(ms, () => {
      this.#onArrival = null;
      this.#done();
    });
    this.#onArrival = () => {
      over.cancelled = true;
      this.#onArrival = null;
      loud();
    };
  }

  #awaitEnd(wanted: Extract<TesterStep, { type: 'end' }>): void {
    const { outcome, endedMs } = this.#station;
    const [fromMs, toMs] = wanted.within;
    const first = this.#heard[0];
    if (first !== undefined) {
      this.#fail(`${describe(first.signal)} came where the call should end`);
      return;
    }
    if (outcome === null || endedMs === null) {
      if (this.#clock.nowMs - this.#sinceMs > toMs) this.#fail(`the call did not end within ${toMs} ms`);
      else this.#clock.after(10, () => this.#awaitEnd(wanted));
      return;
    }
    const afterMs = Math.round(endedMs - this.#sinceMs);
    const { code, pagesSent, pagesReceived, detail } = outcome;
    const found = `${code} with ${pagesSent} pages sent and ${pagesReceived} received`;
    const right = `${wanted.code} with ${wanted.pagesSent} pages sent and ${wanted.pagesReceived} received`;
    if (found !== right) this.#fail(`ended as ${found} (${detail}), ${right} was right`);
    else if (afterMs < fromMs || afterMs > toMs)
      this.#fail(`ended after ${afterMs} ms, ${fromMs}–${toMs} ms was right`);
    else if (wanted.detail !== null && !detail.includes(wanted.detail))
      this.#fail(`“${detail}” lacks “${wanted.detail}”`);
    else this.#done();
  }

  #done(): void {
    this.#sinceMs = this.#clock.nowMs;
    this.#position++;
    this.#play();
  }

  #fail(problem: string): void {
    const current = this.#steps[this.#position];
    this.problems.push(
      `step ${this.#position + 1} (${current?.type}) at ${Math.round(this.#clock.nowMs)} ms: ${problem}`,
    );
    this.finished = true;
  }
}

function mismatch(wanted: Extract<TesterStep, { type: 'hear' | 'hearFast' }>, signal: Signal): string | null {
  const differs = `heard ${describe(signal)} instead of `;
  if (wanted.type === 'hear') {
    const right = wanted.labels.join(' ');
    if (signal.type !== 'V.21' || labels(signal).join(' ') !== right) return differs + right;
    const last = [...(signal.frames.at(-1)?.octets ?? [])];
    if (wanted.octets !== null && wanted.octets.join() !== last.join()) {
      return `the octets of ${right} were ${hex(last)} instead of ${hex(wanted.octets)}`;
    }
    return null;
  }
  const { purpose, rate, training, frames, frameOctets } = wanted;
  const right = `${purpose} at ${rate.modulation} ${rate.rateBps} bit/s with ${training} training`;
  if (signal.type !== 'fast' || signal.purpose !== purpose || !isSameCarrier(wanted, signal))
    return differs + right;
  if (purpose === 'TCF' && !isWholeTcf(signal)) return `the training check was ${describe(signal)}`;
  if (purpose === 'page') return isFilled(signal) ? null : 'the page ended too soon after RTC';
  if (purpose !== 'ECM') return null;
  const sent = ecmFrames(signal);
  const numbers = sent.numbers.join();
  if (frames !== null && numbers !== frames.join())
    return `the frames were ${numbers} instead of ${frames.join()}`;
  if (sent.rcps !== 3) return `${sent.rcps} RCP came`;
  if (frameOctets !== null && sent.lengths.slice(0, -1).some((length) => length !== frameOctets)) {
    return `the frames had ${sent.lengths.join()} octets instead of ${frameOctets}`;
  }
  return null;
}

/** At least 20 octets of zeros behind RTC, so that the end of the carrier cuts nothing off that matters. */
function isFilled({ data }: FastSignal): boolean {
  return data.length - 1 - data.findLastIndex((octet) => octet !== 0) >= 20;
}

/** 1.5 s ± 10 % of zeros. */
function isWholeTcf({ data, rate }: FastSignal): boolean {
  const ms = (data.length * 8000) / rate.rateBps;
  return ms >= 1350 && ms <= 1650 && data.every((octet) => octet === 0);
}

function labels(signal: Extract<Signal, { type: 'V.21' }>): string[] {
  return signal.frames.map(({ octets }) => {
    const frame = parseFrame(octets);
    return frame === null ? hex([...octets]) : frameLabel(frame);
  });
}

function ecmFrames(signal: FastSignal): { numbers: number[]; lengths: number[]; rcps: number } {
  const found = { numbers: [] as number[], lengths: [] as number[], rcps: 0 };
  const deframer = new Deframer((octets) => {
    if (octets[2] === 0x86) found.rcps++;
    else {
      found.numbers.push(octets[3] ?? -1);
      found.lengths.push(octets.length - 4);
    }
  });
  deframer.push(signal.data);
  deframer.end();
  return found;
}

function describe(signal: Signal): string {
  if (signal.type === 'V.21') return labels(signal).join(' ') || 'V.21 without frames';
  const { purpose, rate, training, data } = signal;
  const inside = purpose === 'ECM' ? `, frames ${ecmFrames(signal).numbers.join()}` : '';
  return `${purpose} at ${rate.modulation} ${rate.rateBps} bit/s, ${training} training, ${data.length} octets${inside}`;
}

function hex(octets: readonly number[]): string {
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(' ');
}
