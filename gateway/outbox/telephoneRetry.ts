// When a telephone call that did not succeed is made again: a rule per cause, within what the country allows.

import { retryCauseSchema, type RetryCause, type TelephoneSettings } from '../../protocol/api/lines.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import type { RedialLimits } from '../../protocol/countryProfiles.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** The longest delay of a rule, the longest window of a country, and the wait for the next cheap hours. */
export const LONGEST_TELEPHONE_DELAY_MS = 3 * DAY_MS;

const CAUSES: Partial<Record<OutcomeCode, RetryCause>> = {
  TEL_BUSY: 'busy',
  TEL_NO_ANSWER: 'noAnswer',
  TEL_NO_FAX: 'noFax',
  FAX_CANNOT_RECEIVE: 'cannotReceive',
  FAX_OPERATOR: 'cannotReceive',
  FAX_TRAINING_FAILED: 'training',
  FAX_PAGE_REJECTED: 'pageRejected',
  FAX_TOO_MANY_ERRORS: 'pageRejected',
  FAX_HUNG_UP: 'broken',
  FAX_NO_RESPONSE: 'broken',
  FAX_PROTOCOL: 'broken',
  LINE_BROKEN: 'broken',
};

/** Whatever is wrong with our own line has the cause `line`. */
export function telephoneRetryCause(code: OutcomeCode): RetryCause {
  return CAUSES[code] ?? 'line';
}

/** Milliseconds until the next attempt after `failures` (from 1) for this cause in a row; `giveUp` after the last. */
export function telephoneRetryAfterMs(
  cause: string,
  failures: number,
  rules: TelephoneSettings['retry'],
  limits: RedialLimits,
): number | 'giveUp' {
  const rule = rules[retryCauseSchema.catch('line').parse(cause)];
  if (failures >= rule.tries) return 'giveUp';
  // As many redials as the country allows in its window; then the window has to pass.
  const windowIsUsedUp = failures % (limits.redials + 1) === 0;
  const seconds = Math.max(rule.delaySeconds, windowIsUsedUp ? limits.windowSeconds : limits.gapSeconds);
  return seconds * 1_000;
}
