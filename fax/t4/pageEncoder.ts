// A packed bilevel raster, or its changes line by line, to the bits of a page: MH, MR or MMR.

import { BitWriter } from './bitWriter.ts';
import { checkWidth } from './coding.ts';
import { END_MARKS, readChanges, whiteChanges } from './rowChanges.ts';
import { encodeModes, encodeRuns } from './rowEncoder.ts';
import type { EncodeOptions } from './coding.ts';
import type { Changes } from './rowChanges.ts';

/**
 * Codes a whole page. `raster` has `height` rows of ceil(width / 8) bytes, most significant bit first, black = 1;
 * bits beyond the width are ignored. Throws RangeError when the raster is shorter than that, and as `PageEncoder`.
 */
export function encodePage(
  raster: Uint8Array,
  width: number,
  height: number,
  options: EncodeOptions,
): Uint8Array {
  const stride = (width + 7) >> 3;
  if (!Number.isInteger(height) || height < 0 || raster.length < stride * height) {
    throw new RangeError(`a raster of ${raster.length} bytes is not ${width} × ${height}`);
  }
  const encoder = new PageEncoder(width, options, (stride * height) >> 2);
  encoder.addRows(raster.subarray(0, stride * height));
  return encoder.end();
}

const EOL_BITS = 12;
const EOLS_IN_RTC = 6;
const EOLS_IN_EOFB = 2;
const SMALLEST_BUFFER = 1024;
/** More than 40 ms at 33,600 bit/s, or any other pace that a line is asked for. */
const MOST_SCAN_BITS = 65_536;

/** Codes a page row by row; its bytes can be taken whenever wanted. */
export class PageEncoder {
  readonly #width: number;
  readonly #options: Required<EncodeOptions>;
  readonly #writer: BitWriter;
  #reference: Changes;
  #referenceCount = 0;
  #current: Changes;
  /** Two-dimensional rows that may still follow before a one-dimensional one (T.4 §4.2.1). */
  #twoDimensionalLeft = 0;

  /**
   * `width` is in pixels, 1 … 20,000; `expectedBytes` is only a guess that saves copying. Throws RangeError for
   * another width, `k` below 1, or negative `minScanBits`.
   */
  constructor(width: number, options: EncodeOptions, expectedBytes = 0) {
    checkWidth(width);
    const { k = 4, minScanBits = 0 } = options;
    if (!Number.isInteger(k) || k < 1) throw new RangeError(`k of ${k}`);
    if (!Number.isInteger(minScanBits) || minScanBits < 0 || minScanBits > MOST_SCAN_BITS) {
      throw new RangeError(`${minScanBits} bits as the least of a line`);
    }
    this.#width = width;
    this.#options = {
      eol: true,
      byteAligned: false,
      endOfPage: true,
      fillOrder: 'msb',
      ...options,
      k,
      minScanBits,
    };
    if (options.coding === 'MR') this.#options.eol = true;
    if (options.coding === 'MMR') this.#options.eol = false;
    this.#writer = new BitWriter(this.#options.fillOrder, Math.max(SMALLEST_BUFFER, expectedBytes));
    this.#reference = whiteChanges(width);
    this.#current = whiteChanges(width);
  }

  /** Adds the whole packed rows that `rows` has: ceil(width / 8) bytes each, most significant bit first, black = 1. */
  addRows(rows: Uint8Array): void {
    const stride = (this.#width + 7) >> 3;
    const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
    for (let start = 0; start + stride <= rows.length; start += stride) {
      this.#addCurrent(readChanges(view, start, this.#width, this.#current));
    }
  }

  /** Adds a row by its `count` changes, which are copied. Their end marks must stand behind them. */
  addChanges(changes: Changes, count: number): void {
    this.#current.set(changes.subarray(0, count + END_MARKS));
    this.#addCurrent(count);
  }

  /** The whole bytes that are ready since the last call. */
  take(): Uint8Array {
    return this.#writer.take();
  }

  /** Ends the page as the options say and gives what is left of it, the last byte filled up with zeros. */
  end(): Uint8Array {
    const { coding, endOfPage, eol } = this.#options;
    if (endOfPage) {
      this.#writer.reserve(EOLS_IN_RTC * 2 + 4);
      if (coding === 'MMR') for (let index = 0; index < EOLS_IN_EOFB; index++) this.#writer.put(1, EOL_BITS);
      if (eol) for (let index = 0; index < EOLS_IN_RTC; index++) this.#putEol(1);
    }
    this.#writer.align();
    return this.#writer.take();
  }

  #addCurrent(count: number): void {
    const { coding, k, minScanBits, eol, byteAligned } = this.#options;
    const writer = this.#writer;
    const twoDimensional = coding === 'MMR' || (coding === 'MR' && this.#twoDimensionalLeft > 0);
    this.#twoDimensionalLeft = twoDimensional ? this.#twoDimensionalLeft - 1 : k - 1;
    writer.reserve(8);
    if (eol) this.#putEol(twoDimensional ? 0 : 1);
    const begin = writer.bits;
    if (twoDimensional) {
      encodeModes(writer, this.#current, count, this.#reference, this.#referenceCount, this.#width);
    } else {
      encodeRuns(writer, this.#current, count);
    }
    if (eol) {
      // The EOL that ends the line is part of it (T.4 §4.1.3), and so is its tag.
      const fill = minScanBits - (writer.bits - begin) - EOL_BITS - (coding === 'MR' ? 1 : 0);
      if (fill > 0) writer.fill(fill);
    } else if (byteAligned) {
      writer.align();
    }
    const reference = this.#reference;
    this.#reference = this.#current;
    this.#referenceCount = count;
    this.#current = reference;
  }

  /** T.4 §4.1.2; in MR the tag of the next line follows (T.4 §4.2.2): 1 for a one-dimensional line. */
  #putEol(tag: number): void {
    if (this.#options.coding === 'MR') this.#writer.put(2 | tag, EOL_BITS + 1);
    else this.#writer.put(1, EOL_BITS);
  }
}
