// The modulation codes of +FTM and +FRM (T.31 table of modulations) and the rates of T.30.

import { RATES } from '../../../fax/t30/parameters.ts';
import type { FastRate } from '../../../fax/t30/parameters.ts';

/** V.17 has a code for each of its trainings; the others have one form. */
type Training = 'long' | 'short';

const CODES = {
  'V.27ter': { 2400: [24, 24], 4800: [48, 48] },
  'V.29': { 7200: [72, 72], 9600: [96, 96] },
  'V.17': { 7200: [73, 74], 9600: [97, 98], 12000: [121, 122], 14400: [145, 146] },
} as const satisfies Record<
  FastRate['modulation'],
  Partial<Record<FastRate['rateBps'], readonly [number, number]>>
>;

/** What a modem is taken to know that does not say (T.31: at least V.27ter; every fax modem made has V.29). */
const UNDISPUTED_CODES: readonly number[] = [24, 48, 72, 96];

/** `AT+FTM=146`. Undefined for a rate that the modulation does not have. */
export function modulationCode({ modulation, rateBps }: FastRate, training: Training): number | undefined {
  const rates: Partial<Record<FastRate['rateBps'], readonly [number, number]>> = CODES[modulation];
  return rates[rateBps]?.[training === 'long' ? 0 : 1];
}

/** Rates that a modem with these codes has, in fall-back order: V.17 needs both trainings. `broken` ones do not count. */
export function ratesOfCodes(codes: readonly number[], broken: readonly number[] = []): readonly FastRate[] {
  const listed = codes.length === 0 ? UNDISPUTED_CODES : codes;
  const works = (code: number | undefined): boolean =>
    code !== undefined && listed.includes(code) && !broken.includes(code);
  return RATES.filter((rate) => works(modulationCode(rate, 'long')) && works(modulationCode(rate, 'short')));
}
