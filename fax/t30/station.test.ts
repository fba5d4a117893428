// Whatever comes in whatever order: no machine throws, changes a state in place, waits without a timer, or ends twice.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAME_NAMES } from './frames/frameNames.ts';
import { buildCapabilities } from './frames/capabilities.ts';
import { buildFrame } from './frames/frame.ts';
import { buildParameters } from './frames/parameters.ts';
import { buildPpr, buildPps } from './frames/postMessage.ts';
import type { Input } from './machine.ts';
import { RATES } from './parameters.ts';
import { answerer, caller, step } from './station.ts';
import type { State } from './station.ts';
import { Conversation } from './testing/conversation.ts';
import { testPages } from './testing/testPages.ts';
import { CAPABILITIES, testPlan } from './testing/testPlans.ts';
import { TIMERS } from './timers.ts';
import type { TimerName } from './timers.ts';

const octets = fc.uint8Array({ maxLength: 40 });
const names = fc.constantFrom(...FRAME_NAMES);
const page = fc.integer({ min: -1, max: 5 });
const timerNames = Object.keys(TIMERS) as TimerName[];

const signal = (octets: Uint8Array): readonly Input[] => [
  { type: 'carrier', carrier: 'V.21', present: true },
  { type: 'frame', carrier: 'V.21', octets, fcsOk: true },
  { type: 'carrier', carrier: 'V.21', present: false },
];
const disOf = (ecm: boolean): Uint8Array =>
  buildFrame('DIS', {
    x: false,
    fif: buildCapabilities({
      ...CAPABILITIES,
      rates: RATES,
      canReceive: true,
      hasDocumentToPoll: true,
      ecm,
    }),
  });
const dcsOf = (ecmFrameOctets: 256 | 64 | null, x: boolean): Uint8Array =>
  buildFrame('DCS', {
    x,
    fif: buildParameters({
      rate: { modulation: 'V.17', rateBps: 14_400 },
      coding: 'MH',
      resolution: 'R8x7.7',
      inch: false,
      width: 215,
      length: 'A4',
      minScanMs: 0,
      ecmFrameOctets,
      subaddressSent: false,
      senderIdSent: false,
      unsupported: [],
    }),
  });

/** Frames as they should be, with FIFs that mean something. */
const goodFrames = fc.oneof(
  fc.record({ ecm: fc.boolean(), hasDocumentToPoll: fc.boolean(), canReceive: fc.boolean() }).chain((can) => {
    const fif = buildCapabilities({ ...CAPABILITIES, rates: RATES, ...can });
    return fc.constantFrom(buildFrame('DIS', { x: false, fif }), buildFrame('DTC', { x: true, fif }));
  }),
  fc.tuple(fc.constantFrom(null, 64, 256), fc.boolean()).map(([octets, x]) => dcsOf(octets, x)),
  fc
    .record({
      frames: fc.integer({ min: 1, max: 4 }),
      block: fc.constantFrom(0, 1),
      page: fc.constantFrom(0, 1),
      command: fc.constantFrom('NULL', 'MPS', 'EOM', 'EOP'),
    } as const)
    .map((counts) => buildPps({ x: true, ...counts })),
  fc.array(fc.boolean(), { maxLength: 256 }).map((wanted) => buildPpr({ x: false, wanted })),
  fc
    .tuple(
      fc.constantFrom(
        'CFR',
        'MCF',
        'FTT',
        'RTN',
        'RTP',
        'RNR',
        'CTR',
        'ERR',
        'PIP',
        'CRP',
        'MPS',
        'EOP',
        'RR',
      ),
      fc.boolean(),
    )
    .map(([name, x]) => buildFrame(name as 'CFR', { x })),
);
const anyFrame = fc.oneof(
  { weight: 4, arbitrary: goodFrames },
  {
    weight: 1,
    arbitrary: fc
      .tuple(names, fc.boolean(), fc.boolean(), octets)
      .map(([name, x, final, fif]) => buildFrame(name, { x, final, fif })),
  },
  { weight: 1, arbitrary: octets },
);

