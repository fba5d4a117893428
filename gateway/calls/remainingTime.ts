// How long a call that sends will still take, from its coded pages and its rate (fact sheet §7: the duration bound).

import type { CallProgress } from '../../protocol/modem.ts';

/** Beside its octets a page costs training, the post-message command and its answer; with ECM a little more. */
const PAGE_MS = 2_750;
const ECM_PAGE_MS = 3_050;
/** Frames, stuffing and padding of ECM: 4.3–7.2 % measured. */
const ECM_OVERHEAD = 1.06;
const GOODBYE_MS = 1_300;

/** Seconds to go; `undefined` while no rate is agreed. `pageOctets`: of the pages of the call, as they are stored (MMR). */
export function remainingSeconds(progress: CallProgress, pageOctets: readonly number[]): number | undefined {
  const { rateBps, ecm = false } = progress;
  if (rateBps === undefined || progress.phase === 'ending' || progress.phase === 'receiving')
    return undefined;
  const page = progress.page ?? progress.pagesSent;
  const isUnderWay = progress.phase === 'sending' || progress.phase === 'confirming';
  const ahead = pageOctets.slice(isUnderWay ? page + 1 : page);
  // Another coding makes pages longer; by how much is known once one of them was coded.
  const stored = pageOctets[page] ?? 0;
  const growth = progress.pageOctets === undefined || stored === 0 ? 1 : progress.pageOctets / stored;
  const rest = isUnderWay ? (progress.pageOctets ?? stored) * (1 - (progress.pagePercent ?? 0) / 100) : 0;
  const octets = rest + growth * ahead.reduce((sum, length) => sum + length, 0);
  const overheadMs = (ahead.length + (isUnderWay ? 1 : 0)) * (ecm ? ECM_PAGE_MS : PAGE_MS) + GOODBYE_MS;
  return Math.round((octets * 8 * (ecm ? ECM_OVERHEAD : 1)) / rateBps + overheadMs / 1_000);
}
