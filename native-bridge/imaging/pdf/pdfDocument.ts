// An open PDF file: how many pages, how large, and each as gray pixels.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ImagingError } from '../imagingError.ts';
import { FontSubstitution, fontNameKey } from './fontSubstitution.ts';
import { pdfiumLibrary } from './pdfiumLibrary.ts';
import type { Substitutions } from './fontSubstitution.ts';
import type { PdfiumLibrary } from './pdfiumLibrary.ts';

const FORMAT_GRAY = 1;
const WHITE = 0xffff_ffff;
/** Draw annotations; draw what is meant for print (fpdfview.h). */
const FLAGS = 0x01 | 0x800;
const ERROR_PASSWORD = 4;
const ERROR_SECURITY = 5;
/** A form whose pages only Adobe's XFA engine can make (fpdf_formfill.h). */
const FORM_XFA_FULL = 2;
const READ_BYTES = 4 << 20;
const MOST_CHARACTERS = 20_000;
const POINTS_TO_MM = 25.4 / 72;

let substitution: FontSubstitution | undefined;

export interface PdfRendering {
  /** Size of the bitmap in pixels. */
  width: number;
  height: number;
  /** Where the turned page lies on it. */
  left: number;
  top: number;
  pageWidth: number;
  pageHeight: number;
  /** Degrees clockwise. */
  turn: 0 | 90;
}

export class PdfDocument {
  readonly pageCount: number;
  readonly #library: PdfiumLibrary;
  readonly #fonts: FontSubstitution;
  readonly #document: number;
  readonly #file: number;
  /** Draws the fields of forms, which are not part of the pages. */
  readonly #form: { info: number; environment: number };
  readonly #substitutions: Substitutions = new Map();
  /** Names of those that text on the pages was really drawn with. */
  readonly #substitutedFonts = new Set<string>();

  private constructor(library: PdfiumLibrary, fonts: FontSubstitution, file: number, document: number) {
    this.#library = library;
    this.#fonts = fonts;
    this.#file = file;
    this.#document = document;
    const { functions } = library;
    this.pageCount = functions.FPDF_GetPageCount(document);
    const info = functions.PDFiumExt_OpenFormFillInfo();
    const environment = functions.PDFiumExt_InitFormFillEnvironment(document, info);
    this.#form = { info, environment };
    // On paper a field has no coloured ground.
    functions.FPDF_SetFormFieldHighlightAlpha(environment, 0);
  }

