// What stations are to do in test calls, and what they can.

import type { CallPlan, DocumentToSend, LineProfile, StationLimits } from '../machine.ts';
import { RATES } from '../parameters.ts';
import type { TestPage } from './testPages.ts';

export interface PlanOptions {
  localId?: string;
  /** Each a list of pages. */
  documents?: readonly (readonly TestPage[])[];
  document?: Partial<DocumentToSend>;
  poll?: CallPlan['poll'];
  answer?: Partial<CallPlan['answer']>;
  limits?: Partial<Omit<StationLimits, 'capabilities'>>;
  capabilities?: Partial<StationLimits['capabilities']>;
  profile?: Partial<LineProfile>;
}

export const CAPABILITIES: StationLimits['capabilities'] = {
  resolutions: ['R8x3.85', 'R8x7.7', 'R8x15.4'],
  prefersInch: false,
  prefersMetric: true,
  codings: ['MH', 'MR', 'MMR'],
  ecm: true,
  prefers64: false,
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
};

export const PROFILE: LineProfile = {
  avoidModulations: [],
  avoidCodings: [],
  avoidEcm: false,
  maxRateBps: null,
  ecmFrameOctets: null,
  onRtn: 'repeat',
  pageRepeats: 2,
  correctAtMost: 2,
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
};

export function testPlan(options: PlanOptions = {}): CallPlan {
  return {
    localId: options.localId ?? '+81 75 123 4567',
    documents: (options.documents ?? []).map((pages) => ({
      pages: pages.map(({ geometry }) => geometry),
      subaddress: null,
      password: null,
      ...options.document,
    })),
    poll: options.poll ?? null,
    answer: {
      receives: true,
      pollPassword: null,
      pollAddress: null,
      receivePassword: null,
      ...options.answer,
    },
    limits: {
      sendRates: RATES,
      receiveRates: RATES,
      ...options.limits,
      capabilities: { ...CAPABILITIES, ...options.capabilities },
    },
    profile: { ...PROFILE, ...options.profile },
  };
}
