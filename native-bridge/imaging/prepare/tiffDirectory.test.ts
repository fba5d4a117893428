// Tags of foreign TIFF files, and of what only looks like one.

import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeT6Tiff } from '../../../fax/t4/tiff.ts';
import { readTiffDirectories } from './tiffDirectory.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'hikyaku-tags-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tagsOf(bytes: Uint8Array, maxPages = 100) {
  const path = join(folder, 'file.tif');
  await writeFile(path, bytes);
  await using file = await open(path, 'r');
  return await readTiffDirectories(file, maxPages);
}

const data = Uint8Array.of(1, 2, 3);
const pages = [
  { info: { width: 1728, height: 100, xDpi: 204, yDpi: 98 }, data },
  { info: { width: 2592, height: 200, xDpi: 300, yDpi: 300 }, data },
];

describe('TIFF directories', () => {
  test('tell size and both resolutions of every page', async () => {
    expect(await tagsOf(writeT6Tiff(pages))).toEqual([
      { width: 1728, height: 100, bilevel: true, xDpi: 204, yDpi: 98, orientation: 1 },
      { width: 2592, height: 200, bilevel: true, xDpi: 300, yDpi: 300, orientation: 1 },
    ]);
  });

  test('are read big-endian and in centimetres too', async () => {
    const bytes = Buffer.alloc(8 + 2 + 5 * 12 + 4 + 16);
    bytes.write('MM\0*\0\0\0\x08', 'latin1');
    bytes.writeUInt16BE(5, 8);
    const entries = [
      [256, 3, 1, 640 << 16],
      [257, 3, 1, 480 << 16],
      [282, 5, 1, 74],
      [283, 5, 1, 82],
      [296, 3, 1, 3 << 16],
    ];
    for (const [index, [tag = 0, type = 0, count = 0, value = 0]] of entries.entries()) {
      bytes.writeUInt16BE(tag, 10 + index * 12);
      bytes.writeUInt16BE(type, 12 + index * 12);
      bytes.writeUInt32BE(count, 14 + index * 12);
      bytes.writeUInt32BE(value, 18 + index * 12);
    }
    for (const [index, value] of [804, 10, 385, 10].entries()) bytes.writeUInt32BE(value, 74 + index * 4);
    const [page] = await tagsOf(bytes);
    expect(page).toMatchObject({ width: 640, height: 480 });
    expect(page?.xDpi).toBeCloseTo(204.2, 1);
    expect(page?.yDpi).toBeCloseTo(97.8, 1);
  });

  test('no more than asked for are read', async () => {
    expect(await tagsOf(writeT6Tiff(pages), 1)).toHaveLength(1);
  });

  test('a chain that runs in a circle ends', async () => {
    const bytes = writeT6Tiff(pages.slice(0, 1));
    new DataView(bytes.buffer).setUint32(8 + 2 + 18 * 12, 8, true);
    expect(await tagsOf(bytes)).toHaveLength(1);
  });

  test('any damage ends the reading without an exception', async () => {
    const changes = fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(changes, async (changes) => {
        const bytes = writeT6Tiff(pages);
        for (const [at, byte] of changes) bytes[at] = byte;
        expect((await tagsOf(bytes)).length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 150 },
    );
  });
});
