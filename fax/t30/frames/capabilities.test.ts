// DIS and DTC bit by bit, and back.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RATES } from '../parameters.ts';
import type { Capabilities, FastRate } from '../parameters.ts';
import { writeBits } from './bitField.ts';
import { BIT_TABLE } from './bitTable.ts';
import { buildCapabilities, parseCapabilities } from './capabilities.ts';
import { DCS_RATES, MIN_SCAN_TIMES, RESOLUTION_BITS, sayableMinScanMs } from './codePoints.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const withBits = (...bits: number[]): Capabilities => parseCapabilities(writeBits(bits));
const rateText = ({ modulation, rateBps }: FastRate): string => `${modulation} ${rateBps}`;

/** What the least machine says: nothing. */
const NOTHING: Capabilities = {
  canReceive: false,
  hasDocumentToPoll: false,
  rates: [{ modulation: 'V.27ter', rateBps: 2400 }],
  resolutions: ['R8x3.85'],
  prefersInch: false,
  prefersMetric: false,
  codings: ['MH'],
  ecm: false,
  prefers64: false,
  width: 215,
  length: 'A4',
  northAmericanLetter: false,
  northAmericanLegal: false,
  minScanTime: { standardMs: 20, fineMs: 20, superfineMs: 20 },
  subaddress: false,
  password: false,
  selectivePolling: false,
  v8: false,
  others: [],
};

describe('a DIS', () => {
  test('without octets says nothing', () => {
    expect(parseCapabilities(hex(''))).toEqual(NOTHING);
    expect(parseCapabilities(hex('00 00 00'))).toEqual(NOTHING);
  });

  test.each([
    [6, { v8: true }],
    [7, { prefers64: true }],
    [9, { hasDocumentToPoll: true }],
    [10, { canReceive: true }],
    [15, { resolutions: ['R8x3.85', 'R8x7.7'] }],
    [16, { codings: ['MH', 'MR'] }],
    [17, { width: 255 }],
    [18, { width: 303 }],
    [19, { length: 'B4' }],
    [20, { length: 'unlimited' }],
    [27, { ecm: true }],
    [31, { codings: ['MH', 'MMR'] }],
    [41, { resolutions: ['R8x3.85', 'R8x15.4'] }],
    [42, { resolutions: ['R8x3.85', '300x300'] }],
    [43, { resolutions: ['R8x3.85', 'R16x15.4'] }],
    [44, { prefersInch: true }],
    [45, { prefersMetric: true }],
    [46, { minScanTime: { standardMs: 20, fineMs: 20, superfineMs: 10 } }],
    [47, { selectivePolling: true }],
    [49, { subaddress: true }],
    [50, { password: true }],
    [76, { northAmericanLetter: true }],
    [77, { northAmericanLegal: true }],
    [105, { resolutions: ['R8x3.85', '600x600'] }],
    [106, { resolutions: ['R8x3.85', '1200x1200'] }],
    [107, { resolutions: ['R8x3.85', '300x600'] }],
    [108, { resolutions: ['R8x3.85', '400x800'] }],
    [109, { resolutions: ['R8x3.85', '600x1200'] }],
    [28, { others: ['bit 28'] }],
    [25, { others: ['bit 25'] }],
    [78, { others: ['JBIG'] }],
    [1, { others: ['T.37 internet fax'] }],
    [127, { others: ['sYCC JPEG'] }],
  ] satisfies [number, Partial<Capabilities>][])('says with bit %i alone %o', (bit, expected) => {
    expect(withBits(bit)).toEqual({ ...NOTHING, ...expected });
  });

  test('names every other bit of the table in `others`', () => {
    for (const { bit, name, dis } of BIT_TABLE) {
      const expected = dis === 'other' ? [name] : dis === 'zero' ? [`bit ${bit}`] : [];
      expect(withBits(bit).others).toEqual(expected);
    }
  });

  test.each([
    ['0000', ['V.27ter 2400']],
    ['0100', ['V.27ter 4800', 'V.27ter 2400']],
    ['1000', ['V.29 9600', 'V.29 7200']],
    ['1100', ['V.29 9600', 'V.29 7200', 'V.27ter 4800', 'V.27ter 2400']],
    ['1110', ['V.29 9600', 'V.29 7200', 'V.27ter 4800', 'V.27ter 2400']],
    ['1101', RATES.map(rateText)],
    // Not used by the standard: no V.17 without the two others.
    ['1111', RATES.map(rateText)],
    ['0001', ['V.27ter 2400']],
    ['0101', ['V.27ter 4800', 'V.27ter 2400']],
    ['1001', ['V.29 9600', 'V.29 7200']],
    ['0010', ['V.27ter 2400']],
  ])('with rate bits %s can receive at %j', (pattern, expected) => {
    const bits = pattern.split('').flatMap((digit, index) => (digit === '1' ? [11 + index] : []));
    const capabilities = withBits(...bits);
    expect(capabilities.rates.map(rateText)).toEqual(expected);
    expect(capabilities.others).toEqual(pattern === '1110' ? ['V.33'] : []);
  });

  test('reads the invalid width and length 11 as 01', () => {
    expect(withBits(17, 18).width).toBe(303);
    expect(withBits(19, 20).length).toBe('unlimited');
  });

  test.each([
    [[], 20, 20],
    [[21, 23], 40, 20],
    [[23], 40, 40],
    [[22], 10, 10],
    [[21], 5, 5],
    [[22, 23], 10, 5],
    [[21, 22], 20, 10],
    [[21, 22, 23], 0, 0],
  ])('with scan time bits %j needs %i ms at standard and %i ms at fine', (bits, standardMs, fineMs) => {
    expect(withBits(...bits).minScanTime).toEqual({ standardMs, fineMs, superfineMs: fineMs });
    const half = sayableMinScanMs(fineMs / 2);
    expect(withBits(...bits, 46).minScanTime).toEqual({ standardMs, fineMs, superfineMs: half });
  });

  test('lets MMR stand without error correction, for the negotiation to judge', () => {
    expect(withBits(10, 31)).toMatchObject({ codings: ['MH', 'MMR'], ecm: false });
  });
});

