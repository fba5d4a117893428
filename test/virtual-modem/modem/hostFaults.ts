// Faults that a host may meet at its modem, as data: which of the things that a modem says, and what becomes of it.

/** What a modem gives its host: result codes, lines in between (+FDCS: …, answers), and data. */
export type Said = 'result' | 'info' | 'data';

export type Mischief =
  | { type: 'drop' }
  | { type: 'delay'; ms: number }
  | { type: 'double' }
  | { type: 'replace'; by: string }
  /** Octets that nobody sent come before it; made up when none are given. */
  | { type: 'garbage'; octets?: Uint8Array }
  /** It comes in pieces so long, `everyMs` apart. */
  | { type: 'split'; octets: number; everyMs: number }
  /** It comes together with what follows, after so long at the latest. */
  | { type: 'merge'; ms: number }
  | { type: 'lowerCase' }
  /** The modem says nothing any more until it is plugged anew. */
  | { type: 'hang' }
  | { type: 'unplug' };

/** One rule. It strikes the things said that match, the `nth` of them (from 1), or with 0 each. Default 1. */
export interface HostFault {
  what?: Said;
  /** Of the whole text: 'OK', or a pattern. Data are matched as nothing. */
  text?: string | RegExp;
  /** Said in answer to such a command, as `+FTM=146` or `D5551234`. */
  command?: RegExp;
  nth?: number;
  do: Mischief;
}

/** Counts what is said against the rules. */
export class FaultBook {
  #rules: { fault: HostFault; seen: number }[] = [];

  set(faults: readonly HostFault[]): void {
    this.#rules = faults.map((fault) => ({ fault, seen: 0 }));
  }

  /** Rules that have struck, or count still. */
  add(fault: HostFault): void {
    this.#rules.push({ fault, seen: 0 });
  }

  strikes(what: Said, text: string, command: string): Mischief[] {
    const struck: Mischief[] = [];
    for (const rule of this.#rules) {
      const { fault } = rule;
      if (fault.what !== undefined && fault.what !== what) continue;
      if (typeof fault.text === 'string' && fault.text !== text) continue;
      if (fault.text instanceof RegExp && !fault.text.test(text)) continue;
      if (fault.command !== undefined && !fault.command.test(command)) continue;
      rule.seen++;
      const { nth = 1 } = fault;
      if (nth === 0 || nth === rule.seen) struck.push(fault.do);
    }
    return struck;
  }
}
