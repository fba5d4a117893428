// PBM files: every valid header is read, nothing else, and no bytes do anything but be refused with a sentence.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePortableBitmap, portableBitmapHeader } from './portableBitmap.ts';

function file(header: string, ...pixels: number[]): Uint8Array {
  return Uint8Array.from([...Buffer.from(header, 'latin1'), ...pixels]);
}

describe('a PBM file', () => {
  it('is read with its comments, whatever white space is between', () => {
    for (const header of [
      'P4 9 2 ',
      'P4\n9 2\n',
      'P4\r\n9\t2\n',
      'P4\n# P1 1 1\n9\n#\n# two\n2\n',
      'P4#x\n9#y\n 2 ',
    ]) {
      expect(parsePortableBitmap(file(header, 10, 35, 1, 2))).toEqual({
        width: 9,
        height: 2,
        raster: Uint8Array.of(10, 35, 1, 2),
      });
    }
    expect(parsePortableBitmap(file('P4 8 1 ', 7, 10)).raster).toEqual(Uint8Array.of(7));
  });

  it('is read with a header of Windows, too, unless the line feed is the first pixels', () => {
    expect(parsePortableBitmap(file('P4\r\n8 2\r\n', 7, 9)).raster).toEqual(Uint8Array.of(7, 9));
    expect(parsePortableBitmap(file('P4\r8 2\r', 10, 7)).raster).toEqual(Uint8Array.of(10, 7));
  });

  it('comes back from what is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 50 }), (width, height) => {
        const raster = new Uint8Array(Math.ceil(width / 8) * height).fill(0x35);
        const bytes = Uint8Array.from([...portableBitmapHeader(width, height), ...raster]);
        expect(parsePortableBitmap(bytes)).toEqual({ width, height, raster });
      }),
    );
  });

  it.each([
    ['', 'not a PBM file'],
    ['P1 1 1 0', 'plain text (P1)'],
    ['P5 1 1 255 x', '(P5) is gray or in colour'],
    ['P4', 'names no width'],
    ['P48 1 x', 'names no width'],
    ['P4 0 1 ', 'names no width'],
    ['P4 -8 1 ', 'names no width'],
    ['P4 8', 'names no height'],
    ['P4 8 x', 'names no height'],
    ['P4 8 99999999999 x', 'names no height'],
    ['P4 8 1', 'does not end'],
    ['P4 8 2 x', '1 whole row of 2'],
    ['P4 8 1 xP4 8 1 x', 'goes on behind its page'],
  ])('%j is refused: %s', (content, sentence) => {
    expect(() => parsePortableBitmap(file(content))).toThrow(sentence);
  });

  it('of any bytes is read or refused, and never longer than the file', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('P', '4', ' ', '1', '2', '8', '\n', '#', 'x'), maxLength: 40 }),
        (text) => {
          const bytes = file(`P4${text}`);
          try {
            const { width, height, raster } = parsePortableBitmap(bytes);
            expect(raster.length).toBe(Math.ceil(width / 8) * height);
            expect(raster.length).toBeLessThan(bytes.length);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
