// Counts the rows of a page, good and bad.

import type { PageQuality } from './coding.ts';

/** Bad rows one after the other. */
export interface BadRange {
  /** Counted from 0 at the top of the page. */
  firstRow: number;
  rows: number;
}

/** Bad ranges that are remembered; those after them are only counted. */
const MOST_RANGES = 1_000;

export class RowTally {
  readonly quality: PageQuality = { rows: 0, goodRows: 0, badRows: 0, longestBadRun: 0 };
  readonly badRanges: BadRange[] = [];
  #badRun = 0;

  add(bad: boolean): void {
    const { quality, badRanges } = this;
    quality.rows++;
    if (!bad) {
      quality.goodRows++;
      this.#badRun = 0;
      return;
    }
    quality.badRows++;
    this.#badRun++;
    if (this.#badRun > quality.longestBadRun) quality.longestBadRun = this.#badRun;
    const last = badRanges.at(-1);
    if (last !== undefined && last.firstRow + last.rows === quality.rows - 1) last.rows++;
    else if (badRanges.length < MOST_RANGES) badRanges.push({ firstRow: quality.rows - 1, rows: 1 });
  }
}
