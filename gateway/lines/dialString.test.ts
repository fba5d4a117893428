// Numbers as people write them, as lines dial them, and as machines are known by them.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { telephoneSchema } from '../../protocol/destination.ts';
import { canonicalNumber } from '../../protocol/canonicalNumber.ts';
import { COUNTRY_PROFILES, countryProfile, redialLimits } from '../../protocol/countryProfiles.ts';
import { dialString } from './dialString.ts';

const dial = (number: string, country = '', dialPrefix = ''): string => {
  const result = dialString(number, { country, dialPrefix });
  return 'dial' in result ? result.dial : `refused: ${result.refused}`;
};

describe('what is dialled', () => {
  test.each([
    ['+81312345678', 'jp', '0312345678'],
    ['+12125550100', 'jp', '01012125550100'],
    ['+12125550100', 'us', '12125550100'],
    ['+81312345678', 'us', '01181312345678'],
    ['+390612345678', 'it', '0612345678'],
    ['+390612345678', 'de', '00390612345678'],
    ['+4930123456', 'de', '030123456'],
    ['+4790123456', 'no', '90123456'],
    ['+3613456789', 'hu', '0613456789'],
    ['+551133334444', 'br', '0211133334444'],
    ['0312345678', 'jp', '0312345678'],
    ['5551234', 'us', '5551234'],
  ])('%s in %s is dialled as %s', (number, country, expected) => {
    expect(dial(number, country)).toBe(expected);
  });

  test('without a country, a number is dialled as written, without its +', () => {
    expect(dial('+81312345678')).toBe('81312345678');
    expect(dial('0312345678')).toBe('0312345678');
  });

  test('the prefix for an outside line comes first, and pauses stay where they are', () => {
    expect(dial('+81312345678,,4', 'jp', '0,')).toBe('0,0312345678,,4');
    expect(dial('123w4*#', '', '9w')).toBe('9w123w4*#');
  });

  test('the 0 that people write behind a calling code is not dialled', () => {
    expect(dial('+4402071234567', 'gb')).toBe('02071234567');
    expect(dial('+4402071234567', 'jp')).toBe('010442071234567');
    expect(dial('+390612345678', 'jp')).toBe('010390612345678');
  });

  test('an emergency number of the country is never dialled', () => {
    expect(dial('119', 'jp')).toMatch(/^refused: It is an emergency number/);
    expect(dial('911', 'us')).toMatch(/^refused/);
    expect(dial('911', 'jp')).toBe('911');
    expect(dial('0,119', 'jp')).toMatch(/^refused: It is an emergency number/);
    expect(dial('9w,110', 'jp')).toMatch(/^refused/);
    // An extension behind a whole number.
    expect(dial('0312345678,119', 'jp')).toBe('0312345678,119');
  });

  test.each([
    ['119', 'jp', ''],
    ['110', 'jp', '0,'],
    ['1,1,0', 'jp', ''],
    ['110,5', 'jp', ''],
    ['119#', 'jp', ''],
    ['0119', 'jp', ''],
    ['184110', 'jp', ''],
    ['0', 'jp', '11'],
    ['10', 'jp', '1,'],
    ['9911', 'us', ''],
    ['*67911', 'us', ''],
    ['1911', 'us', ''],
    ['+34112', 'es', ''],
    ['+44999', 'gb', '9'],
    ['+49110', 'de', ''],
    ['#31#112', 'de', ''],
    ['061', 'es', ''],
  ])('an emergency number is not rung as %s in %s behind “%s” either', (number, country, prefix) => {
    expect(dial(number, country, prefix)).toMatch(/^refused: It is an emergency number/);
  });

  test('while no country is set, a widely known emergency number is refused, and how to dial it is said', () => {
    for (const number of ['110', '112', '119', '911', '999', '000', '0,119', '9911']) {
      expect(dial(number)).toMatch(/^refused: It is an emergency number in some .* set the country/);
    }
    // An office's extensions, and whole numbers that begin or end so.
    for (const number of [
      '100',
      '105',
      '111',
      '17',
      '199',
      '0312345110',
      '9112345',
      '0312345678,110',
      '1190000',
    ]) {
      expect(dial(number)).toBe(number);
    }
    expect(dial('911', 'jp')).toBe('911');
  });

  test('every whole number of every country is dialled, at home and from abroad', () => {
    const countries = Object.keys(COUNTRY_PROFILES);
    fc.assert(
      fc.property(fc.constantFrom(...countries), fc.stringMatching(/^[2-8][2-8]{12}$/), (country, digits) => {
        const { callingCode = '', length = [8, 8], trunk = '' } = countryProfile(country) ?? {};
        const national = digits.slice(0, Math.max(length[0], 6));
        expect(dial(`+${callingCode}${national}`, country)).toBe(trunk + national);
        expect(dial(`+${callingCode}${national}`, country === 'jp' ? 'us' : 'jp')).not.toMatch(/^refused/);
      }),
    );
  });

  test('what is no number, or too long, is refused and not cut', () => {
    expect(dial('')).toMatch(/^refused/);
    expect(dial('12a4')).toMatch(/^refused/);
    expect(dial('1'.repeat(55), '', '0,0,0,')).toMatch(/^refused: It is longer/);
  });

  test('whatever the API takes for a number is dialled with digits, *, #, comma and w only, or refused', () => {
    const part = fc.stringMatching(/^[0-9*#,w]{0,40}$/);
    const number = fc
      .tuple(fc.constantFrom('', '+'), part)
      .map(([plus, text]) => plus + text)
      .filter((text) => telephoneSchema.safeParse(`tel:${text}`).success);
    fc.assert(
      fc.property(number, fc.constantFrom('', ...Object.keys(COUNTRY_PROFILES)), (text, country) => {
        const result = dialString(text, { country, dialPrefix: '0,' });
        if ('dial' in result) expect(result.dial).toMatch(/^0,[0-9*#,w]{1,58}$/);
        // Keys and pauses that were written are dialled.
        if ('dial' in result) expect(result.dial.endsWith(/[,w*#]*$/.exec(text)?.[0] ?? '')).toBe(true);
      }),
    );
  });
});

describe('under which number a machine is known', () => {
  test('a number dialled from anywhere is known again by what was dialled', () => {
    const countries = Object.keys(COUNTRY_PROFILES);
    const numbers = fc
      .tuple(fc.constantFrom(...countries), fc.stringMatching(/^[2-9]$/), fc.stringMatching(/^[0-9]{12}$/))
      .map(([country, first, rest]) => {
        const { callingCode = '', length = [8, 8] } = countryProfile(country) ?? {};
        return `+${callingCode}${(first + rest).slice(0, Math.max(length[0], 6))}`;
      });
    fc.assert(
      fc.property(numbers, fc.constantFrom(...countries), (number, from) => {
        expect(canonicalNumber(dial(number, from), from)).toBe(number);
        expect(canonicalNumber(number, from)).toBe(number);
      }),
    );
  });
});

describe('what is known of countries', () => {
  test('everywhere some seconds lie between two attempts, and their number has a limit', () => {
    for (const country of ['', 'xx', ...Object.keys(COUNTRY_PROFILES)]) {
      const { redials, gapSeconds, windowSeconds } = redialLimits(country);
      expect(gapSeconds).toBeGreaterThanOrEqual(5);
      expect(redials).toBeLessThanOrEqual(14);
      expect(windowSeconds).toBeGreaterThanOrEqual(180);
    }
    expect(redialLimits('jp')).toMatchObject({ redials: 2, windowSeconds: 180 });
  });

  test('calling codes are prefix-free, so that each number belongs to one', () => {
    const codes = [...new Set(Object.values(COUNTRY_PROFILES).map(({ callingCode }) => callingCode))];
    const clashes = codes.filter((code) => codes.some((other) => other !== code && other.startsWith(code)));
    expect(clashes).toEqual([]);
  });
});
