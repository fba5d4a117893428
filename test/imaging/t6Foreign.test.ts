// Our T.6 against libtiff's, both ways.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePage } from '../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { TiffError, readT6Tiff, writeT6Tiff } from '../../fax/t4/tiff.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { runTool } from '../harness/runTool.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-t6-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Pages of every kind that strains a T.6 coder: noise, screens, long runs, odd widths, all black. */
function strainingPages(): { raster: Uint8Array; width: number; height: number }[] {
  let state = 12_345;
  const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  const shapes: [width: number, height: number, black: (x: number, y: number) => boolean][] = [
    [1728, 200, () => random() < 0.5],
    [1728, 200, () => random() < 0.02],
    [1728, 300, (x, y) => (x * 3 + y * 5) % 17 < 4],
    [1728, 300, (x, y) => Math.hypot(x - 800, y - 150) < 140],
    [1728, 40, () => true],
    [1728, 40, () => false],
    [1, 50, (_x, y) => y % 3 === 0],
    [7, 50, (x, y) => (x + y) % 2 === 0],
    [2593, 60, (x, y) => x > 2500 - y * 3],
    [9999, 30, (x, y) => x < 5300 + y && x > 20],
    [20_000, 10, (x) => x === 19_999 || x < 3],
  ];
  return shapes.map(([width, height, black]) => {
    const stride = Math.ceil(width / 8);
    const raster = new Uint8Array(stride * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (black(x, y))
          raster[y * stride + (x >> 3)] = (raster[y * stride + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
      }
    }
    return { raster, width, height };
  });
}

describe('libtiff and we', () => {
  test('libtiff reads every page of our files, pixel for pixel and without a warning', async () => {
    const pages = strainingPages();
    const file = path.join(folder, 'ours.tif');
    const info = { xDpi: 204, yDpi: 196 };
    await writeFile(
      file,
      writeT6Tiff(
        pages.map(({ raster, width, height }) => ({
          info: { width, height, ...info },
          data: encodePage(raster, width, height, { coding: 'MMR' }),
        })),
      ),
    );
    const read = await tiffPixels(file);
    expect(read.map(({ width, height, sha256 }) => ({ width, height, sha256 }))).toEqual(
      pages.map(({ raster, width, height }) => ({ width, height, sha256: hash(raster) })),
    );
    const { stderr } = await promisify(execFile)('tiffcp', [
      '-c',
      'none',
      file,
      path.join(folder, 'plain.tif'),
    ]);
    expect(stderr).toBe('');
    const said = await runTool('tiffinfo', [file]);
    expect(said).toContain('CCITT Group 4');
    expect(said).toContain('204, 196 pixels/inch');
    expect(said).toContain(`Page Number: 10-${pages.length}`);
  });

  test('we read what libtiff coded, pixel for pixel', async () => {
    const pages = strainingPages();
    for (const [index, { raster, width, height }] of pages.entries()) {
      const ours = path.join(folder, `ours-${index}.tif`);
      const theirs = path.join(folder, `theirs-${index}.tif`);
      const info = { width, height, xDpi: 204, yDpi: 196 };
      await writeFile(
        ours,
        writeT6Tiff([{ info, data: encodePage(raster, width, height, { coding: 'MMR' }) }]),
      );
      await runTool('tiffcp', ['-c', 'g4', '-f', 'msb2lsb', '-r', String(height), ours, theirs]);
      const decoded = decodePage(await stripOf(theirs), { coding: 'MMR', width });
      expect({ index, rows: decoded.quality.rows, end: decoded.end }).toEqual({
        index,
        rows: height,
        end: 'endOfPage',
      });
      expect(hash(decoded.raster)).toBe(hash(raster));
    }
  });

  test('our code is no longer than libtiff’s', async () => {
    const plain = path.join(folder, 'fax-plain.tif');
    const theirs = path.join(folder, 'fax-theirs.tif');
    await runTool('tiffcp', ['-c', 'g4', '-r', '2292', fixtureFile('fax-fine.tif'), plain]);
    await runTool('tiffcp', ['-c', 'g4', '-f', 'msb2lsb', '-r', '2292', plain, theirs]);
    const strip = await stripOf(theirs);
    const { raster, quality } = decodePage(strip, { coding: 'MMR', width: 1728 });
    expect(encodePage(raster, 1728, quality.rows, { coding: 'MMR' }).length).toBeLessThanOrEqual(
      strip.length,
    );
  });

  test('another program’s TIFF is refused by the strict reader', async () => {
    const bytes = await readFile(fixtureFile('mixed.tif'));
    expect(() => readT6Tiff(bytes)).toThrow(TiffError);
  });
});

/** The only strip of a TIFF file's first page. */
async function stripOf(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  const directory = bytes.readUInt32LE(4);
  const tag = (wanted: number) => {
    for (let index = 0; index < bytes.readUInt16LE(directory); index++) {
      const at = directory + 2 + index * 12;
      if (bytes.readUInt16LE(at) !== wanted) continue;
      return bytes.readUInt16LE(at + 2) === 3 ? bytes.readUInt16LE(at + 8) : bytes.readUInt32LE(at + 8);
    }
    throw new Error(`tag ${wanted} is missing`);
  };
  return bytes.subarray(tag(273), tag(273) + tag(279));
}
