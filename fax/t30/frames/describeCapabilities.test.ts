// One line of plain words for what a machine can do, and for what was agreed.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildCapabilities, parseCapabilities } from './capabilities.ts';
import { describeCapabilities, describeParameters } from './describeCapabilities.ts';
import { parseParameters } from './parameters.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const told = (fif: string): string => describeCapabilities(parseCapabilities(hex(fif)));
const agreed = (fif: string): string => describeParameters(parseParameters(hex(fif)));

describe('what a machine can do', () => {
  test.each([
    [
      '00 EE F9 C4 80 01',
      'can receive fine and superfine pages, A4 and B4, with error correction at up to 14 400 bit/s; compresses with MMR',
    ],
    [
      '00 0A 00',
      'can receive standard pages only, A4 no longer than A4, without error correction at up to 4800 bit/s; compresses with MH',
    ],
    [
      '00 CE 05',
      'can receive fine pages, A4 and B4 no longer than B4, without error correction at up to 9600 bit/s; compresses with MR',
    ],
    [
      '60 43 88 84 80 82 80 80 80 18',
      'can receive fine and 300×300 dpi pages, A4, Letter and Legal, with error correction at up to 2400 bit/s; compresses with MH; has a document to be polled; prefers frames of 64 octets; knows V.8',
    ],
    [
      '00 01 80 80 80 C0 03',
      'cannot receive; has a document to be polled; takes subaddresses, passwords and selective polling',
    ],
    [
      '01 0A 0A',
      'can receive standard pages only, A4, B4 and A3, without error correction at up to 4800 bit/s; compresses with MH; also names T.37 internet fax',
    ],
    [
      '05 0A 08',
      'can receive standard pages only, A4, without error correction at up to 4800 bit/s; compresses with MH; also names T.37 internet fax and T.38 internet fax',
    ],
  ])('%s: %s', (fif, line) => {
    expect(told(fif)).toBe(line);
  });

  test('names a few of many things that we do not use', () => {
    const line = told(`FF FF FF ${'FF '.repeat(13)}`);
    expect(line).toMatch(/; also names T\.37 internet fax, bit 2, .* and \d+ more$/u);
    expect(line.length).toBeLessThan(600);
  });

  test('is one bounded line for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (fif) => {
        const capabilities = parseCapabilities(fif);
        const line = describeCapabilities(capabilities);
        expect(line).toMatch(/^can(not)? receive[^\n]{0,600}$/u);
        expect(describeCapabilities(parseCapabilities(buildCapabilities(capabilities)))).toBe(line);
      }),
    );
  });

  test('leaves the rate out where there is none', () => {
    const capabilities = { ...parseCapabilities(hex('00 0A 08')), rates: [] };
    expect(describeCapabilities(capabilities)).toBe(
      'can receive standard pages only, A4, without error correction; compresses with MH',
    );
  });
});

describe('what was agreed', () => {
  test.each([
    [
      '00 62 F8 44',
      'fine pages, A4 wide, any length, MMR, error correction with 256-octet frames, V.17 at 14 400 bit/s',
    ],
    [
      '00 02 00',
      'standard pages, A4 wide, MH, no error correction, at least 20 ms per line, V.27ter at 2400 bit/s',
    ],
    [
      '00 86 F1 8C 80 0C',
      '400×400 dpi pages, B4 wide, MR, error correction with 64-octet frames, V.29 at 9600 bit/s',
    ],
    [
      '00 46 82 80 80 08',
      '200×200 dpi pages, A3 wide, MH, no error correction, at least 20 ms per line, V.29 at 9600 bit/s',
    ],
    ['00 12 80 04', 'standard pages, A4 wide, MH, error correction with 256-octet frames, rate not given'],
    [
      '00 02 80 84 80 80 80 80 80 20',
      'standard pages, A4 wide, MH, error correction with 256-octet frames, V.27ter at 2400 bit/s, asks for JBIG',
    ],
    [
      '00 02 80 80 80 0A',
      '300×300 dpi pages, A4 wide, MH, no error correction, at least 20 ms per line, V.27ter at 2400 bit/s',
    ],
  ])('%s: %s', (fif, line) => {
    expect(agreed(fif)).toBe(line);
  });
});
