// Laid-out text to a PDF in memory, so that text takes the same way to the page as any PDF.

import PdfWriter from 'pdfkit';
import { bundledFonts } from '../pdf/bundledFonts.ts';
import { cellsOf } from './layoutText.ts';
import type { PageOptions } from '../../../protocol/imaging.ts';

/** All in points. */
const PAGE_SIZE = { a4: [595.28, 841.89], letter: [612, 792] } as const;
const MARGIN = 56;
const FONT_SIZE = 11;
const LINE_HEIGHT = 14.5;
const CELL = FONT_SIZE / 2;

/** How many half-width cells and lines a page has. */
export function textGrid(paper: PageOptions['paper']): { columns: number; rows: number } {
  const [width, height] = PAGE_SIZE[paper];
  return {
    columns: Math.floor((width - 2 * MARGIN) / CELL),
    rows: Math.floor((height - 2 * MARGIN) / LINE_HEIGHT),
  };
}

/** `pages` are lines as `layoutText` breaks them. */
export async function textToPdf(pages: string[][], paper: PageOptions['paper']): Promise<Uint8Array> {
  const [width, height] = PAGE_SIZE[paper];
  const document = new PdfWriter({ autoFirstPage: false, margin: 0, size: [width, height] });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });
  document.registerFont('body', bundledFonts.regular);
  for (const rows of pages) {
    document.addPage();
    document.font('body', FONT_SIZE);
    for (const [row, line] of rows.entries()) drawLine(document, line, MARGIN + row * LINE_HEIGHT);
  }
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Runs of ASCII use the font's half-width forms (`hwid`) and full-width characters fill their cells: both as one string; the rest goes cell by cell. */
function drawLine(document: PDFKit.PDFDocument, line: string, y: number): void {
  let cell = 0;
  for (const [run] of line.matchAll(/[\x20-\x7e]+|[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]+|./gsu)) {
    if (run.trim() !== '') {
      document.text(run, MARGIN + cell * CELL, y, { lineBreak: false, features: ['hwid'] });
    }
    for (const character of run) cell += cellsOf(character);
  }
}
