// A fax modem on a serial cable: takes AT commands, has a number in the telephone network, and one of the fax classes.

import { Class1Side } from '../class1/class1Side.ts';
import { Class2Side } from '../class2/class2Side.ts';
import type { Clock } from '../clock.ts';
import type { TelephoneNetwork } from '../line/telephoneNetwork.ts';
import type { SerialCable } from '../pty.ts';
import { parseAtLine } from './atCommands.ts';
import type { AtCommand } from './atCommands.ts';
import { CallControl } from './callControl.ts';
import type { Said } from './hostFaults.ts';
import { HostLink } from './hostLink.ts';
import { identityAnswer, informationAnswer } from './identityCommands.ts';
import { LineEditor } from './lineEditor.ts';
import type { ExtendedCommand, FaxSide, ModemCore, OnlineHandler, Verdict } from './modemCore.ts';
import type { FaxClass, Personality } from './personality.ts';
import { Registers } from './registers.ts';
import { COMMON_VALUES, ValueCommands } from './valueCommands.ts';

export interface ModemEvent {
  type: 'command' | Exclude<Said, 'data'> | 'note' | 'fault';
  text: string;
}

export interface VirtualModemOptions {
  number: string;
  clock: Clock;
  network: TelephoneNetwork;
  cable: SerialCable;
  personality: Personality;
  /** After +FCLASS was never given: as after power on. Default 0. */
  startClass?: FaxClass;
  /** The echo is on whatever ATE says. */
  alwaysEchoes?: boolean;
  onEvent: (event: ModemEvent) => void;
  /** It is the host's turn to act, or no more. */
  onTurn: (hosts: boolean) => void;
}

const MOST_TYPED_AHEAD = 4096;
const CALLER_ID_MS = 2500;

export class VirtualModem {
  readonly link: HostLink;
  readonly control: CallControl;
  readonly #options: VirtualModemOptions;
  readonly #core: ModemCore;
  readonly #sides: Readonly<Record<'1' | '2', FaxSide>>;
  readonly #registers = new Registers();
  readonly #editor: LineEditor;
  readonly #values = new ValueCommands(COMMON_VALUES);
  #faxClass: '0' | '8' | FaxClass;
  #echo = true;
  #resultLevel = 4;
  #queue: AtCommand[] = [];
  #pending: 'none' | 'dial' | 'answer' | 'fax' = 'none';
  #online: OnlineHandler | null = null;
  #typedAhead: number[] = [];
  #taking = false;

  constructor(options: VirtualModemOptions) {
    this.#options = options;
    this.#faxClass = options.startClass ?? '0';
    const { clock, cable, network, number, onEvent } = options;
    this.link = new HostLink(clock, cable, {
      onSaid: (type, text) => {
        if (type !== 'data') onEvent({ type, text });
      },
      onFault: (text) => onEvent({ type: 'fault', text }),
      unplug: () => void this.unplug(),
    });
    this.control = new CallControl({
      number,
      clock,
      network,
      register: (register) => this.#registers.get(register),
      detects: () => ({ dialTone: [2, 4].includes(this.#resultLevel), busy: this.#resultLevel >= 3 }),
      onRing: (call, burst) => this.#rings(call, burst),
      onRingingOver: () => this.#turnChanged(),
      onConnected: (call) => {
        const side = this.#side;
        if (side === null) this.#dataCall();
        else side.connected(call);
      },
      onLineEvent: (event) => this.#side?.lineEvent(event),
      onFailed: (result) => this.#finish(result),
      log: (text) => onEvent({ type: 'note', text }),
    });
    this.#core = this.#makeCore();
    this.#sides = { 1: new Class1Side(this.#core), 2: new Class2Side(this.#core) };
    this.#editor = new LineEditor({
      echo: (octet) => {
        if (this.#echo || options.alwaysEchoes === true) this.link.raw(Uint8Array.of(octet));
      },
      onCommand: (line) => this.#executeLine(line),
    });
    cable.onData = (octets) => this.#take(octets);
  }

  /** The port vanishes in the middle of whatever is going on; the call is lost with the modem's power. */
  async unplug(): Promise<void> {
    this.#options.onEvent({ type: 'note', text: 'unplugged' });
    this.control.away = true;
    this.link.hang();
    this.#reset();
    await this.#options.cable.unplug();
  }

  async plug(): Promise<void> {
    await this.#options.cable.plug();
    this.link.restart();
    this.control.away = false;
    this.#options.onEvent({ type: 'note', text: 'plugged in' });
  }

  async close(): Promise<void> {
    this.control.away = true;
    this.link.hang();
    this.#reset();
    await this.#options.cable.close();
  }

  get #side(): FaxSide | null {
    if (this.#faxClass === '0' || this.#faxClass === '8') return null;
    return this.#sides[this.#faxClass.startsWith('1') ? '1' : '2'];
  }

  #makeCore(): ModemCore {
    const { clock, personality, cable } = this.#options;
    const faxClass = (): ModemCore['faxClass'] => this.#faxClass;
    const call = (): ModemCore['call'] => this.control.call;
    return {
      clock,
      personality,
      link: this.link,
      get call() {
        return call();
      },
      get faxClass() {
        return faxClass();
      },
      register: (number) => this.#registers.get(number),
      value: (name) => this.#values.value(name),
      goOnline: (handler) => {
        this.#online = handler;
        this.#turnChanged();
      },
      goCommand: () => {
        this.#online = null;
        this.#editor.reset();
        cable.setHeldUp(false);
        this.#turnChanged();
      },
      finish: (result) => this.#finish(result),
      holdUp: (heldUp) => cable.setHeldUp(heldUp),
      turnChanged: () => this.#turnChanged(),
      hangUp: () => this.#hangUp(),
      reset: () => this.#reset(),
      log: (text) => this.#options.onEvent({ type: 'note', text }),
    };
  }

  #take(octets: Uint8Array): void {
    if (this.link.hung) return;
    this.#taking = true;
    for (const octet of octets) this.#takeOctet(octet);
    this.#taking = false;
    this.#turnChanged();
  }

