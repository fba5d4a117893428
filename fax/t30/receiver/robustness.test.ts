// Whatever happens in whatever order: nothing throws, every call ends, `end` comes once, no state is changed in place
// (the driver sees to the last two), and no page is confirmed that was not stored.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginAnswering, stepAnswerer } from '../answerer.ts';
import type { AnswererState } from '../answerer.ts';
import { FRAME_NAMES } from '../frames/frameNames.ts';
import type { Effect, Input, Step } from '../machine.ts';
import { testPages } from '../testing/testPages.ts';
import { testPlan } from '../testing/testPlans.ts';
import { TIMERS } from '../timers.ts';
import type { TimerName } from '../timers.ts';
import {
  FAST_OFF,
  FAST_ON,
  HandDriver,
  SENT,
  START,
  V21_OFF,
  V21_ON,
  burst,
  ctc,
  dcs,
  eor,
  fastFrame,
  frame,
  hear,
  identity,
  page,
  pps,
  tcf,
  timer,
  upTo,
  v21Frame,
} from '../testing/handDriver.ts';

const timerNames = Object.keys(TIMERS) as TimerName[];

const anyFrame = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.constantFrom(...FRAME_NAMES), fc.uint8Array({ maxLength: 40 }), fc.boolean())
    .map(([name, fif, final]) => frame(name, fif, final)),
);

/** What makes sense at some place, so that the depths of a call are reached. */
const likely: fc.Arbitrary<readonly Input[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant([SENT]) },
  fc
    .constantFrom('MPS', 'EOM', 'EOP', 'RR', 'CRP', 'DTC', 'DIS', 'MCF', 'PRI-EOP')
    .map((name) => hear(frame(name as 'MPS'))),
  fc.constantFrom(256, 64, null).map((octets) => hear(identity('TSI', '1'), dcs({ ecmFrameOctets: octets }))),
  fc.constant(hear(dcs({ width: 303 }))),
  fc.boolean().map((good) => tcf(good)),
  fc
    .tuple(fc.nat(30), fc.nat(3), fc.boolean())
    .map(([rows, bad, endSeen]) => page(rows + bad, bad, { endSeen })),
  fc.nat(6).chain((count) => fc.shuffledSubarray(upTo(count)).map((numbers) => burst(...numbers))),
  fc
    .tuple(fc.constantFrom('NULL', 'MPS', 'EOM', 'EOP'), fc.integer({ min: 1, max: 6 }), fc.nat(2), fc.nat(2))
    .map(([command, frames, pageCount, block]) => hear(pps(command as 'NULL', frames, pageCount, block))),
  fc.constantFrom('NULL', 'MPS', 'EOP').map((command) => hear(eor(command as 'NULL'))),
  fc.constant(hear(ctc({ modulation: 'V.29', rateBps: 7200 }))),
  fc
    .tuple(fc.nat(2), fc.boolean())
    .map(([number, ok]): readonly Input[] => [
      ok ? { type: 'pageStored', page: number } : { type: 'pageNotStored', page: number, detail: '' },
    ]),
);

const anything: fc.Arbitrary<readonly Input[]> = fc.oneof(
  { weight: 120, arbitrary: likely },
  { weight: 8, arbitrary: fc.constantFrom(...timerNames).map((name) => [timer(name)]) },
  {
    weight: 8,
    arbitrary: fc.constantFrom(V21_ON, V21_OFF, FAST_ON, FAST_OFF, START).map((input) => [input]),
  },
  { weight: 8, arbitrary: fc.tuple(anyFrame, fc.boolean()).map(([octets, ok]) => [v21Frame(octets, ok)]) },
  { weight: 8, arbitrary: fc.tuple(anyFrame, fc.boolean()).map(([octets, ok]) => [fastFrame(octets, ok)]) },
  { weight: 8, arbitrary: fc.constant<readonly Input[]>([{ type: 'sendFailed', detail: 'ERROR' }]) },
  {
    weight: 8,
    arbitrary: fc
      .uint8Array({ maxLength: 50 })
      .map((octets): readonly Input[] => [{ type: 'trainingCheck', octets }]),
  },
  {
    weight: 8,
    arbitrary: fc.constant<readonly Input[]>([{ type: 'pageReady', page: 0, data: new Uint8Array(10) }]),
  },
  { weight: 1, arbitrary: fc.constant<readonly Input[]>([{ type: 'abort', detail: '' }]) },
  { weight: 1, arbitrary: fc.constant<readonly Input[]>([{ type: 'lineLost', detail: '' }]) },
);

interface Watched {
  driver: HandDriver<AnswererState>;
  stored: number;
  outcome: { pagesReceived: number } | null;
}

function watched(polled: boolean): Watched {
  const plan = testPlan(polled ? { documents: [testPages(1, 4)] } : {});
  const begun = new Set<number>();
  const step = (state: AnswererState, input: Input): Step<AnswererState> => {
    const result = stepAnswerer(state, input);
    for (const effect of result.effects) note(effect);
    return result;
  };
  const note = (effect: Effect): void => {
    if (effect.type === 'beginPage') begun.add(effect.page);
    if (effect.type === 'pageData' || effect.type === 'storePage') expect(begun.has(effect.page)).toBe(true);
    if (effect.type === 'dropPage') begun.delete(effect.page);
    if (effect.type === 'end') watching.outcome = effect.outcome;
  };
  const watching: Watched = {
    driver: new HandDriver(beginAnswering(plan), step),
    stored: 0,
    outcome: null,
  };
  return watching;
}

/** Nobody says anything any more: every answer leaves, and every timer fires in its turn. */
function runDown({ driver }: Watched): number {
  let steps = 0;
  while (!driver.ended && steps < 300) {
    steps++;
    driver.passTime();
  }
  return steps;
}

test.each([
  ['a station that receives', false],
  ['a station that is polled', true],
])('%s survives anything, and every call ends', (_, polled) => {
  const codes = new Set<string>();
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 60 }), (inputs) => {
      const watching = watched(polled);
      const { driver } = watching;
      driver.give(START, SENT);
      for (const input of inputs.flat()) {
        if (input.type === 'pageStored') watching.stored++;
        driver.give(input);
      }
      expect(runDown(watching)).toBeLessThan(300);
      expect(watching.outcome?.pagesReceived).toBeLessThanOrEqual(watching.stored);
      for (const event of driver.events) if (event.type === 'ended') codes.add(event.outcome.code);
      expect(driver.events.filter(({ type }) => type === 'ended')).toHaveLength(1);
      expect(driver.give(START, ...inputs.flat())).toEqual([]);
    }),
    { numRuns: 2500 },
  );
  expect(codes.size).toBeGreaterThan(6);
});

test('a station that was never connected can be aborted or lose its line', () => {
  for (const [input, code] of [
    [{ type: 'abort', detail: '' }, 'ABORTED'],
    [{ type: 'lineLost', detail: '' }, 'LINE_LOST'],
  ] as const) {
    const { driver } = watched(false);
    expect(driver.give(v21Frame(dcs()), SENT, timer('T1'))).toEqual([]);
    expect(driver.give(input)).toEqual([`end ${code} B 0`]);
  }
});
