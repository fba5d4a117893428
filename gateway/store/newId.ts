// Ids of documents, deliveries, contacts and uploads.

import { randomBytes } from 'node:crypto';

// Letters and digits that are not taken for each other; an id never begins with a dash, so it is a safe CLI argument.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Sixteen characters, 80 random bits. */
export function newId(): string {
  return Array.from(randomBytes(16), (byte) => ALPHABET.charAt(byte & 31)).join('');
}
