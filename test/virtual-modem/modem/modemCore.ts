// What the fax side of a virtual modem (Class 1, Class 2) has of the modem around it, and what it is for the modem.

import type { Clock } from '../clock.ts';
import type { LineEnd, LineEvent, Side } from '../line/phoneLine.ts';
import type { Transmitter } from '../line/transmitter.ts';
import type { AtCommand } from './atCommands.ts';
import type { HostLink } from './hostLink.ts';
import type { FaxClass, Personality } from './personality.ts';

export interface ModemCall {
  end: LineEnd;
  transmitter: Transmitter;
  role: Side;
}

/** Takes what the host sends while the modem is not in command state. */
export interface OnlineHandler {
  take(octet: number): void;
  /** The modem can do nothing more before the host sends something. */
  readonly hostsTurn: boolean;
}

export interface ModemCore {
  readonly clock: Clock;
  readonly personality: Personality;
  readonly link: HostLink;
  readonly call: ModemCall | null;
  readonly faxClass: '0' | '8' | FaxClass;
  register(number: number): number;
  /** A value set with a command as `+FLO=1`. */
  value(name: string): string;
  goOnline(handler: OnlineHandler): void;
  /** Back to command state. */
  goCommand(): void;
  /** The command that was pending ends with this result; with OK the rest of its line follows. */
  finish(result: string): void;
  /** Whether the host is to feel that the modem takes no more data. */
  holdUp(heldUp: boolean): void;
  /** To be called when it may have become the host's turn, or has ended. */
  turnChanged(): void;
  hangUp(): void;
  /** As after power on. */
  reset(): void;
  log(text: string): void;
}

export type ExtendedCommand = Extract<AtCommand, { kind: 'extended' }>;

/** `pending`: `finish` follows. Null: not a command of this side. */
export type Verdict = 'ok' | 'error' | 'pending' | null;

export interface FaxSide {
  execute(command: ExtendedCommand): Verdict;
  /** ATD has reached somebody, or ATA (S0) has gone off the hook: the command is pending. */
  connected(call: ModemCall): void;
  lineEvent(event: LineEvent): void;
  /** A character from the host while a command is pending. False: it has no effect. */
  interrupted(): boolean;
  /** The call is over, whoever ended it; or another class was chosen. */
  reset(): void;
}
