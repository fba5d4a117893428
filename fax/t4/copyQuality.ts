// Whether a page received without error correction is good enough to be confirmed (T.30 §5.3.6.1: the receiver decides).

import type { PageQuality } from './coding.ts';

export interface CopyQualityLimits {
  /** Least share of good rows, in percent. */
  minGoodPercent: number;
  /** Most bad rows one after the other. */
  maxBadRun: number;
}

/** The limits that the field uses. */
export const defaultCopyQualityLimits: CopyQualityLimits = { minGoodPercent: 95, maxBadRun: 5 };

/** Limits that are left out are the field's. A page without rows is never acceptable. */
export function isCopyQualityAcceptable(
  quality: PageQuality,
  limits: Partial<CopyQualityLimits> = {},
): boolean {
  const { minGoodPercent, maxBadRun } = { ...defaultCopyQualityLimits, ...limits };
  return (
    quality.rows > 0 &&
    quality.goodRows * 100 >= quality.rows * minGoodPercent &&
    quality.longestBadRun <= maxBadRun
  );
}
