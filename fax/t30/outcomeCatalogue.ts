// What each outcome of a T.30 call means: whether another try can help, which hang-up code of Class 2 says the same,
// and a sentence for people.

import type { OutcomeCode } from './outcome.ts';

export interface OutcomeMeaning {
  /** `done`: nothing is left to do; `retry`: a later call may go better; `fail`: it will end the same way again. */
  disposition: 'done' | 'retry' | 'fail';
  /** The hang-up code by which a Class 2 modem reports this (+FHNG, decimal); null where it has none of its own. */
  hangupCode: number | null;
  text: string;
}

export const OUTCOMES: Readonly<Record<OutcomeCode, OutcomeMeaning>> = {
  OK: { disposition: 'done', hangupCode: 0, text: 'Everything was confirmed.' },

  ABORTED: { disposition: 'done', hangupCode: 2, text: 'The call was ended from this side.' },
  LINE_LOST: { disposition: 'retry', hangupCode: 3, text: 'The connection broke off.' },

  T1_TIMEOUT_CALLING: {
    disposition: 'retry',
    hangupCode: 11,
    text: 'The number answered, but no fax machine was heard.',
  },
  T1_TIMEOUT_ANSWERING: {
    disposition: 'retry',
    hangupCode: 70,
    text: 'We answered, but the caller did not speak fax.',
  },
  CANNOT_RECEIVE: {
    disposition: 'retry',
    hangupCode: 21,
    text: 'The far machine cannot receive at present; it may be out of paper or memory.',
  },
  CANNOT_BE_POLLED: {
    disposition: 'fail',
    hangupCode: 21,
    text: 'The far machine has no document to be fetched.',
  },
  NOTHING_TO_POLL: {
    disposition: 'fail',
    hangupCode: null,
    text: 'The caller wanted to fetch a document, but none is kept ready for it.',
  },
  INCOMPATIBLE: {
    disposition: 'fail',
    hangupCode: 21,
    text: 'The two machines have no way to send in common.',
  },
  PASSWORD_REFUSED: {
    disposition: 'fail',
    hangupCode: null,
    text: 'The password or subaddress was not accepted.',
  },
  DCN_IN_IDENTIFICATION: {
    disposition: 'retry',
    hangupCode: 22,
    text: 'The far machine hung up before anything was agreed.',
  },
  DTC_NO_RESPONSE: {
    disposition: 'retry',
    hangupCode: 72,
    text: 'The far machine did not answer when asked for its document.',
  },

  DCS_NO_RESPONSE: {
    disposition: 'retry',
    hangupCode: 25,
    text: 'The far machine did not answer the training, tried three times.',
  },
  DCS_NOT_UNDERSTOOD: {
    disposition: 'retry',
    hangupCode: 26,
    text: 'The far machine kept announcing itself and did not hear how we send.',
  },
  TRAINING_FAILED: {
    disposition: 'retry',
    hangupCode: 27,
    text: 'The line was too bad even for the slowest rate.',
  },
  TRAINING_BAD_RESPONSE: {
    disposition: 'retry',
    hangupCode: 28,
    text: 'The far machine answered the training with something else than yes or no.',
  },
  DCN_AFTER_TRAINING: {
    disposition: 'retry',
    hangupCode: 24,
    text: 'The far machine hung up during the training.',
  },

  PAGE_UNAVAILABLE: {
    disposition: 'fail',
    hangupCode: 42,
    text: 'A page could not be made ready in the form that the far machine takes.',
  },
  SEND_FAILED: { disposition: 'retry', hangupCode: 40, text: 'The modem could not send.' },
  MPS_NO_RESPONSE: {
    disposition: 'retry',
    hangupCode: 52,
    text: 'A page was sent, but the far machine did not confirm it.',
  },
  EOM_NO_RESPONSE: {
    disposition: 'retry',
    hangupCode: 56,
    text: 'The last page of a document was sent, but the far machine did not confirm it.',
  },
  EOP_NO_RESPONSE: {
    disposition: 'retry',
    hangupCode: 54,
    text: 'The last page was sent, but the far machine did not confirm it.',
  },
  PPS_NO_RESPONSE: {
    disposition: 'retry',
    hangupCode: 54,
    text: 'A part of a page was sent, but the far machine did not confirm it.',
  },
  RR_NO_RESPONSE: {
    disposition: 'retry',
    hangupCode: 53,
    text: 'The far machine was busy with a page and then fell silent.',
  },
  CTC_NO_RESPONSE: {
    disposition: 'retry',
    hangupCode: 53,
    text: 'The far machine did not agree to go on correcting at a lower rate.',
  },
  EOR_NO_RESPONSE: {
    disposition: 'retry',
    hangupCode: 53,
    text: 'The far machine did not answer when the correction of a page was given up.',
  },
  POST_MESSAGE_BAD_RESPONSE: {
    disposition: 'retry',
    hangupCode: 53,
    text: 'The far machine answered a page with something that does not belong there.',
  },
  DCN_BEFORE_CONFIRMATION: {
    disposition: 'retry',
    hangupCode: 51,
    text: 'The far machine hung up instead of confirming a page.',
  },
  PAGE_REJECTED: {
    disposition: 'retry',
    hangupCode: 53,
    text: 'The far machine could not read a page, also when it was sent again.',
  },
  OPERATOR_INTERRUPT: {
    disposition: 'retry',
    hangupCode: 58,
    text: 'A person at the far machine broke in to speak.',
  },
  ECM_NO_PROGRESS: {
    disposition: 'retry',
    hangupCode: 53,
    text: 'Parts of a page never arrived undamaged, however often they were repeated.',
  },
  T5_TIMEOUT: {
    disposition: 'retry',
    hangupCode: 53,
    text: 'The far machine stayed busy for longer than the standard allows.',
  },

  T2_NO_COMMAND: {
    disposition: 'retry',
    hangupCode: 72,
    text: 'The sender fell silent.',
  },
  T1_AFTER_EOM: {
    disposition: 'retry',
    hangupCode: 74,
    text: 'Another document was to follow, and then the far machine fell silent.',
  },
  TRAINING_NOT_HEARD: {
    disposition: 'retry',
    hangupCode: 73,
    text: 'The sender’s training signal was never heard.',
  },
  TCF_NEVER_GOOD: {
    disposition: 'retry',
    hangupCode: 73,
    text: 'The line was too bad for any rate that the sender tried.',
  },
  PARAMETERS_REFUSED: {
    disposition: 'fail',
    hangupCode: 73,
    text: 'The sender wanted to send something, or in a way, that this station does not take.',
  },
  PAGE_NO_CARRIER: { disposition: 'retry', hangupCode: 90, text: 'A page was announced and never came.' },
  PAGE_BROKEN_OFF: { disposition: 'retry', hangupCode: 90, text: 'A page broke off.' },
  NO_POST_MESSAGE: {
    disposition: 'retry',
    hangupCode: 100,
    text: 'The sender fell silent after a page, so that it could not be confirmed.',
  },
  DCN_BEFORE_END: {
    disposition: 'retry',
    hangupCode: 101,
    text: 'The sender hung up before the document was complete.',
  },
  PAGE_QUALITY: {
    disposition: 'retry',
    hangupCode: 100,
    text: 'A page arrived too damaged to be confirmed, also when it was sent again.',
  },
  PAGE_NOT_STORED: {
    disposition: 'fail',
    hangupCode: 93,
    text: 'A page arrived but could not be kept here, so it was not confirmed.',
  },

  TOO_MANY_REPEATS: {
    disposition: 'retry',
    hangupCode: null,
    text: 'The two machines went round in a circle, and the call was ended.',
  },
};
