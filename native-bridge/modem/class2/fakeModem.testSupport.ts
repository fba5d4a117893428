// A Class 2, 2.0 or 2.1 modem at the other end of the AT dialogue, in memory, with a far fax machine behind it: for the
// driver's tests. It says what it is told to say; the faults of a test are made in what it says.

import { copyReversed } from '../../../fax/t4/fillOrder.ts';
import { createAtDialogue } from '../at/atDialogue.ts';
import type { ModemDialogue } from '../at/atDialogue.ts';
import type { SerialConnection } from '../serial/serialConnection.types.ts';

interface FarPage {
  octets: Uint8Array;
  postPage: number;
  status?: number;
  /** It says DCS before it, as before a page that comes again. */
  trains?: boolean;
  /** The call ends in its middle. */
  cut?: boolean;
}

interface FarMachine {
  /** What it calls itself; empty for nothing. */
  id: string;
  /** Subparameters of its DIS. */
  dis: string;
  /** Of the DCS that is agreed on; left out: what the host asked for. */
  dcs?: string;
  /** Its word about the pages that it is sent, one after the other; then 1. */
  statuses: readonly number[];
  /** What it sends. */
  pages: readonly FarPage[];
  /** Lines about SUB, SEP and PWD. */
  addresses?: readonly string[];
  /** It has a document to be fetched, or wants to fetch one. */
  polling?: 'offers' | 'wants';
}

export interface FakeModemOptions {
  faxClass: '2' | '2.0' | '2.1';
  far: Partial<FarMachine>;
  /** Commands that it does not know, by their beginning. */
  unknown?: readonly string[];
  /** Page data to the host have their bits reversed. */
  reversed?: boolean;
  /** What starts page data to the host. */
  startOctet?: number;
  saysXon?: boolean;
  /** Instead of OK and the far machine's answer to ATD or ATA. */
  dialResult?: string;
  /** Changes what it says, line by line: an empty list drops it. Counted from 0 over the call. */
  mangle?: (line: string, index: number) => readonly string[];
  /** It has gone when it has said so many lines. */
  silentAfter?: number;
  onCommand?: (command: string) => void;
  /** +FDT is answered OK, and nothing happens. */
  okForConnect?: () => boolean;
}

const DLE = 0x10;
const ETX = 0x03;
const NAMES = {
  '2': {
    connected: '+FCON',
    csi: '+FCSI',
    tsi: '+FTSI',
    cig: '+FCIG',
    dis: '+FDIS',
    dcs: '+FDCS',
    dtc: '+FDTC',
    poll: '+FPOLL',
    status: '+FPTS',
    hangup: '+FHNG',
    session: '+FDIS=',
    abort: '+FK',
  },
  '2.0': {
    connected: '+FCO',
    csi: '+FCI',
    tsi: '+FTI',
    cig: '+FPI',
    dis: '+FIS',
    dcs: '+FCS',
    dtc: '+FTC',
    poll: '+FPO',
    status: '+FPS',
    hangup: '+FHS',
    session: '+FIS=',
    abort: '+FKS',
  },
} as const;

export class FakeModem {
  readonly dialogue: ModemDialogue;
  readonly connection: SerialConnection;
  /** Every command line, without AT. */
  readonly commands: string[] = [];
  /** Pages that the host sent: their octets, and how each ended. */
  readonly sent: { octets: Uint8Array; end: string }[] = [];
  onCommand: (command: string) => void = () => undefined;
  onHook = true;
  aborted = false;
  readonly #options: FakeModemOptions;
  readonly #far: FarMachine;
  readonly #names: (typeof NAMES)['2' | '2.0'];
  #mode: 'command' | 'taking' | 'giving' = 'command';
  #line: number[] = [];
  #data: number[] = [];
  #behindDle = false;
  #asked = '0,5,0,0,0,0,0,0';
  #lines = 0;
  #page = 0;
  #verdict = 0;
  #hangup: string | null = null;
  #closing: number | null = null;

