// A station in a call with a far end that says anything at any time: it never throws, and once the far end is silent and
// the timers have run, the call has ended.

import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { buildFrame, parseFrame } from '../../../fax/t30/frames/frame.ts';
import { FRAME_NAMES } from '../../../fax/t30/frames/frameNames.ts';
import type { FrameName } from '../../../fax/t30/frames/frameNames.ts';
import type { Effect, Input } from '../../../fax/t30/machine.ts';
import { answerer, caller, step } from '../../../fax/t30/station.ts';
import { testPages } from '../../../fax/t30/testing/testPages.ts';
import { testPlan } from '../../../fax/t30/testing/testPlans.ts';
import { dcs, dis, identity, pps } from '../../../fax/t30/testing/testerWords.ts';
import { seededRandom } from '../../harness/seededRandom.ts';
import type { SeededRandom } from '../../harness/seededRandom.ts';
import { must } from '../fuzzTarget.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

type Timer = Extract<Effect, { type: 'startTimer' }>['timer'];

/** Inputs after which a call that nobody answers any more must be over. */
const MOST_INPUTS_IN_SILENCE = 3_000;
const LONGEST_CALL = 120;
/** A page without end may last so long, nothing longer. */
const LONGEST_TIMER_MS = 3_600_000;

/** What a real machine might say next to what it last heard. */
const REPLIES: Readonly<Partial<Record<FrameName, readonly FrameName[]>>> = {
  DIS: ['DCS', 'DCS', 'DTC', 'DIS', 'DCN'],
  DTC: ['DCS', 'DIS'],
  DCS: ['CFR', 'CFR', 'CFR', 'FTT', 'DIS'],
  MPS: ['MCF', 'RTP', 'RTN', 'PIP'],
  EOP: ['MCF', 'RTN', 'PIN', 'CRP'],
  EOM: ['MCF', 'RTP', 'DIS'],
  PPS: ['MCF', 'PPR', 'PPR', 'RNR', 'PIP'],
  RR: ['RNR', 'MCF', 'PPR'],
  CTC: ['CTR', 'CTR', 'CRP'],
  EOR: ['ERR', 'RNR'],
  CFR: ['MPS', 'EOP', 'PPS', 'EOM', 'DCS'],
  CTR: ['PPS', 'EOR'],
  FTT: ['DCS', 'DCN'],
  MCF: ['DCN', 'MPS', 'PPS', 'EOP', 'DCS'],
  PPR: ['PPS', 'CTC', 'EOR'],
  RNR: ['RR', 'DCN'],
  ERR: ['PPS', 'DCN'],
};

export const t30CallsTarget: FuzzTarget = {
  name: 'T.30 calls',
  prepare() {
    const random = seededRandom(3);
    const programs = Array.from({ length: 60 }, () =>
      Uint8Array.from({ length: LONGEST_CALL }, () =>
        random.pick([0, 0, 0, 1, 2, 3, random.integer(0, 256)]),
      ),
    );
    const pages = testPages(3, 6);
    const data = pages.map(({ raster, geometry }) =>
      encodePage(raster, geometry.widthPixels, geometry.rows, { coding: 'MMR', fillOrder: 'lsb' }),
    );
    return {
      choose: (chooser) => ({
        bytes: chooser.pick(programs),
        others: programs,
        check: (program, choices) => runCall(program, choices, pages, data),
      }),
    };
  },
};

/** Every byte of the program is one thing that happens. */
function runCall(
  program: Uint8Array,
  random: SeededRandom,
  pages: ReturnType<typeof testPages>,
  data: readonly Uint8Array[],
): void {
  const documents = random.pick([[], [pages.slice(0, 1)], [pages.slice(0, 2), pages.slice(2)]]);
  const poll = random.integer(0, 4) === 0 ? { address: null, password: null } : null;
  const plan = testPlan({ documents, poll, capabilities: { ecm: random.next() < 0.6 } });
  const station = new Executor(random.next() < 0.5 ? caller(plan) : answerer(plan), random, data);
  station.give({ type: 'start' });
  for (const byte of program.subarray(0, LONGEST_CALL)) {
    if (station.ended) break;
    station.happen(byte);
  }
  for (let inputs = 0; !station.ended; inputs++) {
    must(inputs < MOST_INPUTS_IN_SILENCE, () => 'the call goes on although nobody says anything');
    station.beSilent();
  }
  // What comes late is borne without effect.
  for (const byte of program.subarray(0, 6)) station.happen(byte);
}

