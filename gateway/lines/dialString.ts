// From a number as people write it to what a line dials.

import { numberAsDialled } from '../../protocol/canonicalNumber.ts';
import { countryProfile } from '../../protocol/countryProfiles.ts';

const MOST_DIALLED = 60;
/** What gets an outside line at an office's exchange, written with the number: `0,119`. */
const OUTSIDE_LINE = /^[0-9*#]{1,2}[,w]+/;

/** What is dialled, or why the number is not. */
export type DialString = { dial: string } | { refused: string };

export interface DialSettings {
  /** Of the country profiles; empty: numbers are dialled as written, without their +. */
  country: string;
  /** For an outside line: `0,`. */
  dialPrefix: string;
}

/**
 * The digits, `*#,w` that a line dials for a number (`+81312345678`, `0312345678`, `123,,4`; separators are gone already).
 * Pauses stay where they are.
 */
export function dialString(number: string, { country, dialPrefix }: DialSettings): DialString {
  if (!/^\+?[0-9*#][0-9*#,w]*$/.test(number))
    return { refused: 'It has no digits, or other signs than a telephone.' };
  const profile = countryProfile(country);
  if (profile?.emergency.includes(number.replace(OUTSIDE_LINE, '')) === true) {
    return { refused: 'It is an emergency number, which a fax never calls.' };
  }
  const dial = dialPrefix + numberAsDialled(number, country);
  if (dial.length > MOST_DIALLED) return { refused: `It is longer than ${MOST_DIALLED} digits.` };
  return { dial };
}