  constructor(options: FakeModemOptions) {
    this.#options = options;
    this.#far = { id: '03-1234 5678', dis: '1,5,0,2,1,0,0,0', statuses: [], pages: [], ...options.far };
    this.#names = NAMES[options.faxClass === '2' ? '2' : '2.0'];
    this.dialogue = createAtDialogue({
      write: (octets) => {
        setImmediate(() => {
          for (const octet of octets) this.#take(octet);
        });
        return Promise.resolve();
      },
    });
    this.connection = {
      path: 'fake',
      write: () => Promise.resolve(),
      setFlowControl: () => Promise.resolve(),
      setBaudRate: () => Promise.resolve(),
      setDtr: () => Promise.resolve(false),
      discard: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  unplug(): void {
    this.dialogue.closed();
  }

  #take(octet: number): void {
    switch (this.#mode) {
      case 'command':
        if (octet !== 0x0d) {
          this.#line.push(octet);
          return;
        }
        this.#command(String.fromCharCode(...this.#line).replace(/^[^A]*AT/u, ''));
        this.#line = [];
        return;
      case 'taking':
        this.#takeData(octet);
        return;
      case 'giving':
        if (octet === 0x18) this.#stopGiving();
        else if (octet === (this.#options.startOctet ?? 0x12)) this.#give();
    }
  }

  #command(command: string): void {
    this.commands.push(command);
    this.#options.onCommand?.(command);
    this.onCommand(command);
    const { unknown = [], faxClass, far } = this.#options;
    if (unknown.some((name) => command.startsWith(name))) this.#say('ERROR');
    else if (command.startsWith('D')) this.#answered('dial');
    else if (command === 'A') this.#answered('answer');
    else if (command === 'H' || command === 'H0') {
      this.onHook = true;
      this.#say('OK');
    } else if (command === '+FDT') this.#startTaking();
    else if (command === '+FDR') this.#startGiving();
    else if (faxClass === '2' && command.startsWith('+FET=')) this.#pageOver(Number(command.slice(5)));
    else if (command === this.#names.abort) {
      this.aborted = true;
      this.#hangUp('2');
      this.#say('OK');
    } else if (command === `${this.#names.status}?`) {
      this.#say(String(this.#verdict));
      this.#say('OK');
    } else if (/^\+F(AXERR|HS)\?$/u.test(command)) {
      this.#say(this.#hangup ?? '0');
      this.#say('OK');
    } else if (/^\+FD?CS\?$/u.test(command)) {
      this.#say(far.dcs ?? '1,5,0,2,0,0,0,0');
      this.#say('OK');
    } else {
      if (command.startsWith(`${this.#names.status}=`)) this.#verdict = Number(command.at(-1));
      if (command.startsWith(this.#names.session)) this.#asked = command.slice(this.#names.session.length);
      this.#say('OK');
    }
  }

  #answered(how: 'dial' | 'answer'): void {
    const { dialResult } = this.#options;
    if (dialResult !== undefined) {
      for (const line of dialResult.split('|').filter((said) => said !== '')) this.#say(line);
      return;
    }
    this.onHook = false;
    this.#hangup = null;
    const { id, dis, dcs, polling } = this.#far;
    const names = this.#names;
    this.#say(names.connected);
    const idName = how === 'dial' ? names.csi : polling === 'wants' ? names.cig : names.tsi;
    if (id !== '') this.#say(`${idName}:"${id}"`);
    if (how === 'dial') this.#say(`${names.dis}:${dis}`);
    else if (polling === 'wants') this.#say(`${names.dtc}:${dis}`);
    else this.#say(`${names.dcs}:${dcs ?? '1,5,0,2,0,0,0,0'}`);
    for (const line of this.#far.addresses ?? []) this.#say(line);
    if (polling === 'offers') this.#say(names.poll);
    this.#say('OK');
  }

  #startTaking(): void {
    if (this.onHook) {
      this.#say('ERROR');
      return;
    }
    if (this.#options.okForConnect?.() === true) {
      this.#say('OK');
      return;
    }
    this.#say(`${this.#names.dcs}:${this.#far.dcs ?? this.#asked}`);
    this.#say('CONNECT');
    this.#mode = 'taking';
    this.#data = [];
    this.#behindDle = false;
    if (this.#options.faxClass === '2' && this.#options.saysXon !== false) this.#raw(Uint8Array.of(0x11));
  }

  #takeData(octet: number): void {
    if (!this.#behindDle) {
      if (octet === DLE) this.#behindDle = true;
      else this.#data.push(octet);
      return;
    }
    this.#behindDle = false;
    if (octet === DLE) {
      this.#data.push(DLE);
      return;
    }
    if (octet === ETX) {
      this.#mode = 'command';
      this.#say('OK');
      return;
    }
    const code =
      ','.charCodeAt(0) === octet
        ? 0
        : ';'.charCodeAt(0) === octet
          ? 1
          : '.'.charCodeAt(0) === octet
            ? 2
            : null;
    if (code === null || this.#options.faxClass === '2') return;
    this.#mode = 'command';
    this.#pageOver(code);
  }

  #pageOver(code: number): void {
    this.sent.push({ octets: Uint8Array.from(this.#data), end: ['MPS', 'EOM', 'EOP'][code] ?? '?' });
    this.#verdict = this.#far.statuses[this.sent.length - 1] ?? 1;
    const isGood = this.#verdict % 2 === 1;
    if (this.#options.faxClass === '2') this.#say(`+FPTS:${this.#verdict}`);
    if (isGood && code === 2) this.#hangUp('0');
    if (isGood && code === 1) this.#say(`${this.#names.dis}:${this.#far.dis}`);
    this.#say(this.#options.faxClass === '2' || isGood ? 'OK' : 'ERROR');
  }

  #startGiving(): void {
    if (this.onHook) {
      this.#say('ERROR');
      return;
    }
    const page = this.#far.pages[this.#page];
    if (page === undefined || (this.#closing === 2 && this.#verdict !== 2)) {
      this.#hangUp('0');
      this.#say('OK');
      return;
    }
    if (this.#far.polling === 'offers' && this.#page === 0)
      this.#say(`${this.#names.dcs}:${this.#far.dcs ?? '1,5,0,2,0,0,0,0'}`);
    if (page.trains === true) this.#say(`${this.#names.dcs}:${this.#far.dcs ?? '1,5,0,2,0,0,0,0'}`);
    if (this.#options.faxClass === '2') this.#say('+FCFR');
    this.#say('CONNECT');
    this.#mode = 'giving';
  }

  #give(): void {
    const page = this.#far.pages[this.#page];
    if (page === undefined) return;
    this.#page += 1;
    this.#mode = 'command';
    this.#closing = page.postPage;
    this.#verdict = page.status ?? 1;
    const octets = new Uint8Array(page.octets);
    if (this.#options.reversed === true) copyReversed(octets, octets, 0);
    this.#raw(Uint8Array.from([...octets].flatMap((octet) => (octet === DLE ? [DLE, DLE] : [octet]))));
    this.#raw(Uint8Array.of(DLE, ETX));
    if (page.cut === true) {
      this.#hangUp('91');
      this.#say('OK');
      return;
    }
    this.#say(`${this.#names.status}:${page.status ?? 1},100,0,0`);
    this.#say(`+FET:${page.postPage}`);
    this.#say('OK');
  }

  #stopGiving(): void {
    this.#mode = 'command';
    this.#raw(Uint8Array.of(DLE, ETX));
    this.#hangUp('2');
    this.#say('OK');
  }

  #hangUp(code: string): void {
    if (this.#hangup === null) this.#say(`${this.#names.hangup}:${code}`);
    this.#hangup = code;
    this.onHook = true;
  }

  #say(line: string): void {
    const index = this.#lines;
    this.#lines += 1;
    if (this.#lines > (this.#options.silentAfter ?? Infinity)) return;
    for (const said of this.#options.mangle?.(line, index) ?? [line]) {
      this.#raw(Buffer.from(`\r\n${said}\r\n`));
    }
  }

  #raw(octets: Uint8Array): void {
    if (this.#lines > (this.#options.silentAfter ?? Infinity)) return;
    this.dialogue.receive(octets);
  }
}
