import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LineProfile, StationLimits } from '../machine.ts';
import type { Capabilities, PageGeometry, Resolution } from '../parameters.ts';
import { negotiate } from './negotiate.ts';
import type { Negotiated } from './negotiate.ts';
import { RESOLUTIONS, widthPixels } from './paper.ts';
import { RATES } from '../parameters.ts';
import { CAPABILITIES, PROFILE } from '../testing/testPlans.ts';

const EVERYTHING: Capabilities = {
  ...CAPABILITIES,
  canReceive: true,
  hasDocumentToPoll: false,
  rates: RATES,
  resolutions: ['R8x3.85', 'R8x7.7', 'R8x15.4', '300x300', 'R16x15.4'],
  width: 303,
  minScanTime: { standardMs: 20, fineMs: 10, superfineMs: 5 },
};
const LIMITS: StationLimits = { sendRates: RATES, receiveRates: RATES, capabilities: EVERYTHING };
const FINE_A4: PageGeometry = { widthPixels: 1728, rows: 2287, resolution: 'R8x7.7' };

interface Case {
  remote?: Partial<Capabilities>;
  limits?: Partial<StationLimits>;
  page?: Partial<PageGeometry>;
  profile?: Partial<LineProfile>;
}

function negotiated({ remote, limits, page, profile }: Case): Negotiated {
  return negotiate({
    limits: { ...LIMITS, ...limits },
    remote: { ...EVERYTHING, ...remote },
    page: { ...FINE_A4, ...page },
    profile: { ...PROFILE, ...profile },
    rate: null,
  });
}

function agreed(input: Case): Extract<Negotiated, { parameters: unknown }> {
  const result = negotiated(input);
  if ('incompatible' in result) throw new Error(result.incompatible);
  return result;
}

test('two modern machines choose V.17 14 400, MMR and error correction with 256 octets', () => {
  const { parameters, format } = agreed({});
  expect(parameters).toEqual({
    rate: { modulation: 'V.17', rateBps: 14_400 },
    coding: 'MMR',
    resolution: 'R8x7.7',
    inch: false,
    width: 215,
    length: 'A4',
    minScanMs: 0,
    ecmFrameOctets: 256,
    subaddressSent: false,
    senderIdSent: false,
    unsupported: [],
  });
  expect(format).toEqual({
    coding: 'MMR',
    k: 4,
    resolution: 'R8x7.7',
    widthPixels: 1728,
    maxRows: 2379,
    minScanBits: 0,
    ecm: true,
  });
});

test.each<[string, Case, string, boolean]>([
  ['no error correction at the far end leaves MR', { remote: { ecm: false } }, 'MR', false],
  ['no error correction by the profile leaves MR', { profile: { avoidEcm: true } }, 'MR', false],
  ['a far end without MMR gets MR under error correction', { remote: { codings: ['MH', 'MR'] } }, 'MR', true],
  ['a far end without MR gets MH', { remote: { codings: ['MH'] } }, 'MH', true],
  ['a profile without MMR and MR leaves MH', { profile: { avoidCodings: ['MMR', 'MR', 'MH'] } }, 'MH', true],
  [
    'what this station cannot code is not chosen',
    { limits: { capabilities: { ...EVERYTHING, codings: ['MH'] } } },
    'MH',
    true,
  ],
  [
    'this station without error correction',
    { limits: { capabilities: { ...EVERYTHING, ecm: false } } },
    'MR',
    false,
  ],
])('coding: %s', (_, input, coding, ecm) => {
  const { parameters, format } = agreed(input);
  expect([parameters.coding, parameters.ecmFrameOctets !== null]).toEqual([coding, ecm]);
  expect([format.coding, format.ecm]).toEqual([coding, ecm]);
});

test.each<[string, Case, 256 | 64]>([
  ['the far end asks for 64', { remote: { prefers64: true } }, 64],
  ['the profile wants 64', { profile: { ecmFrameOctets: 64 } }, 64],
  [
    'the profile wants 256 against the far end',
    { remote: { prefers64: true }, profile: { ecmFrameOctets: 256 } },
    256,
  ],
])('ECM frame size: %s', (_, input, octets) => {
  expect(agreed(input).parameters.ecmFrameOctets).toBe(octets);
});

test.each<[Resolution, readonly Resolution[], Resolution, number]>([
  ['R8x7.7', ['R8x3.85'], 'R8x3.85', 1728],
  ['R8x15.4', ['R8x3.85', 'R8x7.7'], 'R8x7.7', 1728],
  ['R8x15.4', ['R8x3.85', 'R8x7.7', 'R8x15.4'], 'R8x15.4', 1728],
  ['300x300', ['R8x3.85', 'R8x7.7', 'R8x15.4'], 'R8x7.7', 1728],
  ['300x300', ['R8x3.85', '300x300'], '300x300', 2592],
  ['R16x15.4', ['R8x3.85', 'R8x15.4'], 'R8x15.4', 1728],
  ['R16x15.4', ['R8x3.85', 'R16x15.4'], 'R16x15.4', 3456],
  ['600x600', ['R8x3.85', 'R8x7.7'], 'R8x7.7', 1728],
])('a page of %s for a machine with %j is sent as %s, %i pixels wide', (has, can, resolution, pixels) => {
  const { a4Pixels } = RESOLUTIONS[has];
  const result = agreed({
    page: { resolution: has, widthPixels: a4Pixels, rows: 1000 },
    remote: { resolutions: can },
  });
  expect(result.parameters.resolution).toBe(resolution);
  expect(result.format).toMatchObject({ resolution, widthPixels: pixels });
});

