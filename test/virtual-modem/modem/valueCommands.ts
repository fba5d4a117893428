// Commands that only keep a value: `+FLO=1`, `+FLO?`, `+FLO=?`.

import type { ExtendedCommand, Verdict } from './modemCore.ts';

export interface ValueCommand {
  initial: string;
  /** What `=?` answers. */
  range: string;
  /** Which values are taken; others are answered with ERROR. Left out: any. */
  takes?: RegExp;
}

export class ValueCommands {
  readonly #commands: Readonly<Record<string, ValueCommand>>;
  readonly #values = new Map<string, string>();

  constructor(commands: Readonly<Record<string, ValueCommand>>) {
    this.#commands = commands;
  }

  reset(): void {
    this.#values.clear();
  }

  value(name: string): string {
    return this.#values.get(name) ?? this.#commands[name]?.initial ?? '';
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  execute(command: ExtendedCommand, info: (text: string) => void): Verdict {
    const known = this.#commands[command.name];
    if (known === undefined) return null;
    switch (command.action) {
      case 'test':
        info(known.range);
        return 'ok';
      case 'read':
        info(this.value(command.name));
        return 'ok';
      case 'run':
        return 'error';
      case 'set':
        if (known.takes !== undefined && !known.takes.test(command.value)) return 'error';
        this.#values.set(command.name, command.value);
        return 'ok';
    }
  }
}

/** Known in every class. */
export const COMMON_VALUES: Readonly<Record<string, ValueCommand>> = {
  '+FLO': { initial: '1', range: '(0-2)', takes: /^[012]$/ },
  '+FPR': { initial: '0', range: '(0-48)', takes: /^[0-9A-F]{1,2}$/i },
  '+FAA': { initial: '0', range: '(0,1)', takes: /^[01]$/ },
  '+FAE': { initial: '0', range: '0,1', takes: /^[01]$/ },
  '+FAR': { initial: '0', range: '0,1', takes: /^[01]$/ },
  '+FCL': { initial: '0', range: '(0-255)', takes: /^\d{1,3}$/ },
  '+FDD': { initial: '0', range: '(0,1)', takes: /^[01]$/ },
  '+FIT': { initial: '0,0', range: '(0-255),(0-1)', takes: /^\d{1,3}(,[01])?$/ },
  '+VCID': { initial: '0', range: '(0-2)', takes: /^[012]$/ },
  '#CID': { initial: '0', range: '0,1,2', takes: /^[012]$/ },
  '+IFC': { initial: '2,2', range: '(0-3),(0-2)' },
  '+IPR': { initial: '0', range: '()' },
  '+ICF': { initial: '3,3', range: '(0-6),(0-3)' },
  '+VDR': { initial: '0,0', range: '(0-255),(0-255)' },
};