  #takeOctet(octet: number): void {
    if (this.#editor.isLineEnd(octet)) return;
    if (this.#online !== null) this.#online.take(octet);
    else if (this.#pending !== 'none') this.#interrupt(octet);
    else this.#editor.take(octet);
  }

  /** Any character ends a command that is under way, as far as it can be ended. */
  #interrupt(octet: number): void {
    if (this.#pending === 'fax' || (this.control.call !== null && this.#side !== null)) {
      if (this.#side?.interrupted() === true) return;
      if (this.#typedAhead.length < MOST_TYPED_AHEAD) this.#typedAhead.push(octet);
      return;
    }
    this.#hangUp();
    this.#finish('NO CARRIER');
  }

  #executeLine(command: string): void {
    this.#options.onEvent({ type: 'command', text: command });
    this.link.command = command.slice(2);
    this.#queue = parseAtLine(command.slice(2));
    this.#runQueue();
  }

  #runQueue(): void {
    for (let command = this.#queue.shift(); command !== undefined; command = this.#queue.shift()) {
      const verdict = this.#execute(command);
      if (verdict === 'pending') {
        this.#turnChanged();
        return;
      }
      if (verdict !== 'ok') {
        this.#queue = [];
        this.#say('ERROR');
        return;
      }
    }
    this.#say('OK');
  }

  #finish(result: string): void {
    this.#online = null;
    this.#pending = 'none';
    this.#options.cable.setHeldUp(false);
    if (result === 'OK' && this.#queue.length > 0) this.#runQueue();
    else {
      this.#queue = [];
      this.#say(result);
    }
  }

  #say(result: string): void {
    this.link.result(result);
    this.#turnChanged();
    const typed = this.#typedAhead.splice(0);
    for (const octet of typed) this.#takeOctet(octet);
  }

