// The line at the top of every page: date, sender, number on the left, page of pages on the right.

import PdfWriter from 'pdfkit';
import type { HeaderLine } from '../../../protocol/imaging.ts';
import { bundledFonts } from '../pdf/bundledFonts.ts';
import { PdfDocument } from '../pdf/pdfDocument.ts';
import type { Sheet } from './sheet.ts';

/** All in millimetres. */
const FONT_SIZE = 3;
/** Of pages already made, too: `drawHeaders` draws what goes in the place of their strip. */
const STRIP_HEIGHT = 4.5;
const MARGIN = 6;
const GAP = 6;
const MM = 72 / 25.4;
/** Half-width figures: the page numbers are set of these. */
const GLYPHS = 'P. 0123456789/';
const INK = 140;

/** Packed rows, most significant bit first, black = 1. */
interface Strip {
  raster: Uint8Array;
  rows: number;
}

/** The header line for the pages of one document on one kind of sheet. */
export class HeaderStrip {
  readonly #sheet: Sheet;
  readonly #pagesTotal: number;
  readonly #left: Uint8Array;
  readonly #glyphs: Uint8Array;
  readonly rows: number;
  readonly #glyphWidth: number;

  private constructor(sheet: Sheet, pagesTotal: number, left: Uint8Array, glyphs: Uint8Array) {
    this.#sheet = sheet;
    this.#pagesTotal = pagesTotal;
    this.#left = left;
    this.#glyphs = glyphs;
    this.rows = left.length / sheet.width;
    this.#glyphWidth = glyphWidthOn(sheet);
  }

  /** Sets the line once; the pages differ in their numbers only. */
  static async make(header: HeaderLine, sheet: Sheet, pagesTotal: number): Promise<HeaderStrip> {
    const numberWidth = pageNumber(pagesTotal, pagesTotal).length * (FONT_SIZE / 2);
    const bytes = await setStrips(header, sheet, sheet.widthMm - 2 * MARGIN - GAP - numberWidth);
    const pdf = await PdfDocument.open(bytes, { systemFonts: false });
    try {
      const rendering = {
        width: sheet.width,
        height: Math.round(STRIP_HEIGHT * sheet.pixelsPerMmY),
        left: 0,
        top: 0,
        pageWidth: sheet.width,
        pageHeight: Math.round(STRIP_HEIGHT * sheet.pixelsPerMmY),
        turn: 0 as const,
      };
      return new HeaderStrip(
        sheet,
        pagesTotal,
        pdf.render(0, rendering).pixels,
        pdf.render(1, rendering).pixels,
      );
    } finally {
      pdf.close();
    }
  }

  /**
   * Puts the line on a page (packed rows as wide as the sheet): over its top rows where they are blank, else above
   * them, so that no content is ever hidden. Returns the page, which may have grown.
   */
  stamp(raster: Uint8Array, height: number, pageIndex: number): { raster: Uint8Array; height: number } {
    const strip = this.strip(pageIndex);
    const blank = height >= strip.rows && raster.subarray(0, strip.raster.length).every((byte) => byte === 0);
    if (blank) {
      raster.set(strip.raster);
      return { raster, height };
    }
    const grown = new Uint8Array(strip.raster.length + raster.length);
    grown.set(strip.raster);
    grown.set(raster, strip.raster.length);
    return { raster: grown, height: height + strip.rows };
  }

  /** The line for one page (from 0), as wide as the sheet. */
  strip(pageIndex: number): Strip {
    const { width, pixelsPerMmX } = this.#sheet;
    const gray = this.#left.slice();
    const label = pageNumber(pageIndex + 1, this.#pagesTotal);
    const right = width - Math.round(MARGIN * pixelsPerMmX);
    for (const [index, character] of label.split('').entries()) {
      const from = GLYPHS.indexOf(character) * this.#glyphWidth;
      const to = right - (label.length - index) * this.#glyphWidth;
      for (let y = 0; y < this.rows; y++) {
        gray.set(
          this.#glyphs.subarray(y * width + from, y * width + from + this.#glyphWidth),
          y * width + to,
        );
      }
    }
    const stride = width >> 3;
    const raster = new Uint8Array(stride * this.rows);
    for (let index = 0; index < gray.length; index++) {
      if ((gray[index] ?? 255) < INK) {
        const at = Math.floor(index / width) * stride + ((index % width) >> 3);
        raster[at] = (raster[at] ?? 0) | (0x80 >> ((index % width) & 7));
      }
    }
    return { raster, rows: this.rows };
  }
}

function pageNumber(page: number, total: number): string {
  return `P. ${page}/${total}`;
}

function glyphWidthOn(sheet: Sheet): number {
  return Math.ceil((FONT_SIZE / 2) * sheet.pixelsPerMmX);
}

/** A PDF of two strips: the left part of the line, and the figures of the page numbers side by side. */
async function setStrips(header: HeaderLine, sheet: Sheet, leftWidthMm: number): Promise<Uint8Array> {
  const document = new PdfWriter({
    autoFirstPage: false,
    margin: 0,
    size: [sheet.widthMm * MM, STRIP_HEIGHT * MM],
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });
  document.registerFont('line', bundledFonts.bold);
  // The font's line box is higher than its letters: these stand in the middle of the strip.
  const top = 0.1 * MM;
  document.addPage().font('line', FONT_SIZE * MM);
  const parts = [header.stamp, header.from, header.number ?? ''].map(printable).filter((part) => part !== '');
  document.text(shorten(document, parts.join('    '), leftWidthMm * MM), MARGIN * MM, top, {
    lineBreak: false,
  });
  document.addPage().font('line', FONT_SIZE * MM);
  const glyphWidthMm = glyphWidthOn(sheet) / sheet.pixelsPerMmX;
  for (const [index, glyph] of GLYPHS.split('').entries()) {
    if (glyph !== ' ') {
      document.text(glyph, index * glyphWidthMm * MM, top, { lineBreak: false, features: ['hwid'] });
    }
  }
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
}

function shorten(document: PDFKit.PDFDocument, text: string, width: number): string {
  if (document.widthOfString(text) <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && document.widthOfString(`${characters.join('')}…`) > width) characters.pop();
  return `${characters.join('')}…`;
}
