// What a damaged, cut or strange page comes to.

import { describe, expect, test } from 'vitest';
import { PageDecoder, decodePage } from './pageDecoder.ts';
import { encodePage } from './pageEncoder.ts';
import { EOL, bits } from './testing/bits.ts';
import type { Coding, DecodeOptions } from './coding.ts';
import type { DecodedPage } from './pageDecoder.ts';

const MH_8: DecodeOptions = { coding: 'MH', width: 8 };
const MR_8: DecodeOptions = { coding: 'MR', width: 8 };
const MMR_8: DecodeOptions = { coding: 'MMR', width: 8 };
const RTC = EOL.repeat(6);
/** Rows of eight pixels in MH. */
const WHITE = '10011';
const BLACK = '00110101000101';
const MIDDLE = '1000100111';
/** No code begins with eight zeros, and they are no EOL. */
const BROKEN = '0111000000001';

/** Rows as hexadecimal bytes, bad ones in brackets, then why it ended. */
function story({ raster, quality, badRanges, end }: DecodedPage): string {
  const bad = new Set(
    badRanges.flatMap(({ firstRow, rows }) => Array.from({ length: rows }, (_, n) => firstRow + n)),
  );
  const rows = Array.from(raster, (byte, row) => {
    const text = byte.toString(16).padStart(2, '0');
    return bad.has(row) ? `(${text})` : text;
  });
  expect(quality.rows).toBe(raster.length);
  expect(quality.badRows).toBe(bad.size);
  return [...rows, end].join(' ');
}

