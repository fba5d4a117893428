// The encoder against code words written by hand.

import { describe, expect, test } from 'vitest';
import { PageEncoder, encodePage } from './pageEncoder.ts';
import { readChanges, whiteChanges } from './rowChanges.ts';
import { EOL, bitText, bits } from './testing/bits.ts';
import { madePage } from './testing/madePage.ts';
import type { EncodeOptions } from './coding.ts';

const white8 = Uint8Array.of(0);
const WHITE_8 = '10011';

/** Rows of eight pixels, one byte each. */
function coded(rows: number[], options: EncodeOptions): string {
  return bitText(encodePage(Uint8Array.from(rows), 8, rows.length, options));
}

/** The same bits, filled up to a byte. */
function padded(...words: string[]): string {
  return bitText(bits(...words));
}

describe('MH', () => {
  test('opens with an EOL, has one behind every line, and ends with six', () => {
    expect(coded([0, 0b0001_1100], { coding: 'MH' })).toBe(
      padded(EOL, WHITE_8, EOL, '1000', '10', '0111', EOL.repeat(6)),
    );
  });

  test('a black line begins with an empty white run', () => {
    expect(coded([0xff], { coding: 'MH' })).toBe(padded(EOL, '00110101', '000101', EOL.repeat(6)));
  });

  test('a page without rows is an RTC', () => {
    expect(coded([], { coding: 'MH' })).toBe(padded(EOL.repeat(6)));
  });

  test('without EOL the rows are bare and nothing follows them', () => {
    expect(coded([0, 0], { coding: 'MH', eol: false })).toBe(padded(WHITE_8, WHITE_8));
  });

  test('byte-aligned rows begin at bytes', () => {
    expect(coded([0, 0], { coding: 'MH', eol: false, byteAligned: true })).toBe(
      padded(WHITE_8) + padded(WHITE_8),
    );
  });

  test('the end of the page can be left out', () => {
    expect(coded([0], { coding: 'MH', endOfPage: false })).toBe(padded(EOL, WHITE_8));
  });

  test('runs beyond 2623 pixels repeat the code for 2560', () => {
    const raster = new Uint8Array(2500).fill(0xff, 329);
    expect(bitText(encodePage(raster, 20_000, 1, { coding: 'MH', eol: false }))).toBe(
      // 2632 white = 2560 + 64 + 8, 17,368 black = 6 × 2560 + 1984 + 24
      padded(`00000001111111011${WHITE_8}`, '000000011111'.repeat(6) + '00000001001000000010111'),
    );
  });

  test.each([
    [2623, '00000001111100110100'],
    [2624, '0000000111111101100110101'],
    [5120, '000000011111'.repeat(2) + '00110101'],
  ])('a white row of %i pixels', (width, words) => {
    const raster = new Uint8Array(width / 8 + 1);
    expect(bitText(encodePage(raster, width, 1, { coding: 'MH', eol: false }))).toBe(padded(words));
  });

  test('fill makes every line as long as asked for, its EOL counted', () => {
    expect(coded([0, 0b0001_1100], { coding: 'MH', minScanBits: 30 })).toBe(
      padded(
        EOL,
        WHITE_8,
        '0'.repeat(30 - 5 - 12),
        EOL,
        '1000100111',
        '0'.repeat(30 - 10 - 12),
        EOL.repeat(6),
      ),
    );
  });

  test('a line that is long enough gets no fill', () => {
    expect(coded([0], { coding: 'MH', minScanBits: 17 })).toBe(padded(EOL, WHITE_8, EOL.repeat(6)));
    expect(coded([0], { coding: 'MH', minScanBits: 18 })).toBe(padded(EOL, WHITE_8, '0', EOL.repeat(6)));
  });
});

describe('MR', () => {
  const rtc = (EOL + '1').repeat(6);

  test.each([
    [1, [1, 1, 1, 1, 1]],
    [2, [1, 0, 1, 0, 1]],
    [4, [1, 0, 0, 0, 1]],
    [undefined, [1, 0, 0, 0, 1]],
  ])('K = %s has a one-dimensional line in so many', (k, tags) => {
    const options: EncodeOptions = k === undefined ? { coding: 'MR' } : { coding: 'MR', k };
    const lines = tags.map((tag) => EOL + String(tag) + (tag === 1 ? WHITE_8 : '1'));
    expect(coded([0, 0, 0, 0, 0], options)).toBe(padded(...lines, rtc));
  });

  test('fill counts the tag with the EOL', () => {
    expect(coded([0], { coding: 'MR', minScanBits: 20 })).toBe(
      padded(EOL + '1', WHITE_8, '0'.repeat(20 - 5 - 13), rtc),
    );
  });

  test('there are EOLs whatever is asked for', () => {
    expect(coded([0], { coding: 'MR', eol: false })).toBe(padded(EOL + '1', WHITE_8, rtc));
  });
});

