// Looking at stored pages and taking them out: PNG, PDF, TIFF, judged by other people's readers.

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { readT6Tiff, writeT6Tiff } from '../../fax/t4/tiff.ts';
import type { T6PageInfo } from '../../fax/t4/tiff.ts';
import type { PreparedPage } from '../../protocol/imaging.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { runTool } from '../harness/runTool.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';
import { readPbm } from './blockInk.ts';
import { pagePixels, startImaging } from './imagingProcess.ts';
import type { ImagingProcess } from './imagingProcess.ts';

let imaging: ImagingProcess;
let folder: string;
let pages: PreparedPage[];

beforeAll(async () => {
  imaging = await startImaging();
  folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-stored-'));
  ({ pages } = await imaging.prepare(fixtureFile('ten-pages.pdf')));
});
afterAll(async () => {
  await imaging.stop();
  await rm(folder, { recursive: true, force: true });
});

let jobs = 0;
async function image(
  file: string,
  options: { maxWidth?: number; square?: boolean; rotate?: 0 | 90 | 180 | 270 } = {},
) {
  const { square = true, rotate = 0, ...rest } = options;
  const reply = await imaging.run({
    type: 'pageImage',
    jobId: `image-${jobs++}`,
    path: file,
    square,
    rotate,
    ...rest,
  });
  if (reply.type !== 'image') throw new Error(JSON.stringify(reply));
  const metadata = await sharp(reply.png).metadata();
  const { data, info } = await sharp(reply.png)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    metadata,
    width: info.width,
    height: info.height,
    gray: (x: number, y: number) => data[y * info.width + x],
  };
}

async function exported(format: 'pdf' | 'tif' | 'png', files: string[], title = 'Order 注文書') {
  const outputPath = path.join(folder, `export-${jobs}.${format}`);
  const reply = await imaging.run({
    type: 'export',
    jobId: `export-${jobs++}`,
    pages: files,
    format,
    title,
    outputPath,
  });
  return { reply, outputPath };
}

