// The `prepare` job: files to fax pages on disk, one page at a time.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { writeT6Tiff } from '../../../fax/t4/tiff.ts';
import type { ImagingRequest, ImagingWarning, PreparedPage } from '../../../protocol/imaging.ts';
import { MAX_PAGE_BYTES } from '../../../protocol/page.ts';
import { ImagingError, toImagingError } from '../imagingError.ts';
import { HeaderStrip } from './headerStrip.ts';
import { openSource } from './openSource.ts';
import type { BilevelPage, GrayPage, PageSource } from './pageSource.ts';
import { sheetFor } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import { toBilevel } from './toBilevel.ts';

/** More gray than this makes a page slow to send and hard to read. */
const MOSTLY_GRAY = 0.25;

type PrepareRequest = Extract<ImagingRequest, { type: 'prepare' }>;

export interface PrepareEvents {
  /** Something was achieved; the next step has the full time limit again. */
  step(pagesDone: number, pagesTotal: number | undefined): void;
  page(page: PreparedPage): void;
}

/** Throws ImagingError. */
export async function preparePages(
  request: PrepareRequest,
  events: PrepareEvents,
  options: { systemFonts: boolean },
): Promise<{ pages: number; substitutedFonts: string[] }> {
  const opened: { source: PageSource; name: string }[] = [];
  try {
    let pagesTotal = 0;
    for (const { path, name } of request.files) {
      const left = request.maxPages - pagesTotal;
      const source = await blaming(name, () =>
        openSource(path, { paper: request.options.paper, maxPages: left, ...options }),
      );
      opened.push({ source, name });
      pagesTotal += source.pageCount;
      if (pagesTotal > request.maxPages) {
        const error = new ImagingError('FILE_TOO_MANY_PAGES', `more than ${request.maxPages} pages`);
        error.fileName = name;
        throw error;
      }
      events.step(0, undefined);
    }
    const sheet = sheetFor(request.options);
    const header =
      request.header === undefined ? undefined : await HeaderStrip.make(request.header, sheet, pagesTotal);
    let pagesDone = 0;
    for (const { source, name } of opened) {
      for (let index = 0; index < source.pageCount; index++) {
        const page = await blaming(name, async () => {
          const made = await source.page(index, sheet, request.options);
          return await storePage(made, sheet, header, pagesDone, request);
        });
        pagesDone++;
        events.page(page);
        events.step(pagesDone, pagesTotal);
      }
    }
    const substitutedFonts = new Set(opened.flatMap(({ source }) => source.substitutedFonts));
    return { pages: pagesTotal, substitutedFonts: [...substitutedFonts] };
  } finally {
    for (const { source } of opened) source.close();
  }
}

async function storePage(
  made: GrayPage | BilevelPage,
  sheet: Sheet,
  header: HeaderStrip | undefined,
  index: number,
  request: PrepareRequest,
): Promise<PreparedPage> {
  const warnings: ImagingWarning[] = [...made.warnings];
  let page: { raster: Uint8Array; height: number };
  if (made.kind === 'gray') {
    const { width, height, xDpi, yDpi } = sheet;
    const bilevel = toBilevel(made.pixels, width, height, request.options.mode, yDpi / xDpi);
    if (bilevel.grayShare > MOSTLY_GRAY) warnings.push('mostlyGray');
    page = { raster: bilevel.raster, height };
  } else {
    page = { raster: made.raster, height: made.height };
  }
  if (page.raster.every((byte) => byte === 0)) warnings.push('blankPage');
  if (header !== undefined) page = header.stamp(page.raster, page.height, index);
  const data = encodePage(page.raster, sheet.width, page.height, { coding: 'MMR' });
  if (data.length > MAX_PAGE_BYTES)
    throw new ImagingError('FILE_TOO_LARGE', `a page of ${data.length} bytes`);
  const info = { width: sheet.width, height: page.height, xDpi: sheet.xDpi, yDpi: sheet.yDpi };
  const path = join(request.outputFolder, `page-${String(index).padStart(4, '0')}.tif`);
  await writeFile(path, writeT6Tiff([{ info, data }]));
  return {
    ...info,
    byteLength: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
    index,
    path,
    warnings: [...new Set(warnings)],
  };
}

async function blaming<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const imagingError = toImagingError(error);
    imagingError.fileName ??= name;
    throw imagingError;
  }
}
