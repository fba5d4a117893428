// The copy-quality rule on both sides of its limits.

import { describe, expect, test } from 'vitest';
import { isCopyQualityAcceptable } from './copyQuality.ts';

function quality(goodRows: number, badRows: number, longestBadRun: number) {
  return { rows: goodRows + badRows, goodRows, badRows, longestBadRun };
}

describe('copy quality', () => {
  test.each([
    ['a clean page', quality(1143, 0, 0), true],
    ['exactly 95 % of good rows', quality(95, 5, 1), true],
    ['a little less than 95 % of good rows', quality(949, 51, 1), false],
    ['five bad rows in a row', quality(1000, 5, 5), true],
    ['six bad rows in a row', quality(1000, 6, 6), false],
    ['a page without rows', quality(0, 0, 0), false],
    ['a single good row', quality(1, 0, 0), true],
    ['a single bad row', quality(0, 1, 1), false],
  ])('%s', (_name, page, acceptable) => {
    expect(isCopyQualityAcceptable(page)).toBe(acceptable);
  });

  test('either limit can be set without the other', () => {
    expect(isCopyQualityAcceptable(quality(90, 10, 5), { minGoodPercent: 90 })).toBe(true);
    expect(isCopyQualityAcceptable(quality(90, 10, 6), { minGoodPercent: 90 })).toBe(false);
    expect(isCopyQualityAcceptable(quality(1000, 6, 6), { maxBadRun: 6 })).toBe(true);
    expect(isCopyQualityAcceptable(quality(1000, 1, 1), { maxBadRun: 0 })).toBe(false);
    expect(isCopyQualityAcceptable(quality(0, 0, 0), { minGoodPercent: 0 })).toBe(false);
  });
});
