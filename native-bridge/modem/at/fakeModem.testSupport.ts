// A modem for tests of asking and calling: answers command lines out of a table, and can be stuck in other states.

import { createAtDialogue, type ModemDialogue } from './atDialogue.ts';
import {
  SerialClosedError,
  type FlowControl,
  type SerialConnection,
} from '../serial/serialConnection.types.ts';

export interface FakeModemOptions {
  /** What a command line is answered with: information lines and the result. Others are answered with OK. */
  answers?: Readonly<Record<string, readonly string[] | undefined>>;
  /** The rate it listens at. */
  baudRate?: number;
  /** What brings it out of its deafness; left out: it listens. */
  deafUntil?: 'DLE ETX' | 'CAN' | '+++' | 'DTR' | 'never';
  /** As stored in it: no results, numbers, echo. */
  stored?: { quiet?: boolean; numeric?: boolean; echo?: boolean };
  /** The port goes when this command arrives. */
  vanishesAt?: string;
  hasDtr?: boolean;
  /** What it says when a character comes while a command is not answered yet. */
  whenInterrupted?: string;
}

export interface FakeModem {
  dialogue: ModemDialogue;
  connection: SerialConnection;
  /** Command lines as they came. */
  commands: string[];
  flowControl: FlowControl;
  baudRate: number;
  /** Sends text to the host. */
  say(text: string): void;
  /** Characters that came while a dialled call was waited for, and in other moments outside of command lines. */
  characters: number[];
}

export function fakeModem(options: FakeModemOptions = {}): FakeModem {
  const { answers = {}, stored = {} } = options;
  let deafUntil = options.deafUntil;
  let isGone = false;
  let { quiet = false, numeric = false, echo = false } = stored;
  let line = '';
  let isWaiting = false;
  const modem: FakeModem = {
    dialogue: createAtDialogue({ write: (octets) => take(octets) }),
    connection: {
      path: '/dev/fake',
      write: (octets) => take(octets),
      setFlowControl: async (flow) => {
        modem.flowControl = flow;
      },
      setBaudRate: async (baudRate) => {
        if (isGone) throw closed();
        modem.baudRate = baudRate;
      },
      setDtr: async (on) => {
        if (options.hasDtr !== true) return false;
        if (!on && deafUntil === 'DTR') deafUntil = undefined;
        return true;
      },
      discard: async () => undefined,
      close: async () => undefined,
    },
    commands: [],
    flowControl: 'none',
    baudRate: 115_200,
    characters: [],
    say: (text) => modem.dialogue.receive(Buffer.from(text, 'latin1')),
  };
  const closed = (): SerialClosedError => new SerialClosedError({ kind: 'absent', detail: 'gone' });

  async function take(octets: Uint8Array): Promise<void> {
    if (isGone) throw closed();
    if (modem.baudRate !== (options.baudRate ?? modem.baudRate)) return;
    const text = Buffer.from(octets).toString('latin1');
    if (deafUntil !== undefined) {
      const signs = { 'DLE ETX': '\x10\x03', CAN: '\x18', '+++': '+++', DTR: '\0\0\0', never: '\0\0\0' };
      if (text.includes(signs[deafUntil])) {
        deafUntil = undefined;
        modem.say('\r\nOK\r\n');
      }
      return;
    }
    for (const sign of text) {
      if (sign === '\r') execute();
      else if (sign < ' ' || sign === '+' ? line !== '' || text.includes('\r') : true) line += sign;
      else {
        modem.characters.push(sign.charCodeAt(0));
        if (isWaiting && options.whenInterrupted !== undefined)
          modem.say(`\r\n${options.whenInterrupted}\r\n`);
        isWaiting = false;
      }
    }
  }

  function execute(): void {
    const command = /AT.*$/.exec(line)?.[0];
    line = '';
    if (command === undefined) return;
    modem.commands.push(command);
    if (command === options.vanishesAt) {
      isGone = true;
      modem.dialogue.closed();
      return;
    }
    if (echo) modem.say(`${command}\r`);
    if (command === 'ATZ') ({ quiet = false, numeric = false, echo = false } = stored);
    if (command.includes('E0')) echo = false;
    if (command.includes('Q0')) quiet = false;
    if (command.includes('V1')) numeric = false;
    const answer = Object.hasOwn(answers, command) ? answers[command] : ['OK'];
    isWaiting = answer === undefined;
    if (answer === undefined || quiet) return;
    const result = answer.at(-1) ?? 'OK';
    const lines = answer.slice(0, -1).map((text) => (numeric ? `${text}\r\n` : `\r\n${text}\r\n`));
    modem.say(lines.join('') + (numeric ? `${result === 'OK' ? 0 : 4}\r` : `\r\n${result}\r\n`));
  }

  return modem;
}

/** A modem of Class 1, 1.0 and 2 that nothing is known about. */
export const FAX_ANSWERS = {
  'AT+FMI?': ['Acme', 'OK'],
  'AT+FMM?': ['"Fax Thing"', 'OK'],
  'AT+FMR?': ['+FMR: 1.2', 'OK'],
  ATI: ['56000', 'OK'],
  'AT+FCLASS=?': ['0,1,1.0,2', 'OK'],
  'AT+FTM=?': ['(24,48,72,73,74,96,97,98,121,122,145,146)', 'OK'],
  'AT+FRM=?': ['24,48,72,96', 'OK'],
  'AT+FDCC=?': ['(0,1),(0-5),(0-2),(0-2),(0,1),(0-2),(0),(0-7)', 'OK'],
} as const;
