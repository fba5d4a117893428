// Frames against the table of T.30 and against what modems do to them.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reverseOctet, reverseOctets } from './bitOrder.ts';
import { buildFrame, parseFrame } from './frame.ts';
import { FRAME_NAMES, type FrameName } from './frameNames.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** DTE octets with X = 0, and with X = 1 where the code has that bit. */
const DTE_CODES = {
  DIS: [0x80],
  CSI: [0x40],
  NSF: [0x20],
  DTC: [0x81],
  CIG: [0x41],
  NSC: [0x21],
  PWD: [0xc1],
  SEP: [0xa1],
  PSA: [0x61],
  CIA: [0xe1],
  ISP: [0x11],
  DCS: [0x82, 0x83],
  TSI: [0x42, 0x43],
  SUB: [0xc2, 0xc3],
  NSS: [0x22, 0x23],
  SID: [0xa2, 0xa3],
  TSA: [0x62, 0x63],
  IRA: [0xe2, 0xe3],
  CTC: [0x12, 0x13],
  CFR: [0x84, 0x85],
  FTT: [0x44, 0x45],
  CTR: [0xc4, 0xc5],
  CSA: [0x24, 0x25],
  EOM: [0x8e, 0x8f],
  MPS: [0x4e, 0x4f],
  EOR: [0xce, 0xcf],
  EOP: [0x2e, 0x2f],
  RR: [0x6e, 0x6f],
  EOS: [0x1e, 0x1f],
  'PRI-EOM': [0x9e, 0x9f],
  'PRI-MPS': [0x5e, 0x5f],
  'PRI-EOP': [0x3e, 0x3f],
  PPS: [0xbe, 0xbf],
  MCF: [0x8c, 0x8d],
  RTN: [0x4c, 0x4d],
  RTP: [0xcc, 0xcd],
  PIN: [0x2c, 0x2d],
  PIP: [0xac, 0xad],
  PID: [0x6c, 0x6d],
  RNR: [0xec, 0xed],
  ERR: [0x1c, 0x1d],
  PPR: [0xbc, 0xbd],
  FDM: [0xfc, 0xfd],
  DCN: [0xfa, 0xfb],
  CRP: [0x1a, 0x1b],
  FNV: [0xca, 0xcb],
  TR: [0x6a, 0x6b],
  TNR: [0xea, 0xeb],
  DNK: [0x9a, 0x9b],
  FCD: [0x06],
  RCP: [0x86],
  CCD: [0x46],
  DES: [0xa0],
  DEC: [0x93],
  DER: [0x53],
  DTK: [0x4b],
  RK: [0x4a],
} as const satisfies Record<FrameName, readonly number[]>;

const frameName = fc.constantFrom(...FRAME_NAMES);

describe('the codes of T.30', () => {
  test.each(FRAME_NAMES)('%s is on the DTE side what the table says', (name) => {
    const [plain, withX = plain] = DTE_CODES[name];
    expect(buildFrame(name, { x: false })[2]).toBe(plain);
    expect(buildFrame(name, { x: true })[2]).toBe(withX);
    expect(parseFrame(Uint8Array.of(0xff, 0x13, plain))).toEqual({
      name,
      x: (plain & 1) === 1,
      final: true,
      fif: new Uint8Array(0),
    });
    expect(parseFrame(Uint8Array.of(0xff, 0x13, withX))).toMatchObject({ name, x: (withX & 1) === 1 });
  });

  test('leave every other octet without a name', () => {
    const known = new Set<number>(Object.values(DTE_CODES).flat());
    for (let octet = 0; octet < 256; octet += 1) {
      const name = parseFrame(Uint8Array.of(0xff, 0x13, octet))?.name ?? null;
      expect(name !== null).toBe(known.has(octet));
    }
  });

  test('are what T.30 prints, reversed', () => {
    expect(reverseOctet(0x01)).toBe(0x80);
    expect(reverseOctet(0x41)).toBe(0x82);
    expect(reverseOctet(0x74)).toBe(0x2e);
    expect(reverseOctets(hex('C0 C8'))).toEqual(hex('03 13'));
  });
});

