// What libtiff cannot judge, poppler does: rows without EOL as PDF has them, and one-pixel checkers in MH.

import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import type { EncodeOptions } from '../../fax/t4/coding.ts';
import { runTool } from '../harness/runTool.ts';
import { expectRasters } from './expectRasters.ts';
import { charts } from './pages/charts.ts';
import type { Page } from './pages/page.ts';
import { oddWidthPages, patternPages } from './pages/patterns.ts';
import { readPbm } from './pages/pbm.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-t4-pdf-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

// PDF 32000-1, table 11: K < 0 is T.6, 0 one-dimensional, > 0 mixed.
const CODINGS: [name: string, options: EncodeOptions, parameters: string][] = [
  ['MH with EOL', { coding: 'MH' }, '/K 0 /EndOfLine true'],
  ['MH without EOL', { coding: 'MH', eol: false }, '/K 0'],
  [
    'MH without EOL, rows on bytes',
    { coding: 'MH', eol: false, byteAligned: true },
    '/K 0 /EncodedByteAlign true',
  ],
  ['MR', { coding: 'MR', k: 4 }, '/K 4 /EndOfLine true'],
  ['MMR', { coding: 'MMR' }, '/K -1'],
  ['MMR, rows on bytes', { coding: 'MMR', byteAligned: true }, '/K -1 /EncodedByteAlign true'],
];

describe('poppler reads what we code', () => {
  test.each(CODINGS)('%s', async (_name, options, parameters) => {
    const pages = [...charts().slice(0, 4), ...patternPages(1728, 40), ...oddWidthPages()];
    const streams = pages.map(({ raster, width, height }) => encodePage(raster, width, height, options));
    const own = await mkdtemp(path.join(folder, 'one-'));
    const file = path.join(own, 'pages.pdf');
    await writeFile(file, pdfOf(pages, streams, parameters));
    await runTool('pdfimages', [file, path.join(own, 'image')]);
    const names = (await readdir(own)).filter((name) => name.endsWith('.pbm')).toSorted();
    const rasters = await Promise.all(
      names.map(async (name) => readPbm(await readFile(path.join(own, name))).raster),
    );
    expectRasters(pages, rasters);
  });
});

/** A PDF with one image a page. */
function pdfOf(pages: readonly Page[], streams: readonly Uint8Array[], parameters: string): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  const object = (body: (string | Uint8Array)[]) => {
    offsets.push(length);
    const whole = Buffer.concat(
      [`${offsets.length} 0 obj\n`, ...body, '\nendobj\n'].map((part) => Buffer.from(part)),
    );
    parts.push(whole);
    length += whole.length;
  };
  const stream = (dictionary: string, data: Uint8Array) =>
    object([`<< ${dictionary} /Length ${data.length} >>\nstream\n`, data, '\nendstream']);
  object(['<< /Type /Catalog /Pages 2 0 R >>']);
  const kids = pages.map((_, index) => `${3 + index * 3} 0 R`).join(' ');
  object([`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`]);
  for (const [index, { width, height }] of pages.entries()) {
    const [image, content] = [4 + index * 3, 5 + index * 3];
    object([
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R ` +
        `/Resources << /XObject << /Im ${image} 0 R >> >> >>`,
    ]);
    stream(
      `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 1 /ColorSpace /DeviceGray ` +
        `/Filter /CCITTFaxDecode /DecodeParms << ${parameters} /Columns ${width} /Rows ${height} >>`,
      streams[index] ?? new Uint8Array(),
    );
    stream('', Buffer.from('595 0 0 842 0 0 cm /Im Do'));
  }
  const xref = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    Buffer.from(
      `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${xref}` +
        `trailer << /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
