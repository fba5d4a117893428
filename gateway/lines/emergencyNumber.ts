// Emergency numbers, in whatever way they would reach the exchange: a fax never rings one.

import { countryProfile } from '../../protocol/countryProfiles.ts';

/**
 * While no country is known: those of most of the world's people. The others are extensions in as many offices, and where
 * they are emergency numbers 112 mostly is another one.
 */
const WIDELY_KNOWN = ['000', '110', '112', '119', '911', '999'];

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
  const numbers = (profile?.emergency ?? WIDELY_KNOWN).join('|');
  const [called = ''] = dialled.replace(OUTSIDE_LINE, '').split(/[,w]/);
  const forms = [called, dialled.replaceAll(/[,w]/g, '')];
  const pattern = new RegExp(`^${BEFORE}(?:${profile?.trunk ?? ''})?(?:${numbers})(?:[*#].*)?$`);
  return forms.some((form) => pattern.test(form));
}