class Executor {
  ended = false;
  readonly #random: SeededRandom;
  readonly #data: readonly Uint8Array[];
  readonly #timers = new Map<Timer, number>();
  readonly #toPrepare: number[] = [];
  readonly #toStore: number[] = [];
  #state: ReturnType<typeof caller>;
  #sending = false;
  #sensing = false;
  #heard: FrameName = 'DIS';
  #fast: Extract<Effect, { type: 'receiveFast' }> | null = null;

  constructor(state: ReturnType<typeof caller>, random: SeededRandom, data: readonly Uint8Array[]) {
    this.#state = state;
    this.#random = random;
    this.#data = data;
  }

  give(input: Input): void {
    const { state, effects } = step(this.#state, input);
    this.#state = state;
    must(!this.ended || effects.length === 0, () => `${input.type} has an effect after the end`);
    for (const [index, effect] of effects.entries()) {
      must(!this.ended, () => `${effect.type} after the end, by ${input.type} (${index})`);
      this.#execute(effect);
    }
  }

  happen(byte: number): void {
    const random = this.#random;
    const kind = byte & 15;
    const often = random.integer(0, 16) > 0;
    if (often) this.#answerHost(kind < 13);
    switch (kind) {
      case 4:
        return this.#sayFrame(random.pick(FRAME_NAMES), often);
      case 5:
        return this.#sayOctets(
          Uint8Array.from({ length: random.integer(0, 40) }, () => random.integer(0, 256)),
          often,
        );
      case 6:
        return this.#runTimer();
      case 7:
        return this.give({ type: 'sent' });
      case 8:
        this.#answerHost(random.next() < 0.5);
        return;
      case 9:
        return this.#page(random.next());
      case 10:
        return this.give({
          type: 'carrier',
          carrier: random.pick(['V.21', 'fast']),
          present: random.next() < 0.5,
        });
      case 11:
        return this.give({ type: 'sendFailed', detail: 'refused' });
      case 12:
        return random.integer(0, 8) === 0 ? this.give({ type: 'abort', detail: 'enough' }) : this.#runTimer();
      case 13:
        return random.integer(0, 8) === 0
          ? this.give({ type: 'lineLost', detail: 'gone' })
          : this.#runTimer();
      default:
        if (this.#fast !== null && random.next() < 0.8) return this.#sayFast(this.#fast);
        return this.#sayFrame(random.pick(REPLIES[this.#heard] ?? FRAME_NAMES), true);
    }
  }

  /** The line is silent: what was sent leaves, the host answers, else the next timer runs out. */
  beSilent(): void {
    if (!this.#answerHost(true)) this.#runTimer();
  }

  #execute(effect: Effect): void {
    switch (effect.type) {
      case 'sendFrames':
        this.#sending = true;
        this.#fast = null;
        for (const octets of effect.frames) this.#heard = parseFrame(octets)?.name ?? this.#heard;
        return;
      case 'sendFast':
        this.#sending = true;
        this.#fast = null;
        return;
      case 'receiveFrames':
        this.#sending = false;
        this.#fast = null;
        return;
      case 'receiveFast':
        this.#sending = false;
        this.#fast = effect;
        return;
      case 'senseLine':
        this.#sending = false;
        this.#fast = null;
        this.#sensing = true;
        return;
      case 'startTimer':
        must(effect.ms >= 0 && effect.ms <= LONGEST_TIMER_MS, () => `${effect.timer} of ${effect.ms} ms`);
        this.#timers.set(effect.timer, effect.ms);
        return;
      case 'stopTimer':
        this.#timers.delete(effect.timer);
        return;
      case 'preparePage':
        this.#toPrepare.push(effect.page);
        return;
      case 'storePage':
        this.#toStore.push(effect.page);
        return;
      case 'end':
        this.ended = true;
        return;
      case 'beginPage':
      case 'pageData':
      case 'dropPage':
      case 'report':
        return;
    }
  }

  /** True when there was something to answer. */
  #answerHost(well: boolean): boolean {
    const prepare = this.#toPrepare.shift();
    const store = this.#toStore.shift();
    if (prepare !== undefined) {
      const data = this.#data[prepare % this.#data.length];
      if (well && data !== undefined) this.give({ type: 'pageReady', page: prepare, data });
      else this.give({ type: 'pageUnavailable', page: prepare, detail: 'gone' });
    }
    if (store !== undefined) {
      if (well) this.give({ type: 'pageStored', page: store });
      else this.give({ type: 'pageNotStored', page: store, detail: 'disk full' });
    }
    if (prepare !== undefined || store !== undefined) return true;
    if (this.#sensing) {
      this.#sensing = false;
      this.give({ type: 'sensed', silent: well });
      return true;
    }
    if (!this.#sending) return false;
    this.#sending = false;
    this.give({ type: 'sent' });
    return true;
  }

  #runTimer(): void {
    const [next] = [...this.#timers].toSorted((one, other) => one[1] - other[1]);
    must(next !== undefined || this.ended, () => 'nothing is awaited, and the call goes on');
    if (next === undefined) return;
    const [timer, ms] = next;
    this.#timers.delete(timer);
    for (const [other, left] of this.#timers) this.#timers.set(other, left - ms);
    this.give({ type: 'timer', timer });
  }

  #sayFrame(name: FrameName, fcsOk: boolean): void {
    const random = this.#random;
    const fif = () =>
      Uint8Array.from({ length: random.pick([0, 1, 2, 3, 4, 32]) }, () => random.integer(0, 256));
    const x = random.next() < 0.8;
    const command = random.pick(['NULL', 'MPS', 'EOP', 'EOM'] as const);
    const ecmFrameOctets = random.pick([null, 256, 64] as const);
    const octets =
      name === 'DIS' || name === 'DTC'
        ? dis({ ecm: random.next() < 0.7, hasDocumentToPoll: random.next() < 0.3 }, name).octets
        : name === 'DCS'
          ? dcs({ ecmFrameOctets, coding: ecmFrameOctets === null ? 'MR' : 'MMR' }, x).octets
          : name === 'PPS'
            ? pps(command, { page: random.integer(0, 2), frames: random.integer(1, 5), x }).octets
            : name === 'CSI' || name === 'TSI'
              ? identity(name, '+49 30 123', x).octets
              : buildFrame(name, { x, fif: fif() });
    this.#sayOctets(octets, fcsOk);
  }

  #sayOctets(octets: Uint8Array, fcsOk: boolean): void {
    const carrier = 'V.21';
    this.give({ type: 'carrier', carrier, present: true });
    this.give({ type: 'frame', carrier, octets, fcsOk });
    this.give({ type: 'carrier', carrier, present: false });
  }

