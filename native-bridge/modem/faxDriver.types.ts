// What a fax class driver is given and gives back: one call from dialling or answering to the released line. The host
// sees only this, whichever class runs inside.

import type { PageQuality } from '../../fax/t4/coding.ts';
import type { PageSink } from '../../fax/t30/line/fastReceiver.ts';
import type { PageFormat, SessionParameters } from '../../fax/t30/parameters.ts';
import type { CallProgress, CallReport, FaxClass, ModemRequest } from '../../protocol/modem.ts';
import type { AtDialogue } from './at/atDialogue.types.ts';
import type { ModemProfile } from './profiles/profile.types.ts';
import type { SerialConnection } from './serial/serialConnection.types.ts';

export type DialRequest = Extract<ModemRequest, { type: 'dial' }>;
export type AnswerRequest = Extract<ModemRequest, { type: 'answer' }>;

/** What discovery found out about the modem. */
export interface ModemFacts {
  profile: ModemProfile;
  faxClass: FaxClass;
  /** +FTM=?, +FRM=?: Class 1 modulation codes (24, 48, 72 …); empty in Class 2. */
  transmitCodes: readonly number[];
  receiveCodes: readonly number[];
  /** Class 2.x: the modem's answer to +FDCC=? or +FCC=?, as value sets per subparameter; empty in Class 1. */
  class2Capabilities: readonly (readonly number[])[];
  /** In which base it writes them, and wants them; left out where its answer does not tell: as its class has it. */
  class2Base?: 10 | 16 | undefined;
  adaptiveReception: boolean;
  /** It was told to say who calls, and took it. Left out: it may. */
  tellsCallerId?: boolean;
}

export interface DriverTools {
  dialogue: AtDialogue;
  connection: SerialConnection;
  facts: ModemFacts;
  localId: string;
  toneDialling: boolean;
  blindDial: boolean;
  pages: PageHost;
  events: DriverEvents;
  /** Milliseconds of a clock that never goes back. */
  nowMs(): number;
}

/** What a driver tells while the call runs. */
export interface DriverEvents {
  progress(change: Partial<CallProgress>): void;
  /** One line of the story, plain English. */
  journal(text: string): void;
  pagesConfirmed(pages: number): void;
}

/** Where pages come from and go to: the host behind the driver asks the gateway. */
export interface PageHost {
  /** The page coded for the line (`lsb` first, RTC or EOFB included). Rejects with an Error that says why there is none. */
  prepare(page: number, format: PageFormat): Promise<Uint8Array>;
  /** A page is about to arrive, or to arrive anew. Forgets what came of it before. */
  begin(page: number, parameters: SessionParameters): void;
  /** Octets of an ECM page, complete and in order. */
  push(page: number, octets: Uint8Array): void;
  /** The decoder for a page, fed from the line directly: without ECM, or from a modem that corrects itself. `page` was begun. */
  open(page: number): PageSink;
  /**
   * Resolves when the page is durable at the gateway. Rejects with an Error that says why it never will be. `damaged`: what
   * can be read of it is kept all the same, and shown as damaged.
   */
  store(page: number, damaged?: boolean): Promise<void>;
  /**
   * A page that was not confirmed and will not come again: what came of it is made durable, marked as partial. Rejects
   * when there is nothing of it.
   */
  keep(page: number): Promise<void>;
  drop(page: number): void;
  /** Of the page without ECM that ended last. */
  quality(page: number): PageQuality | undefined;
  /** What the caller said before its pages. */
  setSender(sender: { remoteId?: string; subaddress?: string }): void;
}

export interface FaxDriver {
  /**
   * Dials (or answers) and sees the call to its end; the modem is on hook and takes commands when it resolves, or the
   * port is gone. Never rejects. `signal`: a person hangs up; the call ends politely within seconds.
   */
  run(request: DialRequest | AnswerRequest, signal: AbortSignal): Promise<CallReport>;
}

export type CreateDriver = (tools: DriverTools) => FaxDriver;
