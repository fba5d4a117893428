import { expect, test } from 'vitest';
import { canonicalDestination, canonicalNumber, numberAsDialled, searchedNumber } from './canonicalNumber.ts';

test.each([
  ['0312345678', 'jp', '+81312345678'],
  ['01012125550100', 'jp', '+12125550100'],
  ['2125550100', 'us', '+12125550100'],
  ['12125550100', 'us', '+12125550100'],
  ['01181312345678', 'us', '+81312345678'],
  ['+4402071234567', 'gb', '+442071234567'],
  ['0612345678', 'it', '+390612345678'],
  // No whole numbers: an extension, a number without area code, keys, pauses.
  ['201', 'jp', '201'],
  ['5551234', 'us', '5551234'],
  ['*31', 'jp', '*31'],
  ['0,0312345678', 'jp', '0,0312345678'],
  ['0312345678', '', '0312345678'],
])('%s in %s is known as %s', (number, country, expected) => {
  expect(canonicalNumber(number, country)).toBe(expected);
});

test('a destination that is no number, and a caller who gave none, stay as they are', () => {
  expect(canonicalDestination('kyoto-office', 'jp')).toBe('kyoto-office');
  expect(canonicalDestination('tel:', 'jp')).toBe('tel:');
  expect(canonicalDestination('tel:0312345678', 'jp')).toBe('tel:+81312345678');
});

test.each([
  ['+81312345678', 'jp', '0312345678'],
  ['+81312345678', 'us', '01181312345678'],
  ['+81312345678', '', '81312345678'],
  ['0312345678', 'us', '0312345678'],
])('%s is dialled in %s as %s', (number, country, expected) => {
  expect(numberAsDialled(number, country)).toBe(expected);
});

test.each([
  ['03-1234-5678', 'jp', '312345678'],
  ['+81 (0)3 1234 5678', 'jp', '312345678'],
  ['03-12', 'jp', '312'],
  ['+1 212 555', 'jp', '1212555'],
  ['0', 'jp', '0'],
  ['03-12', '', '0312'],
  ['Kyoto', 'jp', 'Kyoto'],
])('who looks for %s in %s looks for %s', (text, country, expected) => {
  expect(searchedNumber(text, country)).toBe(expected);
});
