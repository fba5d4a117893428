// The gateway's telephone lines as the outbox, the inbox and the API's services see them.

import type {
  FoundPort,
  Line,
  LineChange,
  LineTestReport,
  NewLine,
  TelephoneSettings,
} from '../../protocol/api/lines.ts';
import type {
  CallDocument,
  CallProgress,
  CallReport,
  JournalLine,
  ModemReply,
  ModemRequest,
  RemoteHints,
} from '../../protocol/modem.ts';
import type { PageInfo } from '../../protocol/page.ts';
import type { Outcome } from '../../protocol/outcome.ts';

export type ReceivedPage = Extract<ModemReply, { type: 'pageReceived' }>;
type AnswerMessage = Extract<ModemRequest, { type: 'answer' }>;

/** What both kinds of call tell while they run. */
export interface LineCallEvents {
  progress(progress: CallProgress): void;
  journal(line: JournalLine): void;
  /** Pages below `pages`, over all documents of the call, are confirmed by the far end. */
  pagesConfirmed(pages: number): void;
  /** Resolves with the page as stored; rejects with an Error that says why it cannot be had. */
  page(index: number): Promise<{ info: PageInfo; data: Uint8Array }>;
  /** Resolves only when the page is durable; rejects with an Error that says why it never will be. */
  storePage(page: ReceivedPage): Promise<void>;
}

export interface OutgoingLineCall {
  callId: string;
  /** `+81312345678`, `0312345678`: the number as a person would write it; the line makes of it what is dialled. */
  number: string;
  documents: CallDocument[];
  poll?: { address?: string | undefined; password?: string | undefined } | undefined;
  /** The identity that this number gave before. */
  expectedIdentities: string[];
  hints: RemoteHints;
  events: LineCallEvents;
}

/** A line that rang long enough, or was answered by hand. */
export interface IncomingLineCall {
  callId: string;
  line: Line;
  callerNumber: string | undefined;
  callerName: string | undefined;
}

/** How an incoming call is to be taken; given by the inbox's side. */
export interface IncomingAnswer {
  documents: CallDocument[];
  pollAddress?: string | undefined;
  pollPassword?: string | undefined;
  /** What is known of the caller's machine. */
  hints?: RemoteHints | undefined;
  events: LineCallEvents;
  /** Told once, when the call is over. */
  ended(report: CallReport): void;
}
/** What a line adds to that, from its set-up and the telephone settings. */
export type AnswerPlan = Pick<AnswerMessage, 'receives' | 'receivePassword' | 'copyQuality' | 'hints'>;

export interface LinesEvents {
  /** A line was added, changed or removed, or its state changed. */
  changed(): void;
  /** A line came free or became ready: whoever waits for one may try again. */
  free(): void;
  /** A call is to be answered now. `undefined`: it is not taken (blocked, stopping). */
  answering(call: IncomingLineCall): IncomingAnswer | undefined;
}

/** Why no line takes a call at this moment. `busy`: one will be free again. */
export type LineAvailability = 'free' | 'busy' | 'notReady' | 'notSetUp';

export interface Lines {
  start(): void;
  /** Ends calls politely, releases every port. */
  stop(): Promise<void>;

  list(): Line[];
  /** The computer's serial ports, and those named (a PTY is looked at only when named). */
  scan(paths?: readonly string[]): Promise<FoundPort[]>;
  add(line: NewLine): Promise<Line>;
  change(lineId: string, change: LineChange): Promise<Line>;
  remove(lineId: string): Promise<void>;
  test(lineId: string, number: string | undefined): Promise<LineTestReport>;
  answer(lineId: string): Promise<void>;
  hangUp(callId: string): Promise<void>;

  /** The office's fax number changed: lines without one of their own give it from now on. */
  officeChanged(): void;

  settings(): TelephoneSettings;
  changeSettings(change: Partial<TelephoneSettings>): TelephoneSettings;

  /** Whether a call to this number could begin now: rules by prefix, direction, pool, state. */
  availability(number: string): LineAvailability;
  /** What stands in the way, as an outcome for those who wait; `undefined` while free or busy. */
  cause(number: string): Outcome | undefined;
  /**
   * Takes a free line and calls. Never rejects; always ends with a report, with LINE_NOT_READY when no line was free.
   * `started` is told with the line that was taken, before dialling. `signal`: a person withdraws it.
   */
  call(call: OutgoingLineCall, signal: AbortSignal, started: (line: Line) => void): Promise<CallReport>;
}
