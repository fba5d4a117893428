import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchIdentity } from './identityGuard.ts';

test('a number is the same however it is written', () => {
  for (const heard of [
    '+81 75 123 4567',
    '+81751234567',
    '0081 75 1234567',
    '075-123-4567',
    '75 123 4567',
    '123 4567',
    '+81 (0)75 123 4567',
    '０７５ １２３ ４５６７',
  ]) {
    expect(matchIdentity(heard, ['+81 75 123 4567']), heard).toBe('match');
    expect(matchIdentity('+81 75 123 4567', [heard]), heard).toBe('match');
  }
});

test('another number is a mismatch, however much of it is alike', () => {
  for (const heard of ['+81 75 123 4568', '075 123 4566', '1234568', '+81 75 123 456', '4567890']) {
    expect(matchIdentity(heard, ['+81 75 123 4567']), heard).toBe('mismatch');
  }
});

test('two areas with the same subscriber number are told apart', () => {
  expect(matchIdentity('06 123 4567', ['075 123 4567'])).toBe('mismatch');
});

test('a few digits at the end prove nothing', () => {
  expect(matchIdentity('567', ['+81 75 123 4567'])).toBe('mismatch');
});

test('short numbers match only as a whole', () => {
  expect(matchIdentity('12', ['12'])).toBe('match');
  expect(matchIdentity('12', ['112'])).toBe('mismatch');
});

test('one of several expected identities is enough', () => {
  expect(matchIdentity('555 0199', ['+81 75 123 4567', '+1 212 555 0199'])).toBe('match');
});

test('nothing is known when nobody is expected, or the machine gives no number', () => {
  expect(matchIdentity('+81 75 123 4567', [])).toBe('unknown');
  expect(matchIdentity('+81 75 123 4567', ['', 'OFFICE'])).toBe('unknown');
  expect(matchIdentity('', ['123 4567'])).toBe('unknown');
  expect(matchIdentity('OFFICE FAX', ['123 4567'])).toBe('unknown');
  expect(matchIdentity(null, ['123 4567'])).toBe('unknown');
});

test('letters and signs around a number change nothing', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[1-9]\d{4,12}$/u),
      fc.stringMatching(/^[A-Z .+-]{0,5}$/u),
      (digits, around) => {
        expect(matchIdentity(`${around}${digits}${around}`, [digits])).toBe('match');
      },
    ),
  );
});

test('any text is taken', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (heard, expected) => {
      expect(['match', 'mismatch', 'unknown']).toContain(matchIdentity(heard, expected));
    }),
  );
});
