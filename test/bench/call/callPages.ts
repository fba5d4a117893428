// The pages of the call benchmark, as our driver takes them and as HylaFAX does: ten A4 pages of text, fine.

import { writeFile } from 'node:fs/promises';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { writeFaxTiff } from '../../../fax/t4/tiffWriter.ts';
import type { Coding } from '../../../fax/t4/coding.ts';
import { fineTextPages } from '../../t4/pages/realPages.ts';
import type { Page } from '../../t4/pages/page.ts';

export type CallPages = readonly Page[];

/** The first `count` of the ten. */
export async function callPages(count: number): Promise<CallPages> {
  return (await fineTextPages()).slice(0, count);
}

/** As they go over the line. */
export function codedPages(pages: CallPages, coding: Coding): Uint8Array[] {
  return pages.map(({ raster, width, height }) => encodePage(raster, width, height, { coding }));
}

/** A TIFF file of them. */
export async function writePages(pages: CallPages, file: string): Promise<void> {
  const coded = pages.map(({ raster, width, height, xDpi, yDpi }) => ({
    info: { width, height, xDpi, yDpi, coding: 'MMR' as const },
    data: encodePage(raster, width, height, { coding: 'MMR' }),
  }));
  await writeFile(file, writeFaxTiff(coded));
}
