// The pages of a text file.

import { ImagingError } from '../imagingError.ts';
import { PdfDocument } from '../pdf/pdfDocument.ts';
import { decodeText } from '../text/decodeText.ts';
import { textToPdf } from '../text/textToPdf.ts';
import type { PageOptions } from '../../../protocol/imaging.ts';
import type { PageSource } from './pageSource.ts';
import { pdfSource } from './pdfSource.ts';

/** Throws ImagingError FILE_NOT_SUPPORTED for what is no text, FILE_TOO_MANY_PAGES beyond `maxPages`. */
export async function textSource(
  bytes: Uint8Array,
  paper: PageOptions['paper'],
  maxPages: number,
): Promise<PageSource> {
  const decoded = decodeText(bytes);
  if (decoded === undefined) throw new ImagingError('FILE_NOT_SUPPORTED', 'not text in any known encoding');
  if (decoded.text.trim() === '') throw new ImagingError('FILE_EMPTY', 'a text file with nothing but blanks');
  const made = await textToPdf(decoded.text, paper, maxPages);
  if (made === undefined)
    throw new ImagingError('FILE_TOO_MANY_PAGES', `more than ${maxPages} pages of text`);
  const pdf = await PdfDocument.open(made.pdf, { systemFonts: false });
  return pdfSource(pdf, (index) => (made.pagesWithMissing.has(index) ? ['fontMissing'] : []));
}
