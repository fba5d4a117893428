import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModemFacts } from '../faxDriver.types.ts';
import { dialectOf } from './dialect.ts';
import { ownSubparameters } from './ownCapabilities.ts';
import { agreementFor } from './pagePlan.ts';
import {
  brUpTo,
  capabilitiesOf,
  readSubparameters,
  sessionOf,
  sureModulation,
  writeSubparameters,
} from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

const WHOLE: Subparameters = { vr: 3, br: 5, wd: 2, ln: 2, df: 3, ec: 2, bf: 0, st: 0 };

test.each<[string, 10 | 16, Subparameters | null]>([
  ['3,5,2,2,3,2,0,0', 10, WHOLE],
  [' 3, 5,2,2 ,3,2,0,0 ', 16, WHOLE],
  ['(3,5,2,2,3,2,0,0)', 10, WHOLE],
  ['1,5', 10, { vr: 1, br: 5, wd: 0, ln: 0, df: 0, ec: 0, bf: 0, st: 0 }],
  ['1,D,0,2,3,2,0,0', 16, { vr: 1, br: 13, wd: 0, ln: 2, df: 3, ec: 2, bf: 0, st: 0 }],
  ['40,5,0,2,0,0,0,7', 16, { vr: 0x40, br: 5, wd: 0, ln: 2, df: 0, ec: 0, bf: 0, st: 7 }],
  ['40H,5,0,2,0,0,0,7', 10, { vr: 0x40, br: 5, wd: 0, ln: 2, df: 0, ec: 0, bf: 0, st: 7 }],
  ['1,5,99,99,99,99,99,99', 10, { vr: 1, br: 5, wd: 0, ln: 0, df: 0, ec: 0, bf: 0, st: 0 }],
  ['1,99', 10, null],
  ['', 10, null],
  ['x,y', 16, null],
])('%s (base %i)', (text, base, values) => {
  expect(readSubparameters(text, base)).toEqual(values);
});

test('what is written can be read, in both bases', () => {
  fc.assert(
    fc.property(
      fc.record({
        vr: fc.integer({ min: 0, max: 0x7f }),
        br: fc.integer({ min: 0, max: 13 }),
        wd: fc.integer({ min: 0, max: 2 }),
        ln: fc.integer({ min: 0, max: 2 }),
        df: fc.constantFrom(0, 1, 3),
        ec: fc.integer({ min: 0, max: 3 }),
        bf: fc.constant(0),
        st: fc.integer({ min: 0, max: 7 }),
      }),
      fc.constantFrom(10 as const, 16 as const),
      (values, base) => {
        expect(readSubparameters(writeSubparameters(values, base), base)).toEqual(values);
      },
    ),
  );
});

test('abilities of a far machine', () => {
  expect(capabilitiesOf({ ...WHOLE, vr: 2, st: 4 }, { hasDocumentToPoll: true })).toMatchObject({
    resolutions: ['R8x3.85', 'R8x7.7', 'R8x15.4'],
    codings: ['MH', 'MR', 'MMR'],
    ecm: true,
    width: 303,
    length: 'unlimited',
    hasDocumentToPoll: true,
    minScanTime: { standardMs: 20, fineMs: 10, superfineMs: 10 },
  });
  expect(capabilitiesOf({ ...WHOLE, br: 3 }, { hasDocumentToPoll: false }).rates[0]).toEqual({
    modulation: 'V.29',
    rateBps: 9600,
  });
});

test('what was agreed on', () => {
  expect(sessionOf({ ...WHOLE, vr: 0x10, ec: 0, df: 1, st: 5 }, 5)).toMatchObject({
    rate: { modulation: 'V.17', rateBps: 14_400 },
    resolution: 'R8x7.7',
    inch: true,
    coding: 'MR',
    minScanMs: 20,
    ecmFrameOctets: null,
  });
  expect(sessionOf({ ...WHOLE, br: 13 }, 13).rate).toBeNull();
  expect(sessionOf({ ...WHOLE, br: 3 }, 3).rate).toEqual({ modulation: 'V.29', rateBps: 9600 });
});

