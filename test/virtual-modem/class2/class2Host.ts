// What the T.30 scripts of a Class 2 modem have of its host: what it was told to do, and where pages come from and go to.

import type { Frame } from '../../../fax/t30/frames/frame.ts';
import type { FastRate, SessionParameters } from '../../../fax/t30/parameters.ts';
import type { PageQuality } from '../../../fax/t4/coding.ts';
import type { Class2Parameters } from './class2Parameters.ts';
import type { Class2Words } from './class2Words.ts';
import type { OutgoingPage } from './outgoingPage.ts';

/** What follows a page. */
export type Closing = 'MPS' | 'EOM' | 'EOP';

/** +FPTS: 1 MCF, 2 RTN, 3 RTP, 4 PIN, 5 PIP. */
export type PageStatus = 1 | 2 | 3 | 4 | 5;

export interface Class2Host {
  readonly words: Class2Words;
  readonly localId: string;
  readonly pollId: string;
  /** Of +FDIS (+FIS): how pages are to be sent. */
  readonly wanted: Class2Parameters;
  /** Our DIS or DTC. */
  identify(purpose: 'answer' | 'poll'): Uint8Array;
  readonly sendRates: readonly FastRate[];
  readonly canEcm: boolean;
  readonly hasDocumentToPoll: boolean;
  readonly wantsToPoll: boolean;
  /** 2.1: SUB, SEP and PWD. */
  readonly subaddress: string;
  readonly pollAddress: string;
  readonly password: string;
  /** +FDT, +FDR are waiting. */
  readonly asksToSend: boolean;
  readonly asksToReceive: boolean;
  readonly aborted: boolean;
  /** How long it may take to bring data, in ms. */
  readonly patienceMs: number;
  /** The call is with a fax machine: the first lines that the host is told. */
  connected(): void;
  /** Lines about what the far end said. */
  tellFrames(frames: readonly Frame[]): void;
  tellSession(session: SessionParameters): void;
  tell(line: string): void;
  /** ATD or ATA have come as far as they are to. */
  ready(): void;
  /** Answers +FDT: the host brings a page. */
  beginPage(session: SessionParameters): OutgoingPage;
  /** What became of the page: answers +FET, or the page itself in 2.0. */
  pageAnswered(status: PageStatus, isLast: boolean): void;
  /** Answers +FDR: a page comes to the host. */
  openPage(session: SessionParameters): IncomingPage;
  /** The host's judgement on the last page, by +FPTS=; null for the modem's own. */
  readonly statusOverride: PageStatus | null;
  /** Of the page: the limits of copy quality are kept, or are not looked at. */
  judges(quality: PageQuality): PageStatus;
}

/** A page on its way to the host. */
export interface IncomingPage {
  push(octets: Uint8Array): void;
  /** No more data. */
  end(): void;
  /** +FPTS, +FET, OK. */
  close(status: PageStatus, quality: PageQuality, closing: Closing): void;
}
