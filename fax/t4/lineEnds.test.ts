// What stands between two lines and is not quite an EOL: the lines on both sides of it shall not suffer.

import { describe, expect, it } from 'vitest';
import { PageDecoder, decodePage } from './pageDecoder.ts';
import { EOL, bits, flipped } from './testing/bits.ts';
import type { Coding } from './coding.ts';

/** Rows of eight pixels, one-dimensional. */
const WHITE = '10011';
const BLACK = '00110101000101';
const MIDDLE = '1000100111';
const EMPTY_BLACK = '0000110111';

/** The rows as hexadecimal bytes, how many are bad, and why the page ended: whole and byte by byte alike. */
function story(data: Uint8Array, coding: Coding): string {
  const { raster, quality, end } = decodePage(data, { coding, width: 8 });
  const decoder = new PageDecoder({ coding, width: 8 });
  for (const byte of data) decoder.push(Uint8Array.of(byte));
  expect([decoder.end(), decoder.takeRows(), decoder.quality]).toEqual([end, raster, quality]);
  return [...Array.from(raster, (row) => row.toString(16).padStart(2, '0')), quality.badRows, end].join(' ');
}

describe('an EOL with one wrong bit behind a whole line', () => {
  it.each([
    ['MH', ''],
    ['MR', '1'],
  ] as const)('is an EOL: no row is lost or bad in %s', (coding, tag) => {
    const eol = EOL + tag;
    const before = eol + WHITE + eol + MIDDLE;
    const page = bits(before, eol, BLACK, eol, WHITE, eol.repeat(6));
    expect(story(page, coding)).toBe('00 1c ff 00 0 endOfPage');
    for (let bit = 0; bit < 11; bit++) {
      expect(story(flipped(page, before.length + bit), coding)).toBe('00 1c ff 00 0 endOfPage');
    }
    // Without its 1 it takes the first one of the line behind it, which is then damaged.
    expect(story(flipped(page, before.length + 11), coding)).toBe('00 1c 1c 00 1 endOfPage');
  });

  it('is none where the line goes on: then the line is damaged', () => {
    const page = bits(EOL, MIDDLE, EOL, WHITE, '0000011', EOL, BLACK, EOL.repeat(6));
    expect(story(page, 'MH')).toBe('1c 1c ff 1 endOfPage');
  });
});

describe('a black run of 0 behind a line that ends white', () => {
  it('belongs to the line in MH and in the one-dimensional lines of MR', () => {
    const lines = [WHITE, MIDDLE, BLACK, WHITE];
    const written = [WHITE + EMPTY_BLACK, MIDDLE + EMPTY_BLACK, BLACK, WHITE + EMPTY_BLACK];
    for (const tag of ['', '1']) {
      const coding = tag === '' ? 'MH' : 'MR';
      const page = (content: string[]) =>
        bits(...content.map((line) => EOL + tag + line), (EOL + tag).repeat(6));
      expect(story(page(written), coding)).toBe(story(page(lines), coding));
      expect(story(page(written), coding)).toBe('00 1c ff 00 0 endOfPage');
    }
  });
});

it('MR that ends with six EOLs without tags ends well', () => {
  const page = bits(EOL, '1', BLACK, EOL, '0', '11', EOL.repeat(6));
  expect(story(page, 'MR')).toBe('ff ff 0 endOfPage');
});