describe('MH', () => {
  test.each<[name: string, words: string[], expected: string]>([
    ['a plain page', [EOL, WHITE, EOL, BLACK, RTC], '00 ff endOfPage'],
    [
      'fill of any length',
      [EOL, WHITE, '0'.repeat(777), EOL, BLACK, '0', EOL, MIDDLE, RTC],
      '00 ff 1c endOfPage',
    ],
    ['fill before the first EOL', ['0'.repeat(256), EOL, BLACK, RTC], 'ff endOfPage'],
    ['no EOL at the top', [MIDDLE, EOL, BLACK, RTC], '1c ff endOfPage'],
    ['garbage before the first EOL', ['1111111101010', EOL, BLACK, RTC], 'ff endOfPage'],
    ['half a line before the first EOL', ['0111', EOL, BLACK, RTC], 'ff endOfPage'],
    ['no RTC, but the last EOL', [EOL, BLACK, EOL, MIDDLE, EOL], 'ff 1c endOfData'],
    ['the carrier lost right behind the last line', [EOL, BLACK, EOL, MIDDLE], 'ff 1c endOfData'],
    ['the carrier lost within the last EOL', [EOL, BLACK, EOL, MIDDLE, '0000000'], 'ff 1c endOfData'],
    ['the carrier lost within the last line', [EOL, BLACK, EOL, MIDDLE.slice(0, 7)], 'ff endOfData'],
    ['noise behind the last line', [EOL, BLACK, EOL, MIDDLE, '0001'], 'ff 1c endOfData'],
    ['five EOLs only', [EOL, BLACK, EOL.repeat(5), '0'], 'ff endOfData'],
    ['five EOLs and more rows', [EOL, BLACK, EOL.repeat(5), MIDDLE, RTC], 'ff 1c endOfPage'],
    ['an RTC with fill between', [EOL, BLACK, ('000' + EOL).repeat(6), MIDDLE], 'ff endOfPage'],
    ['data behind the RTC', [EOL, BLACK, RTC, MIDDLE, EOL], 'ff endOfPage'],
    ['an empty line', [EOL, BLACK, EOL, EOL, MIDDLE, RTC], 'ff 1c endOfPage'],
    ['a broken line', [EOL, BLACK, EOL, BROKEN, EOL, MIDDLE, RTC], 'ff (ff) 1c endOfPage'],
    ['a broken line at the top', [EOL, BROKEN, EOL, MIDDLE, RTC], '(00) 1c endOfPage'],
    [
      'broken lines one after the other',
      [EOL, BLACK, (EOL + BROKEN).repeat(3), RTC],
      'ff (ff) (ff) (ff) endOfPage',
    ],
    ['a line that is too short', [EOL, BLACK, EOL, '1000', EOL, MIDDLE, RTC], 'ff (ff) 1c endOfPage'],
    ['a line that is too long', [EOL, BLACK, EOL, '10100', EOL, MIDDLE, RTC], 'ff (ff) 1c endOfPage'],
    [
      'a run that is wider than the page',
      [EOL, BLACK, EOL, '11011', WHITE, EOL, MIDDLE, RTC],
      'ff (ff) 1c endOfPage',
    ],
    [
      'a whole line with more behind it',
      [EOL, BLACK, EOL, WHITE, '11', EOL, MIDDLE, RTC],
      'ff (ff) 1c endOfPage',
    ],
    // A white run of 3 is 1000: what is left of the EOL has eight zeros.
    [
      'a code that takes zeros of the EOL',
      [EOL, BLACK, EOL, '1000', '011', '1000', EOL.slice(3), MIDDLE, RTC],
      'ff (ff) 1c endOfPage',
    ],
    [
      'a whole line that takes zeros of the EOL',
      [EOL, BLACK, EOL, '0111', '10', '1000', EOL.slice(3), MIDDLE, RTC],
      'ff (ff) 1c endOfPage',
    ],
    [
      'an EOL at an odd bit behind damage',
      [EOL, BLACK, EOL, '0111', '00000000110', EOL, MIDDLE, RTC],
      'ff (ff) 1c endOfPage',
    ],
    [
      'much noise before the next EOL',
      [EOL, BLACK, EOL, '0111', '0000000011010'.repeat(40), EOL, MIDDLE, RTC],
      'ff (ff) 1c endOfPage',
    ],
    ['noise within the RTC', [EOL, BLACK, EOL.repeat(4), '11111', EOL, EOL], 'ff endOfPage'],
    ['empty runs', [EOL, '1000', '0000110111', '1000', '11', RTC], '03 endOfPage'],
    ['an empty run of each colour at the top', [EOL, '00110101', '0000110111', WHITE, RTC], '00 endOfPage'],
    ['nothing', [], 'endOfData'],
    ['an RTC alone', [RTC], 'endOfPage'],
    ['zeros alone', ['0'.repeat(999)], 'endOfData'],
    ['noise alone', ['1'.repeat(99)], 'damage'],
  ])('%s', (_name, words, expected) => {
    expect(story(decodePage(bits(...words), MH_8))).toBe(expected);
  });

  test('no row is lost to the noise of a carrier that drops, at any bit of the last EOL', () => {
    for (let zeros = 0; zeros < 12; zeros++) {
      const page = decodePage(bits(EOL, BLACK, EOL, MIDDLE, '0'.repeat(zeros), '1'), MH_8);
      expect(page.quality).toMatchObject({ rows: 2, goodRows: 2 });
    }
  });

  test.each<[name: string, options: DecodeOptions, words: string[], expected: string]>([
    ['bare rows', MH_8, [WHITE, BLACK, MIDDLE], '00 ff 1c endOfData'],
    ['bare rows and an RTC', MH_8, [WHITE, BLACK, MIDDLE, RTC], '00 ff 1c endOfPage'],
    ['bare rows with damage', MH_8, [WHITE, BLACK, BROKEN, BLACK, WHITE], '00 ff damage'],
    ['bare rows that are cut', MH_8, [WHITE, BLACK, MIDDLE.slice(0, 9)], '00 ff endOfData'],
    ['what looked like bare rows', MH_8, [WHITE, BLACK, BROKEN, EOL, MIDDLE, RTC], '00 ff (ff) 1c endOfPage'],
    [
      'rows at bytes',
      { ...MH_8, byteAligned: true },
      [WHITE, '000', BLACK, '00', MIDDLE, '000000', BLACK],
      '00 ff 1c ff endOfData',
    ],
  ])('without EOL: %s', (_name, options, words, expected) => {
    expect(story(decodePage(bits(...words), options))).toBe(expected);
  });
});

