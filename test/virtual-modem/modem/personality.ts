// What makes one modem unlike another: who it says it is, what it can do, and where it is odd.

import type { FastCode } from '../line/fastCodes.ts';

export type FaxClass = '1' | '1.0' | '2' | '2.0' | '2.1';

export interface Quirks {
  /** Any +FRS in a call resets the modem. */
  frsResets: boolean;
  /** +FTS and +FRS are unknown. */
  noSilenceCommands: boolean;
  /** +FRH says CONNECT at any carrier, then NO CARRIER when it was another one. */
  connectsOnAnyCarrier: boolean;
  /** +FRM never says +FCERROR, and waits on. */
  neverFcerror: boolean;
  /** Received octets that are DLE are not doubled. */
  dleNotDoubled: boolean;
  /** Received frames come without FCS, or with two octets that are none. */
  fcs: 'whole' | 'missing' | 'invalid';
  /** Good frames are answered with ERROR. */
  errorOnGoodFrames: boolean;
  /** Frames come without their address, or with every octet reversed. */
  addressMissing: boolean;
  framesReversed: boolean;
  /** `+FTS=8;+FTH=3` in one line: OK, and nothing is sent. */
  silenceEndsLine: boolean;
  /** All frames of a command come behind each other, each with CONNECT and OK, without +FRH. */
  givesFramesUnasked: boolean;
  /** These never connect in +FRM. */
  deafCodes: readonly FastCode[];
  /** +FCLASS=1 goes over to XON/XOFF. */
  softwareFlowInFax: boolean;
  /** Class 2: what the host must send for the page to begin to come. */
  receiveStart: 'DC2' | 'DC1' | 'either';
  /** Class 2: XON before a page may be sent. */
  xonBeforeData: boolean;
  /** Class 2: pages come with the first bit on the line lowest; most modems give it highest, though +FBOR is 0. */
  directReceiveData: boolean;
  /** Status lines lack their plus sign: `FNF:`. */
  missingPlus: readonly string[];
  /** Commands that are named but unknown. */
  absentCommands: readonly string[];
  /** Class 2: 4 and 5 of +FPTS mean each other. */
  pinPipSwapped: boolean;
  /** Class 2.0: no RTC is sent behind a page unless the host does. Others add what is missing. */
  sendsNoRtc: boolean;
  /** Line counts in +FPTS as hex. */
  hexLineCounts: boolean;
  /** OK where CONNECT belongs, the first time that +FDT is given in a call. */
  okForFirstConnect: boolean;
}

export interface Personality {
  name: string;
  maker: string;
  model: string;
  revision: string;
  /** Answers to ATI0, ATI3 …; others are answered with OK alone. */
  ati: Readonly<Record<number, string>>;
  classes: readonly FaxClass[];
  /** Of +FCLASS=?, where the modem writes it in a way of its own. */
  classesText?: string;
  transmitCodes: readonly FastCode[];
  receiveCodes: readonly FastCode[];
  /** Class 1.0: +FAR is known. */
  adaptiveReception: boolean;
  /** Class 2.x: error correction, and the codings that are offered besides MH. */
  ecm: boolean;
  codings: readonly ('MR' | 'MMR')[];
  /** Class 2.x: all resolutions of T.30; such modems list and take their values in hexadecimal in Class 2, too. */
  everyResolution: boolean;
  quirks: Quirks;
}

export const NO_QUIRKS: Quirks = {
  frsResets: false,
  noSilenceCommands: false,
  connectsOnAnyCarrier: false,
  neverFcerror: false,
  dleNotDoubled: false,
  fcs: 'whole',
  errorOnGoodFrames: false,
  addressMissing: false,
  framesReversed: false,
  silenceEndsLine: false,
  givesFramesUnasked: false,
  deafCodes: [],
  softwareFlowInFax: false,
  receiveStart: 'either',
  xonBeforeData: true,
  directReceiveData: false,
  missingPlus: [],
  absentCommands: [],
  pinPipSwapped: false,
  sendsNoRtc: false,
  hexLineCounts: false,
  okForFirstConnect: false,
};
