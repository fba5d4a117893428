// PPS, PPR and EOR octet by octet, and what the journal calls them.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildFrame, parseFrame, type Frame } from './frame.ts';
import { frameLabel } from './frameLabel.ts';
import { FRAME_NAMES } from './frameNames.ts';
import {
  buildEor,
  buildPpr,
  buildPps,
  parseEor,
  parsePpr,
  parsePps,
  type PostMessageCommand,
} from './postMessage.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

function read(octets: Uint8Array): Frame {
  const frame = parseFrame(octets);
  if (frame === null) throw new Error('no frame');
  return frame;
}

/** FCF2 with X = 0 and X = 1. */
const COMMANDS = [
  ['NULL', 0x00, 0x00],
  ['MPS', 0x4e, 0x4f],
  ['EOM', 0x8e, 0x8f],
  ['EOP', 0x2e, 0x2f],
  ['EOS', 0x1e, 0x1f],
  ['PRI-MPS', 0x5e, 0x5f],
  ['PRI-EOM', 0x9e, 0x9f],
  ['PRI-EOP', 0x3e, 0x3f],
] as const satisfies readonly (readonly [PostMessageCommand, number, number])[];

const command = fc.constantFrom(...COMMANDS.map(([name]) => name));
const octet = fc.nat(255);
const anyFrame = fc
  .tuple(fc.constantFrom(...FRAME_NAMES), fc.boolean(), fc.uint8Array({ maxLength: 40 }))
  .map(([name, x, fif]) => read(buildFrame(name, { x, fif })));

describe('PPS', () => {
  test.each(COMMANDS)('carries %s', (name, plain, withX) => {
    const counters = { command: name, page: 1, block: 2, frames: 256 };
    expect(buildPps({ x: false, ...counters })).toEqual(Uint8Array.of(0xff, 0x13, 0xbe, plain, 1, 2, 255));
    expect(buildPps({ x: true, ...counters })).toEqual(Uint8Array.of(0xff, 0x13, 0xbf, withX, 1, 2, 255));
    expect(parsePps(read(Uint8Array.of(0xff, 0x13, 0xbe, plain, 1, 2, 255)))).toEqual(counters);
    expect(parsePps(read(Uint8Array.of(0xff, 0x13, 0xbf, plain, 1, 2, 255)))).toEqual(counters);
    expect(frameLabel(read(buildPps({ x: true, ...counters })))).toBe(`PPS-${name}`);
  });

  test('is read back as it was built', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.record({ command, page: octet, block: octet, frames: fc.integer({ min: 1, max: 256 }) }),
        (x, counters) => {
          expect(parsePps(read(buildPps({ x, ...counters })))).toEqual(counters);
        },
      ),
    );
  });

  test('counts pages and blocks from 0 again after 255', () => {
    expect(parsePps(read(buildPps({ x: true, command: 'MPS', page: 256, block: 257, frames: 1 })))).toEqual({
      command: 'MPS',
      page: 0,
      block: 1,
      frames: 1,
    });
  });

  test.each([
    ['too short', 'FF 13 BE 2E 00 00'],
    ['without a FIF', 'FF 13 BE'],
    ['with no command that may follow it', 'FF 13 BE 8C 00 00 05'],
    ['with an unknown command', 'FF 13 BE 77 00 00 05'],
    ['another frame', 'FF 13 2E 2E 00 00 05'],
  ])('is none when it is %s', (_what, octets) => {
    expect(parsePps(read(hex(octets)))).toBeNull();
  });

  test('may have the X bit beside NULL', () => {
    expect(parsePps(read(hex('FF 13 BF 01 00 00 05')))?.command).toBe('NULL');
  });

  test('may be followed by octets that we do not know', () => {
    expect(parsePps(read(hex('FF 13 BF 2F 00 01 05 AA BB')))).toEqual({
      command: 'EOP',
      page: 0,
      block: 1,
      frames: 6,
    });
  });
});

describe('PPR', () => {
  test('has the first frame in the lowest bit, and asks for all beyond the block', () => {
    const octets = buildPpr({
      x: false,
      wanted: [false, true, false, false, false, false, false, false, false, true],
    });
    expect(octets).toEqual(hex(`FF 13 BC 02 FE ${'FF'.repeat(30)}`));
  });

  test('asks for nothing when nothing is wanted', () => {
    const octets = buildPpr({ x: true, wanted: Array.from({ length: 256 }, () => false) });
    expect(octets).toEqual(hex(`FF 13 BD ${'00'.repeat(32)}`));
    expect(parsePpr(read(octets))?.some(Boolean)).toBe(false);
  });

  test('is read back as it was built, with true beyond the block', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(fc.boolean(), { maxLength: 300 }), (x, wanted) => {
        const octets = buildPpr({ x, wanted });
        expect(octets).toHaveLength(35);
        expect(parsePpr(read(octets))).toEqual(
          Array.from({ length: 256 }, (_, index) => wanted[index] ?? true),
        );
      }),
    );
  });

  test('is none when it is too short or another frame', () => {
    expect(parsePpr(read(hex(`FF 13 BC ${'00'.repeat(31)}`)))).toBeNull();
    expect(parsePpr(read(hex(`FF 13 8C ${'00'.repeat(32)}`)))).toBeNull();
  });
});

describe('EOR', () => {
  test.each(COMMANDS)('carries %s', (name, plain, withX) => {
    expect(buildEor({ x: false, command: name })).toEqual(Uint8Array.of(0xff, 0x13, 0xce, plain));
    expect(buildEor({ x: true, command: name })).toEqual(Uint8Array.of(0xff, 0x13, 0xcf, withX));
    expect(parseEor(read(buildEor({ x: true, command: name })))).toBe(name);
    expect(frameLabel(read(buildEor({ x: true, command: name })))).toBe(`EOR-${name}`);
  });

  test('is none when it says nothing, or is another frame', () => {
    expect(parseEor(read(hex('FF 13 CE')))).toBeNull();
    expect(parseEor(read(hex('FF 13 CE FA')))).toBeNull();
    expect(parseEor(read(hex('FF 13 BE 2E')))).toBeNull();
  });
});

describe('a frame in the journal', () => {
  test.each([
    ['FF 13 8C', 'MCF'],
    ['FF 13 5F', 'PRI-MPS'],
    ['FF 13 BF 2F 00 00 00', 'PPS-EOP'],
    ['FF 13 BF 2F', 'PPS'],
    ['FF 13 CF', 'EOR'],
  ])('%s is called %s', (octets, label) => {
    expect(frameLabel(read(hex(octets)))).toBe(label);
  });

  test('has a name, and every reader takes it, whatever it holds', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(frameLabel(frame).startsWith(frame.name)).toBe(true);
        const pps = parsePps(frame);
        expect(pps === null || (pps.frames >= 1 && pps.frames <= 256)).toBe(true);
        expect([undefined, 256]).toContain(parsePpr(frame)?.length);
        expect(() => parseEor(frame)).not.toThrow();
      }),
    );
  });
});
