// What a call ended with, in the gateway's words: from call control, from T.30 (Class 1), and from the hang-up codes of
// a modem that runs T.30 itself (Class 2).

import type { Outcome as T30Outcome, OutcomeCode as T30Code } from '../../fax/t30/outcome.ts';
import type { FaxClass } from '../../protocol/modem.ts';
import { outcome } from '../../protocol/outcome.ts';
import type { Outcome, OutcomeCode } from '../../protocol/outcome.ts';

type Direction = 'outgoing' | 'incoming';

/** Why a call did not come about, as the modem says it, or as it fell silent. */
export type DialFailure =
  | 'busy'
  | 'noAnswer'
  | 'noDialTone'
  /** NO CARRIER, or OK without a connection: somebody or something answered, but no fax. */
  | 'noFax'
  | 'voice'
  | 'delayed'
  | 'blacklisted'
  /** ERROR to ATD. */
  | 'notDialable'
  | 'modemSilent'
  | 'portLost'
  | 'cancelled';

const DIAL_FAILURES = {
  busy: { code: 'TEL_BUSY', text: 'the modem says BUSY' },
  noAnswer: { code: 'TEL_NO_ANSWER', text: 'the modem says NO ANSWER, or nothing within T0' },
  noDialTone: { code: 'LINE_NO_DIAL_TONE', text: 'the modem says NO DIALTONE' },
  noFax: { code: 'TEL_NO_FAX', text: 'the modem says NO CARRIER: no fax signal was heard' },
  voice: { code: 'TEL_VOICE', text: 'the modem says VOICE' },
  delayed: { code: 'TEL_DELAYED', text: 'the modem says DELAYED: it holds the number back for a while' },
  blacklisted: { code: 'TEL_DELAYED', text: 'the modem says BLACKLISTED: too many attempts' },
  notDialable: { code: 'NUMBER_NOT_DIALABLE', text: 'the modem says ERROR to this number' },
  modemSilent: { code: 'LINE_BROKEN', text: 'the modem did not answer' },
  portLost: { code: 'LINE_BROKEN', text: 'the port went away' },
  cancelled: { code: 'CANCELLED', text: 'ended from this side before it was answered' },
} as const satisfies Record<DialFailure, { code: OutcomeCode; text: string }>;

/** A call that did not come about. `detail`: what the modem said, word by word, where there is something to add. */
export function dialOutcome(failure: DialFailure, detail?: string): Outcome {
  const { code, text } = DIAL_FAILURES[failure];
  return outcome(code, 'connect', `${failure}: ${text}${detail === undefined ? '' : ` (${detail})`}`);
}

/** The same code both ways, or one for our call and one for a caller's. */
type Meaning = OutcomeCode | { outgoing: OutcomeCode; incoming: OutcomeCode };

/** The caller broke off: what arrived is kept. When we called, to fetch a document, it is the far machine's silence. */
const SENDER_SILENT = { outgoing: 'FAX_NO_RESPONSE', incoming: 'FAX_BROKEN_OFF' } as const;
const SENDER_HUNG_UP = { outgoing: 'FAX_HUNG_UP', incoming: 'FAX_BROKEN_OFF' } as const;

