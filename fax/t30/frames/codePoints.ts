// The tables inside DIS and DCS (T.30 Table 2): rates, widths, lengths, resolutions and minimum scan line times as bit
// patterns, first bit left, in the standard's order.

import type { FastRate, MinScanTime, PaperLength, PaperWidth, Resolution } from '../parameters.ts';

/** Bits 11–14 of DCS, without those of V.33. */
export const DCS_RATES: readonly (readonly [bits: string, rate: FastRate])[] = [
  ['0000', { modulation: 'V.27ter', rateBps: 2400 }],
  ['0100', { modulation: 'V.27ter', rateBps: 4800 }],
  ['1000', { modulation: 'V.29', rateBps: 9600 }],
  ['1100', { modulation: 'V.29', rateBps: 7200 }],
  ['0001', { modulation: 'V.17', rateBps: 14_400 }],
  ['0101', { modulation: 'V.17', rateBps: 12_000 }],
  ['1001', { modulation: 'V.17', rateBps: 9600 }],
  ['1101', { modulation: 'V.17', rateBps: 7200 }],
];

/** Bits 17 and 18. 11 is invalid and read as 01 (T.30 Table 2, note 4). */
export const WIDTHS: readonly (readonly [bits: string, width: PaperWidth])[] = [
  ['00', 215],
  ['10', 255],
  ['01', 303],
  ['11', 303],
];

/** Bits 19 and 20. 11 is invalid, and read as 01 like the width. */
export const LENGTHS: readonly (readonly [bits: string, length: PaperLength])[] = [
  ['00', 'A4'],
  ['10', 'B4'],
  ['01', 'unlimited'],
  ['11', 'unlimited'],
];

/** Each resolution that has a bit, coarse to fine. */
export const RESOLUTION_BITS: readonly (readonly [bit: number, resolution: Resolution])[] = [
  [15, 'R8x7.7'],
  [41, 'R8x15.4'],
  [42, '300x300'],
  [43, 'R16x15.4'],
  [107, '300x600'],
  [108, '400x800'],
  [105, '600x600'],
  [109, '600x1200'],
  [106, '1200x1200'],
];

/** Bits 21–23: least ms per line at 3.85 and at 7.7 lines/mm. In DCS only those with one value. */
export const MIN_SCAN_TIMES: readonly (readonly [bits: string, standardMs: number, fineMs: number])[] = [
  ['000', 20, 20],
  ['001', 40, 40],
  ['010', 10, 10],
  ['100', 5, 5],
  ['011', 10, 5],
  ['110', 20, 10],
  ['101', 40, 20],
  ['111', 0, 0],
];

/** The value that bits stand for: the first that fits. Tables are complete, the last entry is for the compiler. */
export function valueOf<Value>(
  table: readonly (readonly [bits: string, value: Value])[],
  bits: string,
): Value | undefined {
  return table.find(([pattern]) => pattern === bits)?.[1];
}

/** Whether this is one of the inch resolutions that have no metric twin. */
export function isInchOnly(resolution: Resolution): boolean {
  return !resolution.startsWith('R');
}

/** Bits 21–23 and 46 as times. */
export function readMinScanTime(bits: string, halfAtSuperfine: boolean): MinScanTime {
  const [, standardMs, fineMs] = MIN_SCAN_TIMES.find(([pattern]) => pattern === bits) ?? [bits, 20, 20];
  return {
    standardMs,
    fineMs,
    // DCS cannot say half of 5 ms: the next that it can.
    superfineMs: halfAtSuperfine ? sayableMinScanMs(fineMs / 2) : fineMs,
  };
}

/** The bits for at least these times. */
export function writeMinScanTime(time: MinScanTime): { bits: string; halfAtSuperfine: boolean } {
  const enough = MIN_SCAN_TIMES.filter(
    ([, standardMs, fineMs]) => standardMs >= time.standardMs && fineMs >= time.fineMs,
  ).toSorted((a, b) => a[1] + a[2] - b[1] - b[2]);
  const [bits, , fineMs] = enough[0] ?? ['001', 40, 40];
  return { bits, halfAtSuperfine: fineMs > 5 && time.superfineMs <= fineMs / 2 };
}

/** The least time that DCS has a code for and that is no shorter; at most 40 ms. */
export function sayableMinScanMs(ms: number): number {
  return [0, 5, 10, 20].find((sayable) => sayable >= ms) ?? 40;
}
