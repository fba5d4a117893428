// How a T.30 call ended: one code per cause that a person, the retry policy or the remote's profile must tell apart.

export type Phase = 'A' | 'B' | 'C' | 'D' | 'E';

export type OutcomeCode =
  | 'OK'
  // Local and line
  | 'ABORTED'
  | 'LINE_LOST'
  // Identification (phase A and B)
  | 'T1_TIMEOUT_CALLING'
  | 'T1_TIMEOUT_ANSWERING'
  | 'CANNOT_RECEIVE'
  | 'CANNOT_BE_POLLED'
  | 'NOTHING_TO_POLL'
  | 'INCOMPATIBLE'
  | 'PASSWORD_REFUSED'
  | 'DCN_IN_IDENTIFICATION'
  | 'DTC_NO_RESPONSE'
  // Training, sending side
  | 'DCS_NO_RESPONSE'
  | 'DCS_NOT_UNDERSTOOD'
  | 'TRAINING_FAILED'
  | 'TRAINING_BAD_RESPONSE'
  | 'DCN_AFTER_TRAINING'
  // Pages, sending side
  | 'PAGE_UNAVAILABLE'
  | 'SEND_FAILED'
  | 'MPS_NO_RESPONSE'
  | 'EOM_NO_RESPONSE'
  | 'EOP_NO_RESPONSE'
  | 'PPS_NO_RESPONSE'
  | 'RR_NO_RESPONSE'
  | 'CTC_NO_RESPONSE'
  | 'EOR_NO_RESPONSE'
  | 'POST_MESSAGE_BAD_RESPONSE'
  | 'DCN_BEFORE_CONFIRMATION'
  | 'PAGE_REJECTED'
  | 'OPERATOR_INTERRUPT'
  | 'ECM_NO_PROGRESS'
  | 'T5_TIMEOUT'
  // Receiving side
  | 'T2_NO_COMMAND'
  | 'TRAINING_NOT_HEARD'
  | 'TCF_NEVER_GOOD'
  | 'PARAMETERS_REFUSED'
  | 'PAGE_NO_CARRIER'
  | 'PAGE_BROKEN_OFF'
  | 'NO_POST_MESSAGE'
  | 'DCN_BEFORE_END'
  | 'PAGE_QUALITY'
  | 'PAGE_NOT_STORED'
  // Any side
  | 'T1_AFTER_EOM'
  | 'TOO_MANY_REPEATS';

/** What became of the call for the documents of this side. Nothing counts as confirmed without the far end's word. */
export interface Outcome {
  code: OutcomeCode;
  phase: Phase;
  /** What exactly happened, for the journal and for support: "three times no answer to PPS-EOP". */
  detail: string;
  /** Pages that the far end confirmed, over all documents sent, in order from the first that was to be sent. */
  pagesSent: number;
  /** Pages received and confirmed by us, that is stored before. */
  pagesReceived: number;
}
