// Fonts for PDF text whose own font is not in the file: PDFium in WebAssembly knows no fonts of the computer and
// leaves such Japanese text blank, so it is given a FPDF_SYSFONTINFO (fpdf_sysfontinfo.h) that looks here.

import { readFileSync } from 'node:fs';
import { bundledFonts } from './bundledFonts.ts';
import type { PdfiumLibrary } from './pdfiumLibrary.ts';
import { characterTest, extractFace } from './sfnt.ts';
import { SystemFonts, withFontFile } from './systemFonts.ts';

/** Charsets that PDFium asks for (fpdf_sysfontinfo.h). */
const SHIFT_JIS = 128;
const EAST_ASIAN = new Set([SHIFT_JIS, 129, 134, 136]);
const BOLD_WEIGHT = 600;
/** The fourteen fonts that every PDF program has (ISO 32000-1 §9.6.2.2), and the ones that were made to their measures. */
const STANDARD_FONT =
  /^(helvetica|times|courier|symbol|zapfdingbats|arial(mt)?|timesnewroman(ps)?(mt)?|couriernew(ps)?(mt)?)(roman|bold|italic|oblique|mt|,|-)*$/i;
/** PDFium asks with table 0 for the whole font file. */
const WHOLE_FILE = 0;
const LARGEST_FONT_BYTES = 64 << 20;
/** `sizeof(FPDF_SYSFONTINFO)`: a version and eight function pointers. */
const STRUCT_BYTES = 36;

export interface Substitution {
  /** As the PDF names the font. */
  name: string;
  /** The font it was drawn with draws this character. */
  draws: (codePoint: number) => boolean;
}

interface Loaded {
  name: string;
  charset: number;
  bytes: Uint8Array;
  draws: (codePoint: number) => boolean;
}

/** What was substituted in one document, by `fontNameKey`. */
export type Substitutions = Map<string, Substitution>;

/** Gives PDFium its fonts. There is one for the library; documents take turns with `noteIn`. */
export class FontSubstitution {
  readonly #system: SystemFonts | undefined;
  readonly #byHandle = new Map<number, Loaded>();
  readonly #byPath = new Map<string, number>();
  #substituted: Substitutions = new Map();

  /** Without system fonts only the bundled one is used: the same pages on every computer. */
  constructor(library: PdfiumLibrary, options: { systemFonts: boolean }) {
    this.#system = options.systemFonts ? new SystemFonts() : undefined;
    this.#install(library);
  }

  /** From now on what is substituted is noted here: a document is about to be drawn. */
  noteIn(substitutions: Substitutions): void {
    this.#substituted = substitutions;
  }

  #install(library: PdfiumLibrary): void {
    const { runtime, functions } = library;
    const info = library.allocate(STRUCT_BYTES);
    const nothing = runtime.addFunction(() => {}, 'vi');
    const enumerate = runtime.addFunction(() => {}, 'vii');
    const map = runtime.addFunction(
      (_self = 0, weight = 0, italic = 0, charset = 0, _pitch = 0, face = 0) =>
        this.#map(library.readName(face), weight, italic !== 0, charset),
      'iiiiiiii',
    );
    const get = runtime.addFunction(() => 0, 'iii');
    const data = runtime.addFunction(
      (_self = 0, handle = 0, table = 0, buffer = 0, size = 0) =>
        this.#data(library, handle, table, buffer, size),
      'iiiiii',
    );
    const faceName = runtime.addFunction((_self = 0, handle = 0, buffer = 0, size = 0) => {
      const name = Buffer.from(`${this.#byHandle.get(handle)?.name ?? ''}\0`, 'utf8');
      if (buffer !== 0 && size >= name.length) library.memory(buffer, name.length).set(name);
      return name.length;
    }, 'iiiii');
    const charset = runtime.addFunction(
      (_self = 0, handle = 0) => this.#byHandle.get(handle)?.charset ?? 0,
      'iii',
    );
    const forget = runtime.addFunction(() => {}, 'vii');
    const fields = [1, nothing, enumerate, map, get, data, faceName, charset, forget];
    for (const [index, value] of fields.entries()) runtime.setValue(info + index * 4, value, 'i32');
    functions.FPDF_SetSystemFontInfo(info);
  }

  /** Returns a handle, or 0 where PDFium shall take one of its built-in Latin fonts. */
  #map(name: string, weight: number, italic: boolean, charset: number): number {
    // PDFium draws these as they are meant.
    if (STANDARD_FONT.test(name.replaceAll(' ', ''))) return 0;
    try {
      const bold = weight >= BOLD_WEIGHT || /bold|black|heavy|w[6-9]$/i.test(name);
      const handle = this.#systemFont(name, bold, italic, charset) ?? this.#bundledFont(bold, charset);
      const font = handle === undefined ? undefined : this.#byHandle.get(handle);
      this.#substituted.set(fontNameKey(name), {
        name,
        draws:
          font?.draws ?? ((codePoint) => codePoint < 0x250 || (codePoint >= 0x2000 && codePoint < 0x2300)),
      });
      return handle ?? 0;
    } catch {
      // A font that can't be read must not end the page: PDFium goes on with what it has.
      return 0;
    }
  }

  #systemFont(name: string, bold: boolean, italic: boolean, charset: number): number | undefined {
    const found = this.#system?.find(name, { bold, italic });
    if (found === undefined) return undefined;
    const { path, face } = found;
    const key = `${path}#${face.offset}`;
    const known = this.#byPath.get(key);
    if (known !== undefined) return known;
    return withFontFile(path, (readAt) => {
      const bytes = extractFace(readAt, face.offset);
      if (bytes.length > LARGEST_FONT_BYTES) return undefined;
      const draws = characterTest(readAt, face.offset);
      return this.#keep(key, { name: face.names[0] ?? name, charset, bytes, draws });
    });
  }

  #bundledFont(bold: boolean, charset: number): number | undefined {
    if (!EAST_ASIAN.has(charset)) return undefined;
    const path = bold ? bundledFonts.bold : bundledFonts.regular;
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const bytes = readFileSync(path);
    const draws = withFontFile(path, (readAt) => characterTest(readAt, 0));
    return this.#keep(path, { name: 'Noto Sans JP', charset: SHIFT_JIS, bytes, draws });
  }

  #keep(key: string, font: Loaded): number {
    const handle = this.#byHandle.size + 1;
    this.#byHandle.set(handle, font);
    this.#byPath.set(key, handle);
    return handle;
  }

  #data(library: PdfiumLibrary, handle: number, table: number, buffer: number, size: number): number {
    const font = this.#byHandle.get(handle);
    if (font === undefined || table !== WHOLE_FILE) return 0;
    if (buffer !== 0 && size >= font.bytes.length) library.memory(buffer, font.bytes.length).set(font.bytes);
    return font.bytes.length;
  }
}

/** PDFium spells one font name in several ways. */
export function fontNameKey(name: string): string {
  return name
    .replace(/^[A-Z]{6}\+/, '')
    .toLowerCase()
    .replace(/[\s\-_,]/g, '');
}
