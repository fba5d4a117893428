// How a T.30 machine speaks with whoever executes it (a Class 1 modem, or a line in memory): inputs in, effects out,
// `step(state, input) → { state, effects }`. Machines are pure: no clock, no I/O; states are never changed in place.
//
// Octets are in DTE order everywhere: the least significant bit is first on the line. Frames are given from the address
// (FF) to the end of the FIF, without flags, stuffing and FCS.

import type { Coding, PageQuality } from '../t4/coding.ts';
import type { JournalEvent } from './journal.ts';
import type { Outcome } from './outcome.ts';
import type {
  Capabilities,
  FastRate,
  Modulation,
  PageFormat,
  PageGeometry,
  SessionParameters,
} from './parameters.ts';
import type { TimerName } from './timers.ts';

/** `V.21` carries control frames, `fast` whatever receiveFast was asked for. */
export type Carrier = 'V.21' | 'fast';

/** What a fast carrier brings: a training check, a page without error correction, or ECM frames. */
export type FastPurpose = 'TCF' | 'page' | 'ECM';

export type Input =
  /** The line is connected and it is this station's turn to begin phase B (CED and CNG are the modem's). */
  | { type: 'start' }
  /** A carrier was found, or went away. While a fast one is awaited V.21 may come instead: it is then received. */
  | { type: 'carrier'; carrier: Carrier; present: boolean }
  /** Bad frames are given too (`fcsOk: false`), as far as they were understood; they may be empty. */
  | { type: 'frame'; carrier: Carrier; octets: Uint8Array; fcsOk: boolean }
  /** What sendFrames or sendFast asked for has left, and the carrier is off. */
  | { type: 'sent' }
  /** Answers senseLine: nothing was on the line for so long. False also when the modem cannot tell. */
  | { type: 'sensed'; silent: boolean }
  /** It could not be sent (the modem refused). */
  | { type: 'sendFailed'; detail: string }
  /** The carrier of a TCF is gone; what it brought, leading garbage included. */
  | { type: 'trainingCheck'; octets: Uint8Array }
  /**
   * The carrier of a page without ECM is gone. `endSeen`: RTC came before (false: the carrier went without one; left out:
   * not known), so that a carrier lost early is not mistaken for the end of the page.
   */
  | { type: 'pageEnd'; quality: PageQuality; endSeen?: boolean }
  /** Answers to preparePage: the page coded as asked (RTC or EOFB included, `lsb` first), or why there is none. */
  | { type: 'pageReady'; page: number; data: Uint8Array }
  | { type: 'pageUnavailable'; page: number; detail: string }
  /** Answers to storePage: it is durable; or it never will be (disk full, undecodable). */
  | { type: 'pageStored'; page: number }
  | { type: 'pageNotStored'; page: number; detail: string }
  | { type: 'timer'; timer: TimerName }
  /** A person or the gateway ends the call: politely, with DCN. */
  | { type: 'abort'; detail: string }
  /** The connection is gone: hung up, cable pulled, modem vanished. Nothing can be sent any more. */
  | { type: 'lineLost'; detail: string };

