// What cannot become pages is refused with its cause, and the host goes on as if nothing had been.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { endlessPdf, explodingPdf, imageBombPdf, pageOf, pdfOf, whitePng, xfaPdf } from './badFiles.ts';
import { pagePixels, startImaging } from './imagingProcess.ts';
import type { ImagingProcess } from './imagingProcess.ts';

let imaging: ImagingProcess;
let folder: string;

beforeAll(async () => {
  imaging = await startImaging('--step-limit-ms', '4000', '--memory-limit-mib', '900');
  folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-bad-'));
});
afterAll(async () => {
  await imaging.stop();
  await rm(folder, { recursive: true, force: true });
});

async function goodPage(): Promise<void> {
  const good = await imaging.prepare(fixtureFile('one-page.pdf'));
  expect(good.failed).toBeUndefined();
  expect(good.pages).toHaveLength(1);
}

const tenPages = () => readFile(fixtureFile('ten-pages.pdf'));
const cut = async (name: string, share: number) => {
  const bytes = await readFile(fixtureFile(name));
  return bytes.subarray(0, Math.floor(bytes.length * share));
};
const zip = Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1'), Buffer.alloc(200, 7)]);

const REFUSED: [what: string, name: string, make: () => Buffer | Promise<Buffer>, code: OutcomeCode][] = [
  ['an empty file', 'a.pdf', () => Buffer.alloc(0), 'FILE_EMPTY'],
  ['a text of blanks', 'a.txt', () => Buffer.from(' \n\n\t\n'), 'FILE_EMPTY'],
  ['a PDF with nothing but its first line', 'a.pdf', () => Buffer.from('%PDF-1.7\n'), 'FILE_BROKEN'],
  ['a PDF cut in the middle', 'a.pdf', () => cut('one-page.pdf', 0.4), 'FILE_BROKEN'],
  [
    'a PDF without pages',
    'a.pdf',
    () => pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>']),
    'FILE_BROKEN',
  ],
  ['a PDF with a password', 'a.pdf', () => readFile(fixtureFile('encrypted.pdf')), 'FILE_ENCRYPTED'],
  ['a dynamic XFA form', 'a.pdf', xfaPdf, 'FILE_XFA_FORM'],
  ['a PDF that never ends', 'a.pdf', endlessPdf, 'FILE_TOO_SLOW'],
  ['a PDF of forms that draw each other twenty times over', 'a.pdf', explodingPdf, 'FILE_TOO_LARGE'],
  ['a PNG of 2,500 megapixels', 'a.png', () => whitePng(50_000, 50_000), 'FILE_TOO_LARGE'],
  ['a PNG cut in the middle', 'a.png', () => cut('transparent.png', 0.5), 'FILE_BROKEN'],
  ['a JPEG cut in the middle', 'a.jpg', () => cut('photo-exif-rotated.jpg', 0.5), 'FILE_BROKEN'],
  ['a WebP cut in the middle', 'a.webp', () => cut('picture.webp', 0.5), 'FILE_BROKEN'],
  ['a TIFF cut in the middle', 'a.tif', () => cut('mixed.tif', 0.3), 'FILE_BROKEN'],
  ['a TIFF that is only a header', 'a.tif', () => Buffer.from('II*\0\x08\0\0\0', 'latin1'), 'FILE_BROKEN'],
  ['an office document', 'a.docx', () => zip, 'FILE_NOT_SUPPORTED'],
  ['an office document called PDF', 'a.pdf', () => zip, 'FILE_NOT_SUPPORTED'],
  [
    'an old office document',
    'a.doc',
    () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
    'FILE_NOT_SUPPORTED',
  ],
  ['a web page', 'a.html', () => Buffer.from('<!DOCTYPE html><title>x</title><p>x'), 'FILE_NOT_SUPPORTED'],
  [
    'an SVG drawing',
    'a.svg',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    'FILE_NOT_SUPPORTED',
  ],
  ['rich text', 'a.rtf', () => Buffer.from('{\\rtf1\\ansi hello}'), 'FILE_NOT_SUPPORTED'],
  ['PostScript', 'a.ps', () => Buffer.from('%!PS-Adobe-3.0\nshowpage\n'), 'FILE_NOT_SUPPORTED'],
  [
    'a program',
    'a.exe',
    () => Buffer.concat([Buffer.from('MZ\x90\0', 'latin1'), Buffer.alloc(500, 3)]),
    'FILE_NOT_SUPPORTED',
  ],
  [
    'noise',
    'a.txt',
    () => Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919 + (index >> 3) * 31) & 0xff)),
    'FILE_NOT_SUPPORTED',
  ],
  ['a text of a million lines', 'a.txt', () => Buffer.from('x\n'.repeat(1_000_000)), 'FILE_TOO_MANY_PAGES'],
];

