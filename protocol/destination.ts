// Where a fax goes to or comes from: a device at a relay (`kyoto-office`), or a telephone number (`tel:+81312345678`).

import { z } from 'zod';
import { deviceIdSchema } from './relay.ts';

const PREFIX = 'tel:';
/** Digits and the other keys of a telephone; a comma pauses, `w` waits for a second dial tone; `+` only in front. */
const NUMBER = /^\+?[0-9*#][0-9*#,w]{0,39}$/;
const MOST_DIGITS = 40;
/**
 * What people write between the digits (RFC 3966 §3: visual separators): blanks, brackets, points, slashes, hyphens and
 * what keyboards make of them (minus, the long vowel mark of Japanese), and the invisible marks that come with a copy from
 * an address book.
 */
const SEPARATORS =
  /[\s().\-/\u{b7}\u{2010}-\u{2015}\u{2212}\u{30fb}\u{30fc}\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}]/gu;
/** A text is taken for a telephone number from so many digits on: shorter ones may well be the id of a device. */
const FEWEST_TELEPHONE_DIGITS = 6;

/** `tel:` and a number without separators. */
export const telephoneSchema = z
  .string()
  .max(60)
  .refine((text) => text.startsWith(PREFIX) && NUMBER.test(text.slice(PREFIX.length)), {
    error: 'A telephone number has digits, *, # and commas for pauses, and may begin with +.',
  });

/** A device id, or `tel:` and a number. */
export const destinationSchema = z.union([deviceIdSchema, telephoneSchema]);
export type Destination = z.infer<typeof destinationSchema>;

export function isTelephone(destination: string): boolean {
  return destination.startsWith(PREFIX);
}

/** The number of a telephone destination: `+81312345678`. */
export function numberOf(destination: string): string {
  return destination.slice(PREFIX.length);
}

/**
 * The destination for a number as a person writes it (`+81 (3) 1234-5678`, `tel:03-1234-5678`, full-width digits);
 * `undefined` when it cannot be one.
 */
export function telephoneDestination(text: string): Destination | undefined {
  const number = withoutSeparators(text);
  return NUMBER.test(number) ? `${PREFIX}${number}` : undefined;
}

/** Why a text is no telephone number, in a sentence for whoever wrote it. */
export function telephoneFault(text: string): string {
  const number = withoutSeparators(text);
  if (number === '') return 'The telephone number is empty.';
  if (/^\+?[0-9*#,w]*$/.test(number) && number.length > MOST_DIGITS) {
    return `A telephone number has at most ${MOST_DIGITS} digits; this one has ${number.length}.`;
  }
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return `“${shown}” is not a telephone number: it has digits, *, # and commas for pauses, and may begin with +.`;
}

const MOST_SHOWN = 60;

/**
 * The telephone number that a person probably means who wrote neither `tel:` nor a letter: `0312345678`, `03-1234-5678`,
 * `+81…`. A device id can look like one, too.
 */
export function likelyTelephone(text: string): Destination | undefined {
  const destination = telephoneDestination(text);
  if (destination === undefined || /\p{L}/u.test(text.replaceAll(SEPARATORS, ''))) return undefined;
  const digits = numberOf(destination).replaceAll(/\D/gu, '').length;
  return digits >= FEWEST_TELEPHONE_DIGITS || numberOf(destination).startsWith('+') ? destination : undefined;
}

/**
 * Written in the international form, while the country of the lines is not known: it is dialled without its +, which
 * reaches nobody from most telephone lines.
 */
export function lacksCountry(destination: string, country: string): boolean {
  return country === '' && destination.startsWith(`${PREFIX}+`);
}

function withoutSeparators(text: string): string {
  const plain = text.normalize('NFKC').replaceAll(SEPARATORS, '').replace(/^tel:/iu, '').replace(/;.*$/u, '');
  return plain.replaceAll(/[pP]/gu, ',').replaceAll('W', 'w');
}
