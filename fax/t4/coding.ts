// The words of T.4 and T.6 that every coder here shares.

/** Modified Huffman (T.4, one-dimensional), Modified READ (T.4, two-dimensional), Modified Modified READ (T.6). */
export type Coding = 'MH' | 'MR' | 'MMR';

/** Which bit of a byte was first on the line: `lsb` is raw modem data and TIFF FillOrder 2. */
export type FillOrder = 'msb' | 'lsb';

export interface EncodeOptions {
  coding: Coding;
  /** MR: at most k − 1 two-dimensional lines follow a one-dimensional one (T.4 §4.2.1: 2 standard, 4 fine). Default 4. */
  k?: number;
  /** MH and MR: least bits from one EOL to the next, reached with fill (T.4 §4.1.3). Default 0. */
  minScanBits?: number;
  /** MH: without EOL the rows follow each other bare, as in TIFF and PDF. MR always has them. Default true. */
  eol?: boolean;
  /** MH without EOL, and MMR: every row begins at a byte, as in TIFF compression 2 and in PDF. Default false. */
  byteAligned?: boolean;
  /** Ends with RTC (MH and MR with EOL) or EOFB (MMR). Default true. */
  endOfPage?: boolean;
  /** Default `msb`. */
  fillOrder?: FillOrder;
}

export interface DecodeOptions {
  coding: Coding;
  /** Pixels per line, 1 … 20,000. */
  width: number;
  /** Default `msb`. */
  fillOrder?: FillOrder;
  /** MH without EOL, and MMR: every row begins at a byte, as in TIFF compression 2 and in PDF. Default false. */
  byteAligned?: boolean;
  /**
   * MH and MR from a telephone line: nothing before the first EOL is a line. A modem sends ones until its host brings
   * data, and ones are runs that could pass for lines. Default false.
   */
  startsWithEol?: boolean;
  /** Rows after which the page is ended, so that no input makes memory grow without bound. Default 20,000. */
  maxRows?: number;
}

/** What T.30 judges a page by. */
export interface PageQuality {
  /** All rows given out: good ones and replaced ones. */
  rows: number;
  goodRows: number;
  /** Rows that were damaged and replaced by the last good one before them (white at the top). */
  badRows: number;
  /** Most bad rows one after the other. */
  longestBadRun: number;
}

/**
 * Why the decoder stopped: RTC or EOFB; the data ended without one (usual on bad lines); damage where nothing can be
 * resynchronised (MMR, and MH without EOL); or a stated limit.
 */
export type PageEnd = 'endOfPage' | 'endOfData' | 'damage' | 'limit';

/** Widest line that is coded or decoded, in pixels. */
export const WIDEST_LINE = 20_000;

/** Throws RangeError for a width that no line here can have. */
export function checkWidth(width: number): void {
  if (!Number.isInteger(width) || width < 1 || width > WIDEST_LINE) {
    throw new RangeError(`a line of ${width} pixels`);
  }
}
