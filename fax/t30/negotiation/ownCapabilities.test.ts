import { expect, test } from 'vitest';
import type { CallPlan } from '../machine.ts';
import { ownCapabilities } from './ownCapabilities.ts';
import { RATES } from '../parameters.ts';

const PLAN: CallPlan = {
  localId: '+81 75 123 4567',
  documents: [],
  poll: null,
  answer: { receives: true, pollPassword: null, pollAddress: null, receivePassword: null },
  limits: {
    sendRates: RATES,
    receiveRates: RATES,
    capabilities: {
      resolutions: ['R8x3.85', 'R8x7.7'],
      prefersInch: false,
      prefersMetric: true,
      codings: ['MH', 'MR', 'MMR'],
      ecm: true,
      prefers64: true,
      width: 215,
      length: 'unlimited',
      northAmericanLetter: false,
      northAmericanLegal: false,
      minScanTime: { standardMs: 0, fineMs: 0, superfineMs: 0 },
      subaddress: true,
      password: true,
      selectivePolling: true,
      v8: false,
      others: [],
    },
  },
  profile: {
    avoidModulations: [],
    avoidCodings: [],
    avoidEcm: false,
    maxRateBps: null,
    ecmFrameOctets: null,
    onRtn: 'repeat',
    pageRepeats: 2,
    correctAtMost: 4,
    copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
  },
};
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