  /** Throws ImagingError FILE_ENCRYPTED, FILE_BROKEN, FILE_XFA_FORM. `close` it after use. */
  static async openFile(path: string, options: { systemFonts: boolean }): Promise<PdfDocument> {
    const library = await pdfiumLibrary();
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const pointer = library.allocate(size);
      let length = 0;
      // Straight into PDFium's memory, so that a large file is there only once.
      for (let read = -1; read !== 0 && length < size; length += read) {
        read = readSync(file, library.memory(pointer + length, Math.min(READ_BYTES, size - length)));
      }
      return PdfDocument.#load(library, pointer, length, options);
    } finally {
      closeSync(file);
    }
  }

  /** As `openFile`. */
  static async open(bytes: Uint8Array, options: { systemFonts: boolean }): Promise<PdfDocument> {
    const library = await pdfiumLibrary();
    const pointer = library.allocate(bytes.length);
    library.memory(pointer, bytes.length).set(bytes);
    return PdfDocument.#load(library, pointer, bytes.length, options);
  }

  static #load(
    library: PdfiumLibrary,
    file: number,
    length: number,
    options: { systemFonts: boolean },
  ): PdfDocument {
    substitution ??= new FontSubstitution(library, options);
    const { functions } = library;
    const document = functions.FPDF_LoadMemDocument(file, length, '');
    if (document === 0) {
      const error = functions.FPDF_GetLastError();
      library.free(file);
      if (error === ERROR_PASSWORD || error === ERROR_SECURITY) {
        throw new ImagingError('FILE_ENCRYPTED', 'the PDF asks for a password');
      }
      throw new ImagingError('FILE_BROKEN', `PDFium cannot open it (error ${error})`);
    }
    const opened = new PdfDocument(library, substitution, file, document);
    if (functions.FPDF_GetFormType(document) === FORM_XFA_FULL) {
      opened.close();
      throw new ImagingError('FILE_XFA_FORM', 'a dynamic XFA form');
    }
    if (opened.pageCount < 1) {
      opened.close();
      throw new ImagingError('FILE_BROKEN', 'the PDF has no pages');
    }
    return opened;
  }

  get substitutedFonts(): string[] {
    return [...this.#substitutedFonts];
  }

  /** In millimetres, as it is to be read (its own rotation applied). Throws ImagingError FILE_BROKEN. */
  pageSizeMm(index: number): { widthMm: number; heightMm: number } {
    const { functions, runtime } = this.#library;
    const size = this.#library.allocate(8);
    try {
      if (!functions.FPDF_GetPageSizeByIndexF(this.#document, index, size)) {
        throw new ImagingError('FILE_BROKEN', `page ${index + 1} of the PDF cannot be read`);
      }
      const [width, height] = [runtime.getValue(size, 'float'), runtime.getValue(size + 4, 'float')];
      if (!(width > 0 && height > 0)) {
        throw new ImagingError('FILE_BROKEN', `page ${index + 1} of the PDF has no size`);
      }
      return { widthMm: width * POINTS_TO_MM, heightMm: height * POINTS_TO_MM };
    } finally {
      this.#library.free(size);
    }
  }

  /** Draws a page on white. `pixels` are `width` × `height` bytes, 255 white. Throws ImagingError FILE_BROKEN. */
  render(
    index: number,
    rendering: PdfRendering,
  ): { pixels: Uint8Array; fontSubstituted: boolean; fontMissing: boolean } {
    const { functions } = this.#library;
    const { width, height } = rendering;
    this.#fonts.noteIn(this.#substitutions);
    const page = functions.FPDF_LoadPage(this.#document, index);
    if (page === 0) throw new ImagingError('FILE_BROKEN', `page ${index + 1} of the PDF cannot be read`);
    const buffer = this.#library.allocate(width * height);
    try {
      const bitmap = functions.FPDFBitmap_CreateEx(width, height, FORMAT_GRAY, buffer, width);
      if (bitmap === 0) throw new RangeError('memory allocation of a page failed');
      functions.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
      const { left, top, pageWidth, pageHeight, turn } = rendering;
      const { environment } = this.#form;
      functions.FORM_OnAfterLoadPage(page, environment);
      functions.FPDF_RenderPageBitmap(bitmap, page, left, top, pageWidth, pageHeight, turn / 90, FLAGS);
      functions.FPDF_FFLDraw(environment, bitmap, page, left, top, pageWidth, pageHeight, turn / 90, FLAGS);
      functions.FORM_OnBeforeClosePage(page, environment);
      functions.FPDFBitmap_Destroy(bitmap);
      const pixels = this.#library.memory(buffer, width * height).slice();
      return { pixels, ...this.#checkFonts(page) };
    } finally {
      this.#library.free(buffer);
      functions.FPDF_ClosePage(page);
    }
  }

  close(): void {
    const { functions } = this.#library;
    functions.PDFiumExt_ExitFormFillEnvironment(this.#form.environment);
    functions.FPDF_CloseDocument(this.#document);
    functions.PDFiumExt_CloseFormFillInfo(this.#form.info);
    this.#library.free(this.#file);
  }

  /** Looks through the page's text for fonts that were replaced, and for characters that the replacement lacks. */
  #checkFonts(page: number): { fontSubstituted: boolean; fontMissing: boolean } {
    const found = { fontSubstituted: false, fontMissing: false };
    if (this.#substitutions.size === 0) return found;
    const { functions } = this.#library;
    const text = functions.FPDFText_LoadPage(page);
    if (text === 0) return found;
    const nameBytes = 256;
    const name = this.#library.allocate(nameBytes + 4);
    try {
      const count = Math.min(functions.FPDFText_CountChars(text), MOST_CHARACTERS);
      const seen = new Set<string>();
      for (let index = 0; index < count; index++) {
        const length = functions.FPDFText_GetFontInfo(text, index, name, nameBytes, name + nameBytes);
        if (length < 1 || length > nameBytes) continue;
        const replaced = this.#substitutions.get(fontNameKey(this.#library.readName(name)));
        if (replaced === undefined) continue;
        found.fontSubstituted = true;
        this.#substitutedFonts.add(replaced.name);
        const codePoint = functions.FPDFText_GetUnicode(text, index);
        const key = `${replaced.name} ${codePoint}`;
        if (codePoint <= 0x20 || seen.has(key)) continue;
        seen.add(key);
        found.fontMissing ||= !replaced.draws(codePoint);
      }
    } finally {
      this.#library.free(name);
      functions.FPDFText_ClosePage(text);
    }
    return found;
  }
}