export type Effect =
  /**
   * V.21: waits until the line was silent for `gapMs`, then 1 s of flags, the frames one after the other, carrier off.
   * Answered by `sent`. Like every send and receive it replaces the one before.
   */
  | { type: 'sendFrames'; gapMs: number; frames: readonly Uint8Array[] }
  /** After `gapMs` of silence: training, `data` (everything, also ECM flags and stuffing, is in it), carrier off; then `sent`. */
  | {
      type: 'sendFast';
      gapMs: number;
      rate: FastRate;
      /** V.17 knows both; the others have one form. */
      training: 'long' | 'short';
      data: Uint8Array;
      purpose: FastPurpose;
    }
  /** Listens for V.21: `carrier`, `frame` … until the next send or receive. */
  | { type: 'receiveFrames' }
  /** Listens for the fast carrier, and for V.21 in case that comes instead. */
  | {
      type: 'receiveFast';
      rate: FastRate;
      training: 'long' | 'short';
      purpose: FastPurpose;
    }
  /**
   * Looks for at most a second whether the line is silent for `silentMs`. Answered by `sensed`. It replaces what was
   * listened for: nothing else is heard meanwhile.
   */
  | { type: 'senseLine'; silentMs: number }
  /** Starts anew when it runs. */
  | { type: 'startTimer'; timer: TimerName; ms: number }
  | { type: 'stopTimer'; timer: TimerName }
  /** Asks the host for page `page` (counted over all documents of the plan, from 0) in this form; it may have to be converted. */
  | { type: 'preparePage'; page: number; format: PageFormat }
  /** Page `page` (counted over the call, from 0) is about to arrive, or to arrive anew from its first octet. */
  | { type: 'beginPage'; page: number; parameters: SessionParameters }
  /** The next octets of an ECM page, complete and in order. Those of a page without ECM go from the line to the host directly. */
  | { type: 'pageData'; page: number; octets: Uint8Array }
  /** The page is whole: make it durable, then say so. It is confirmed to the sender only after that. */
  | { type: 'storePage'; page: number }
  /**
   * The page that was begun will not be completed, or comes anew: what there is of it is not confirmed. It may be kept
   * when the call ends so.
   */
  | { type: 'dropPage'; page: number }
  | { type: 'report'; event: JournalEvent }
  /** The last effect of a call: release the line. */
  | { type: 'end'; outcome: Outcome };

export interface Step<State> {
  state: State;
  effects: readonly Effect[];
}

/** What this station is to do in the call, and what it may. Given at the start, never changed. */
export interface CallPlan {
  /** CSI, TSI or CIG: at most 20 characters, digits, space and + by the standard. */
  localId: string;
  /** Sent one after the other, with EOM between them: by the caller, or to a poller. May be empty. */
  documents: readonly DocumentToSend[];
  /** The caller asks for a document (DTC), after its own have been sent; null for no. */
  poll: PollRequest | null;
  /** The answerer: whether documents are taken, and for whom its own are kept to be polled. */
  answer: {
    receives: boolean;
    pollPassword: string | null;
    pollAddress: string | null;
    receivePassword: string | null;
  };
  limits: StationLimits;
  profile: LineProfile;
}

export interface DocumentToSend {
  pages: readonly PageGeometry[];
  /** SUB and SID/PWD, sent only to a machine that takes them. */
  subaddress: string | null;
  password: string | null;
}

export interface PollRequest {
  /** SEP and PWD. */
  address: string | null;
  password: string | null;
}

/** What this station itself can do: its DIS, and what it may send. */
export interface StationLimits {
  /** What the modem can send and receive, fastest first. */
  sendRates: readonly FastRate[];
  receiveRates: readonly FastRate[];
  capabilities: Omit<Capabilities, 'canReceive' | 'hasDocumentToPoll' | 'rates'>;
}

/** What experience with this line or this number forbids, and how to go about trouble. */
export interface LineProfile {
  avoidModulations: readonly Modulation[];
  avoidCodings: readonly Coding[];
  avoidEcm: boolean;
  maxRateBps: number | null;
  /** Frames to send: 64 octets on bad lines; null for what the far machine likes. */
  ecmFrameOctets: 256 | 64 | null;
  /** On RTN: send the page again, or give up. At most `pageRepeats` times. */
  onRtn: 'repeat' | 'giveUp';
  pageRepeats: number;
  /** ECM, after the 4th PPR and each fourth one after: continue to correct (CTC), or end with EOR. */
  correctAtMost: number;
  /**
   * What a page without ECM must reach to be confirmed. With fewer good rows than `retrainBelowPercent` it is confirmed
   * by RTP, which asks for new training before the next page; left out: never.
   */
  copyQuality: { minGoodPercent: number; maxBadRun: number; retrainBelowPercent?: number };
}
