// The pages of a text file, set a few at a time: the first is there soon, and a long text needs no more memory.

import { ImagingError } from '../imagingError.ts';
import { bundledFontDraws } from '../pdf/bundledFonts.ts';
import { PdfDocument } from '../pdf/pdfDocument.ts';
import { decodeText } from '../text/decodeText.ts';
import { layoutText } from '../text/layoutText.ts';
import { textGrid, textToPdf } from '../text/textToPdf.ts';
import type { PageOptions } from '../../../protocol/imaging.ts';
import type { PageSource } from './pageSource.ts';
import { pdfSource } from './pdfSource.ts';

const PAGES_AT_A_TIME = 16;

/** Throws ImagingError FILE_NOT_SUPPORTED for what is no text, FILE_EMPTY, FILE_TOO_MANY_PAGES beyond `maxPages`. */
export function textSource(bytes: Uint8Array, paper: PageOptions['paper'], maxPages: number): PageSource {
  const decoded = decodeText(bytes);
  if (decoded === undefined) throw new ImagingError('FILE_NOT_SUPPORTED', 'not text in any known encoding');
  if (decoded.text.trim() === '') throw new ImagingError('FILE_EMPTY', 'a text file with nothing but blanks');
  const pages = layoutText(decoded.text, textGrid(paper), maxPages);
  if (pages.length > maxPages) {
    throw new ImagingError('FILE_TOO_MANY_PAGES', `more than ${maxPages} pages of text`);
  }
  let set: { first: number; source: PageSource } | undefined;
  return {
    pageCount: pages.length,
    substitutedFonts: [],
    async page(index, sheet, options) {
      const first = index - (index % PAGES_AT_A_TIME);
      if (set?.first !== first) {
        set?.source.close();
        set = undefined;
        const pdf = await textToPdf(pages.slice(first, first + PAGES_AT_A_TIME), paper);
        set = { first, source: pdfSource(await PdfDocument.open(pdf, { systemFonts: false })) };
      }
      const page = await set.source.page(index - first, sheet, options);
      if (hasMissing(pages[index] ?? [])) page.warnings.push('fontMissing');
      return page;
    },
    close: () => set?.source.close(),
  };
}

function hasMissing(rows: string[]): boolean {
  return [...new Set(rows.join(''))].some(
    (character) => character > ' ' && !bundledFontDraws(character.codePointAt(0) ?? 0),
  );
}
