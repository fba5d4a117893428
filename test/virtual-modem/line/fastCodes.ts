// The fast carriers by the numbers that T.31 gives them (+FTM, +FRM), and how long each trains (fact tables of V.17, V.29
// and V.27ter).

import type { FastRate } from '../../../fax/t30/parameters.ts';

export interface FastCarrier {
  code: FastCode;
  rate: FastRate;
  training: 'long' | 'short';
  trainingMs: number;
}

export const FAST_CODES = [24, 48, 72, 73, 74, 96, 97, 98, 121, 122, 145, 146] as const;
export type FastCode = (typeof FAST_CODES)[number];

const V17_LONG_MS = 1393;
const V17_SHORT_MS = 142;
const V29_MS = 253;

const CARRIERS: Readonly<Record<FastCode, Omit<FastCarrier, 'code'>>> = {
  24: { rate: { modulation: 'V.27ter', rateBps: 2400 }, training: 'long', trainingMs: 943 },
  48: { rate: { modulation: 'V.27ter', rateBps: 4800 }, training: 'long', trainingMs: 708 },
  72: { rate: { modulation: 'V.29', rateBps: 7200 }, training: 'long', trainingMs: V29_MS },
  73: { rate: { modulation: 'V.17', rateBps: 7200 }, training: 'long', trainingMs: V17_LONG_MS },
  74: { rate: { modulation: 'V.17', rateBps: 7200 }, training: 'short', trainingMs: V17_SHORT_MS },
  96: { rate: { modulation: 'V.29', rateBps: 9600 }, training: 'long', trainingMs: V29_MS },
  97: { rate: { modulation: 'V.17', rateBps: 9600 }, training: 'long', trainingMs: V17_LONG_MS },
  98: { rate: { modulation: 'V.17', rateBps: 9600 }, training: 'short', trainingMs: V17_SHORT_MS },
  121: { rate: { modulation: 'V.17', rateBps: 12_000 }, training: 'long', trainingMs: V17_LONG_MS },
  122: { rate: { modulation: 'V.17', rateBps: 12_000 }, training: 'short', trainingMs: V17_SHORT_MS },
  145: { rate: { modulation: 'V.17', rateBps: 14_400 }, training: 'long', trainingMs: V17_LONG_MS },
  146: { rate: { modulation: 'V.17', rateBps: 14_400 }, training: 'short', trainingMs: V17_SHORT_MS },
};

/** Null for a number that is no fast carrier. */
export function fastCarrier(code: number): FastCarrier | null {
  const known = FAST_CODES.find((candidate) => candidate === code);
  return known === undefined ? null : { code: known, ...CARRIERS[known] };
}

/** Only V.17 knows two trainings. */
export function fastCode(rate: FastRate, training: 'long' | 'short'): FastCode {
  const wanted = rate.modulation === 'V.17' ? training : 'long';
  const code = FAST_CODES.find((candidate) => {
    const carrier = CARRIERS[candidate];
    return (
      carrier.rate.modulation === rate.modulation &&
      carrier.rate.rateBps === rate.rateBps &&
      carrier.training === wanted
    );
  });
  if (code === undefined) throw new RangeError(`no carrier for ${rate.modulation} at ${rate.rateBps} bit/s`);
  return code;
}
