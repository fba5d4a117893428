// The report of a call whose end nobody told, of what was known of it.

import type { CallProgress, CallReport } from '../../protocol/modem.ts';
import { withoutUndefined } from '../store/row.ts';

const BEFORE_ANSWER: ReadonlySet<CallProgress['phase']> = new Set(['dialling', 'answering']);

/** Whether the other end has answered, or we have. */
export function isConnected({ phase }: CallProgress): boolean {
  return !BEFORE_ANSWER.has(phase);
}

/** `progress`: what was told last. */
export function brokenReport(
  known: Pick<
    CallReport,
    'outcome' | 'direction' | 'faxClass' | 'connectedMs' | 'pagesSent' | 'pagesReceived'
  >,
  progress: CallProgress | undefined,
): CallReport {
  const { remoteId, rateBps, modulation, coding, ecm } = progress ?? {};
  return withoutUndefined({
    ...known,
    complete: false,
    remoteId,
    rateBps,
    modulation,
    coding,
    ecm,
    trouble: { trainingFailedAt: [], repeats: 0 },
  });
}
