// From a number as people write it to what a line dials, and to the one form under which a machine is known.

import { isTelephone, numberOf, telephoneDestination } from '../../protocol/destination.ts';
import { COUNTRY_PROFILES, countryProfile, type CountryProfile } from './countryProfiles.ts';

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
  const dial = dialPrefix + (number.startsWith('+') ? fromInternational(number.slice(1), profile) : number);
  if (dial.length > MOST_DIALLED) return { refused: `It is longer than ${MOST_DIALLED} digits.` };
  return { dial };
}

/**
 * The form under which a number is known: `+81312345678` for 0312345678 in Japan, and for 01181312345678 in the USA. What
 * is no whole number (an extension, a number with pauses or keys, one without its area code) stays as written.
 */
export function canonicalNumber(number: string, country: string): string {
  if (number.startsWith('+')) {
    const [digits = '', ...rest] = number.slice(1).split(/(?=[,w*#])/u);
    return `+${withoutTrunk(digits)}${rest.join('')}`;
  }
  const profile = countryProfile(country);
  if (profile === undefined || !/^\d+$/.test(number)) return number;
  const { callingCode, international, trunk, trunkOptional } = profile;
  if (number.startsWith(international)) {
    const digits = number.slice(international.length);
    return digits.length >= SHORTEST_INTERNATIONAL ? `+${withoutTrunk(digits)}` : number;
  }
  if (number.startsWith(trunk)) {
    const national = number.slice(trunk.length);
    if (fits(national, profile)) return `+${callingCode}${national}`;
  }
  return trunkOptional === true && fits(number, profile) ? `+${callingCode}${number}` : number;
}

/** The same for a destination; one that is no telephone number, or is empty (`tel:`), stays as it is. */
export function canonicalDestination(destination: string, country: string): string {
  if (!isTelephone(destination)) return destination;
  return telephoneDestination(canonicalNumber(numberOf(destination), country)) ?? destination;
}

/** Calling code and the shortest national numbers. */
const SHORTEST_INTERNATIONAL = 7;

/** `digits` begins with a calling code, and may end with pauses and keys. */
function fromInternational(digits: string, profile: CountryProfile | undefined): string {
  if (profile === undefined) return digits;
  const plain = withoutTrunk(digits);
  if (!plain.startsWith(profile.callingCode)) return profile.international + plain;
  return profile.trunk + plain.slice(profile.callingCode.length);
}

/** Takes away the 0 that people leave in `+44 (0)20 …`. */
function withoutTrunk(digits: string): string {
  const profile = PROFILES_BY_CODE.find(({ callingCode }) => digits.startsWith(callingCode));
  if (profile === undefined || !profile.trunk.startsWith('0')) return digits;
  const national = digits.slice(profile.callingCode.length);
  // National numbers never begin with the trunk prefix's 0, where there is one.
  return national.startsWith('0') ? profile.callingCode + national.slice(1) : digits;
}

// Calling codes are prefix-free, so that the first that fits is the one.
const PROFILES_BY_CODE = Object.values(COUNTRY_PROFILES);

function fits(national: string, { length: [fewest, most] }: CountryProfile): boolean {
  return national.length >= fewest && national.length <= most;
}