const carriers = fc.record({
  type: fc.constant('carrier'),
  carrier: fc.constantFrom('V.21', 'fast'),
  present: fc.boolean(),
} as const);
const inputs: fc.Arbitrary<readonly Input[]> = fc.oneof(
  // A signal as it should be.
  {
    weight: 6,
    arbitrary: fc
      .array(anyFrame, { minLength: 1, maxLength: 3 })
      .map((frames): readonly Input[] => [
        { type: 'carrier', carrier: 'V.21', present: true },
        ...frames.map((octets): Input => ({ type: 'frame', carrier: 'V.21', octets, fcsOk: true })),
        { type: 'carrier', carrier: 'V.21', present: false },
      ]),
  },
  { weight: 8, arbitrary: fc.constant([{ type: 'sent' } as const]) },
  {
    weight: 3,
    arbitrary: fc
      .oneof(
        carriers,
        fc.record({
          type: fc.constant('frame'),
          carrier: fc.constantFrom('V.21', 'fast'),
          octets: anyFrame,
          fcsOk: fc.boolean(),
        } as const),
        fc.record({ type: fc.constant('sendFailed'), detail: fc.string() } as const),
        fc.record({
          type: fc.constant('trainingCheck'),
          octets: fc.constantFrom(new Uint8Array(0), new Uint8Array(2700)),
        } as const),
        fc.record({
          type: fc.constant('pageEnd'),
          quality: fc.record({
            rows: fc.nat(100),
            goodRows: fc.nat(100),
            badRows: fc.nat(100),
            longestBadRun: fc.nat(100),
          }),
        } as const),
        fc.record({
          type: fc.constant('pageReady'),
          page,
          data: fc.uint8Array({ maxLength: 2000 }),
        } as const),
        fc.record({
          type: fc.constantFrom('pageUnavailable', 'pageNotStored'),
          page,
          detail: fc.string(),
        } as const),
        fc.record({ type: fc.constant('pageStored'), page } as const),
        fc.record({ type: fc.constant('timer'), timer: fc.constantFrom(...timerNames) } as const),
        fc.constant({ type: 'start' } as const),
      )
      .map((input): readonly Input[] => [input]),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ type: fc.constantFrom('abort', 'lineLost'), detail: fc.string() } as const)
      .map((input): readonly Input[] => [input]),
  },
);

const SENT: readonly Input[] = [{ type: 'sent' }, { type: 'sent' }];
const GOOD_TCF: readonly Input[] = [
  { type: 'carrier', carrier: 'fast', present: true },
  { type: 'carrier', carrier: 'fast', present: false },
  { type: 'trainingCheck', octets: new Uint8Array(2700) },
];
const dtc = buildFrame('DTC', { x: true, fif: disOf(true).subarray(3) });
const cfr = (x: boolean): readonly Input[] => [...signal(buildFrame('CFR', { x })), ...SENT];
const mcf = (x: boolean): readonly Input[] => [...signal(buildFrame('MCF', { x })), ...SENT];

/** Ways into a call, so that what is random happens at every depth of it. */
const SENDING = [true, false].flatMap((ecm) => {
  const begun = [...signal(disOf(ecm)), ...SENT];
  return [begun, [...begun, ...cfr(false)], [...begun, ...cfr(false), ...mcf(false)]];
});
const RECEIVING = ([256, null] as const).flatMap((ecm) => {
  const begun = [...SENT, ...signal(dcsOf(ecm, true)), ...GOOD_TCF, ...SENT];
  return [begun, [...begun, ...signal(buildFrame('MPS', { x: true }))]];
});
const POLLING = ([256, null] as const).map((ecm) => [
  ...signal(disOf(true)),
  ...SENT,
  ...signal(dcsOf(ecm, false)),
  ...GOOD_TCF,
  ...SENT,
]);
const POLLED = [true, false].map((trained) => [
  ...SENT,
  ...signal(dtc),
  ...SENT,
  ...(trained ? [...cfr(true), ...mcf(true)] : []),
]);

