import { expect, test } from 'vitest';
import type { FastRate } from '../parameters.ts';
import { isTrainingGood } from './trainingCheck.ts';

const RATE: FastRate = { modulation: 'V.17', rateBps: 14_400 };

/** `zeros` of octets, each in brackets count as damaged ones: run lengths of good and bad in turn. */
function check(...runs: number[]): Uint8Array {
  return Uint8Array.from(
    runs.flatMap((length, index) => Array.from({ length }, () => (index % 2 === 0 ? 0 : 0xa5))),
  );
}

test.each<[string, Uint8Array, boolean, boolean]>([
  ['a perfect one', check(2700), true, true],
  ['one second of zeros', check(1800), true, true],
  ['a little less than a second', check(1799), false, true],
  ['half a second', check(900), false, true],
  ['less than half a second', check(899), false, false],
  ['nothing', check(), false, false],
  ['noise only', check(0, 2700), false, false],
  ['noise before the zeros, and after them', check(0, 700, 2000, 600), true, true],
  ['a tenth damaged in between', check(1800, 270, 600), true, true],
  ['more than a tenth damaged in between', check(1800, 271, 600), false, false],
  ['damage that breaks the zeros into short runs', check(800, 1, 800, 1, 800), false, false],
  ['a run of half a second among damage', check(900, 1, 890, 1, 800), false, true],
])('a TCF of %s', (_, octets, good, goodUnderEcm) => {
  expect(isTrainingGood(octets, RATE, false)).toBe(good);
  expect(isTrainingGood(octets, RATE, true)).toBe(goodUnderEcm);
});

test('a slower rate needs fewer zeros', () => {
  expect(isTrainingGood(check(300), { modulation: 'V.27ter', rateBps: 2400 }, false)).toBe(true);
  expect(isTrainingGood(check(299), { modulation: 'V.27ter', rateBps: 2400 }, false)).toBe(false);
});
