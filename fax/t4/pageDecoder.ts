// The bits of a page, as they come, to its rows: MH, MR or MMR, whatever the bytes are.

import { BitInput } from './bitInput.ts';
import { checkWidth } from './coding.ts';
import { EOL_ZEROS, endOfDamagedEol, positionOfZeros } from './endOfLine.ts';
import { LONGEST_MODE_CODE } from './modeCodes.ts';
import { PackedRows } from './packedRows.ts';
import { READ_AHEAD_BITS, SURE_BITS, beginRow, decodeModes, decodeRuns } from './rowDecoder.ts';
import { RowTally } from './rowTally.ts';
import { whiteChanges } from './rowChanges.ts';
import type { DecodeOptions, PageEnd, PageQuality } from './coding.ts';
import type { Changes } from './rowChanges.ts';
import type { RowCursor } from './rowDecoder.ts';
import type { BadRange } from './rowTally.ts';

export interface DecodedPage {
  /** `quality.rows` rows of ceil(width / 8) bytes, most significant bit first, black = 1. */
  raster: Uint8Array;
  quality: PageQuality;
  end: PageEnd;
  /** At most 1,000, from the top. */
  badRanges: readonly BadRange[];
}

/**
 * A row as its `count` changes with their end marks; `bad` when it is the last good row in place of a damaged one.
 * The changes are valid only during the call.
 */
export type RowListener = (changes: Changes, count: number, bad: boolean) => void;

/** Decodes a whole page. Throws only as the constructor of `PageDecoder`. */
export function decodePage(data: Uint8Array, options: DecodeOptions): DecodedPage {
  const { maxRows = MOST_ROWS } = options;
  // A row takes one bit at least.
  const decoder = new PageDecoder(options, undefined, Math.min(maxRows, USUAL_ROWS, data.length * 8 + 1));
  decoder.push(data);
  const end = decoder.end();
  return { raster: decoder.takeRows(), quality: decoder.quality, end, badRanges: decoder.badRanges };
}

/**
 * What the position stands before: the tag of an MR line; a line, or what is in its place; the rest of a row; the zeros
 * behind a whole row; the zeros in place of a row, or of the second EOL of an EOFB; or bits that are searched for an EOL.
 */
type Phase = 'tag' | 'lineStart' | 'row' | 'lineEnd' | 'fill' | 'secondEol' | 'search';

const MOST_ROWS = 20_000;
/** Somewhat more than an A4 page has at 7.7 lines a millimetre. */
const USUAL_ROWS = 2_400;
const FEW_ROWS = 64;
/** Six make an RTC (T.4 §4.1.4): the one behind the last line and the field's five further ones. */
const EOLS_IN_RTC = 6;
/** So many one after the other are nothing but a damaged RTC. */
const EOLS_ONLY_IN_RTC = 3;
/** The code of a black run of 0. */
const EMPTY_BLACK = 0b0000110111;
const EMPTY_BLACK_BITS = 10;
/** In bits. */
const LONGEST_CODE = 13;

/**
 * Decodes a page from chunks of any size. Never throws for any data and always ends: every step takes bits, so the
 * work is bounded by the data; the memory by `maxRows` rows that are not taken, and a few rows and pieces of data.
 */
export class PageDecoder {
  readonly #coding: DecodeOptions['coding'];
  readonly #byteAligned: boolean;
  readonly #maxRows: number;
  readonly #input: BitInput;
  readonly #cursor: RowCursor;
  readonly #rows: PackedRows;
  readonly #tally = new RowTally();
  readonly #onRow: RowListener | undefined;
  #referenceCount = 0;
  #ended: PageEnd | null = null;
  #phase: Phase = 'lineStart';
  /** Zeros immediately before the position, while they are being counted. */
  #zeros = 0;
  /** Whether EOLs stand between the rows; MH may come without. */
  #framing: 'unknown' | 'eol' | 'bare';
  #eolSeen = false;
  /** Whether the line behind which an EOL is searched was whole. */
  #wasWhole = false;
  #consecutiveEols = 0;
  /** Whether the line is one-dimensional: in MR by its tag. */
  #oneDimensional: boolean;
  /** MR, after a damaged line: lines are discarded up to the next one-dimensional one. */
  #waitsForOneDimensional = false;