  #execute(command: AtCommand): Verdict {
    switch (command.kind) {
      case 'dial':
        return this.#dial(command.number);
      case 'basic':
        return this.#basic(command.name, command.value);
      case 'register':
        if (command.value === null)
          this.link.info(String(this.#registers.get(command.register)).padStart(3, '0'));
        else this.#registers.set(command.register, command.value);
        return 'ok';
      case 'extended': {
        if (this.#options.personality.quirks.absentCommands.includes(command.name)) return 'error';
        const common = this.#common(command);
        if (common !== null) return common;
        // Before: a frame that is there already ends the command within `execute`.
        this.#pending = 'fax';
        const verdict = this.#side?.execute(command) ?? null;
        if (verdict !== 'pending') this.#pending = 'none';
        return verdict ?? 'error';
      }
      case 'unknown':
        return 'error';
    }
  }

  #basic(name: string, value: number | null): Verdict {
    switch (name) {
      case 'A':
        this.#pending = 'answer';
        if (this.control.answer()) return 'pending';
        // Nobody calls: it goes off the hook all the same and hears nothing.
        this.control.listenInVain();
        return 'pending';
      case 'E':
        this.#echo = value === 1;
        return 'ok';
      case 'H':
        if (value !== 1) this.#hangUp();
        return 'ok';
      case 'I': {
        const text = informationAnswer(value ?? 0, this.#options.personality);
        if (text !== null) this.link.info(text);
        return 'ok';
      }
      case 'O':
        return this.control.call === null ? 'error' : 'ok';
      case 'Q':
        this.link.quiet = value === 1;
        return 'ok';
      case 'V':
        this.link.verbose = value !== 0;
        return 'ok';
      case 'X':
        this.#resultLevel = value ?? 0;
        return 'ok';
      case 'Z':
      case '&F':
        this.#reset();
        return 'ok';
      default:
        return 'ok';
    }
  }

  #dial(number: string): Verdict {
    if (this.control.call !== null) return 'error';
    this.#queue = [];
    this.#pending = 'dial';
    if (/^[TP]?\s*;$/i.test(number)) this.control.listenForDialTone();
    else this.control.dial(number.replace(/;$/, ''));
    return 'pending';
  }

  #common(command: ExtendedCommand): Verdict {
    const { personality } = this.#options;
    if (command.name === '+FCLASS') return this.#class(command);
    if (command.name === '+FAR' && !personality.adaptiveReception) return 'error';
    const identity = identityAnswer(command.name, personality);
    if (identity !== null) {
      this.link.info(identity);
      return 'ok';
    }
    return this.#values.execute(command, (text) => this.link.info(text));
  }

  #class(command: ExtendedCommand): Verdict {
    const { classes, classesText, quirks } = this.#options.personality;
    switch (command.action) {
      case 'test':
        this.link.info(classesText ?? ['0', ...classes].join(','));
        return 'ok';
      case 'read':
        this.link.info(this.#faxClass);
        return 'ok';
      case 'run':
        return 'error';
      case 'set': {
        const wanted = classes.find((name) => name === command.value);
        const plain = command.value === '0' || command.value === '8' ? command.value : undefined;
        const chosen = wanted ?? plain;
        if (chosen === undefined) return 'error';
        if (chosen !== this.#faxClass) this.#side?.reset();
        this.#faxClass = chosen;
        if (quirks.softwareFlowInFax && wanted !== undefined) this.#values.set('+FLO', '1');
        return 'ok';
      }
    }
  }

  #rings(call: { from: string; to: string }, burst: number): void {
    if (this.#pending !== 'none' || this.#online !== null) return;
    this.link.result('RING');
    this.#turnChanged();
    if (burst === 1 && [this.#values.value('+VCID'), this.#values.value('#CID')].includes('1')) {
      this.#options.clock.after(CALLER_ID_MS, () => {
        if (!this.control.isRinging) return;
        for (const line of ['DATE = 0101', 'TIME = 1200', `NMBR = ${call.from}`, 'NAME = '])
          this.link.info(line);
      });
    }
    const rings = this.#registers.get(0);
    if (rings > 0 && burst >= rings) {
      this.#pending = 'answer';
      if (!this.control.answer()) this.#pending = 'none';
    }
  }

  /** No data mode here: such a call fails after a while. */
  #dataCall(): void {
    this.#options.clock.after(this.#registers.get(7) * 1000, () => {
      if (this.#side !== null || this.#pending === 'none') return;
      this.#hangUp();
      this.#finish('NO CARRIER');
    });
  }

  #hangUp(): void {
    this.control.hangUp();
    this.#sides['1'].reset();
    this.#sides['2'].reset();
    this.#online = null;
    this.#options.cable.setHeldUp(false);
    this.#turnChanged();
  }

  #reset(): void {
    this.#hangUp();
    this.#registers.reset();
    this.#values.reset();
    this.#faxClass = this.#options.startClass ?? '0';
    this.#echo = true;
    this.#resultLevel = 4;
    this.link.verbose = true;
    this.link.quiet = false;
    this.#pending = 'none';
    this.#editor.reset();
    this.#typedAhead = [];
  }

  #turnChanged(): void {
    if (this.#taking) return;
    const inCall = this.control.call !== null;
    const waits = this.#pending === 'none' && this.#online === null;
    this.#options.onTurn((waits && (inCall || this.control.isRinging)) || this.#online?.hostsTurn === true);
  }
}