describe('buildFrame', () => {
  test.each([
    ['MCF', false, 'FF 13 8C'],
    ['CFR', false, 'FF 13 84'],
    ['DCN', false, 'FF 13 FA'],
    ['DCN', true, 'FF 13 FB'],
    ['EOP', true, 'FF 13 2F'],
    ['RCP', false, 'FF 03 86'],
  ] as const)('gives %s with X %s as the fact sheet has it', (name, x, octets) => {
    expect(buildFrame(name, { x })).toEqual(hex(octets));
  });

  test('sets the final bit as it is told', () => {
    expect(buildFrame('CSI', { x: false, final: false })).toEqual(hex('FF 03 40'));
    expect(buildFrame('FCD', { x: false, final: true, fif: hex('00 AA') })).toEqual(hex('FF 13 06 00 AA'));
  });

  test('gives what parseFrame reads', () => {
    fc.assert(
      fc.property(
        frameName,
        fc.boolean(),
        fc.boolean(),
        fc.uint8Array({ maxLength: 300 }),
        (name, x, final, fif) => {
          const frame = parseFrame(buildFrame(name, { x, final, fif }));
          const codes = DTE_CODES[name];
          expect(frame).toEqual({
            name,
            x: codes.length === 1 ? (codes[0] & 1) === 1 : x,
            final,
            fif,
          });
        },
      ),
    );
  });
});

describe('parseFrame', () => {
  test('reads a frame whose address the modem took away', () => {
    expect(parseFrame(hex('13 8C'))).toMatchObject({ name: 'MCF', final: true });
    expect(parseFrame(hex('03 40 20 31'))).toEqual({
      name: 'CSI',
      x: false,
      final: false,
      fif: hex('20 31'),
    });
  });

  test('reads a frame that the modem gave in reversed bit order', () => {
    expect(parseFrame(hex('FF C8 01 00 73 1C'))).toEqual({
      name: 'DIS',
      x: false,
      final: true,
      fif: hex('00 CE 38'),
    });
    expect(parseFrame(hex('C0 C3'))).toMatchObject({ name: 'SUB', x: true, final: false });
  });

  test('reads a final frame whose control octet was swallowed as XOFF', () => {
    expect(parseFrame(hex('FF 80 00 CE 38'))).toEqual({
      name: 'DIS',
      x: false,
      final: true,
      fif: hex('00 CE 38'),
    });
    expect(parseFrame(hex('FF 8C'))).toMatchObject({ name: 'MCF', final: true });
  });

  test('reads CTC with X, whose code is a control octet elsewhere', () => {
    expect(parseFrame(hex('FF 13 13 00 02'))).toEqual({
      name: 'CTC',
      x: true,
      final: true,
      fif: hex('00 02'),
    });
  });

  test.each([
    ['nothing', ''],
    ['an address', 'FF'],
    ['a control octet', '13'],
    ['no FCF', 'FF 03'],
    ['no FCF, reversed', 'FF C8'],
    ['an FCF alone', '8C'],
    ['an FCF that T.30 does not have', 'FF 13 00'],
    ['another address', '7F 13 8C'],
    ['another control octet', 'FF 33 8C'],
  ])('finds no frame in %s', (_what, octets) => {
    expect(parseFrame(hex(octets))).toBeNull();
  });

  test('keeps the FIF when the buffer is used again', () => {
    const buffer = hex('FF 03 40 31 32');
    const frame = parseFrame(buffer);
    buffer.fill(0);
    expect(frame?.fif).toEqual(hex('31 32'));
  });

  test('takes any octets without throwing, and never makes a FIF longer than them', () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc
        .tuple(
          fc.constantFrom('FF 13', 'FF 03', 'FF C8', '13', '03', 'C0', 'FF'),
          fc.uint8Array({ maxLength: 40 }),
        )
        .map(([start, rest]) => Uint8Array.from([...hex(start), ...rest])),
    );
    fc.assert(
      fc.property(octets, (bytes) => {
        const frame = parseFrame(bytes);
        if (frame !== null) {
          expect(FRAME_NAMES).toContain(frame.name);
          expect(frame.fif.length).toBeLessThan(bytes.length);
        }
      }),
    );
  });
});