  #sayFast({ purpose }: Extract<Effect, { type: 'receiveFast' }>): void {
    const random = this.#random;
    const carrier = 'fast';
    this.give({ type: 'carrier', carrier, present: true });
    if (purpose === 'TCF')
      this.give({ type: 'trainingCheck', octets: new Uint8Array(random.pick([2700, 450, 20])) });
    if (purpose === 'page') this.#page(random.pick([1, 1, random.next()]));
    if (purpose === 'ECM') {
      const size = random.pick([256, 256, 64, 17]);
      for (let number = random.integer(0, 3); number < 5; number += random.integer(1, 3)) {
        const fif = Uint8Array.from({ length: size + 1 }, (_, at) =>
          at === 0 ? number : random.integer(0, 256),
        );
        const octets = buildFrame('FCD', { x: false, fif });
        this.give({ type: 'frame', carrier, octets, fcsOk: random.integer(0, 6) > 0 });
      }
      this.give({ type: 'frame', carrier, octets: buildFrame('RCP', { x: false }), fcsOk: true });
    }
    this.give({ type: 'carrier', carrier, present: false });
  }

  #page(good: number): void {
    const rows = this.#random.pick([0, 1, 1000]);
    const goodRows = Math.floor(rows * good);
    const badRows = rows - goodRows;
    const quality = { rows, goodRows, badRows, longestBadRun: Math.ceil(badRows / 2) };
    this.give({
      type: 'pageEnd',
      quality,
      ...(this.#random.next() < 0.5 ? { endSeen: goodRows === rows } : {}),
    });
  }
}
