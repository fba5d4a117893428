// DCS and CTC bit by bit, and back.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RATES } from '../parameters.ts';
import type { SessionParameters } from '../parameters.ts';
import { writeBits } from './bitField.ts';
import { BIT_TABLE } from './bitTable.ts';
import { isInchOnly, RESOLUTION_BITS } from './codePoints.ts';
import { buildContinueRate, buildParameters, parseContinueRate, parseParameters } from './parameters.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const withBits = (...bits: number[]): SessionParameters => parseParameters(writeBits(bits));

/** What a DCS of zeros means. */
const LEAST: SessionParameters = {
  rate: { modulation: 'V.27ter', rateBps: 2400 },
  coding: 'MH',
  resolution: 'R8x3.85',
  inch: false,
  width: 215,
  length: 'A4',
  minScanMs: 20,
  ecmFrameOctets: null,
  subaddressSent: false,
  senderIdSent: false,
  unsupported: [],
};

/** What error correction, chosen or implied, makes of it. */
const ECM = { ecmFrameOctets: 256, minScanMs: 0 } as const;

describe('a DCS', () => {
  test('of zeros, or of nothing, is the least page that there is', () => {
    expect(parseParameters(hex('00 00 00'))).toEqual(LEAST);
    expect(parseParameters(hex(''))).toEqual(LEAST);
  });

  test.each([
    [[15], { resolution: 'R8x7.7' }],
    [[16], { coding: 'MR' }],
    [[17], { width: 255 }],
    [[18], { width: 303 }],
    [[17, 18], { width: 303 }],
    [[19], { length: 'B4' }],
    [[20], { length: 'unlimited' }],
    [[19, 20], { length: 'unlimited' }],
    [[27], ECM],
    [[27, 28], { ...ECM, ecmFrameOctets: 64 }],
    [[28], {}],
    [[27, 31], { ...ECM, coding: 'MMR' }],
    [[31], { ...ECM, coding: 'MMR' }],
    [[28, 31], { ...ECM, coding: 'MMR', ecmFrameOctets: 64 }],
    [[16, 27, 31], { ...ECM, coding: 'MMR' }],
    [[41], { resolution: 'R8x15.4' }],
    [[42, 44], { resolution: '300x300', inch: true }],
    [[42], { resolution: '300x300', inch: true }],
    [[43], { resolution: 'R16x15.4' }],
    [[43, 44], { resolution: 'R16x15.4', inch: true }],
    [[15, 41], { resolution: 'R8x15.4' }],
    [[44], { inch: true }],
    [[15, 44], { resolution: 'R8x7.7', inch: true }],
    [[49], { subaddressSent: true }],
    [[50], { senderIdSent: true }],
    [[105], { resolution: '600x600', inch: true }],
    [[106], { resolution: '1200x1200', inch: true }],
    [[107], { resolution: '300x600', inch: true }],
    [[108], { resolution: '400x800', inch: true }],
    [[109], { resolution: '600x1200', inch: true }],
    [[26], { unsupported: ['uncompressed mode'] }],
    [[27, 78], { ...ECM, unsupported: ['JBIG'] }],
    [[78], { ...ECM, unsupported: ['JBIG'] }],
    [[27, 68, 69], { ...ECM, unsupported: ['JPEG', 'full colour'] }],
    // Without meaning here, or harmless to a page.
    [[1, 3, 4, 6, 7, 9, 10, 33, 45, 46, 47, 66, 67, 76, 77, 113, 121, 122], {}],
  ] satisfies [number[], Partial<SessionParameters>][])('with bits %j means %o', (bits, expected) => {
    expect(withBits(...bits)).toEqual({ ...LEAST, ...expected });
  });

  test('is with error correction whenever it chose anything that needs it', () => {
    for (const { bit, needsEcm } of BIT_TABLE) {
      expect(withBits(bit).ecmFrameOctets).toBe(needsEcm || bit === 27 ? 256 : null);
    }
  });

  test('names everything that cannot be taken', () => {
    for (const { bit, name, dcs } of BIT_TABLE) {
      expect(withBits(bit).unsupported).toEqual(dcs === 'unsupported' ? [name] : []);
    }
  });

  test.each([
    ['0000', 'V.27ter', 2400],
    ['0100', 'V.27ter', 4800],
    ['1000', 'V.29', 9600],
    ['1100', 'V.29', 7200],
    ['0001', 'V.17', 14_400],
    ['0101', 'V.17', 12_000],
    ['1001', 'V.17', 9600],
    ['1101', 'V.17', 7200],
  ] as const)('with rate bits %s comes with %s at %i bit/s', (pattern, modulation, rateBps) => {
    const bits = pattern.split('').flatMap((digit, index) => (digit === '1' ? [11 + index] : []));
    const rate = { modulation, rateBps };
    expect(withBits(...bits).rate).toEqual(rate);
    expect(buildParameters({ ...LEAST, rate, minScanMs: 20 })).toEqual(writeBits([10, ...bits]));
  });

  test.each(['0010', '0110', '1010', '1110', '0011', '0111', '1011', '1111'])(
    'with rate bits %s comes at no rate that we know',
    (pattern) => {
      const bits = pattern.split('').flatMap((digit, index) => (digit === '1' ? [11 + index] : []));
      expect(withBits(...bits).rate).toBeNull();
    },
  );

  test.each([
    [[], 20, 20],
    [[23], 40, 40],
    [[22], 10, 10],
    [[21], 5, 5],
    [[22, 23], 10, 5],
    [[21, 22], 20, 10],
    [[21, 23], 40, 20],
    [[21, 22, 23], 0, 0],
  ])('with scan time bits %j has %i ms per standard and %i ms per fine line', (bits, standardMs, fineMs) => {
    expect(withBits(...bits).minScanMs).toBe(standardMs);
    expect(withBits(15, ...bits).minScanMs).toBe(fineMs);
    expect(withBits(41, ...bits).minScanMs).toBe(fineMs);
  });
});

