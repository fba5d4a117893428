// Text files: their encoding and their lines.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from './decodeText.ts';
import { cellsOf, layoutText } from './layoutText.ts';

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');

describe('the encoding of a text', () => {
  test.each([
    ['utf-8', Buffer.from('飛脚 é', 'utf8'), '飛脚 é'],
    ['utf-8', Buffer.from('plain', 'utf8'), 'plain'],
    ['utf-8', Buffer.from('\ufeffmarked', 'utf8'), 'marked'],
    ['utf-16le', Buffer.from('\ufeff注文', 'utf16le'), '注文'],
    ['utf-16be', Buffer.from('\ufeff注文', 'utf16le').swap16(), '注文'],
    // 注文書 in Shift_JIS, EUC-JP, ISO-2022-JP
    ['shift_jis', hex('928d 95b6 8f91'), '注文書'],
    ['euc-jp', hex('c3ed cab8 bdf1'), '注文書'],
    ['iso-2022-jp', hex('1b2442 436d 4a38 3d71 1b2842'), '注文書'],
    ['windows-1252', Buffer.from('Caf\xe9 Stra\xdfe f\xfcr 5 \x80', 'latin1'), 'Café Straße für 5 €'],
  ])('%s', (encoding, bytes, text) => {
    expect(decodeText(bytes)).toEqual({ text, encoding });
  });

  test('line ends become one kind, and the end mark of old systems goes', () => {
    expect(decodeText(Buffer.from('a\r\nb\rc\n\x1a'))?.text).toBe('a\nb\nc\n');
  });

  test('noise is no text', () => {
    expect(
      decodeText(Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 37) % 32))),
    ).toBeUndefined();
  });

  test('every Japanese text is recognised in UTF-8', () => {
    const character = fc.constantFrom(...Array.from('あいうアイウ漢字飛脚、。Ab1 \n'));
    fc.assert(
      fc.property(fc.array(character, { minLength: 1 }), (characters) => {
        expect(decodeText(Buffer.from(characters.join(''), 'utf8'))?.text).toBe(characters.join(''));
      }),
    );
  });

  test('any bytes are text or not, without an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void decodeText(bytes)));
  });
});

describe('the lines of a text', () => {
  const grid = { columns: 20, rows: 5 };
  const cells = (row: string) => Array.from(row).reduce((sum, character) => sum + cellsOf(character), 0);

  test('Latin words stay whole', () => {
    expect(layoutText('the quick brown fox jumps over', grid, 9)).toEqual([
      ['the quick brown fox', 'jumps over'],
    ]);
  });

  test('a word longer than the line is cut', () => {
    expect(layoutText('x'.repeat(45), grid, 9)).toEqual([['x'.repeat(20), 'x'.repeat(20), 'xxxxx']]);
  });

  test('Japanese breaks anywhere but before a full stop', () => {
    expect(layoutText('一二三四五六七八九十。次', grid, 9)).toEqual([['一二三四五六七八九十。', '次']]);
  });

  test('tabs lead to the next multiple of eight cells, wide characters counted', () => {
    expect(layoutText('a\tb\n飛脚\tc', grid, 9)).toEqual([['a       b', '飛脚    c']]);
  });

  test('empty lines and form feeds are kept', () => {
    expect(layoutText('a\n\nb\fc\n', grid, 9)).toEqual([['a', '', 'b'], ['c']]);
    expect(layoutText('a\f', grid, 9)).toEqual([['a']]);
  });

  test('layout stops soon after the page limit', () => {
    expect(layoutText('x\n'.repeat(100_000), grid, 3).length).toBe(4);
  });

  test('no row is wider than the paper allows, no page longer, and no character is lost', () => {
    const character = fc.constantFrom(...Array.from('ab, 飛。ｱ\t\n\f'));
    fc.assert(
      fc.property(fc.array(character, { maxLength: 300 }), (characters) => {
        const text = characters.join('');
        const pages = layoutText(text, grid, 1_000);
        for (const page of pages) {
          expect(page.length).toBeLessThanOrEqual(grid.rows);
          // Punctuation may hang over by a few cells.
          for (const row of page) expect(cells(row)).toBeLessThanOrEqual(grid.columns + 4);
        }
        expect(pages.flat().join('').replaceAll(' ', '')).toBe(text.replace(/[\s]/g, ''));
      }),
    );
  });
});
