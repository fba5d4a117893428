// Telephone numbers as people write and paste them.

import { describe, expect, test } from 'vitest';
import { lacksCountry, likelyTelephone, telephoneDestination, telephoneFault } from './destination.ts';

describe('a telephone number', () => {
  test.each([
    ['tel:+81 3-1234-5678', 'tel:+81312345678'],
    ['tel:(03)1234-5678', 'tel:0312345678'],
    ['TEL: 03 1234 5678', 'tel:0312345678'],
    ['０３−１２３４ー５６７８', 'tel:0312345678'],
    ['03・1234・5678', 'tel:0312345678'],
    ['\u{202d}+81 3 1234 5678\u{202c}', 'tel:+81312345678'],
    [' \u{feff}tel:03/1234.5678', 'tel:0312345678'],
    ['0312345678p4', 'tel:0312345678,4'],
  ])('written as “%s” is %s', (text, destination) => {
    expect(telephoneDestination(text)).toBe(destination);
  });

  test.each([
    ['', 'is empty'],
    ['tel:', 'is empty'],
    ['  - ', 'is empty'],
    ['1'.repeat(60), 'at most 40 digits; this one has 60'],
    ['tel:☎️ 0312345678', 'is not a telephone number'],
    ['03-1234-56b8', 'is not a telephone number'],
    ['03+1234', 'is not a telephone number'],
    [`0${'x'.repeat(5_000)}`, '…” is not'],
  ])('“%s” is none, and it is said why', (text, why) => {
    expect(telephoneDestination(text)).toBeUndefined();
    expect(telephoneFault(text)).toContain(why);
    expect(telephoneFault(text).length).toBeLessThan(200);
  });
});

test('what looks like a telephone number is told from a device’s id', () => {
  expect(likelyTelephone('0312345678')).toBe('tel:0312345678');
  expect(likelyTelephone('+1 206 555')).toBe('tel:+1206555');
  for (const id of ['kyoto-office', '2001', 'pw2024', 'p-200300', '']) {
    expect(likelyTelephone(id)).toBeUndefined();
  }
});

test('an international number needs a country', () => {
  expect(lacksCountry('tel:+81312345678', '')).toBe(true);
  expect(lacksCountry('tel:+81312345678', 'jp')).toBe(false);
  expect(lacksCountry('tel:0312345678', '')).toBe(false);
  expect(lacksCountry('kyoto', '')).toBe(false);
});
