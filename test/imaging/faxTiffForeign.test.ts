// Our fax TIFF files against libtiff's, both ways: every coding, in one strip or many, both bit and byte orders.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Coding } from '../../fax/t4/coding.ts';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { decodeFaxTiffPage, readFaxTiff } from '../../fax/t4/tiffReader.ts';
import { writeFaxTiff } from '../../fax/t4/tiffWriter.ts';
import { runTool } from '../harness/runTool.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-fax-tiff-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const WIDTHS = [1728, 2432, 77];
const HEIGHT = 250;

/** Slanted bars, a screen, blank rows. */
function pixels(width: number): Uint8Array {
  const stride = Math.ceil(width / 8);
  const raster = new Uint8Array(stride * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < width; x++) {
      const isBlack = y < 100 ? (x + y * 2) % 61 < 9 : y < 180 && (x * 3 + y * 5) % 17 < 6;
      const at = y * stride + (x >> 3);
      if (isBlack) raster[at] = (raster[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return raster;
}

describe('libtiff and we', () => {
  test.each<[Coding, 'msb' | 'lsb']>([
    ['MH', 'msb'],
    ['MH', 'lsb'],
    ['MR', 'msb'],
    ['MR', 'lsb'],
    ['MMR', 'msb'],
    ['MMR', 'lsb'],
  ])('libtiff reads our %s, %s first', async (coding, fillOrder) => {
    const pages = WIDTHS.map((width) => ({
      info: {
        width,
        height: HEIGHT,
        xDpi: 204,
        yDpi: 196,
        coding,
        fillOrder,
        received: { badRows: 3, longestBadRun: 2, replaced: true },
      },
      data: encodePage(pixels(width), width, HEIGHT, { coding, fillOrder, endOfPage: coding === 'MMR' }),
    }));
    const file = path.join(folder, `ours-${coding}-${fillOrder}.tif`);
    await writeFile(file, writeFaxTiff(pages, { dateTime: '2026:01:31 12:00:00' }));
    const read = await tiffPixels(file);
    expect(read.map(({ width, height, sha256 }) => ({ width, height, sha256 }))).toEqual(
      WIDTHS.map((width) => ({ width, height: HEIGHT, sha256: hash(pixels(width)) })),
    );
    const said = await runTool('tiffinfo', [file]);
    expect(said).toContain('204, 196 pixels/inch');
    expect(said).toContain('Bad Fax Lines: 3');
    expect(said).toContain('regenerated');
    expect(said).toContain('2026:01:31 12:00:00');
    expect(said).not.toContain('Warning');
  });

  test.each([
    ['g3:1d', []],
    ['g3:1d:fill', []],
    ['g3:2d', []],
    ['g3:2d:fill', ['-f', 'lsb2msb']],
    ['g4', []],
    ['g4', ['-f', 'lsb2msb']],
  ])('we read what tiffcp -c %s makes, %j', async (coding, options) => {
    const source = path.join(folder, 'source.tif');
    const pages = WIDTHS.map((width) => ({
      info: { width, height: HEIGHT, xDpi: 204, yDpi: 98, coding: 'MMR' as const },
      data: encodePage(pixels(width), width, HEIGHT, { coding: 'MMR' }),
    }));
    await writeFile(source, writeFaxTiff(pages));
    const theirs = path.join(folder, 'theirs.tif');
    for (const layout of [[], ['-r', '1'], ['-r', '16'], ['-r', '1000', '-B'], ['-r', '7', '-B']]) {
      await runTool('tiffcp', ['-c', coding, ...options, ...layout, source, theirs]);
      const read = readFaxTiff(await readFile(theirs));
      for (const [index, page] of read.entries()) {
        const decoded = decodeFaxTiffPage(page);
        expect(decoded.quality).toEqual({ rows: HEIGHT, goodRows: HEIGHT, badRows: 0, longestBadRun: 0 });
        expect(hash(decoded.raster)).toBe(hash(pixels(WIDTHS[index] ?? 0)));
        expect([page.xDpi, page.yDpi]).toEqual([204, 98]);
      }
      expect(read).toHaveLength(WIDTHS.length);
    }
  });
});