/** In the order of fax/t30/outcome.ts. */
const T30_MEANINGS: Readonly<Record<T30Code, Meaning>> = {
  OK: 'CONFIRMED',
  ABORTED: 'CANCELLED',
  LINE_LOST: 'LINE_BROKEN',
  T1_TIMEOUT_CALLING: 'TEL_NO_FAX',
  T1_TIMEOUT_ANSWERING: 'TEL_NO_FAX',
  CANNOT_RECEIVE: 'FAX_CANNOT_RECEIVE',
  CANNOT_BE_POLLED: 'FAX_NOTHING_TO_POLL',
  NOTHING_TO_POLL: 'FAX_NOTHING_TO_POLL',
  INCOMPATIBLE: 'FAX_INCOMPATIBLE',
  PASSWORD_REFUSED: 'FAX_PASSWORD_REFUSED',
  DCN_IN_IDENTIFICATION: SENDER_HUNG_UP,
  DTC_NO_RESPONSE: 'FAX_NO_RESPONSE',
  DCS_NO_RESPONSE: 'FAX_NO_RESPONSE',
  DCS_NOT_UNDERSTOOD: 'FAX_NO_RESPONSE',
  TRAINING_FAILED: 'FAX_TRAINING_FAILED',
  TRAINING_BAD_RESPONSE: 'FAX_PROTOCOL',
  DCN_AFTER_TRAINING: 'FAX_HUNG_UP',
  PAGE_UNAVAILABLE: 'INTERNAL_ERROR',
  SEND_FAILED: 'LINE_BROKEN',
  MPS_NO_RESPONSE: 'FAX_NO_RESPONSE',
  EOM_NO_RESPONSE: 'FAX_NO_RESPONSE',
  EOP_NO_RESPONSE: 'FAX_NO_RESPONSE',
  PPS_NO_RESPONSE: 'FAX_NO_RESPONSE',
  RR_NO_RESPONSE: 'FAX_NO_RESPONSE',
  CTC_NO_RESPONSE: 'FAX_NO_RESPONSE',
  EOR_NO_RESPONSE: 'FAX_NO_RESPONSE',
  POST_MESSAGE_BAD_RESPONSE: 'FAX_PROTOCOL',
  DCN_BEFORE_CONFIRMATION: 'FAX_HUNG_UP',
  PAGE_REJECTED: 'FAX_PAGE_REJECTED',
  OPERATOR_INTERRUPT: 'FAX_OPERATOR',
  ECM_NO_PROGRESS: 'FAX_TOO_MANY_ERRORS',
  T5_TIMEOUT: 'FAX_NO_RESPONSE',
  T2_NO_COMMAND: SENDER_SILENT,
  TRAINING_NOT_HEARD: 'FAX_TRAINING_FAILED',
  TCF_NEVER_GOOD: 'FAX_TRAINING_FAILED',
  PARAMETERS_REFUSED: 'FAX_INCOMPATIBLE',
  PAGE_NO_CARRIER: SENDER_SILENT,
  PAGE_BROKEN_OFF: SENDER_SILENT,
  NO_POST_MESSAGE: SENDER_SILENT,
  DCN_BEFORE_END: SENDER_HUNG_UP,
  PAGE_QUALITY: 'FAX_TOO_MANY_ERRORS',
  PAGE_NOT_STORED: 'PAGE_NOT_STORED',
  T1_AFTER_EOM: SENDER_SILENT,
  TOO_MANY_REPEATS: 'FAX_PROTOCOL',
};

/** The end of a T.30 call. */
export function t30Outcome({ code, phase, detail }: T30Outcome, direction: Direction): Outcome {
  const text = detail === '' ? code : `${code}: ${detail}`;
  return outcome(pick(T30_MEANINGS[code], direction), 'call', `${text} (phase ${phase})`);
}

interface HangupMeaning {
  code: Meaning;
  text: string;
}

/** +FHNG of Class 2, decimal (fact sheet §3.5). */
const HANGUP_MEANINGS: Readonly<Record<number, HangupMeaning>> = {
  0: { code: 'CONFIRMED', text: 'normal end' },
  1: { code: 'TEL_NO_FAX', text: 'ring without a handshake' },
  2: { code: 'CANCELLED', text: 'aborted from this side' },
  3: { code: 'LINE_BROKEN', text: 'no loop current' },
  4: { code: 'TEL_NO_ANSWER', text: 'ringing, no answer' },
  5: { code: 'TEL_NO_FAX', text: 'ringing, no answer tone' },

  10: { code: 'TEL_NO_FAX', text: 'unspecified, phase A' },
  11: { code: 'TEL_NO_FAX', text: 'no answer within T1' },

  20: { code: 'FAX_PROTOCOL', text: 'unspecified, phase B, sending' },
  21: { code: 'FAX_CANNOT_RECEIVE', text: 'the far machine cannot receive, or cannot be polled' },
  22: { code: 'FAX_HUNG_UP', text: 'COMREC error or DCN in phase B' },
  23: { code: 'FAX_PROTOCOL', text: 'invalid command in phase B' },
  24: { code: 'FAX_HUNG_UP', text: 'RSPREC error or DCN in answer to DCS' },
  25: { code: 'FAX_NO_RESPONSE', text: 'DCS sent three times without answer' },
  26: { code: 'FAX_NO_RESPONSE', text: 'DIS or DTC three times, DCS not recognised' },
  27: { code: 'FAX_TRAINING_FAILED', text: 'failure to train at the least speed' },
  28: { code: 'FAX_PROTOCOL', text: 'invalid response in phase B' },

  40: { code: 'FAX_TOO_MANY_ERRORS', text: 'unspecified, phase C, sending' },
  41: { code: 'INTERNAL_ERROR', text: 'image format error' },
  42: { code: 'INTERNAL_ERROR', text: 'image conversion error' },
  43: { code: 'LINE_BROKEN', text: 'the page data came too slowly' },
  44: { code: 'INTERNAL_ERROR', text: 'unrecognised code in the page data' },
  45: { code: 'INTERNAL_ERROR', text: 'image error: wrong line length' },
  46: { code: 'INTERNAL_ERROR', text: 'image error: wrong page length' },
  47: { code: 'INTERNAL_ERROR', text: 'image error: wrong compression' },

  50: { code: 'FAX_NO_RESPONSE', text: 'unspecified, phase D, sending' },
  51: { code: 'FAX_HUNG_UP', text: 'RSPREC error or DCN after a page' },
  52: { code: 'FAX_NO_RESPONSE', text: 'no answer to MPS, three times' },
  53: { code: 'FAX_PROTOCOL', text: 'invalid answer to MPS' },
  54: { code: 'FAX_NO_RESPONSE', text: 'no answer to EOP, three times' },
  55: { code: 'FAX_PROTOCOL', text: 'invalid answer to EOP' },
  56: { code: 'FAX_NO_RESPONSE', text: 'no answer to EOM, three times' },
  57: { code: 'FAX_PROTOCOL', text: 'invalid answer to EOM' },
  58: { code: 'FAX_OPERATOR', text: 'unable to go on after PIN or PIP' },

  70: { code: SENDER_SILENT, text: 'unspecified, phase B, receiving' },
  71: { code: SENDER_SILENT, text: 'RSPREC error in phase B' },
  72: { code: SENDER_SILENT, text: 'COMREC error in phase B' },
  73: { code: SENDER_SILENT, text: 'T2: the page was not received' },
  74: { code: SENDER_SILENT, text: 'T1 after EOM' },

  90: { code: SENDER_SILENT, text: 'unspecified, phase C, receiving' },
  91: { code: SENDER_SILENT, text: 'no end of line for 5 seconds' },
  92: { code: 'FAX_TOO_MANY_ERRORS', text: 'unused' },
  93: { code: 'LINE_BROKEN', text: 'overflow between modem and computer' },
  94: { code: 'FAX_TOO_MANY_ERRORS', text: 'bad CRC or frame (ECM)' },

  100: { code: SENDER_SILENT, text: 'unspecified, phase D, receiving' },
  101: { code: SENDER_SILENT, text: 'RSPREC: no answer in phase D' },
  102: { code: SENDER_SILENT, text: 'COMREC: no command in phase D' },
  103: { code: SENDER_SILENT, text: 'unable to go on after PIN or PIP' },
};

