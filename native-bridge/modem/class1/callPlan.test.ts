import { expect, test } from 'vitest';
import type { AnswerRequest, DialRequest, ModemFacts } from '../faxDriver.types.ts';
import { callPlan } from './callPlan.ts';

const FACTS: ModemFacts = {
  profile: {
    name: 'generic',
    match: {},
    classes: ['1'],
    baudRate: 115_200,
    flowControl: 'hardware',
    init: [],
    afterClass: [],
    quirks: { brokenReceiveCodes: [96] },
  },
  faxClass: '1',
  transmitCodes: [3, 24, 48, 72, 96],
  receiveCodes: [3, 24, 48, 72, 96],
  class2Capabilities: [],
  adaptiveReception: false,
};

const DIAL: DialRequest = {
  type: 'dial',
  callId: 'call',
  number: '0751234567',
  documents: [{ pages: [{ width: 1728, height: 2292, xDpi: 204, yDpi: 196 }], subaddress: '12' }],
  hints: { avoidModulations: ['V.17'], avoidCodings: ['MMR'], avoidEcm: true, maxRateBps: 9600 },
  answerWithinMs: 60_000,
};

const ANSWER: AnswerRequest = {
  type: 'answer',
  callId: 'call',
  receives: false,
  documents: [],
  pollAddress: '7',
  pollPassword: 'p',
  receivePassword: 'r',
  hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false },
  copyQuality: { minGoodPercent: 90, maxBadRun: 8 },
};

test('a caller sends its documents, with what is to be avoided with this number', () => {
  const plan = callPlan(DIAL, FACTS, '+81 75 123');
  expect(plan.localId).toBe('+81 75 123');
  expect(plan.documents).toEqual([
    { pages: [{ widthPixels: 1728, rows: 2292, resolution: 'R8x7.7' }], subaddress: '12', password: null },
  ]);
  expect(plan.poll).toBeNull();
  expect(plan.profile).toMatchObject({
    avoidModulations: ['V.17'],
    avoidCodings: ['MMR'],
    avoidEcm: true,
    maxRateBps: 9600,
  });
});

test('a caller that fetches a document says what it was given to say', () => {
  const plan = callPlan({ ...DIAL, documents: [], poll: { address: '5' } }, FACTS, '');
  expect(plan.poll).toEqual({ address: '5', password: null });
});

test('an answerer takes what it is told to take, for whom it is meant', () => {
  const plan = callPlan(ANSWER, FACTS, '');
  expect(plan.answer).toEqual({ receives: false, pollAddress: '7', pollPassword: 'p', receivePassword: 'r' });
  expect(plan.poll).toBeNull();
  expect(plan.profile.copyQuality).toEqual({ minGoodPercent: 90, maxBadRun: 8 });
  expect(plan.profile.maxRateBps).toBeNull();
});

test('what a modem lists but cannot do is not offered', () => {
  const { limits } = callPlan(ANSWER, FACTS, '');
  expect(limits.sendRates).toContainEqual({ modulation: 'V.29', rateBps: 9600 });
  expect(limits.receiveRates).not.toContainEqual({ modulation: 'V.29', rateBps: 9600 });
});
