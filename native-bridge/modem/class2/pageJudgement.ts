// Whether a page that came from the modem can be confirmed: judged by its own coding, with error correction and without.

import type { PageQuality } from '../../../fax/t4/coding.ts';
import { isCopyQualityAcceptable } from '../../../fax/t4/copyQuality.ts';
import type { CopyQualityLimits } from '../../../fax/t4/copyQuality.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';

/** `endSeen`: RTC or EOFB came. */
export interface ArrivedPage {
  quality: PageQuality;
  endSeen?: boolean;
}

/**
 * MH and MR: by the damaged lines (T.30 §5.3.6.1: the receiver decides); some modems keep the RTC to themselves. In MMR
 * nothing can be read behind the first damage, so that a page without its EOFB (T.6 §2.4.1.1) is one whose end is missing.
 */
export function isArrivedWhole(
  { quality, endSeen }: ArrivedPage,
  { coding }: Pick<SessionParameters, 'coding'>,
  limits: CopyQualityLimits,
): boolean {
  return isCopyQualityAcceptable(quality, limits) && (coding !== 'MMR' || endSeen !== false);
}
