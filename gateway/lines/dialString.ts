// From a number as people write it to what a line dials.

import { numberAsDialled } from '../../protocol/canonicalNumber.ts';
import { isEmergencyNumber } from './emergencyNumber.ts';

const MOST_DIALLED = 60;
const PERHAPS_EMERGENCY =
  'It is an emergency number in some countries, which a fax never calls. If it is none in yours, set the country of the lines.';

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
  const dial = dialPrefix + numberAsDialled(number, country);
  if (isEmergencyNumber(number, country) || isEmergencyNumber(dial, country)) {
    return {
      refused: country === '' ? PERHAPS_EMERGENCY : 'It is an emergency number, which a fax never calls.',
    };
  }
  if (dial.length > MOST_DIALLED) return { refused: `It is longer than ${MOST_DIALLED} digits.` };
  return { dial };
}