test('only what a rate can be alone is called by its modulation', () => {
  expect([0, 1, 2, 3, 4, 5, 6].map(sureModulation)).toEqual([
    'V.27ter',
    'V.27ter',
    undefined,
    undefined,
    'V.17',
    'V.17',
    undefined,
  ]);
  expect([1200, 2400, 9600, 14_400].map(brUpTo)).toEqual([0, 0, 3, 5]);
});

const FACTS: ModemFacts = {
  profile: {
    name: 'generic',
    match: {},
    classes: ['2'],
    baudRate: 115_200,
    flowControl: 'hardware',
    init: [],
    afterClass: [],
    quirks: {},
  },
  faxClass: '2',
  transmitCodes: [],
  receiveCodes: [],
  class2Capabilities: [[0, 1], [0, 1, 2, 3, 4, 5], [0, 1, 2], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2], [0], [0]],
  adaptiveReception: false,
};
const HINTS = { avoidModulations: [], avoidCodings: [], avoidEcm: false };

test('a modem offers what it lists, in the values of its class', () => {
  expect(ownSubparameters(FACTS, HINTS, dialectOf({ faxClass: '2' }))).toEqual({ ...WHOLE, vr: 1 });
  expect(ownSubparameters(FACTS, HINTS, dialectOf({ faxClass: '2.0' }))).toEqual({ ...WHOLE, vr: 1, ec: 1 });
  expect(ownSubparameters({ ...FACTS, class2Capabilities: [] }, HINTS, dialectOf({ faxClass: '2' }))).toEqual(
    {
      vr: 1,
      br: 3,
      wd: 0,
      ln: 2,
      df: 0,
      ec: 0,
      bf: 0,
      st: 0,
    },
  );
});

test.each([
  [[0, 1, 2, 3], 3],
  [[0, 1, 2], 2],
  [[0, 1, 2, 4, 8, 0x10, 0x20, 0x40], 0x7f],
  [[0, 1, 2, 4], 7],
  [Array.from({ length: 0x80 }, (_, value) => value), 0x7f],
])('resolutions %j: %i', (listed, vr) => {
  const facts = { ...FACTS, class2Capabilities: [listed, ...FACTS.class2Capabilities.slice(1)] };
  expect(ownSubparameters(facts, HINTS, dialectOf(FACTS)).vr).toBe(vr);
});

test('faulty error correction is not offered, and MMR not without it', () => {
  const facts = { ...FACTS, profile: { ...FACTS.profile, quirks: { brokenEcm: true } } };
  expect(ownSubparameters(facts, HINTS, dialectOf({ faxClass: '2' }))).toMatchObject({ ec: 0, df: 1 });
});

test('for any two machines something is agreed on that both can do', () => {
  const values = fc.record({
    vr: fc.integer({ min: 0, max: 0x7f }),
    br: fc.integer({ min: 0, max: 13 }),
    wd: fc.integer({ min: 0, max: 4 }),
    ln: fc.integer({ min: 0, max: 2 }),
    df: fc.constantFrom(0, 1, 2, 3),
    ec: fc.integer({ min: 0, max: 3 }),
    bf: fc.constant(0),
    st: fc.integer({ min: 0, max: 7 }),
  });
  fc.assert(
    fc.property(
      values,
      fc.option(values, { nil: undefined }),
      fc.integer({ min: 0, max: 13 }),
      (own, remote, br) => {
        const agreed = agreementFor(
          { widthPixels: 1728, rows: 2300, resolution: 'R8x15.4' },
          { own, remote, hints: HINTS, br },
        );
        if ('incompatible' in agreed) throw new Error(agreed.incompatible);
        expect(agreed.values.br).toBeLessThanOrEqual(Math.min(own.br, remote?.br ?? own.br, br));
        expect(agreed.values.wd).toBeLessThanOrEqual(Math.min(own.wd, 2));
        expect(agreed.values.ln).toBeLessThanOrEqual(own.ln);
        if (own.ec === 0 || remote?.ec === 0) expect(agreed.values.ec).toBe(0);
        if (agreed.values.df === 3) expect(agreed.values.ec).toBeGreaterThan(0);
      },
    ),
  );
});