describe('MR', () => {
  const one = `${EOL}1`;
  const two = `${EOL}0`;
  const rtc = one.repeat(6);

  test.each<[name: string, words: string[], expected: string]>([
    ['a plain page', [one, MIDDLE, two, '1', '1', '1', rtc], '1c 1c endOfPage'],
    [
      'all modes',
      [one, MIDDLE, two, '011', '1', '1', two, '0001', '001', '000111', '010', two, '010', '1', rtc],
      '1c 0c 01 03 endOfPage',
    ],
    [
      'a broken one-dimensional line',
      [one, BLACK, one, BROKEN, two, '1', '1', two, '1', '1', one, MIDDLE, rtc],
      'ff (ff) (ff) (ff) 1c endOfPage',
    ],
    [
      'a broken two-dimensional line',
      [one, MIDDLE, two, '1', '0000001111', two, '111', one, BLACK, rtc],
      '1c (1c) (1c) ff endOfPage',
    ],
    ['a first line that is two-dimensional', [two, '1', one, BLACK, rtc], '00 ff endOfPage'],
    ['a two-dimensional line behind garbage', ['1110', two, '1', one, BLACK, rtc], '(00) ff endOfPage'],
    ['no EOL at the top', [BLACK, two, '11', rtc], 'ff ff endOfPage'],
    ['an RTC without its tags', [one, BLACK, two.repeat(6)], 'ff endOfPage'],
    ['an RTC behind a broken line', [one, BLACK, two, '0000001111', rtc], 'ff (ff) endOfPage'],
    [
      'fill before every EOL',
      ['0000', one, BLACK, '00000', two, '11', '0'.repeat(50), rtc],
      'ff ff endOfPage',
    ],
    ['empty runs above', [one, '1000', '0000110111', '1000', '11', two, '1', '1', rtc], '03 03 endOfPage'],
    ['a cut tag', [one, BLACK, EOL], 'ff endOfData'],
    ['no EOL at all', ['0000001111'.repeat(3)], 'damage'],
  ])('%s', (_name, words, expected) => {
    expect(story(decodePage(bits(...words), MR_8))).toBe(expected);
  });
});

describe('MMR', () => {
  const black = '001' + BLACK;
  const EOFB = EOL + EOL;

  test.each<[name: string, words: string[], expected: string]>([
    ['a plain page', ['1', black, '1', '1', EOFB], '00 ff ff endOfPage'],
    ['no EOFB', [black, '1', '1'], 'ff ff endOfData'],
    ['no EOFB, and zeros of the last frame', [black, '1', '1', '0'.repeat(400)], 'ff ff endOfData'],
    ['zeros before the EOFB', [black, '0'.repeat(90), EOFB], 'ff endOfPage'],
    ['a cut EOFB', [black, EOL, '0000'], 'ff endOfData'],
    ['one EOL', [black, EOL, black], 'ff damage'],
    ['data behind the EOFB', [black, EOFB, black], 'ff endOfPage'],
    ['an extension', [black, '0000001111', black, EOFB], 'ff damage'],
    ['an extension within a row', [black, '001', '1000', '11', '0000001111', EOFB], 'ff damage'],
    ['seven zeros', [black, '00000001', EOFB], 'ff damage'],
    ['an EOL within a row', [black, '1', EOFB], 'ff damage'],
    ['no run code', [black, '001', '000000001', black, EOFB], 'ff damage'],
    ['a run beyond the edge', [black, '001', '10100', '11', black, black], 'ff damage'],
    ['a vertical mode beyond the edge', ['011', black, black, black], 'damage'],
    ['a change that goes back', [black, '001', '1000', '11', '001', '0111', '10', black, black], 'ff damage'],
    ['a vertical mode that goes back', [black, '1', '1', '010', '000010', black, black], 'ff ff damage'],
    ['a cut row', [black, '001', '1000'], 'ff endOfData'],
    ['nothing', [], 'endOfData'],
  ])('%s', (_name, words, expected) => {
    expect(story(decodePage(bits(...words), MMR_8))).toBe(expected);
  });

  test('rows at bytes', () => {
    const data = bits('1', '0000000', black, '0000000', '11', '000000', EOFB);
    expect(story(decodePage(data, { ...MMR_8, byteAligned: true }))).toBe('00 ff ff endOfPage');
  });
});

