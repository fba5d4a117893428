// Real files of other people's programs, as they arrive on the far fax machine.

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { readT6Tiff } from '../../fax/t4/tiff.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { runTool } from '../harness/runTool.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';
import { filledForm, jbig2Pdf, whitePng } from './badFiles.ts';
import { blockInk, correlation, readPbm } from './blockInk.ts';
import { pagePixels, startImaging } from './imagingProcess.ts';
import type { ImagingProcess, Prepared } from './imagingProcess.ts';

let imaging: ImagingProcess;
let folder: string;

beforeAll(async () => {
  imaging = await startImaging();
  folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-good-'));
});
afterAll(async () => {
  await imaging.stop();
  await rm(folder, { recursive: true, force: true });
});

async function made(name: string, options: Parameters<ImagingProcess['prepare']>[1] = {}): Promise<Prepared> {
  const result = await imaging.prepare(path.isAbsolute(name) ? name : fixtureFile(name), options);
  expect(result.failed).toBeUndefined();
  return result;
}
const first = async (name: string, options: Parameters<ImagingProcess['prepare']>[1] = {}) => {
  const [page] = (await made(name, options)).pages;
  if (page === undefined) throw new Error('no page');
  return { page, pixels: await pagePixels(page) };
};

describe('PDF files', () => {
  test('ten pages come in order, each a valid file with what it says of itself', async () => {
    const { pages, substitutedFonts, progress } = await made('ten-pages.pdf');
    expect(pages.map(({ index, width, height, xDpi, yDpi }) => [index, width, height, xDpi, yDpi])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index, 1728, 2287, 204, 196]),
    );
    expect(pages.map((page) => path.basename(page.path))[9]).toBe('page-0009.tif');
    expect(substitutedFonts).toEqual([]);
    expect(progress.at(-1)).toMatchObject({ pagesDone: 10, pagesTotal: 10 });
    for (const page of pages) {
      const [stored, ...more] = readT6Tiff(await readFile(page.path));
      expect(more).toEqual([]);
      expect(stored?.data.length).toBe(page.byteLength);
      expect(
        createHash('sha256')
          .update(stored?.data ?? '')
          .digest('hex'),
      ).toBe(page.sha256);
    }
  });

  test('what is drawn is what Poppler draws', async () => {
    const { pages } = await made('ten-pages.pdf');
    const base = path.join(folder, 'poppler');
    await runTool('pdftoppm', [
      '-mono',
      '-rx',
      '204',
      '-ry',
      '196',
      '-f',
      '1',
      '-l',
      '3',
      fixtureFile('ten-pages.pdf'),
      base,
    ]);
    for (const index of [0, 1, 2]) {
      const theirs = readPbm(await readFile(`${base}-${String(index + 1).padStart(2, '0')}.pbm`));
      const ours = await pagePixels(pages[index] ?? { path: '' });
      // Poppler screens the light shades that we leave white, hence not closer to 1.
      // 210 mm stand in the middle of a line of 215 mm.
      const left = Math.round((ours.width - theirs.width) / 2);
      const shifted = { ...ours, black: (x: number, y: number) => ours.black(x + left, y) };
      expect(correlation(blockInk(shifted, 1680, 2280), blockInk(theirs, 1680, 2280))).toBeGreaterThan(0.93);
    }
  });

  test.each([
    ['standard', 1143, 98],
    ['fine', 2287, 196],
    ['superfine', 4574, 391],
  ] as const)('%s pages of A4 have %i rows', async (resolution, height, yDpi) => {
    const { page } = await first('one-page.pdf', { resolution });
    expect(page).toMatchObject({ width: 1728, height, xDpi: 204, yDpi });
  });

  test('Letter paper is 279.4 mm long', async () => {
    expect((await first('one-page.pdf', { paper: 'letter' })).page.height).toBe(2151);
  });

  test('the same file gives the same bits every time', async () => {
    const hashes = async () =>
      (await made('ten-pages.pdf', { maxPages: 10 })).pages.map((page) => page.sha256);
    expect(await hashes()).toEqual(await hashes());
  });

  test('a landscape page is turned upright, and a smaller page grows to the paper', async () => {
    const { pages } = await made('cairo-landscape-and-letter.pdf');
    expect(pages.map((page) => page.height)).toEqual([2287, 2287, 2287]);
    const turned = await pagePixels(pages[0] ?? { path: '' });
    // The frame of the landscape page: 762 × 515 points upright, 20 points from the paper's sides.
    expect(turned.ink(100, 100, 180, 2200)).toBeGreaterThan(2000 * 2);
    const a5 = await pagePixels(pages[2] ?? { path: '' });
    // "A5 upright" is set at 80 points from the top of a page that is enlarged by √2.
    expect(a5.ink(0, 150, 1728, 360)).toBeGreaterThan(2000);
    expect(a5.ink(0, 400, 1728, 2287)).toBe(0);
  });

  test('crop keeps the size and says what is lost', async () => {
    const { pages } = await made('cairo-landscape-and-letter.pdf', { placement: 'crop' });
    expect(pages.map((page) => page.warnings.includes('cropped'))).toEqual([false, false, false]);
    const onLetter = await made('ten-pages.pdf', { placement: 'crop', paper: 'letter' });
    expect(onLetter.pages[0]?.warnings).toContain('cropped');
  });

  test('Japanese fonts that are not in the file are drawn and named', async () => {
    const { page, pixels } = await first('unembedded-japanese.pdf');
    expect(page.warnings).toEqual(['fontSubstituted']);
    expect((await made('unembedded-japanese.pdf')).substitutedFonts.toSorted()).toEqual([
      'MS-Gothic',
      'Ryumin-Light',
    ]);
    // Two lines of 22 points, 24 and 18 characters long: kanji all along them.
    for (const [top, right] of [
      [150, 1600],
      [320, 1250],
    ] as const) {
      for (let x = 200; x + 160 <= right; x += 160) {
        expect(pixels.ink(x, top, x + 160, top + 110)).toBeGreaterThan(500);
      }
    }
  });

  test('characters that no font here can draw are owned up to', async () => {
    const { page } = await first('unembedded-korean.pdf');
    expect(page.warnings).toEqual(expect.arrayContaining(['fontSubstituted', 'fontMissing']));
  });

  test('the standard fonts are no substitution', async () => {
    const { pages, substitutedFonts } = await made('one-page.pdf');
    expect(pages[0]?.warnings).toEqual([]);
    expect(substitutedFonts).toEqual([]);
  });

  test('a file that only its owner’s password protects is opened', async () => {
    expect((await made('owner-password-only.pdf')).pages[0]?.sha256).toBe(
      (await made('one-page.pdf')).pages[0]?.sha256,
    );
  });

  test('a JBIG2 scan is drawn', async () => {
    const [width, height] = [800, 1100];
    const raster = new Uint8Array((width / 8) * height).fill(0xff, 0, (width / 8) * 500);
    const file = path.join(folder, 'jbig2.pdf');
    await writeFile(file, jbig2Pdf(encodePage(raster, width, height, { coding: 'MMR' }), width, height));
    const { pixels } = await first(file);
    expect(pixels.ink(100, 100, 1600, 900)).toBe(1500 * 800);
    expect(pixels.ink(0, 1100)).toBe(0);
  });

  test('what was filled into a form is on the page, a note for the screen is not', async () => {
    const file = path.join(folder, 'form.pdf');
    await writeFile(file, filledForm());
    const { pixels } = await first(file);
    const inkAt = (bottom: number) => {
      const row = (points: number) => Math.round(((842 - points) / 842) * 2287);
      return pixels.ink(0, row(bottom + 30), 1728, row(bottom));
    };
    expect(inkAt(700)).toBeGreaterThan(1500);
    expect(inkAt(600)).toBeGreaterThan(1500);
    expect(inkAt(400)).toBe(0);
  });

  test('light gray print stays readable, a gray ground stays light', async () => {
    const { pixels } = await first('one-page.pdf');
    // "Small print in light gray" at 340 points from the bottom.
    expect(pixels.ink(200, 1340, 1000, 1372)).toBeGreaterThan(1500);
    // The empty right half of the ground at 380 … 440 points.
    expect(pixels.ink(900, 1110, 1400, 1240)).toBeLessThan(500 * 130 * 0.25);
  });
});