  /**
   * With `onRow` every row is handed over as soon as it is complete, and `takeRows` has none. `expectedRows` is only
   * a guess that saves copying.
   * Throws RangeError for a width other than 1 … 20,000 pixels or `maxRows` below 1.
   */
  constructor(options: DecodeOptions, onRow?: RowListener, expectedRows = FEW_ROWS) {
    const { coding, width, fillOrder = 'msb', byteAligned = false, maxRows = MOST_ROWS } = options;
    const startsWithEol = options.startsWithEol === true && coding !== 'MMR';
    checkWidth(width);
    if (!Number.isInteger(maxRows) || maxRows < 1) throw new RangeError(`at most ${maxRows} rows`);
    this.#coding = coding;
    this.#byteAligned = byteAligned;
    this.#maxRows = maxRows;
    this.#onRow = onRow;
    this.#input = new BitInput(fillOrder);
    this.#rows = new PackedRows(width, maxRows, expectedRows);
    this.#framing = coding === 'MH' ? (byteAligned ? 'bare' : 'unknown') : coding === 'MR' ? 'eol' : 'bare';
    if (startsWithEol) {
      this.#framing = 'eol';
      this.#phase = 'search';
    }
    this.#oneDimensional = coding !== 'MMR';
    this.#cursor = {
      view: this.#input.view,
      position: 0,
      safeLimit: 0,
      width,
      a0: 0,
      count: 0,
      b: 0,
      current: whiteChanges(width),
      reference: whiteChanges(width),
    };
  }

  /** The rows given out so far. */
  get quality(): PageQuality {
    return { ...this.#tally.quality };
  }

  /** Why the page ended, or null while it goes on. What is pushed afterwards is ignored. */
  get ended(): PageEnd | null {
    return this.#ended;
  }

  /** Where the bad rows are: at most 1,000 ranges, from the top. */
  get badRanges(): readonly BadRange[] {
    return this.#tally.badRanges;
  }

  /** Takes the next data of the page, which are not kept beyond the call. */
  push(chunk: Uint8Array): void {
    for (const piece of this.#input.pieces(chunk)) {
      if (this.#ended !== null) return;
      this.#cursor.position = this.#input.append(piece, this.#cursor.position);
      this.#cursor.safeLimit = this.#input.limit - READ_AHEAD_BITS;
      this.#run(false);
    }
  }

  /** Says that there are no more data. */
  end(): PageEnd {
    if (this.#ended !== null) return this.#ended;
    this.#input.close();
    this.#cursor.safeLimit = this.#input.limit;
    this.#run(true);
    if (this.#ended === null) {
      // The carrier may drop right behind the last line, with noise in place of its EOL.
      if (this.#phase === 'lineEnd' || (this.#phase === 'search' && this.#wasWhole)) this.#give(false);
      this.#ended = this.#phase === 'search' && !this.#eolSeen ? 'damage' : 'endOfData';
    }
    return this.#ended;
  }

  /** The packed rows completed since the last call: ceil(width / 8) bytes each, most significant bit first, black = 1. */
  takeRows(): Uint8Array {
    return this.#rows.take();
  }

  #run(final: boolean): void {
    if (this.#coding === 'MMR') while (this.#ended === null && this.#stepT6(final));
    else while (this.#ended === null && this.#stepT4(final));
  }

  /** False when more data are needed. */
  #stepT6(final: boolean): boolean {
    const cursor = this.#cursor;
    switch (this.#phase) {
      case 'lineStart':
        if (!this.#has(LONGEST_MODE_CODE, final)) return false;
        // No mode begins with seven zeros: EOFB, or fill before it.
        if (this.#peek() >>> (32 - LONGEST_MODE_CODE) === 0) return this.#enter('fill');
        return this.#beginRow();
      case 'row':
        return this.#readRow(final);
      case 'tag':
      case 'search':
      case 'lineEnd':
      case 'fill':
      case 'secondEol':
        // EOFB is two EOLs (T.6 §2.4.1.1).
        if (!this.#skipZeros()) return false;
        if (this.#zeros < EOL_ZEROS)
          return this.#end(this.#tally.quality.rows < this.#maxRows ? 'damage' : 'limit');
        if (this.#phase === 'secondEol') return this.#end('endOfPage');
        cursor.position++;
        return this.#enter('secondEol');
    }
  }

  /** False when more data are needed. */
  #stepT4(final: boolean): boolean {
    const cursor = this.#cursor;
    switch (this.#phase) {
      case 'tag':
        // T.4 §4.2.2: behind every EOL of MR.
        if (!this.#has(1, final)) return false;
        this.#oneDimensional = this.#peek() < 0;
        cursor.position++;
        return this.#enter('lineStart');
      case 'lineStart': {
        if (!this.#has(EOL_ZEROS, final)) return false;
        // Some machines end MR with EOLs that have no tag: what was taken for one is the first zero of the next EOL.
        const tagZeros = this.#oneDimensional ? 0 : 1;
        if (this.#peek() >>> (32 - EOL_ZEROS + tagZeros) === 0) {
          this.#enter('fill');
          this.#zeros = tagZeros;
          return true;
        }
        this.#wasWhole = false;
        if (this.#waitsForOneDimensional && !this.#oneDimensional) return this.#enter('search');
        return this.#beginRow();
      }
      case 'row':
        return this.#readRow(final);
      case 'search':
        // Zeros that are being counted already may be those of an EOL.
        if (this.#zeros === 0)
          cursor.position = positionOfZeros(cursor.view, cursor.position, this.#input.limit);
        return this.#takeZeros(final);
      case 'lineEnd':
      case 'fill':
      case 'secondEol':
        return this.#takeZeros(final);
    }
  }

  #takeZeros(final: boolean): boolean {
    if (!this.#skipZeros()) return false;
    return this.#zeros < EOL_ZEROS ? this.#notAnEol(final) : this.#takeEol();
  }

  #beginRow(): boolean {
    if (this.#tally.quality.rows >= this.#maxRows) return this.#end('limit');
    beginRow(this.#cursor);
    return this.#enter('row');
  }

  #readRow(final: boolean): boolean {
    const cursor = this.#cursor;
    const { limit } = this.#input;
    const state = this.#oneDimensional ? decodeRuns(cursor) : decodeModes(cursor);
    if (state === 'unfinished') return false;
    if (state === 'broken') {
      // What looks like damage at the very end is a code that was cut.
      if (final && limit - cursor.position < LONGEST_CODE) return false;
      return this.#coding === 'MMR' ? this.#end('damage') : this.#search();
    }
    // Read from the zeros behind the data.
    if (cursor.position > limit) return false;
    if (this.#framing !== 'bare') return this.#enter('lineEnd');
    return this.#giveBare();
  }

  #giveBare(): boolean {
    this.#give(false);
    if (this.#byteAligned) this.#cursor.position = (this.#cursor.position + 7) & ~7;
    return this.#enter('lineStart');
  }

  /** A 1 behind too few zeros. */
  #notAnEol(final: boolean): boolean {
    const cursor = this.#cursor;
    if (this.#phase === 'search') {
      cursor.position++;
      this.#zeros = 0;
      return true;
    }
    const behindLine = this.#phase === 'lineEnd' && this.#framing === 'eol';
    if (behindLine) {
      // An EOL with one wrong bit behind a whole row is an EOL; else two lines became one damaged one.
      if (!this.#has(EOL_ZEROS + 2, final)) return false;
      const end = endOfDamagedEol(this.#peek(), this.#zeros, cursor.position);
      if (end !== undefined && end < this.#input.limit) {
        cursor.position = end;
        return this.#takeEol();
      }
    }
    cursor.position -= this.#zeros;
    if (this.#framing === 'eol') {
      if (behindLine && this.#oneDimensional && this.#peek() >>> (32 - EMPTY_BLACK_BITS) === EMPTY_BLACK) {
        // Some encoders write runs in pairs: behind a row that ends white there is a black run of 0.
        cursor.position += EMPTY_BLACK_BITS;
        return this.#enter('lineEnd');
      }
      this.#wasWhole = true;
      return this.#search();
    }
    // The first row of MH was whole and no EOL follows: the next row does.
    this.#framing = 'bare';
    return this.#giveBare();
  }

  /** Looks for an EOL at every bit. A damaged code may have taken the first zeros of one, so a little before, too. */
  #search(): boolean {
    this.#cursor.position = Math.max(0, this.#cursor.position - EOL_ZEROS + 1);
    return this.#enter('search');
  }

  /** An EOL ends at the position. */
  #takeEol(): boolean {
    const line = this.#phase;
    this.#cursor.position++;
    if (line === 'lineEnd') {
      this.#give(false);
      if (this.#oneDimensional) this.#waitsForOneDimensional = false;
      this.#consecutiveEols = 1;
    } else if (line === 'search') {
      this.#takeBrokenLine();
    } else {
      this.#consecutiveEols++;
    }
    this.#eolSeen = true;
    this.#framing = 'eol';
    if (this.#consecutiveEols >= EOLS_IN_RTC) return this.#end('endOfPage');
    return this.#enter(this.#coding === 'MR' ? 'tag' : 'lineStart');
  }

  #takeBrokenLine(): void {
    if (this.#consecutiveEols >= EOLS_ONLY_IN_RTC) {
      // So many EOLs are an RTC, and what is between two of them is noise.
      this.#consecutiveEols++;
      return;
    }
    // Before the first EOL there is no line but a whole one.
    if (this.#eolSeen || this.#framing === 'bare') {
      if (this.#tally.quality.rows >= this.#maxRows) {
        this.#end('limit');
        return;
      }
      this.#give(true);
    }
    this.#waitsForOneDimensional = this.#coding === 'MR';
    this.#consecutiveEols = 1;
  }

  /** Gives out the current row, or the last good one in place of a damaged one. */
  #give(bad: boolean): void {
    const cursor = this.#cursor;
    if (!bad) {
      const { reference } = cursor;
      cursor.reference = cursor.current;
      cursor.current = reference;
      this.#referenceCount = cursor.count;
    }
    this.#tally.add(bad);
    if (this.#onRow === undefined) this.#rows.add(cursor.reference, this.#referenceCount);
    else this.#onRow(cursor.reference, this.#referenceCount, bad);
  }

  /** Whether so many bits can be looked at: at the end of the data, whether there is one at all. */
  #has(bits: number, final: boolean): boolean {
    const left = this.#input.limit - this.#cursor.position;
    return left >= bits || (final && left > 0);
  }

  /** Moves to the next 1 while counting; false when the data end before. */
  #skipZeros(): boolean {
    const cursor = this.#cursor;
    for (;;) {
      const sure = Math.min(SURE_BITS, this.#input.limit - cursor.position);
      if (sure <= 0) return false;
      const zeros = Math.min(Math.clz32(this.#peek()), sure);
      cursor.position += zeros;
      // Endless fill must not count beyond what a number can hold.
      this.#zeros = Math.min(this.#zeros + zeros, 2 * SURE_BITS);
      if (zeros < sure) return true;
    }
  }

  /** The next bits from the highest one on; `SURE_BITS` of them are there, zeros behind the end of the data. */
  #peek(): number {
    const { view, position } = this.#cursor;
    return view.getInt32(position >> 3) << (position & 7);
  }

  #enter(phase: Phase): true {
    this.#phase = phase;
    this.#zeros = 0;
    return true;
  }

  #end(end: PageEnd): true {
    this.#ended = end;
    return true;
  }
}
