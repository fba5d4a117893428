// Where a fax goes to or comes from: a device at a relay (`kyoto-office`), or a telephone number (`tel:+81312345678`).

import { z } from 'zod';
import { deviceIdSchema } from './relay.ts';

const PREFIX = 'tel:';
/** Digits and the other keys of a telephone; a comma pauses, `w` waits for a second dial tone; `+` only in front. */
const NUMBER = /^\+?[0-9*#][0-9*#,w]{0,39}$/;
/** What people write between the digits (RFC 3966 §3: visual separators), and blanks. */
const SEPARATORS = /[\s().\-/\u{2010}-\u{2015}\u{ff08}\u{ff09}\u{3000}]/gu;

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
  const plain = text.normalize('NFKC').trim().replace(/^tel:/iu, '').replace(/;.*$/u, '');
  const number = plain.replaceAll(SEPARATORS, '').replaceAll(/[pP]/gu, ',').replaceAll('W', 'w');
  return NUMBER.test(number) ? `${PREFIX}${number}` : undefined;
}