test.each<[number, 215 | 255 | 303, 215 | 255 | 303, number]>([
  [1728, 303, 215, 1728],
  [1729, 303, 255, 2048],
  [2048, 255, 255, 2048],
  [2049, 303, 303, 2432],
  [2432, 255, 255, 2048],
  [2432, 215, 215, 1728],
  [9999, 303, 303, 2432],
])('a page %i pixels wide for paper of %i mm goes on %i mm', (pixels, can, width, formatPixels) => {
  const { parameters, format } = agreed({ page: { widthPixels: pixels }, remote: { width: can } });
  expect([parameters.width, format.widthPixels]).toEqual([width, formatPixels]);
});

test.each<[number, 'A4' | 'B4' | 'unlimited', 'A4' | 'B4' | 'unlimited', number | null]>([
  [2379, 'unlimited', 'A4', 2379],
  [2380, 'unlimited', 'B4', 2918],
  [2918, 'B4', 'B4', 2918],
  [2919, 'unlimited', 'unlimited', null],
  [2919, 'B4', 'B4', 2918],
  [20_000, 'A4', 'A4', 2379],
])(
  'a fine page of %i rows for a machine that takes %s goes as %s, at most %s rows',
  (rows, can, length, most) => {
    const { parameters, format } = agreed({ page: { rows }, remote: { length: can } });
    expect([parameters.length, format.maxRows]).toEqual([length, most]);
  },
);

test.each<[Resolution, number, number, 2 | 4]>([
  ['R8x3.85', 20, 288, 2],
  ['R8x7.7', 10, 144, 4],
  ['R8x15.4', 5, 72, 4],
])(
  'without error correction a line at %s lasts %i ms: %i bits at 14 400 bit/s',
  (resolution, ms, bits, k) => {
    const { parameters, format } = agreed({ page: { resolution }, remote: { ecm: false } });
    expect(parameters.minScanMs).toBe(ms);
    expect(format).toMatchObject({ minScanBits: bits, k });
  },
);

test('the fall-back rate is taken, and lines hold fewer bits at it', () => {
  const result = negotiate({
    limits: LIMITS,
    remote: { ...EVERYTHING, ecm: false },
    page: FINE_A4,
    profile: PROFILE,
    rate: { modulation: 'V.27ter', rateBps: 2400 },
  });
  expect(result).toMatchObject({ parameters: { rate: { rateBps: 2400 } }, format: { minScanBits: 24 } });
});

test.each<[string, Partial<Capabilities>, boolean]>([
  ['inch', { prefersInch: true, prefersMetric: false }, true],
  ['both', { prefersInch: true, prefersMetric: true }, false],
  ['neither', { prefersInch: false, prefersMetric: false }, false],
])('a machine that prefers %s', (_, remote, inch) => {
  expect(agreed({ remote }).parameters.inch).toBe(inch);
});

test('300 dpi is in inches whatever is preferred', () => {
  expect(agreed({ page: { resolution: '300x300', widthPixels: 2592 } }).parameters.inch).toBe(true);
});

test('without a common carrier there is nothing to agree on', () => {
  expect(negotiated({ remote: { rates: [] } })).toEqual({
    incompatible: expect.stringContaining('no modulation') as string,
  });
  expect(negotiated({ profile: { maxRateBps: 1200 } })).toHaveProperty('incompatible');
});

test('whatever the far machine can do, the format is one that it can take', () => {
  const resolutions = Object.keys(RESOLUTIONS) as Resolution[];
  fc.assert(
    fc.property(
      fc.subarray(resolutions),
      fc.constantFrom(...resolutions),
      fc.constantFrom(215 as const, 255 as const, 303 as const),
      fc.constantFrom('A4' as const, 'B4' as const, 'unlimited' as const),
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max: 30_000 }),
      fc.boolean(),
      (can, has, width, length, pixels, rows, ecm) => {
        const { parameters, format } = agreed({
          page: { resolution: has, widthPixels: pixels, rows },
          remote: { resolutions: ['R8x3.85', ...can], width, length, ecm },
        });
        expect(['R8x3.85', ...can]).toContain(format.resolution);
        expect(parameters.resolution).toBe(format.resolution);
        expect(parameters.width).toBeLessThanOrEqual(width);
        expect(format.widthPixels).toBe(widthPixels(parameters.width, format.resolution));
        if (length !== 'unlimited') expect(format.maxRows).not.toBeNull();
        expect(format.coding === 'MMR').toBe(ecm);
      },
    ),
  );
});