describe('limits', () => {
  const whites = bits(EOL, (WHITE + EOL).repeat(20));

  test.each<[coding: Coding, data: Uint8Array]>([
    ['MH', whites],
    ['MR', bits(`${EOL}1`, (WHITE + EOL + '1').repeat(20))],
    ['MMR', new Uint8Array(20).fill(0xff)],
  ])('%s ends at the most rows', (coding, data) => {
    const decoder = new PageDecoder({ coding, width: 8, maxRows: 7 });
    decoder.push(data);
    expect(decoder.ended).toBe('limit');
    decoder.push(data);
    expect(decoder.end()).toBe('limit');
    expect(decoder.takeRows().length).toBe(7);
    expect(decoder.quality.rows).toBe(7);
  });

  test.each<[coding: Coding]>([['MH'], ['MR'], ['MMR']])(
    '%s with just the most rows ends as it should',
    (coding) => {
      const data = encodePage(new Uint8Array(7), 8, 7, { coding });
      expect(decodePage(data, { coding, width: 8, maxRows: 7 }).end).toBe('endOfPage');
    },
  );

  test('discarded lines count towards the most rows', () => {
    const data = bits(`${EOL}1`, BROKEN, `${EOL}01`.repeat(10));
    expect(story(decodePage(data, { ...MR_8, maxRows: 3 }))).toBe('(00) (00) (00) limit');
  });

  test('damage behind the last row that is wanted is none', () => {
    const data = bits('1'.repeat(7), '00000001', '1'.repeat(80));
    expect(decodePage(data, { ...MMR_8, maxRows: 7 }).end).toBe('limit');
    expect(decodePage(data, { ...MMR_8, maxRows: 8 }).end).toBe('damage');
  });

  test('twenty thousand rows are the default', () => {
    expect(decodePage(new Uint8Array(4000).fill(0xff), MMR_8).quality.rows).toBe(20_000);
  });

  test('only what a programmer gets wrong is refused', () => {
    for (const width of [0, 20_001, 1.5, Number.NaN]) {
      expect(() => new PageDecoder({ coding: 'MH', width })).toThrow(RangeError);
    }
    for (const maxRows of [0, 2.5, Number.NaN]) {
      expect(() => new PageDecoder({ coding: 'MH', width: 8, maxRows })).toThrow(RangeError);
    }
  });

  test.each([
    ['fill', 0x00],
    ['ones', 0xff],
    ['empty runs', 0x35],
  ])('endless %s takes no memory', (_name, byte) => {
    for (const coding of ['MH', 'MR', 'MMR'] as const) {
      const decoder = new PageDecoder({ coding, width: 20_000 }, () => {});
      const chunk = new Uint8Array(1 << 16).fill(byte);
      for (let index = 0; index < 200; index++) decoder.push(chunk);
      expect(decoder.quality.rows).toBeLessThanOrEqual(20_000);
    }
  });

  test('a line of empty runs never ends, and the next EOL is found', () => {
    const emptyRuns = '001101010000110111'.repeat(50_000);
    expect(story(decodePage(bits(EOL, emptyRuns, EOL, BLACK, RTC), MH_8))).toBe('(00) ff endOfPage');
  });

  test('only the first thousand bad ranges are remembered', () => {
    const data = bits(EOL, (BROKEN + EOL + WHITE + EOL).repeat(1200));
    const { badRanges, quality } = decodePage(data, MH_8);
    expect(badRanges.length).toBe(1000);
    expect(badRanges.at(-1)).toEqual({ firstRow: 1998, rows: 1 });
    expect(quality).toEqual({ rows: 2400, goodRows: 1200, badRows: 1200, longestBadRun: 1 });
  });

  test('a row that goes on over the end of the remembered ranges is not taken for another', () => {
    const data = bits(EOL, (BROKEN + EOL + BROKEN + EOL + WHITE + EOL).repeat(3));
    expect(decodePage(data, MH_8).badRanges).toEqual([
      { firstRow: 0, rows: 2 },
      { firstRow: 3, rows: 2 },
      { firstRow: 6, rows: 2 },
    ]);
  });
});

describe('where the kept data are moved', () => {
  test('an EOL of which the code before took a zero is still found', () => {
    for (let shift = 0; shift < 8; shift++) {
      const data = bits('0'.repeat(shift), EOL, BLACK, EOL, '000111', '010', EOL.slice(1), MIDDLE, RTC);
      // Fill up to every byte near the end of what is kept, then byte by byte.
      for (let fill = 34_780; fill < 34_825; fill++) {
        const decoder = new PageDecoder(MH_8);
        decoder.push(new Uint8Array(fill));
        for (const byte of data) decoder.push(Uint8Array.of(byte));
        expect(decoder.end()).toBe('endOfPage');
        expect([...decoder.takeRows()]).toEqual([0xff, 0xff, 0x1c]);
        expect(decoder.badRanges).toEqual([{ firstRow: 1, rows: 1 }]);
      }
    }
  });
});
