// What is known of a kind of modem: how to recognise it and how it departs from the standard. Data only.

import type { FaxClass } from '../../../protocol/modem.ts';
import type { ModemProfileName } from '../../../protocol/modemProfiles.ts';
import type { FlowControl } from '../serial/serialConnection.types.ts';

export interface ModemProfile {
  /** What people call it stands there, too. */
  name: ModemProfileName;
  match: {
    /** `vendor:product`, four hexadecimal digits each. */
    usb?: readonly string[];
    /** Against +FMI, +FMM, +FMR and ATI0–ATI9, all in one text. */
    answers?: RegExp;
  };
  /** Classes that are known to work with it, best first; a class that the modem offers but that is not here is last. */
  classes: readonly FaxClass[];
  baudRate: number;
  flowControl: FlowControl;
  /** After ATZ and the general ones. */
  init: readonly string[];
  /** After every +FCLASS=, which some modems take as an occasion to forget settings. */
  afterClass: readonly string[];
  /** How flow control between modem and computer is set; left out: by the commands most modems know. */
  flowCommands?: Readonly<Record<FlowControl, string>>;
  quirks: Quirks;
}

/** Departures from T.31 and T.32; the default of each is the standard's behaviour. Sources: docs/modems.md. */
export interface Quirks {
  /** Silence by the host's clock: the modem has no +FTS/+FRS, or they do harm. */
  noFts?: boolean;
  noFrs?: boolean;
  /** CONNECT of +FTM comes before the carrier is ready: wait so long before the data. */
  transmitDelayMs?: number;
  /** CONNECT on any carrier, then NO CARRIER: +FRH is issued again so often. */
  receiveAgain?: number;
  /** +FCERROR never comes; after a failed +FRM the host tries +FRH by itself. */
  noFcerror?: boolean;
  adaptiveReception?: boolean;
  /** Class 1 modulation codes that are listed but do not work. */
  brokenReceiveCodes?: readonly number[];
  brokenTransmitCodes?: readonly number[];
  /** DLE is not doubled in received data. */
  singleDle?: boolean;
  /** Received frames come without their FCS, or with a wrong one; the result code is trusted instead. */
  unreliableFcs?: boolean;
  /** Class 2.x: received page data has its bits reversed (Rockwell), where a page itself does not tell. */
  reversedData?: boolean;
  /** Class 2: the octet that starts page data from the modem: DC2 by most, DC1 by the draft. */
  startOctet?: 0x11 | 0x12;
  /** Class 2.0: the modem sends no RTC; the host must. */
  hostSendsRtc?: boolean;
  /** Class 2.x: ECM is offered but faulty. */
  brokenEcm?: boolean;
  /** Pause between a result and the next command. */
  commandGapMs?: number;
}
