// What a host has set in a Class 2, 2.0 or 2.1 modem: capabilities, session parameters, identities, and plain values.

import type { ExtendedCommand, ModemCore, Verdict } from '../modem/modemCore.ts';
import { ValueCommands } from '../modem/valueCommands.ts';
import {
  class2Ranges,
  formatClass2Parameters,
  initialParameters,
  parseClass2Parameters,
} from './class2Parameters.ts';
import type { Class2Parameters } from './class2Parameters.ts';
import { CLASS2_VALUES, settingsOf } from './class2Words.ts';
import type { Class2 } from './class2Words.ts';

export class Class2Settings {
  readonly #core: ModemCore;
  readonly #values = new ValueCommands(CLASS2_VALUES);
  #own: Class2Parameters | null = null;
  #session: Class2Parameters | null = null;

  constructor(core: ModemCore) {
    this.#core = core;
  }

  get faxClass(): Class2 {
    const { faxClass } = this.#core;
    return faxClass === '2.0' || faxClass === '2.1' ? faxClass : '2';
  }

  /** +FDCC, +FCC. */
  get own(): Class2Parameters {
    return this.#own ?? initialParameters();
  }

  /** +FDIS, +FIS; else as `own`. */
  get wanted(): Class2Parameters {
    return this.#session ?? this.own;
  }

  /** A command that only sets a value. Null: not one of this class. */
  execute(command: ExtendedCommand): Verdict {
    if (!this.#isOfThisClass(command.name)) return null;
    return this.#values.execute(command, (text) => this.#core.link.info(text));
  }

  parameters(command: ExtendedCommand, which: 'own' | 'session'): Verdict {
    const now = which === 'own' ? this.own : this.wanted;
    switch (command.action) {
      case 'test':
        this.#core.link.info(class2Ranges(this.#core.personality, this.faxClass));
        return 'ok';
      case 'read':
        this.#core.link.info(this.format(now));
        return 'ok';
      case 'run':
        return 'error';
      case 'set': {
        const parameters = parseClass2Parameters(command.value, now, this.#base);
        if (parameters === null) return 'error';
        if (which === 'own') {
          this.#own = parameters;
          this.#session = null;
        } else this.#session = parameters;
        return 'ok';
      }
    }
  }

  format(parameters: Class2Parameters): string {
    return formatClass2Parameters(parameters, this.#base);
  }

  reset(): void {
    this.#own = null;
    this.#session = null;
    this.#values.reset();
  }

  forgetSession(): void {
    this.#session = null;
  }

  value(name: string): string {
    return this.#values.value(name);
  }

  identity(name: string): string {
    return this.#values.value(name).replaceAll('"', '').trim();
  }

  /** SUB, SEP and PWD, which 2.1 has. */
  text21(name: string): string {
    return this.faxClass === '2.1' ? this.identity(name) : '';
  }

  /** Bit 0 of +FBOR turns the octets of pages round. */
  isReversed(direction: 'send' | 'receive'): boolean {
    const { bitOrder } = settingsOf(this.faxClass);
    const usual =
      direction === 'receive' && this.faxClass === '2' && !this.#core.personality.quirks.directReceiveData;
    return usual !== ((Number(this.#values.value(bitOrder)) & 1) === 1);
  }

  get #base(): 10 | 16 {
    return this.faxClass !== '2' || this.#core.personality.everyResolution ? 16 : 10;
  }

  /** Names of the other class are unknown. */
  #isOfThisClass(name: string): boolean {
    const other = settingsOf(this.faxClass === '2' ? '2.0' : '2');
    const own = settingsOf(this.faxClass);
    const addresses = ['+FSA', '+FPA', '+FPW', '+FAP'];
    if (addresses.includes(name)) return this.faxClass === '2.1';
    return !Object.values(other).includes(name) || Object.values(own).includes(name);
  }
}
