import { expect, test } from 'vitest';
import type { FastRate, Modulation } from '../parameters.ts';
import { RATES } from '../parameters.ts';
import { commonRates, offeredRates, slowerRate } from './rates.ts';

const FREE = { avoidModulations: [], maxRateBps: null };

function names(rates: readonly FastRate[]): string {
  return rates.map(({ modulation, rateBps }) => `${modulation} ${rateBps}`).join(', ');
}

function of(...modulations: Modulation[]): readonly FastRate[] {
  return RATES.filter(({ modulation }) => modulations.includes(modulation));
}

test('a sender falls back through V.17 and V.29 to V.27ter, and then there is nothing left', () => {
  const steps: FastRate[] = [];
  for (let rate: FastRate | null = RATES[0]; rate !== null; rate = slowerRate(RATES, rate)) steps.push(rate);
  expect(names(steps)).toBe(
    'V.17 14400, V.17 12000, V.17 9600, V.29 9600, V.17 7200, V.29 7200, V.27ter 4800, V.27ter 2400',
  );
});

test('the fall-back skips what the far machine does not know', () => {
  const rates = commonRates({ sendRates: RATES }, { rates: of('V.29', 'V.27ter') }, FREE);
  expect(names(rates)).toBe('V.29 9600, V.29 7200, V.27ter 4800, V.27ter 2400');
});

test('common rates need both ends and the profile', () => {
  expect(commonRates({ sendRates: of('V.29') }, { rates: of('V.27ter') }, FREE)).toEqual([]);
  expect(
    names(
      commonRates({ sendRates: RATES }, { rates: RATES }, { avoidModulations: ['V.17'], maxRateBps: 7200 }),
    ),
  ).toBe('V.29 7200, V.27ter 4800, V.27ter 2400');
});

test.each<
  [
    string,
    readonly FastRate[],
    { avoidModulations: readonly Modulation[]; maxRateBps: number | null },
    string,
  ]
>([
  ['everything', RATES, FREE, names(RATES)],
  [
    'a profile without V.17',
    RATES,
    { avoidModulations: ['V.17'], maxRateBps: null },
    names(of('V.29', 'V.27ter')),
  ],
  ['at most 12 000', RATES, { avoidModulations: [], maxRateBps: 12_000 }, names(RATES)],
  ['at most 9600', RATES, { avoidModulations: [], maxRateBps: 9600 }, names(of('V.29', 'V.27ter'))],
  ['at most 4800', RATES, { avoidModulations: [], maxRateBps: 4800 }, names(of('V.27ter'))],
  ['at most 2400', RATES, { avoidModulations: [], maxRateBps: 2400 }, 'V.27ter 2400'],
  [
    'no V.29, without which V.17 has no code',
    RATES,
    { avoidModulations: ['V.29'], maxRateBps: null },
    names(of('V.27ter')),
  ],
  ['V.29 alone', of('V.29'), FREE, names(of('V.29'))],
  ['a modem with half of V.17', RATES.slice(1), FREE, names(of('V.29', 'V.27ter'))],
  ['a modem with nothing', [], FREE, ''],
])('a DIS offers what its bits can say: %s', (_, receiveRates, profile, offered) => {
  expect(names(offeredRates(receiveRates, profile))).toBe(offered);
});
