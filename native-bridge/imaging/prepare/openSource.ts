// A file of whatever kind as numbered pages.

import { open, readFile } from 'node:fs/promises';
import type { PageOptions } from '../../../protocol/imaging.ts';
import { ImagingError } from '../imagingError.ts';
import { PdfDocument } from '../pdf/pdfDocument.ts';
import { imageSource } from './imageSource.ts';
import type { PageSource } from './pageSource.ts';
import { pdfSource } from './pdfSource.ts';
import { SNIFF_BYTES, sniff } from './sniff.ts';
import { textSource } from './textSource.ts';

const LARGEST_FILE = 256 << 20;
/** 8 MiB of text are more than a thousand pages. */
const LARGEST_TEXT = 8 << 20;

/** Throws ImagingError with what is wrong with the file. */
export async function openSource(
  path: string,
  options: { paper: PageOptions['paper']; maxPages: number; systemFonts: boolean },
): Promise<PageSource> {
  const { head, size } = await look(path);
  if (size === 0) throw new ImagingError('FILE_EMPTY', 'the file is empty');
  if (size > LARGEST_FILE) throw new ImagingError('FILE_TOO_LARGE', `a file of ${size} bytes`);
  const kind = sniff(head);
  if (kind === 'pdf') return pdfSource(await PdfDocument.openFile(path, options));
  if (kind === 'tiff' || kind === 'image') return imageSource(path, kind, options.maxPages);
  if (kind === 'unsupported') {
    throw new ImagingError('FILE_NOT_SUPPORTED', 'not a kind of file that pages can be made of');
  }
  if (size > LARGEST_TEXT) throw new ImagingError('FILE_TOO_MANY_PAGES', `${size} bytes of text`);
  return textSource(await readFile(path), options.paper, options.maxPages);
}

async function look(path: string): Promise<{ head: Uint8Array; size: number }> {
  await using file = await open(path, 'r');
  const stat = await file.stat();
  if (!stat.isFile()) throw new ImagingError('FILE_NOT_SUPPORTED', 'not a file');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
  return { head: buffer.subarray(0, bytesRead), size: stat.size };
}
