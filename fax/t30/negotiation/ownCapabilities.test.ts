import { expect, test } from 'vitest';
import type { CallPlan } from '../machine.ts';
import { ownCapabilities } from './ownCapabilities.ts';
import { RATES } from '../parameters.ts';
import { testPlan } from '../testing/testPlans.ts';

const PLAN = testPlan({ capabilities: { prefers64: true } });
const PAGE = { widthPixels: 1728, rows: 100, resolution: 'R8x7.7' } as const;

test('an answerer says whether it receives and whether it has a document to be polled', () => {
  expect(ownCapabilities(PLAN)).toMatchObject({ canReceive: true, hasDocumentToPoll: false, rates: RATES });
  const served = { ...PLAN, documents: [{ pages: [PAGE], subaddress: null, password: null }] };
  expect(ownCapabilities({ ...served, answer: { ...PLAN.answer, receives: false } })).toMatchObject({
    canReceive: false,
    hasDocumentToPoll: true,
  });
});

test('a caller that polls receives, whatever it does as an answerer, and offers nothing of its own', () => {
  const plan: CallPlan = {
    ...PLAN,
    documents: [{ pages: [PAGE], subaddress: null, password: null }],
    answer: { ...PLAN.answer, receives: false },
  };
  expect(ownCapabilities(plan, 'poll')).toMatchObject({ canReceive: true, hasDocumentToPoll: false });
});

test('what the profile forbids is not offered, and MMR goes with error correction', () => {
  const profile = { ...PLAN.profile, avoidEcm: true, avoidModulations: ['V.17' as const] };
  const own = ownCapabilities({ ...PLAN, profile });
  expect(own).toMatchObject({ ecm: false, prefers64: false, codings: ['MH', 'MR'] });
  expect(own.rates.map(({ modulation }) => modulation)).not.toContain('V.17');
  const withoutMr = ownCapabilities({ ...PLAN, profile: { ...PLAN.profile, avoidCodings: ['MR', 'MH'] } });
  expect(withoutMr.codings).toEqual(['MH', 'MMR']);
});