const document = testPages(2);
const poll = { address: null, password: null };
const withoutEcm = { avoidEcm: true };
const PLANS: readonly [string, State, readonly (readonly Input[])[]][] = [
  ['a caller that sends', caller(testPlan({ documents: [document, document] })), SENDING],
  ['a caller that polls', caller(testPlan({ poll: { address: '1', password: null } })), POLLING],
  ['a caller that sends and polls', caller(testPlan({ documents: [document], poll })), SENDING],
  [
    'a caller without error correction',
    caller(testPlan({ documents: [document], profile: withoutEcm })),
    SENDING,
  ],
  ['an answerer', answerer(testPlan()), RECEIVING],
  ['an answerer that is polled', answerer(testPlan({ documents: [document, document] })), POLLED],
];

/** Octets of each page; the fourth is never ready. */
const PAGES = [600, 60_000, 600];
/** Timers that fire when nothing else happens any more: far more than any call needs. */
const MOST_TIMERS = 300;

describe.each(PLANS)('%s', (_, initial, openings) => {
  const opening = fc.constantFrom([], ...openings);

  test('bears everything, and ends by its timers alone', () => {
    fc.assert(
      fc.property(opening, fc.array(inputs, { maxLength: 60 }), fc.boolean(), (opens, signals, leaves) => {
        const conversation = new Conversation(initial, step, { leaves, pages: PAGES });
        conversation.give({ type: 'start' });
        for (const input of [...opens, ...signals.flat()]) {
          // Timers that do not run may have been on their way when they were stopped.
          if (input.type === 'timer') conversation.timers.set(input.timer, 0);
          conversation.give(input);
        }
        let fired = 0;
        for (let timer = firstOf(conversation); timer !== null; timer = firstOf(conversation)) {
          conversation.give({ type: 'timer', timer });
          fired += 1;
          if (fired > MOST_TIMERS) throw new Error(`${fired} timers, and no end`);
        }
        expectHonestEnd(conversation);
        conversation.give({ type: 'sent' });
      }),
      { numRuns: 300 },
    );
  });

  test('ends, whatever a talkative far end says', () => {
    fc.assert(
      fc.property(opening, fc.array(anyFrame, { minLength: 1, maxLength: 6 }), (opens, frames) => {
        const conversation = new Conversation(initial, step, { pages: PAGES });
        for (const input of [{ type: 'start' } as const, ...opens]) conversation.give(input);
        for (let turn = 0; turn < MOST_TURNS && !conversation.ended; turn += 1) {
          const octets = frames[turn % frames.length] ?? new Uint8Array(0);
          for (const input of signal(octets)) conversation.give(input);
          // Time passes: what has not been stopped for so long fires.
          for (const [timer, ms] of conversation.timers) {
            if (turn % Math.ceil(ms / TURN_MS) === 0) conversation.give({ type: 'timer', timer });
          }
        }
        expect(conversation.ended).toBe(true);
        expectHonestEnd(conversation);
      }),
      { numRuns: 150 },
    );
  });
});

/** A command and its response take about this long. */
const TURN_MS = 2500;
const MOST_TURNS = 1000;

/** One end, last; and its counts are those of the pages confirmed on the way, each once and in order. */
function expectHonestEnd({ effects, journal }: Conversation<State>): void {
  const ends = effects.filter(({ type }) => type === 'end');
  expect(ends).toEqual(effects.slice(-1));
  const confirmed = (direction: 'send' | 'receive'): readonly number[] =>
    journal.flatMap((event) =>
      event.type === 'pageConfirmed' && event.direction === direction ? [event.page] : [],
    );
  const sent = confirmed('send');
  const received = confirmed('receive');
  expect(ends).toMatchObject([{ outcome: { pagesSent: sent.length, pagesReceived: received.length } }]);
  expect(sent).toEqual(sent.map((_, index) => index));
  expect(received).toEqual([...new Set(received)].toSorted((one, other) => one - other));
  const asked = effects.flatMap((effect) => (effect.type === 'storePage' ? [effect.page] : []));
  expect(asked).toEqual(expect.arrayContaining([...received]));
}

function firstOf(conversation: Conversation<State>): TimerName | null {
  if (conversation.ended) return null;
  const [first] = conversation.timers.keys();
  return first ?? null;
}