const capabilities: fc.Arbitrary<Capabilities> = fc.record({
  canReceive: fc.boolean(),
  hasDocumentToPoll: fc.boolean(),
  rates: fc.constantFrom(
    RATES,
    RATES.slice(7),
    RATES.slice(6),
    RATES.filter(({ modulation }) => modulation === 'V.29'),
    RATES.filter(({ modulation }) => modulation !== 'V.17'),
  ),
  resolutions: fc
    .subarray(RESOLUTION_BITS.map(([, resolution]) => resolution))
    .map((finer): Capabilities['resolutions'] => ['R8x3.85', ...finer]),
  prefersInch: fc.boolean(),
  prefersMetric: fc.boolean(),
  codings: fc.subarray(['MR', 'MMR'] as const).map((more): Capabilities['codings'] => ['MH', ...more]),
  ecm: fc.boolean(),
  prefers64: fc.boolean(),
  width: fc.constantFrom(215, 255, 303),
  length: fc.constantFrom('A4', 'B4', 'unlimited'),
  northAmericanLetter: fc.boolean(),
  northAmericanLegal: fc.boolean(),
  minScanTime: fc
    .tuple(fc.constantFrom(...MIN_SCAN_TIMES), fc.boolean())
    .map(([[, standardMs, fineMs], half]) => ({
      standardMs,
      fineMs,
      superfineMs: half ? sayableMinScanMs(fineMs / 2) : fineMs,
    })),
  subaddress: fc.boolean(),
  password: fc.boolean(),
  selectivePolling: fc.boolean(),
  v8: fc.boolean(),
  others: fc.subarray(BIT_TABLE.filter(({ dis }) => dis === 'other').map(({ name }) => name)),
});

describe('a built DIS', () => {
  test('is read back as it was meant', () => {
    fc.assert(
      fc.property(capabilities, (meant) => {
        expect(parseCapabilities(buildCapabilities(meant))).toEqual(meant);
      }),
    );
  });

  test('is the shortest that says it', () => {
    expect(buildCapabilities(NOTHING)).toEqual(hex('00 00 00'));
    expect(buildCapabilities({ ...NOTHING, canReceive: true, ecm: true })).toEqual(hex('00 02 80 04'));
    expect(buildCapabilities({ ...NOTHING, subaddress: true })).toEqual(hex('00 00 80 80 80 80 01'));
  });

  test.each([
    [
      { standardMs: 7, fineMs: 3, superfineMs: 3 },
      { standardMs: 10, fineMs: 5, superfineMs: 5 },
    ],
    [
      { standardMs: 20, fineMs: 5, superfineMs: 5 },
      { standardMs: 20, fineMs: 10, superfineMs: 5 },
    ],
    [
      { standardMs: 5, fineMs: 10, superfineMs: 10 },
      { standardMs: 10, fineMs: 10, superfineMs: 10 },
    ],
    [
      { standardMs: 99, fineMs: 99, superfineMs: 1 },
      { standardMs: 40, fineMs: 40, superfineMs: 20 },
    ],
    [
      { standardMs: 20, fineMs: 20, superfineMs: 11 },
      { standardMs: 20, fineMs: 20, superfineMs: 20 },
    ],
  ])('asks for no less time than %o', (minScanTime, expected) => {
    const built = buildCapabilities({ ...NOTHING, minScanTime });
    expect(parseCapabilities(built).minScanTime).toEqual(expected);
  });

  test('ignores names in `others` that are no bits', () => {
    expect(buildCapabilities({ ...NOTHING, others: ['a colour printer', 'ECM', 'bit 24'] })).toEqual(
      hex('00 00 00'),
    );
  });

  test('says V.33 again only beside V.29 and V.27ter', () => {
    const rates = RATES.filter(({ modulation }) => modulation !== 'V.17');
    expect(buildCapabilities({ ...NOTHING, rates, others: ['V.33'] })).toEqual(hex('00 1C 00'));
    expect(buildCapabilities({ ...NOTHING, rates: RATES, others: ['V.33'] })).toEqual(hex('00 2C 00'));
  });
});

describe('any octets as a DIS', () => {
  test('are read without throwing, and mean the same after building', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (fif) => {
        const read = parseCapabilities(fif);
        const built = buildCapabilities(read);
        expect(parseCapabilities(built)).toEqual(read);
        expect(built.length).toBeLessThanOrEqual(Math.max(3, fif.length));
      }),
      { numRuns: 1000 },
    );
  });

  test('with all extension bits too', () => {
    const full = fc
      .uint8Array({ minLength: 16, maxLength: 40 })
      .map((fif) => fif.map((octet) => octet | 0x80));
    fc.assert(
      fc.property(full, (fif) => {
        const read = parseCapabilities(fif);
        expect(parseCapabilities(buildCapabilities(read))).toEqual(read);
      }),
    );
  });
});

test('every rate has its own code in DCS', () => {
  expect(DCS_RATES.map(([, rate]) => rateText(rate)).toSorted()).toEqual(RATES.map(rateText).toSorted());
  expect(new Set(DCS_RATES.map(([bits]) => bits)).size).toBe(8);
});
