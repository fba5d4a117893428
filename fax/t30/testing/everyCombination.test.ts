// Two of our machines with a good line between them: every coding, rate, length and direction.

import { describe, expect, test } from 'vitest';
import { describeEvent } from '../describeEvent.ts';
import type { Coding } from '../../t4/coding.ts';
import { RATES } from '../parameters.ts';
import type { FastRate } from '../parameters.ts';
import { joinCall } from './joinedCall.ts';
import { judgeCall } from './judgement.ts';
import type { CallOptions } from './joinedCall.ts';
import { testPages } from './testPages.ts';
import { testPlan } from './testPlans.ts';

interface Combination {
  ecm: boolean;
  coding: Coding;
  rate: FastRate;
  pages: number;
  polling: boolean;
}

const codings: readonly Coding[] = ['MH', 'MR', 'MMR'];
const rates = RATES;

const combinations: Combination[] = [true, false].flatMap((ecm) =>
  codings
    .filter((coding) => ecm || coding !== 'MMR')
    .flatMap((coding) =>
      rates.flatMap((rate) =>
        [1, 3, 30].flatMap((pages) =>
          [false, true].map((polling) => ({ ecm, coding, rate, pages, polling })),
        ),
      ),
    ),
);

function callOf({ ecm, coding, rate, pages, polling }: Combination): CallOptions {
  const document = testPages(pages, 12);
  const sender = testPlan({
    documents: [document],
    limits: { sendRates: [rate] },
    profile: { avoidEcm: !ecm, avoidCodings: codings.filter((one) => one !== coding) },
  });
  return polling
    ? {
        caller: { plan: testPlan({ poll: { address: null, password: null } }) },
        answerer: { plan: { ...sender, answer: { ...sender.answer, receives: false } } },
        sent: [],
        polled: document,
      }
    : { caller: { plan: sender }, answerer: { plan: testPlan() }, sent: document, polled: [] };
}

describe('two machines on a good line', () => {
  test('are tried at every rate of V.27ter, V.29 and V.17', () => {
    expect(combinations).toHaveLength(5 * 8 * 3 * 2);
  });

  test.each(rates)(
    'agree on $modulation at $rateBps bit/s, deliver every page once and both know it',
    (rate) => {
      for (const combination of combinations.filter((one) => one.rate === rate)) {
        const options = callOf(combination);
        const result = joinCall(options);
        const named = JSON.stringify(combination);
        expect(judgeCall(result, options), named).toEqual({ knowledge: 'delivered', violations: [] });
        expect([result.caller.outcome?.code, result.answerer.outcome?.code], named).toEqual(['OK', 'OK']);
        expect(result.collisions, named).toEqual([]);
        for (const { journal, outcome } of [result.caller, result.answerer]) {
          expect(journal.at(-1)?.event, named).toEqual({ type: 'ended', outcome });
          expect(
            journal.filter(({ event }) => describeEvent(event) === ''),
            named,
          ).toEqual([]);
        }
        expect(agreedParameters(result.caller.journal), named).toEqual({
          coding: combination.coding,
          ecm: combination.ecm,
          rate,
        });
      }
    },
  );
});

function agreedParameters(journal: ReturnType<typeof joinCall>['caller']['journal']): unknown {
  for (const { event } of journal) {
    if (event.type === 'agreed') {
      const { coding, ecmFrameOctets, rate } = event.parameters;
      return { coding, ecm: ecmFrameOctets !== null, rate };
    }
  }
  return null;
}