/** A stored page with black where the function says. */
async function storedPage(
  name: string,
  info: T6PageInfo,
  black: (x: number, y: number) => boolean,
): Promise<string> {
  const stride = Math.ceil(info.width / 8);
  const raster = new Uint8Array(stride * info.height);
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      if (black(x, y))
        raster[y * stride + (x >> 3)] = (raster[y * stride + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
  }
  const file = path.join(folder, name);
  await writeFile(
    file,
    writeT6Tiff([{ info, data: encodePage(raster, info.width, info.height, { coding: 'MMR' }) }]),
  );
  return file;
}

const firstPath = () => pages[0]?.path ?? '';

describe('page images', () => {
  test('without a width the PNG has one bit per pixel, and they are the page’s own', async () => {
    const ours = await pagePixels(pages[0] ?? { path: '' });
    const png = await image(firstPath());
    expect(png.metadata).toMatchObject({ width: 1728, height: 2287, format: 'png' });
    let unequal = 0;
    for (let y = 0; y < 2287; y++) {
      for (let x = 0; x < 1728; x++) if ((png.gray(x, y) === 0) !== ours.black(x, y)) unequal++;
    }
    expect(unequal).toBe(0);
  });

  test('a small picture is smooth and has the page’s shape', async () => {
    const png = await image(firstPath(), { maxWidth: 600 });
    expect([png.width, png.height]).toEqual([600, Math.round(2287 * (600 / 1728) * (204 / 196))]);
    const ours = await pagePixels(pages[0] ?? { path: '' });
    let sum = 0;
    for (let y = 0; y < png.height; y++)
      for (let x = 0; x < png.width; x++) sum += 255 - (png.gray(x, y) ?? 255);
    expect(sum / 255 / (png.width * png.height)).toBeCloseTo(ours.ink() / (1728 * 2287), 2);
  });

  test.each([
    [98, 100, 208],
    [391, 400, 209],
    [196, 100, 100],
  ])('pixels of %i rows to the inch come out square', async (yDpi, height, squared) => {
    const info = { width: 200, height, xDpi: 204, yDpi };
    const file = await storedPage(`square-${yDpi}.tif`, info, (_x, y) => y < height / 2);
    const png = await image(file);
    expect([png.width, png.height]).toEqual([200, squared]);
    expect([png.gray(10, 2), png.gray(10, squared - 2)]).toEqual([0, 255]);
    expect((await image(file, { square: false })).height).toBe(height);
  });

  test.each([
    [0, 0, 0],
    [90, 1, 0],
    [180, 1, 1],
    [270, 0, 1],
  ] as const)(
    'turned by %i degrees, the top left corner is where it belongs',
    async (rotate, right, bottom) => {
      const file = await storedPage(
        'corner.tif',
        { width: 203, height: 97, xDpi: 204, yDpi: 196 },
        (x, y) => x < 5 && y < 5,
      );
      const png = await image(file, { rotate });
      expect([png.width, png.height]).toEqual(rotate % 180 === 0 ? [203, 97] : [97, 203]);
      const corner = (atRight: number, atBottom: number) =>
        png.gray(atRight === 1 ? png.width - 3 : 2, atBottom === 1 ? png.height - 3 : 2);
      for (const atRight of [0, 1]) {
        for (const atBottom of [0, 1]) {
          expect(corner(atRight, atBottom)).toBe(atRight === right && atBottom === bottom ? 0 : 255);
        }
      }
    },
  );

  test('a damaged page shows what is good', async () => {
    const bytes = await readFile(firstPath());
    const [stored] = readT6Tiff(bytes);
    const data = stored?.data ?? new Uint8Array();
    data.fill(0, data.length >> 1);
    const file = path.join(folder, 'damaged.tif');
    await writeFile(file, bytes);
    const [whole, damaged] = [await image(firstPath()), await image(file)];
    expect(damaged.height).toBe(2287);
    const equalRows = Array.from({ length: 2287 }, (_, y) => y).filter((y) =>
      Array.from({ length: 1728 }, (_, x) => x).every((x) => whole.gray(x, y) === damaged.gray(x, y)),
    );
    expect(equalRows.slice(0, 600)).toEqual(Array.from({ length: 600 }, (_, y) => y));
  });

  test.each([
    ['no page at all', Buffer.from('nothing'), 'FILE_BROKEN'],
    [
      'a page of four thousand megapixels',
      Buffer.from(
        writeT6Tiff([
          { info: { width: 65_000, height: 65_000, xDpi: 204, yDpi: 196 }, data: Uint8Array.of(0xff) },
        ]),
      ),
      'FILE_TOO_LARGE',
    ],
    [
      'a tall page of one endless code',
      Buffer.from(
        writeT6Tiff([
          {
            info: { width: 20_000, height: 65_535, xDpi: 2400, yDpi: 1 },
            data: new Uint8Array(9000).fill(0xff),
          },
        ]),
      ),
      'FILE_TOO_LARGE',
    ],
  ])('%s is refused', async (_what, bytes, code) => {
    const file = path.join(folder, 'odd.tif');
    await writeFile(file, bytes);
    const reply = await imaging.run({
      type: 'pageImage',
      jobId: `odd-${jobs++}`,
      path: file,
      square: true,
      rotate: 0,
    });
    expect(reply).toMatchObject({ type: 'failed', code });
  });
});

describe('exports', () => {
  test('TIFF: every page bit for bit', async () => {
    const { reply, outputPath } = await exported(
      'tif',
      pages.map((page) => page.path),
    );
    expect(reply).toMatchObject({ type: 'exported', byteLength: (await stat(outputPath)).size });
    const out = await tiffPixels(outputPath);
    const single = await Promise.all(pages.map((page) => tiffPixels(page.path)));
    expect(out).toEqual(single.flat());
    const read = readT6Tiff(await readFile(outputPath));
    const [stored] = readT6Tiff(await readFile(pages[9]?.path ?? ''));
    expect(Buffer.compare(read[9]?.data ?? Buffer.alloc(0), stored?.data ?? Buffer.alloc(1))).toBe(0);
  });

  test('PDF: real size, title, every page bit for bit by Poppler', async () => {
    const { outputPath } = await exported(
      'pdf',
      pages.map((page) => page.path),
    );
    const info = await runTool('pdfinfo', ['-enc', 'UTF-8', outputPath]);
    expect(info).toContain('Title:           Order 注文書');
    expect(info).toMatch(/Pages:\s+10/);
    // 1728 ÷ 204 and 2287 ÷ 196 inches.
    expect(info).toMatch(/Page size:\s+609\.88\d* x 840\.12\d* pts/);
    const base = path.join(folder, 'image');
    await runTool('pdfimages', ['-f', '3', '-l', '3', outputPath, base]);
    const theirs = readPbm(await readFile(`${base}-000.pbm`));
    const ours = await pagePixels(pages[2] ?? { path: '' });
    let unequal = 0;
    for (let y = 0; y < 2287; y++) {
      for (let x = 0; x < 1728; x++) if (theirs.black(x, y) !== ours.black(x, y)) unequal++;
    }
    expect([theirs.width, theirs.height, unequal]).toEqual([1728, 2287, 0]);
  });

  test('PDF: a title cannot break out of its string', async () => {
    const { outputPath } = await exported('pdf', [firstPath()], ') >> endobj (');
    expect(await runTool('pdfinfo', [outputPath])).toContain(') >> endobj (');
  });

  test('PNG: pages one below the other', async () => {
    const { outputPath } = await exported('png', [pages[0]?.path ?? '', pages[1]?.path ?? '']);
    const { data, info } = await sharp(outputPath)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([1728, 2 * 2287]);
    const second = await pagePixels(pages[1] ?? { path: '' });
    let unequal = 0;
    for (let y = 0; y < 2287; y++) {
      for (let x = 0; x < 1728; x++)
        if ((data[(y + 2287) * 1728 + x] === 0) !== second.black(x, y)) unequal++;
    }
    expect(unequal).toBe(0);
  });

  test('PNG: more pages than any viewer could open are refused, and nothing is left behind', async () => {
    const many = Array.from({ length: 200 }, () => firstPath());
    const { reply, outputPath } = await exported('png', many);
    expect(reply).toMatchObject({ type: 'failed', code: 'FILE_TOO_LARGE' });
    await expect(stat(outputPath)).rejects.toThrow('ENOENT');
  });

  test('a missing page fails the export', async () => {
    const { reply } = await exported('pdf', [path.join(folder, 'gone.tif')]);
    expect(reply).toMatchObject({ type: 'failed', code: 'FILE_MISSING' });
  });
});
