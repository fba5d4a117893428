// Identification fields as machines send them, and as ours must be.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildIdentity, parseIdentity } from './identity.ts';

const onTheLine = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1')).toReversed();
const text = (field: Uint8Array): string => Buffer.from(field).toString('latin1');

describe('buildIdentity', () => {
  test('puts the last digit first and fills up with spaces', () => {
    expect(text(buildIdentity('+81 75 123 4567'))).toBe('7654 321 57 18+     ');
  });

  test('fills the whole field with spaces when there is nothing to say', () => {
    expect(text(buildIdentity(''))).toBe(' '.repeat(20));
  });

  test('cuts what is longer than twenty characters, at the end', () => {
    expect(parseIdentity(buildIdentity('+1234567890123456789012345'))).toBe('+1234567890123456789');
    expect(parseIdentity(buildIdentity('123456789012345678 9012'))).toBe('123456789012345678 9');
    expect(parseIdentity(buildIdentity('1234567890123456789 9012'))).toBe('1234567890123456789');
  });

  test.each([
    ['Zürich Büro', 'Zurich Buro'],
    ['０７５－１２３', '075-123'],
    ['075–123', '075 123'],
    ['京都 075', '075'],
    ['a\tb\u0000c\u202Ed', 'a b c d'],
    ['😀 12 😀', '12'],
    ['*12#3', '*12#3'],
  ])('makes %j readable on any machine', (given, expected) => {
    expect(parseIdentity(buildIdentity(given))).toBe(expected);
  });

  test('gives twenty printable ASCII characters for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 400 }), (codeUnits) => {
        const field = buildIdentity(String.fromCharCode(...codeUnits));
        expect(field).toHaveLength(20);
        expect(text(field)).toMatch(/^[ -~]{20}$/u);
      }),
    );
  });

  test('is read back as it was given, when it fits', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789+ *#'.split('')), maxLength: 20 });
    fc.assert(
      fc.property(digits, (given) => {
        expect(parseIdentity(buildIdentity(given))).toBe(given.trim());
      }),
    );
  });
});

describe('parseIdentity', () => {
  test.each([
    ['padded before the number', '     +81 75 123 4567', '+81 75 123 4567'],
    ['padded behind the number', '+81 75 123 4567     ', '+81 75 123 4567'],
    ['with letters', '  KYOTO OFFICE 2     ', 'KYOTO OFFICE 2'],
    ['padded with NUL', `${'\0'.repeat(10)}0075123456`, '0075123456'],
    ['with control characters', '\u001b[31m12\r\n3\u007f', '[31m123'],
    ['of another code page', 'B\xdcRO 1', 'B?RO 1'],
    ['shorter than twenty', '0123', '0123'],
    ['empty', '', ''],
    ['blank', ' '.repeat(20), ''],
  ])('reads an identity %s', (_what, sent, expected) => {
    expect(parseIdentity(onTheLine(sent))).toBe(expected);
  });

  test('reads the first twenty octets when the FCS was left behind them', () => {
    const field = Uint8Array.from([...onTheLine('     +81 75 123 4567'), 0x41, 0x42]);
    expect(parseIdentity(field)).toBe('+81 75 123 4567');
  });

  test('gives at most twenty printable characters, trimmed, for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (fif) => {
        const id = parseIdentity(fif);
        expect(id).toMatch(/^[ -~]{0,20}$/u);
        expect(id.trim()).toBe(id);
      }),
    );
  });
});