/** Codes that no table knows, by tens: the phase is known all the same. */
const UNKNOWN_BY_TENS: readonly { upTo: number; meaning: HangupMeaning }[] = [
  { upTo: 19, meaning: { code: 'TEL_NO_FAX', text: 'unknown code of phase A' } },
  { upTo: 39, meaning: { code: 'FAX_PROTOCOL', text: 'unknown code of phase B, sending' } },
  { upTo: 49, meaning: { code: 'FAX_TOO_MANY_ERRORS', text: 'unknown code of phase C, sending' } },
  { upTo: 69, meaning: { code: 'FAX_NO_RESPONSE', text: 'unknown code of phase D, sending' } },
  { upTo: 119, meaning: { code: SENDER_SILENT, text: 'unknown code of a reception' } },
];
const MAKERS_OWN: HangupMeaning = { code: 'FAX_PROTOCOL', text: 'code of the maker’s own' };

/**
 * The end of a call by a Class 2 modem's hang-up code, as `readHangupCode` gives it; null when it gave none and the call
 * was simply over.
 */
export function hangupOutcome(hangup: number | null, direction: Direction): Outcome {
  if (hangup === null)
    return outcome('LINE_BROKEN', 'call', 'NO_HANGUP_CODE: the modem ended the call without a reason');
  const { code, text } =
    HANGUP_MEANINGS[hangup] ??
    UNKNOWN_BY_TENS.find(({ upTo }) => hangup >= 0 && hangup <= upTo)?.meaning ??
    MAKERS_OWN;
  return outcome(pick(code, direction), 'call', `HANGUP_${hangup}: ${text}`);
}

/**
 * Reads the value of +FHNG (Class 2: decimal) or +FHS (2.0 and 2.1: two hexadecimal digits, where 92 stands for 94 and
 * A0–A3 for 100–103) as a Class 2 number. A maker's own codes of 2.0 keep their hexadecimal value. Null for anything else.
 */
export function readHangupCode(text: string, faxClass: FaxClass): number | null {
  const value = text.trim();
  if (faxClass === '2') return /^\d{1,3}$/u.test(value) ? Number(value) : null;
  if (!/^[0-9A-F]{1,3}$/iu.test(value)) return null;
  if (/^A[0-3]$/iu.test(value)) return 100 + Number(value.slice(1));
  if (/^\d{1,3}$/u.test(value)) return Number(value) === 92 ? 94 : Number(value);
  return Number.parseInt(value, 16);
}

function pick(meaning: Meaning, direction: Direction): OutcomeCode {
  return typeof meaning === 'string' ? meaning : meaning[direction];
}
