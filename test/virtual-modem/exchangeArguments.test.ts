import { expect, test } from 'vitest';
import { parseExchangeArguments } from './exchangeArguments.ts';

test('without options there are two modems, a machine, and one that echoes', () => {
  expect(parseExchangeArguments({})).toMatchObject({
    modems: [{ number: '101', personality: 'plain' }, { number: '102' }],
    machines: [
      { number: '200', echo: false },
      { number: '201', echo: true },
    ],
    speed: 1,
  });
});

test('a modem can have a class and a personality, in any order', () => {
  expect(parseExchangeArguments({ modem: ['5551:2.0:zyxel', '5552:agere:1'] }).modems).toEqual([
    { number: '5551', personality: 'zyxel', classes: ['2.0'] },
    { number: '5552', personality: 'agere', classes: ['1'] },
  ]);
});

test.each([
  [{ modem: ['abc'] }, /no telephone number/],
  [{ modem: ['101:3'] }, /neither a fax class nor a personality/],
  [{ machine: ['200:loud'] }, /NUMBER:echo/],
  [{ modem: ['200'], machine: ['200'] }, /given twice/],
  [{ speed: 'fast' }, /--speed is a number/],
  [{ noise: '1' }, /--noise is a number/],
])('what makes no sense is said: %o', (values, message) => {
  expect(() => parseExchangeArguments(values)).toThrow(message);
});
