// Calls on lines where anything may go wrong at any moment, several times a call, always the same for the same seed:
// whatever is lost, nobody believes in a page that is not stored, none is stored twice, and every call ends.

import { expect, test } from 'vitest';
import { joinCall } from './joinedCall.ts';
import type { CallOptions } from './joinedCall.ts';
import { judgeCall } from './judgement.ts';
import type { Allowances } from './judgement.ts';
import { faultsAt } from './lineFaults.ts';
import { TIMERS } from '../timers.ts';
import { undisturbed } from './telephoneLine.ts';
import type { Disturbance } from './telephoneLine.ts';
import { randomOctets, testPage } from './testPages.ts';
import type { TestPage } from './testPages.ts';
import { testPlan } from './testPlans.ts';

const CALLS = 200;
/** No call of three short pages on a line that is not dead for good needs longer. */
const LONGEST_MS = 45 * 60_000;

/**
 * A page without RTC is refused; one that lacks it again, with its command at once behind it, is from a sender that never
 * sends it. So a carrier that is lost twice in the last second costs the rows of that second.
 */
const READABLE_SHARE = 0.5;

/** Numbers from 0 up to, but without, `below`. */
type Dice = (below: number) => number;

function dice(seed: number): Dice {
  const next = randomOctets(seed);
  return (below) => (((next() << 8) | next()) * below) >> 16;
}

/**
 * Every `oneIn`th signal or so suffers one of the faults that there are. Answers carry no number: one that is overdue by
 * more than T4 is taken for the answer to the next command, which no machine can tell. So delays stay far below T4, and
 * without error correction, where commands have no numbers either, there are none.
 */
function stormyLine(roll: Dice, oneIn: number, ecm: boolean): Disturbance {
  return (sent, line) => {
    if (roll(oneIn) > 0) return undisturbed(sent, line);
    const faults = faultsAt(sent).filter(
      ({ fatal, delaysMs }) => !fatal && delaysMs <= (ecm ? TIMERS.T4.ms / 3 : 0),
    );
    return faults[roll(faults.length)]?.disturbance(sent, line) ?? undisturbed(sent, line);
  };
}

function anyCall(seed: number): CallOptions & { allowed: Allowances } {
  const roll = dice(seed);
  const document = (first: number): TestPage[] =>
    Array.from({ length: 1 + roll(2) }, (_, index) =>
      testPage(first + index, 60 + roll(40), roll(3) === 0 ? 'dense' : 'plain'),
    );
  const ecm = roll(3) > 0;
  const profile = {
    avoidEcm: !ecm,
    ecmFrameOctets: roll(2) === 0 ? (64 as const) : null,
    correctAtMost: roll(3),
  };
  const host = { prepareMs: roll(3) * 400, storeMs: roll(4) * 700 };
  const first = document(0);
  const second = roll(3) === 0 ? document(first.length) : [];
  const polled = roll(3) === 0 ? document(10) : [];
  const documents = [first, second].filter(({ length }) => length > 0);
  return {
    allowed: ecm ? {} : { leastRows: READABLE_SHARE, repeats: true },
    caller: {
      plan: testPlan({
        documents,
        profile,
        poll: polled.length > 0 ? { address: null, password: null } : null,
      }),
      host,
    },
    answerer: { plan: testPlan({ documents: polled.length > 0 ? [polled] : [], profile }), host },
    sent: [...first, ...second],
    polled,
    propagationMs: [5, 20, 270][roll(3)] ?? 20,
    disturbance: stormyLine(roll, 4 + roll(12), ecm),
    watchStates: false,
  };
}

test('On stormy lines nothing is believed that is not so, and every call ends', () => {
  const wrong: string[] = [];
  const knowledges = { delivered: 0, knownFailure: 0, unheard: 0 };
  for (let seed = 1; seed <= CALLS; seed++) {
    const options = anyCall(seed);
    const result = joinCall(options);
    const { knowledge, violations } = judgeCall(result, options, options.allowed);
    knowledges[knowledge]++;
    wrong.push(...violations.map((violation) => `call ${seed}: ${violation}`));
    if (result.durationMs > LONGEST_MS)
      wrong.push(`call ${seed}: took ${Math.round(result.durationMs / 1000)} s`);
  }
  console.info(`${CALLS} calls on stormy lines: ${JSON.stringify(knowledges)}`);
  expect(wrong).toEqual([]);
  // A line like this is not the end of faxing.
  expect(knowledges.delivered).toBeGreaterThan(CALLS / 3);
});
