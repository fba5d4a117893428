// A modem in memory behind a port in memory, for the tests of the line keeper and the modem host.

import type { LineStateName, ModemIdentity, ModemReply, ModemSetup } from '../../protocol/modem.ts';
import { modemReplySchema } from '../../protocol/modem.ts';
import { createAtDialogue } from './at/atDialogue.ts';
import type { ModemFacts } from './faxDriver.types.ts';
import { lineTimes } from './lineKeeper.types.ts';
import type { LineParts, LineTimes } from './lineKeeper.types.ts';
import { SerialClosedError } from './serial/serialConnection.types.ts';
import type { OpenSerial, SerialEvents, SerialFault } from './serial/serialConnection.types.ts';

export const quickTimes: LineTimes = {
  ...lineTimes,
  absentMs: 20,
  heldMs: [20],
  deniedMs: [20],
  silentMs: [20],
  unfitMs: [20],
};

export const setup: ModemSetup = {
  path: '/dev/fax',
  faxClass: 'auto',
  flowControl: 'auto',
  localId: '+81 75 000 0001',
  toneDialling: true,
  blindDial: false,
  extraInit: [],
};

export const identity: ModemIdentity = {
  maker: 'Paper',
  model: 'Modem',
  revision: '1',
  profile: 'generic',
  classes: ['1'],
  faxClass: '1',
  sendRatesBps: [14_400],
  receiveRatesBps: [14_400],
  ecm: true,
};

export const facts: ModemFacts = {
  profile: {
    name: 'generic',
    match: {},
    classes: ['1'],
    baudRate: 115_200,
    flowControl: 'none',
    init: [],
    afterClass: [],
    quirks: {},
  },
  faxClass: '1',
  transmitCodes: [146],
  receiveCodes: [146],
  class2Capabilities: [],
  adaptiveReception: false,
};

export interface FakeModem {
  /** What it says to a command; undefined: nothing. Default: OK to all. */
  answer: (command: string) => string | undefined;
  /** Every command that it was sent. */
  readonly heard: string[];
  /** Why the port cannot be opened. */
  fault: SerialFault | undefined;
  /** Openings that went well, and the path of the last one. */
  readonly openings: number;
  readonly path: string | undefined;
  readonly isOpen: boolean;
  readonly dtr: readonly boolean[];
  say(text: string): void;
  /** The cable is pulled. */
  vanish(): void;
  readonly parts: { -readonly [Part in keyof LineParts]: LineParts[Part] };
}

export function fakeModem(): FakeModem {
  const heard: string[] = [];
  const dtr: boolean[] = [];
  let events: SerialEvents | undefined;
  let openings = 0;
  let lastPath: string | undefined;
  let typed = '';
  const openSerial: OpenSerial = async ({ path }, listeners) => {
    await Promise.resolve();
    if (modem.fault !== undefined) throw new SerialClosedError(modem.fault);
    events = listeners;
    openings++;
    lastPath = path;
    return {
      path,
      async write(octets) {
        if (events !== listeners) throw new SerialClosedError(GONE);
        typed += Buffer.from(octets).toString('latin1');
        const commands = typed.split('\r');
        typed = commands.pop() ?? '';
        for (const command of commands) {
          heard.push(command);
          const answer = modem.answer(command);
          if (answer !== undefined) modem.say(answer);
        }
      },
      setFlowControl: async () => undefined,
      setBaudRate: async () => undefined,
      async setDtr(on) {
        dtr.push(on);
        return true;
      },
      discard: async () => undefined,
      async close() {
        if (events === listeners) events = undefined;
      },
    };
  };
  const modem: FakeModem = {
    answer: () => 'OK',
    heard,
    fault: undefined,
    get openings() {
      return openings;
    },
    get path() {
      return lastPath;
    },
    get isOpen() {
      return events !== undefined;
    },
    dtr,
    say(text) {
      const to = events;
      setImmediate(() => to?.data(Buffer.from(`\r\n${text}\r\n`, 'latin1')));
    },
    vanish() {
      const to = events;
      events = undefined;
      modem.fault = GONE;
      to?.closed(GONE);
    },
    parts: {
      openSerial,
      createDialogue: createAtDialogue,
      usbPorts: { identityOf: async () => undefined, find: async () => undefined },
      async discover(dialogue) {
        const { result } = await dialogue.command('ATI', { timeoutMs: 200 });
        if (result === 'OK') return { facts, identity };
        if (result === 'ERROR') return { problem: 'unfit', detail: 'It cannot fax.' };
        return { problem: 'silent', detail: 'Nothing answers.' };
      },
      async initialise(dialogue) {
        return (await dialogue.command('ATZ', { timeoutMs: 200 })).result === 'OK';
      },
    },
  };
  return modem;
}

const GONE: SerialFault = { kind: 'absent', detail: 'The cable was pulled.' };

const LONGEST_WAIT_MS = 10_000;

/** What was told, every word of it in the gateway's language. */
export class Told {
  readonly replies: ModemReply[] = [];
  readonly tell = (reply: ModemReply): void => {
    this.replies.push(modemReplySchema.parse(reply));
    for (const look of this.#waiting) look();
  };
  readonly #waiting = new Set<() => void>();

  of<T extends ModemReply['type']>(type: T): Extract<ModemReply, { type: T }>[] {
    return this.replies.filter((reply): reply is Extract<ModemReply, { type: T }> => reply.type === type);
  }

  get states(): LineStateName[] {
    return this.of('line').map(({ state }) => state);
  }

  async until<T extends ModemReply['type']>(
    type: T,
    is: (reply: Extract<ModemReply, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ModemReply, { type: T }>> {
    return await this.#once(`a ${type}`, () => this.of(type).find(is));
  }

  async untilState(state: LineStateName): Promise<void> {
    await this.#once(`the state ${state}`, () => (this.states.at(-1) === state ? state : undefined));
  }

  /** What `find` finds, now or after something more was told. */
  #once<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${what} was not told: ${JSON.stringify(this.replies)}`));
      }, LONGEST_WAIT_MS);
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(limit);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  forget(): void {
    this.replies.length = 0;
  }
}