describe('images', () => {
  test('a photo on its side is set upright by its EXIF orientation', async () => {
    const { page, pixels } = await first('photo-exif-rotated.jpg');
    expect(page.warnings).toContain('mostlyGray');
    // 3 : 2 in millimetres, over the whole width; the label on its top, white right of it.
    const rows = Math.round((1728 / 8.0315) * (600 / 900) * 7.7);
    expect(pixels.ink(0, rows + 2)).toBe(0);
    expect(pixels.ink(0, rows - 100, 1728, rows)).toBeGreaterThan(1728 * 100 * 0.2);
    expect(pixels.ink(0, 0, 700, 150)).toBeGreaterThan(5000);
    expect(pixels.ink(1000, 0, 1728, 140)).toBe(0);
  });

  test('modes: text keeps a photo to lines, photo screens it', async () => {
    const [text, photo] = [
      await first('photo-exif-rotated.jpg', { mode: 'text' }),
      await first('photo-exif-rotated.jpg', { mode: 'photo' }),
    ];
    expect(text.page.byteLength).toBeLessThan(photo.page.byteLength);
  });

  test('transparency is white', async () => {
    const { pixels } = await first('transparent.png');
    expect(pixels.ink()).toBeGreaterThan(10_000);
    expect(pixels.ink(0, 0, 100, 100)).toBe(0);
  });

  test('WebP is read', async () => {
    expect((await first('picture.webp')).pixels.ink()).toBeGreaterThan(5000);
  });

  test('a fax TIFF passes through pixel for pixel', async () => {
    const { page } = await first('fax-fine.tif');
    const [theirs] = await tiffPixels(fixtureFile('fax-fine.tif'));
    const [ours] = await tiffPixels(page.path);
    expect(ours).toEqual(theirs);
    expect(ours?.height).toBe(2292);
  });

  test('a TIFF of five pages in five sizes and compressions gives five pages', async () => {
    const { pages } = await made('mixed.tif');
    expect(pages).toHaveLength(5);
    // The second is a standard fax page: every line of it stands twice.
    const doubled = await pagePixels(pages[1] ?? { path: '' });
    let unequal = 0;
    for (let y = 0; y < doubled.height; y += 2) {
      for (let x = 0; x < 1728; x++) if (doubled.black(x, y) !== doubled.black(x, y + 1)) unequal++;
    }
    expect(unequal).toBe(0);
    expect(doubled.ink()).toBeGreaterThan(50_000);
  });
});

