// The one form under which a telephone number is known, however it is written, and how it is written at home.

import { COUNTRY_PROFILES, countryProfile, type CountryProfile } from './countryProfiles.ts';
import { isTelephone, numberOf, telephoneDestination } from './destination.ts';

/** Calling code and the shortest national numbers. */
const SHORTEST_INTERNATIONAL = 7;

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

/** Whether both lead to the same place, in whatever form a number is written. */
export function isSameDestination(one: string, other: string, country: string): boolean {
  return one === other || canonicalDestination(one, country) === canonicalDestination(other, country);
}

/** With the prefixes of the country: `0312345678` for +81312345678 in Japan; without its + where nothing is known of it. */
export function numberAsDialled(number: string, country: string): string {
  if (!number.startsWith('+')) return number;
  const digits = number.slice(1);
  const profile = countryProfile(country);
  if (profile === undefined) return digits;
  const plain = withoutTrunk(digits);
  if (!plain.startsWith(profile.callingCode)) return profile.international + plain;
  return profile.trunk + plain.slice(profile.callingCode.length);
}

/**
 * What to look for when somebody looks for a number, whole or its beginning: the digits that stand in it however it is
 * written, `312345678` for 03-1234-5678 and +81 3 1234 5678 in Japan. Other texts stay as they are.
 */
export function searchedNumber(text: string, country: string): string {
  const destination = telephoneDestination(text);
  if (destination === undefined) return text;
  const number = canonicalNumber(numberOf(destination), country);
  const { callingCode = '', trunk = '' } = countryProfile(country) ?? {};
  const digits = number.startsWith(`+${callingCode}`)
    ? number.slice(1 + callingCode.length)
    : number.startsWith('+')
      ? number.slice(1)
      : number.startsWith(trunk)
        ? number.slice(trunk.length)
        : number;
  return digits === '' ? number : digits;
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
