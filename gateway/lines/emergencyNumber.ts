// Emergency numbers, in whatever way they would reach the exchange: a fax never rings one.

import { COUNTRY_PROFILES, countryProfile } from '../../protocol/countryProfiles.ts';

/**
 * While no country is known: what is an emergency number in any of them. Two digits and 100 to 109 are left out: behind an
 * office's exchange these are its extensions, and where they are emergency numbers 112 is another one.
 */
const ANYWHERE = [...new Set(Object.values(COUNTRY_PROFILES).flatMap(({ emergency }) => emergency))].filter(
  (number) => !/^(?:\d\d|10\d)$/.test(number),
);

/** What gets an outside line at an office's exchange, written with the number: `0,119`. */
const OUTSIDE_LINE = /^[0-9*#]{1,2}[,w]+/;
/** Before a number without a pause: an outside line (0, 9), caller id shown or kept back (`*67`, `#31#`, 184 and 186 in Japan). */
const BEFORE = String.raw`(?:[*#]\d{2}[*#]?|18[46]|[09]){0,2}`;

/**
 * Whether what is dialled (digits, `*#,w`) rings an emergency number: alone, behind the digits for an outside line or the
 * trunk prefix, broken up by pauses, or with keys behind it, which the exchange no longer waits for.
 */
export function isEmergencyNumber(dialled: string, country: string): boolean {
  const profile = countryProfile(country);
  const numbers = (profile?.emergency ?? ANYWHERE).join('|');
  const [called = ''] = dialled.replace(OUTSIDE_LINE, '').split(/[,w]/);
  const forms = [called, dialled.replaceAll(/[,w]/g, '')];
  const pattern = new RegExp(`^${BEFORE}(?:${profile?.trunk ?? ''})?(?:${numbers})(?:[*#].*)?$`);
  return forms.some((form) => pattern.test(form));
}
