// What the keeper of a line is given, and what it tells: the modem's parts behind it, the host in front of it.

import type {
  LineStateName,
  LineTestResult,
  ModemIdentity,
  ModemReply,
  ModemSetup,
} from '../../protocol/modem.ts';
import type { AtDialogue } from './at/atDialogue.types.ts';
import type { discoverModem, initialiseModem } from './discovery/discoverModem.ts';
import type { ModemFacts } from './faxDriver.types.ts';
import type { UsbPorts } from './serial/usbPorts.ts';
import type { OpenSerial, SerialConnection, SerialFault } from './serial/serialConnection.types.ts';

/** A dialogue as its owner sees it: octets from the port go in here, and the end of the port is told. */
export interface KeptDialogue extends AtDialogue {
  receive(octets: Uint8Array): void;
  closed(): void;
  /** Pause between a result and the next command. */
  setCommandGap(gapMs: number): void;
}

export interface LineParts {
  openSerial: OpenSerial;
  createDialogue: (connection: SerialConnection) => KeptDialogue;
  discover: typeof discoverModem;
  initialise: typeof initialiseModem;
  /** Follows a modem that comes back under another name. */
  usbPorts: UsbPorts;
}

export interface LineEvents {
  state: (state: LineStateName, more: { modem?: ModemIdentity; detail?: string }) => void;
  ring: (ring: Omit<Extract<ModemReply, { type: 'ring' }>, 'type'>) => void;
  ringEnded: () => void;
}

/** The line while a call has it. */
export interface LineInUse {
  readonly dialogue: AtDialogue;
  readonly connection: SerialConnection;
  readonly facts: ModemFacts;
  readonly setup: ModemSetup;
  /** Resolves when the port goes away. */
  readonly lost: Promise<SerialFault>;
  /** The call is over: the modem is made ready again. */
  giveBack(): void;
}

/** What can be waited for, in milliseconds. */
export interface LineTimes {
  /** A port that is not there is looked for so often; a watch on its folder is quicker where it works. */
  absentMs: number;
  /** Pauses between tries, the last one again and again. */
  heldMs: readonly number[];
  deniedMs: readonly number[];
  silentMs: readonly number[];
  unfitMs: readonly number[];
  /** An idle modem is asked whether it is still there. */
  checkMs: number;
  /** Without a further ring the caller has given up. */
  ringEndMs: number;
  /** From the first ring: by then who calls has been told, or will not be. */
  callerIdMs: number;
}

export const lineTimes: LineTimes = {
  absentMs: 2_000,
  heldMs: [2_000, 5_000, 10_000, 30_000],
  // Right after plugging in, the system has not given the port to its group yet.
  deniedMs: [1_000, 3_000, 10_000, 30_000],
  silentMs: [2_000, 5_000, 10_000, 20_000, 30_000],
  unfitMs: [10_000, 30_000, 60_000],
  checkMs: 180_000,
  ringEndMs: 8_000,
  // Modems tell a ring at its beginning or its end; its number begins at least 0.5 s behind its end and takes about a
  // second (ETSI EN 300 659-1, GR-30), and the next ring is as a rule 5 or 6 s behind this one.
  callerIdMs: 4_000,
};

export type LineTestAnswer = (result: LineTestResult) => void;