describe('text', () => {
  test('UTF-8, Shift_JIS, EUC-JP and UTF-16 are recognised and drawn', async () => {
    const inks: number[] = [];
    for (const name of ['text-utf8.txt', 'text-shift-jis.txt', 'text-euc-jp.txt', 'text-utf16.txt']) {
      const { page, pixels } = await first(name);
      expect(page.warnings).toEqual([]);
      inks.push(pixels.ink());
    }
    expect(Math.min(...inks)).toBeGreaterThan(1000);
  });

  test('a form feed begins a new page, and long lines are wrapped within the margins', async () => {
    const { pages } = await made('text-utf8.txt');
    expect(pages).toHaveLength(2);
    const pixels = await pagePixels(pages[0] ?? { path: '' });
    expect(pixels.ink(0, 0, 150)).toBe(0);
    expect(pixels.ink(1590, 0)).toBe(0);
    expect(pixels.ink(150, 0, 1590)).toBeGreaterThan(5000);
  });

  test('characters that the font lacks are owned up to', async () => {
    const file = path.join(folder, 'emoji.txt');
    await writeFile(file, 'On our way 🏃 안녕');
    expect((await first(file)).page.warnings).toEqual(['fontMissing']);
  });
});

describe('the header line', () => {
  const header = { stamp: '2026-11-22 15:30', from: '京都事務所 Kyoto', number: '+81 75 000 0000' };

  test('stands in the blank top of a page, which keeps its height', async () => {
    const plain = await first('one-page.pdf');
    const { page, pixels } = await first('one-page.pdf', { header });
    expect(page.height).toBe(2287);
    expect(pixels.ink(0, 0, 1728, 35)).toBeGreaterThan(1500);
    expect(pixels.ink(1500, 0, 1728, 35)).toBeGreaterThan(200);
    expect(pixels.ink(0, 35)).toBe(plain.pixels.ink());
  });

  test('never hides content: the page grows when its top is not blank', async () => {
    const plain = await first('photo-exif-rotated.jpg');
    const { page, pixels } = await first('photo-exif-rotated.jpg', { header });
    const strip = page.height - 2287;
    expect(strip).toBe(35);
    expect(pixels.ink(0, strip)).toBe(plain.pixels.ink());
  });

  test('numbers the pages over all files', async () => {
    const files = [fixtureFile('one-page.pdf'), fixtureFile('text-utf8.txt')];
    const { pages } = await imaging.prepare(files, { header });
    const numbers = await Promise.all(
      pages.map(async (page) => (await pagePixels(page)).ink(1500, 0, 1728, 35)),
    );
    expect(pages).toHaveLength(3);
    // 1, 2 and 3 of 3 differ in their ink.
    expect(new Set(numbers).size).toBe(3);
  });

  test('a blank page is told even under its header', async () => {
    const file = path.join(folder, 'blank.png');
    await writeFile(file, whitePng(100, 100));
    expect((await first(file, { header })).page.warnings).toEqual(['blankPage']);
  });
});

test('a host that was asked for hundreds of pages is no larger than after ten', async () => {
  const rss = async () => {
    const status = await readFile(`/proc/${imaging.child.pid}/status`, 'latin1');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };
  await made('ten-pages.pdf');
  const before = await rss();
  for (let round = 0; round < 8; round++) await made('ten-pages.pdf');
  expect((await rss()) - before).toBeLessThan(80);
  expect((await stat(fixtureFile('ten-pages.pdf'))).size).toBeGreaterThan(0);
});