describe('MMR', () => {
  test('a white line is one V0, and EOFB closes the page', () => {
    expect(coded([0], { coding: 'MMR' })).toBe(padded('1', EOL, EOL));
  });

  test('a black line is a horizontal mode', () => {
    expect(bitText(encodePage(new Uint8Array(216).fill(0xff), 1728, 1, { coding: 'MMR' }))).toBe(
      padded('001', '00110101', '0000001100101', '0000110111', EOL, EOL),
    );
  });

  test.each([
    ['V0', 0, '1'],
    ['VR1', 1, '011'],
    ['VR2', 2, '000011'],
    ['VR3', 3, '0000011'],
    ['VL1', -1, '010'],
    ['VL2', -2, '000010'],
    ['VL3', -3, '0000010'],
  ])('%s', (_name, shift, word) => {
    // Eight black pixels in sixteen, and below them the same a little to the side: the mode comes twice.
    const moved = shift < 0 ? 0b0000_1111_1111_0000 << -shift : 0b0000_1111_1111_0000 >> shift;
    const raster = Uint8Array.of(0b0000_1111, 0b1111_0000, moved >> 8, moved & 0xff);
    expect(bitText(encodePage(raster, 16, 2, { coding: 'MMR', endOfPage: false }))).toBe(
      padded('001', '1011', '000101', '1', word, word, '1'),
    );
  });

  test('a run above that ends before the line changes is passed', () => {
    expect(coded([0b0110_0000, 0b0000_0001], { coding: 'MMR', endOfPage: false })).toBe(
      padded('001', '000111', '11', '1', '0001', '010', '1'),
    );
  });

  test('the rows may begin at bytes', () => {
    expect(coded([0, 0], { coding: 'MMR', byteAligned: true })).toBe(
      padded('1') + padded('1') + padded(EOL, EOL),
    );
  });
});

describe('the encoder', () => {
  test('puts the first bit of the line lowest when asked to', () => {
    const options = { coding: 'MR', k: 2 } satisfies EncodeOptions;
    const { raster } = madePage(3, 1728, 20);
    const msb = encodePage(raster, 1728, 20, options);
    const lsb = encodePage(raster, 1728, 20, { ...options, fillOrder: 'lsb' });
    const turned = (byte: number) =>
      parseInt(byte.toString(2).padStart(8, '0').split('').toReversed().join(''), 2);
    expect([...lsb]).toEqual([...msb].map(turned));
  });

  test.each(['MH', 'MR', 'MMR'] as const)('gives %s bytes as they are ready, the same in all', (coding) => {
    const { raster } = madePage(5, 1001, 50);
    const stride = 126;
    const options = { coding, fillOrder: 'lsb', minScanBits: 60 } satisfies EncodeOptions;
    const encoder = new PageEncoder(1001, options);
    const parts: Uint8Array[] = [];
    const changes = whiteChanges(1001);
    for (let row = 0; row < 50; row++) {
      if (row % 2 === 0) encoder.addRows(raster.subarray(row * stride, (row + 1) * stride));
      else encoder.addChanges(changes, readChanges(new DataView(raster.buffer), row * stride, 1001, changes));
      if (row % 3 === 0) parts.push(encoder.take());
    }
    expect(parts.some((part) => part.length > 0)).toBe(true);
    parts.push(encoder.end());
    expect(Buffer.concat(parts).equals(encodePage(raster, 1001, 50, options))).toBe(true);
  });

  test('does not look at bits beyond the width', () => {
    const options = { coding: 'MMR' } satisfies EncodeOptions;
    expect(encodePage(Uint8Array.of(0b1011_1111, 0b1101_1111), 3, 2, options)).toEqual(
      encodePage(Uint8Array.of(0b1010_0000, 0b1100_0000), 3, 2, options),
    );
  });

  test('refuses what is no page', () => {
    const options = { coding: 'MMR' } satisfies EncodeOptions;
    expect(() => encodePage(new Uint8Array(215), 1728, 1, options)).toThrow(RangeError);
    expect(() => encodePage(white8, 8, -1, options)).toThrow(RangeError);
    expect(() => encodePage(white8, 8, 0.5, options)).toThrow(RangeError);
    for (const width of [0, -8, 1.5, 20_001, Number.NaN]) {
      expect(() => new PageEncoder(width, options)).toThrow(RangeError);
    }
    for (const k of [0, 1.5]) expect(() => new PageEncoder(8, { coding: 'MR', k })).toThrow(RangeError);
    for (const minScanBits of [-1, 0.5, 65_537]) {
      expect(() => new PageEncoder(8, { coding: 'MH', minScanBits })).toThrow(RangeError);
    }
  });
});
