import { expect, test } from 'vitest';
import { RATES } from '../../../fax/t30/parameters.ts';
import { modulationCode, ratesOfCodes } from './modulationCodes.ts';

const ALL = [3, 24, 48, 72, 73, 74, 96, 97, 98, 121, 122, 145, 146];

test('a modem with every code has every rate, in fall-back order', () => {
  expect(ratesOfCodes(ALL)).toEqual(RATES);
});

test('V.17 needs both of its trainings', () => {
  expect(ratesOfCodes(ALL.filter((code) => code !== 146))).toEqual(RATES.slice(1));
  expect(ratesOfCodes(ALL.filter((code) => code !== 73))).not.toContainEqual({
    modulation: 'V.17',
    rateBps: 7200,
  });
});

test('codes that are known to be broken do not count', () => {
  expect(ratesOfCodes(ALL, [96])).not.toContainEqual({ modulation: 'V.29', rateBps: 9600 });
  expect(ratesOfCodes(ALL, [96])).toHaveLength(RATES.length - 1);
});

test('a modem that does not say has V.29 and V.27ter', () => {
  expect(ratesOfCodes([]).map(({ modulation, rateBps }) => `${modulation} ${rateBps}`)).toEqual([
    'V.29 9600',
    'V.29 7200',
    'V.27ter 4800',
    'V.27ter 2400',
  ]);
});

test('every rate has its codes, and only V.17 two of them', () => {
  expect(RATES.map((rate) => [modulationCode(rate, 'long'), modulationCode(rate, 'short')])).toEqual([
    [145, 146],
    [121, 122],
    [97, 98],
    [96, 96],
    [73, 74],
    [72, 72],
    [48, 48],
    [24, 24],
  ]);
  expect(modulationCode({ modulation: 'V.29', rateBps: 14_400 }, 'long')).toBeUndefined();
});