describe('what cannot become pages', () => {
  test.each(REFUSED)(
    '%s is refused with its cause, and the next file works',
    async (_what, name, make, code) => {
      const file = path.join(folder, name);
      await writeFile(file, await make());
      const result = await imaging.prepare(file);
      expect(result.failed).toMatchObject({ code });
      expect(result.pages).toEqual([]);
      await goodPage();
    },
  );

  test('an image object of 30 GB within a PDF does no harm', async () => {
    const file = path.join(folder, 'bomb.pdf');
    await writeFile(file, imageBombPdf());
    const result = await imaging.prepare(file);
    // PDFium leaves the image out, or it breaks a limit; both are sane.
    expect([undefined, 'FILE_TOO_LARGE', 'FILE_TOO_SLOW', 'FILE_BROKEN']).toContain(result.failed?.code);
    await goodPage();
  });

  test('a file that is not there is named', async () => {
    const result = await imaging.prepare([fixtureFile('one-page.pdf'), path.join(folder, 'gone.pdf')]);
    expect(result.failed).toMatchObject({ code: 'FILE_MISSING', fileName: 'gone.pdf' });
  });

  test('a folder is not a file', async () => {
    expect((await imaging.prepare(folder)).failed).toMatchObject({ code: 'FILE_NOT_SUPPORTED' });
  });

  test('more pages than allowed, over all files, are refused before any is made', async () => {
    const files = [fixtureFile('one-page.pdf'), fixtureFile('ten-pages.pdf')];
    expect((await imaging.prepare(files, { maxPages: 11 })).pages).toHaveLength(11);
    const tooMany = await imaging.prepare(files, { maxPages: 10 });
    expect(tooMany.failed).toMatchObject({ code: 'FILE_TOO_MANY_PAGES', fileName: 'ten-pages.pdf' });
    expect(tooMany.pages).toEqual([]);
  });

  test('a page of 14,400 inches is drawn on one sheet', async () => {
    const file = path.join(folder, 'huge.pdf');
    await writeFile(file, pageOf('0 0 500000 500000 re f', { width: 1_036_800, height: 1_036_800 }));
    const { pages } = await imaging.prepare(file);
    expect(pages[0]).toMatchObject({ width: 1728, height: 2287 });
    const pixels = await pagePixels(pages[0] ?? { path: '' });
    // The lower left quarter of a square as wide as the sheet.
    expect(pixels.ink()).toBeGreaterThan(1728 * 1656 * 0.2);
    const cropped = await imaging.prepare(file, { placement: 'crop' });
    expect(cropped.pages[0]).toMatchObject({
      width: 1728,
      height: 2287,
      warnings: expect.arrayContaining(['cropped']) as unknown,
    });
  });

  test('a full disk is told as such', async () => {
    const reply = await imaging.run({
      type: 'prepare',
      jobId: 'full',
      files: [{ path: fixtureFile('one-page.pdf'), name: 'one-page.pdf' }],
      options: { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' },
      outputFolder: '/dev/full/nowhere',
      maxPages: 5,
    });
    expect(reply).toMatchObject({ type: 'failed' });
    const exported = await imaging.run({
      type: 'export',
      jobId: 'full-export',
      pages: [(await imaging.prepare(fixtureFile('one-page.pdf'))).pages[0]?.path ?? ''],
      format: 'tif',
      title: '',
      outputPath: '/dev/full',
    });
    expect(exported).toMatchObject({ type: 'failed', code: 'DISK_FULL' });
  });

  test('a damaged PDF that can be repaired is drawn all the same', async () => {
    const file = path.join(folder, 'no-xref.pdf');
    const bytes = (await tenPages()).toString('latin1').replace(/startxref\s+\d+/, 'startxref\n99999999');
    await writeFile(file, Buffer.from(bytes, 'latin1'));
    expect((await imaging.prepare(file)).pages).toHaveLength(10);
  });

  test('a request that is none is answered, and the host lives', async () => {
    const reply = await imaging.run({ type: 'prepare', jobId: 'odd' } as never);
    expect(reply).toMatchObject({ type: 'failed', code: 'INTERNAL_ERROR' });
    await goodPage();
  });
});
