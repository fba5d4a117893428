// The pages of a PDF file.

import type { PdfDocument } from '../pdf/pdfDocument.ts';
import type { ImagingWarning } from '../../../protocol/imaging.ts';
import type { PageSource } from './pageSource.ts';
import { place } from './sheet.ts';

/** Takes over the document. */
export function pdfSource(pdf: PdfDocument): PageSource {
  return {
    pageCount: pdf.pageCount,
    get substitutedFonts() {
      return pdf.substitutedFonts;
    },
    page(index, sheet, options) {
      const placement = place(sheet, pdf.pageSizeMm(index), options.placement, true);
      const { pixels, fontSubstituted, fontMissing } = pdf.render(index, {
        width: sheet.width,
        height: sheet.height,
        left: placement.left,
        top: placement.top,
        pageWidth: placement.width,
        pageHeight: placement.height,
        turn: placement.turn,
      });
      const warnings: ImagingWarning[] = [];
      if (fontSubstituted) warnings.push('fontSubstituted');
      if (fontMissing) warnings.push('fontMissing');
      if (placement.cropped) warnings.push('cropped');
      return Promise.resolve({ kind: 'gray', pixels, warnings });
    },
    close: () => pdf.close(),
  };
}
