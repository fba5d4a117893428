// Outcomes of calls and jobs: codes, what the program does about each, and plain words in every language.

import { z } from 'zod';

type Disposition = 'done' | 'retry' | 'fail';

/** Every outcome code, and whether the program tries again by itself. */
export const OUTCOMES = {
  CONFIRMED: 'done',
  CANCELLED: 'fail',
  // The relay
  RELAY_NOT_CONFIGURED: 'retry',
  RELAY_UNREACHABLE: 'retry',
  RELAY_LOGIN_REFUSED: 'retry',
  RELAY_CERTIFICATE: 'retry',
  RELAY_PROXY_REFUSED: 'retry',
  RELAY_VERSION: 'retry',
  RELAY_REPLACED: 'retry',
  RELAY_STOPPING: 'retry',
  RELAY_BUSY: 'retry',
  // The other end
  DEVICE_UNKNOWN: 'fail',
  DEVICE_OFFLINE: 'retry',
  DEVICE_BUSY: 'retry',
  DEVICE_REFUSED: 'fail',
  DEVICE_NO_ANSWER: 'retry',
  RECEIVER_DISK_FULL: 'retry',
  RECEIVER_ERROR: 'retry',
  PEER_VERSION: 'fail',
  PEER_PROTOCOL: 'fail',
  PAGE_NOT_ACCEPTED: 'fail',
  // The call
  CALL_BROKEN: 'retry',
  CALL_STALLED: 'retry',
  GIVEN_UP: 'fail',
  // Our telephone line and its modem
  LINE_NOT_SET_UP: 'retry',
  LINE_NOT_READY: 'retry',
  LINE_NO_DIAL_TONE: 'retry',
  LINE_BROKEN: 'retry',
  // Dialling
  NUMBER_NOT_DIALABLE: 'fail',
  TEL_BUSY: 'retry',
  TEL_NO_ANSWER: 'retry',
  TEL_NO_FAX: 'retry',
  TEL_VOICE: 'fail',
  TEL_DELAYED: 'retry',
  WRONG_NUMBER: 'fail',
  // The far fax machine (T.30)
  FAX_HUNG_UP: 'retry',
  FAX_NO_RESPONSE: 'retry',
  FAX_TRAINING_FAILED: 'retry',
  FAX_PAGE_REJECTED: 'retry',
  FAX_TOO_MANY_ERRORS: 'retry',
  FAX_CANNOT_RECEIVE: 'retry',
  FAX_INCOMPATIBLE: 'fail',
  FAX_PASSWORD_REFUSED: 'fail',
  FAX_OPERATOR: 'retry',
  FAX_NOTHING_TO_POLL: 'fail',
  FAX_PROTOCOL: 'retry',
  FAX_BROKEN_OFF: 'fail',
  // A page that arrived, and did not get into the inbox (or the disk is full: DISK_FULL)
  PAGE_NOT_STORED: 'fail',
  PAGE_STORED_LATE: 'fail',
  PAGE_UNREADABLE: 'fail',
  // Making pages of a file
  FILE_NOT_SUPPORTED: 'fail',
  FILE_EMPTY: 'fail',
  FILE_BROKEN: 'fail',
  FILE_ENCRYPTED: 'fail',
  FILE_TOO_LARGE: 'fail',
  FILE_TOO_MANY_PAGES: 'fail',
  FILE_TOO_SLOW: 'fail',
  FILE_XFA_FORM: 'fail',
  FILE_MISSING: 'fail',
  IMAGING_CRASHED: 'fail',
  DISK_FULL: 'fail',
  INTERNAL_ERROR: 'fail',
} as const satisfies Record<string, Disposition>;

export type OutcomeCode = keyof typeof OUTCOMES;

export const outcomeCodeSchema = z.custom<OutcomeCode>(
  (value) => typeof value === 'string' && Object.hasOwn(OUTCOMES, value),
  'not an outcome code',
);

/**
 * Where an attempt ended. Over a relay: `relay`, `connect`, `call`. On a telephone line: `line` (our modem), then T.30's
 * phases A to E: `dial`, `identify`, `page`, `confirm`, `release`.
 */
const outcomePhaseSchema = z.enum([
  'prepare',
  'queue',
  'relay',
  'connect',
  'call',
  'line',
  'dial',
  'identify',
  'page',
  'confirm',
  'release',
]);

/** What became of an attempt. `phase` is where it ended; `detail` is for the technical log, never needed to understand. */
export const outcomeSchema = z.object({
  code: outcomeCodeSchema,
  disposition: z.enum(['done', 'retry', 'fail']),
  phase: outcomePhaseSchema,
  detail: z.string().max(500).optional(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** Makes the outcome for a code; the disposition comes from the table. */
export function outcome(code: OutcomeCode, phase: Outcome['phase'], detail?: string): Outcome {
  return {
    code,
    disposition: OUTCOMES[code],
    phase,
    ...(detail === undefined ? {} : { detail: detail.slice(0, 500) }),
  };
}