const parameters: fc.Arbitrary<SessionParameters> = fc
  .record({
    rate: fc.constantFrom(...RATES),
    coding: fc.constantFrom('MH', 'MR', 'MMR'),
    resolution: fc.constantFrom<SessionParameters['resolution']>(
      'R8x3.85',
      ...RESOLUTION_BITS.map(([, resolution]) => resolution),
    ),
    inch: fc.boolean(),
    width: fc.constantFrom<SessionParameters['width']>(215, 255, 303),
    length: fc.constantFrom<SessionParameters['length']>('A4', 'B4', 'unlimited'),
    minScanMs: fc.constantFrom(0, 5, 10, 20, 40),
    ecmFrameOctets: fc.constantFrom<SessionParameters['ecmFrameOctets']>(null, 64, 256),
    subaddressSent: fc.boolean(),
    senderIdSent: fc.boolean(),
    unsupported: fc.constantFrom<readonly string[]>(
      [],
      ['uncompressed mode'],
      ['plane interleave', 'HFX40 cipher'],
    ),
  })
  .map((some) => {
    const ecmFrameOctets = some.ecmFrameOctets ?? (some.coding === 'MMR' ? 256 : null);
    return {
      ...some,
      inch: some.inch || isInchOnly(some.resolution),
      ecmFrameOctets,
      minScanMs: ecmFrameOctets === null ? some.minScanMs : 0,
    };
  });

describe('a built DCS', () => {
  test('is read back as it was meant', () => {
    fc.assert(
      fc.property(parameters, (meant) => {
        expect(parseParameters(buildParameters(meant))).toEqual(meant);
      }),
    );
  });

  test('says that it is to be received, and nothing more than it must', () => {
    expect(buildParameters(LEAST)).toEqual(hex('00 02 00'));
    expect(buildParameters({ ...LEAST, rate: { modulation: 'V.17', rateBps: 14_400 } })).toEqual(
      hex('00 22 00'),
    );
  });

  test('is what a sender of a fine MMR page with error correction says', () => {
    expect(
      buildParameters({
        ...LEAST,
        ...ECM,
        rate: { modulation: 'V.17', rateBps: 14_400 },
        coding: 'MMR',
        resolution: 'R8x7.7',
        length: 'unlimited',
      }),
    ).toEqual(hex('00 62 F8 44'));
  });

  test('puts error correction in where the coding needs it', () => {
    const built = buildParameters({ ...LEAST, coding: 'MMR', ecmFrameOctets: null, minScanMs: 20 });
    expect(built).toEqual(hex('00 02 F0 44'));
  });

  test('asks for the next longer time where one has no code', () => {
    expect(parseParameters(buildParameters({ ...LEAST, minScanMs: 2.5 })).minScanMs).toBe(5);
    expect(parseParameters(buildParameters({ ...LEAST, minScanMs: 11 })).minScanMs).toBe(20);
    expect(parseParameters(buildParameters({ ...LEAST, minScanMs: 99 })).minScanMs).toBe(40);
  });

  test('leaves the rate bits zero without a rate, as under V.34', () => {
    expect(buildParameters({ ...LEAST, rate: null })).toEqual(hex('00 02 00'));
  });
});

describe('any octets as a DCS', () => {
  test('are read without throwing, and mean the same after building', () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ minLength: 16, maxLength: 20 }).map((fif) => fif.map((octet) => octet | 0x80)),
    );
    fc.assert(
      fc.property(octets, (fif) => {
        const read = parseParameters(fif);
        const again = parseParameters(buildParameters(read));
        // A rate that no standard names cannot be said again.
        expect({ ...again, rate: null }).toEqual({ ...read, rate: null });
        if (read.rate !== null) {
          expect(again.rate).toEqual(read.rate);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('CTC', () => {
  test.each(RATES)('goes on with $modulation at $rateBps bit/s', (rate) => {
    const fif = buildContinueRate(rate);
    expect(fif).toHaveLength(2);
    expect(parseContinueRate(fif)).toEqual(rate);
  });

  test('is what the first two octets of a DCS are', () => {
    expect(buildContinueRate({ modulation: 'V.17', rateBps: 12_000 })).toEqual(hex('00 2A'));
    expect(parseContinueRate(hex('00 CE'))).toEqual({ modulation: 'V.29', rateBps: 7200 });
  });

  test('says nothing when it is too short, or names no rate', () => {
    expect(parseContinueRate(hex(''))).toBeNull();
    expect(parseContinueRate(hex('00'))).toBeNull();
    expect(parseContinueRate(hex('00 10'))).toBeNull();
  });

  test('takes any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (fif) => {
        const rate = parseContinueRate(fif);
        expect(rate === null || RATES.some((known) => known.rateBps === rate.rateBps)).toBe(true);
      }),
    );
  });
});
