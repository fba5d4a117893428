// What of a line's set-up reaches its modem.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localIdSchema } from '../../protocol/api/lines.ts';
import { modemSetupSchema } from '../../protocol/modem.ts';
import { localIdOf, modemSetup, newLineSetup } from './lineSetup.ts';

describe('the number told to other machines', () => {
  test.each([
    ['+81 (3) 1234-5678', '+81 3 1234 5678'],
    ['０３－１２３４－５６７８', '03 1234 5678'],
    ['Tel. 555 0100', '555 0100'],
    ['+49 (0) 30 / 1234 5678 90', '+490301234567890'],
    ['', ''],
  ])('of “%s” is “%s”', (faxNumber, expected) => {
    expect(localIdOf(faxNumber)).toBe(expected);
  });

  test('can be carried by CSI and TSI, whatever the office’s fax number is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (faxNumber) => {
        expect(localIdSchema.safeParse(localIdOf(faxNumber)).success).toBe(true);
      }),
    );
  });
});

test('what the modem host is told is in order, and a line’s own number goes first', () => {
  const setup = newLineSetup({ path: '/dev/ttyACM0', localId: '+1 555', extraInit: ['AT&K4'] }, 'Line 1');
  const told = modemSetup(setup, '03-1234-5678');
  expect(modemSetupSchema.parse(told)).toEqual(told);
  expect(told).toMatchObject({ localId: '+1 555', faxClass: 'auto', extraInit: ['AT&K4'] });
  expect(told).not.toHaveProperty('name');
});
