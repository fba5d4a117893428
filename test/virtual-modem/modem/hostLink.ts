// What the modem says to its host: result codes verbose or numeric, lines in between, data; in order, with the faults
// that the rules ask for.

import type { Clock } from '../clock.ts';
import type { SerialCable } from '../pty.ts';
import { FaultBook } from './hostFaults.ts';
import type { HostFault, Mischief, Said } from './hostFaults.ts';

/** V.250 table 1, and T.31's +F4 for +FCERROR. */
const NUMERIC: Readonly<Record<string, string>> = {
  OK: '0',
  CONNECT: '1',
  RING: '2',
  'NO CARRIER': '3',
  ERROR: '4',
  'NO DIALTONE': '6',
  BUSY: '7',
  'NO ANSWER': '8',
  '+FCERROR': '+F4',
};

export interface HostLinkOptions {
  onSaid: (what: Said, text: string) => void;
  onFault: (text: string) => void;
  unplug: () => void;
}

interface Queued {
  octets: Uint8Array;
  delayMs: number;
}

export class HostLink {
  verbose = true;
  quiet = false;
  /** What was commanded last: rules may ask for it. */
  command = '';
  readonly faults = new FaultBook();
  readonly #clock: Clock;
  readonly #cable: SerialCable;
  readonly #options: HostLinkOptions;
  readonly #queue: Queued[] = [];
  #waiting = false;
  #merging: Uint8Array[] | null = null;
  #hung = false;

  constructor(clock: Clock, cable: SerialCable, options: HostLinkOptions) {
    this.#clock = clock;
    this.#cable = cable;
    this.#options = options;
  }

  /** The modem says nothing any more. */
  get hung(): boolean {
    return this.#hung;
  }

  setFaults(faults: readonly HostFault[]): void {
    this.faults.set(faults);
  }

  /** After replugging: nothing of what was to be said comes any more. */
  restart(): void {
    this.#hung = false;
    this.#queue.length = 0;
    this.#merging = null;
  }

  hang(): void {
    this.#hung = true;
    this.#queue.length = 0;
  }

  result(text: string): void {
    if (this.quiet) return;
    this.#say('result', text, (said) => this.#frameResult(said));
  }

  /** A line in between, as `+FDCS: …` or the answer to a question. */
  info(text: string): void {
    this.#say('info', text, (said) =>
      Buffer.from(this.verbose ? `\r\n${said}\r\n` : `${said}\r\n`, 'latin1'),
    );
  }

  data(octets: Uint8Array): void {
    this.#say('data', '', () => octets);
  }

  /** Echo and flow control: never disturbed. */
  raw(octets: Uint8Array): void {
    this.#put(octets, 0);
  }

  #frameResult(text: string): Uint8Array {
    const framed = this.verbose ? `\r\n${text}\r\n` : `${NUMERIC[text] ?? text}\r`;
    return Buffer.from(framed, 'latin1');
  }

  #say(what: Said, text: string, frame: (text: string) => Uint8Array): void {
    if (this.#hung) return;
    if (what !== 'data') this.#options.onSaid(what, text);
    let said: Uint8Array[] = [frame(text)];
    let delayMs = 0;
    for (const mischief of this.faults.strikes(what, text, this.command)) {
      this.#options.onFault(`${mischief.type} ${what} ${text}`);
      switch (mischief.type) {
        case 'drop':
          said = [];
          break;
        case 'delay':
          delayMs += mischief.ms;
          break;
        case 'double':
          said = [...said, ...said];
          break;
        case 'replace':
          said = [frame(mischief.by)];
          break;
        case 'garbage':
          said = [mischief.octets ?? GARBAGE, ...said];
          break;
        case 'lowerCase':
          said = said.map((octets) =>
            Buffer.from(Buffer.from(octets).toString('latin1').toLowerCase(), 'latin1'),
          );
          break;
        case 'split':
          this.#putSplit(said, mischief, delayMs);
          return;
        case 'merge':
          this.#merge(said, mischief.ms);
          return;
        case 'hang':
          this.hang();
          return;
        case 'unplug':
          this.#options.unplug();
          return;
      }
    }
    for (const octets of said) {
      this.#put(octets, delayMs);
      delayMs = 0;
    }
  }

  #putSplit(said: readonly Uint8Array[], split: Extract<Mischief, { type: 'split' }>, delayMs: number): void {
    let waitMs = delayMs;
    for (const octets of said) {
      for (let at = 0; at < octets.length; at += Math.max(1, split.octets)) {
        this.#put(octets.subarray(at, at + Math.max(1, split.octets)), waitMs);
        waitMs = split.everyMs;
      }
    }
  }

  #merge(said: readonly Uint8Array[], ms: number): void {
    const merging = this.#merging ?? [];
    this.#merging = merging;
    merging.push(...said);
    this.#clock.after(ms, () => this.#endMerging(merging));
  }

  #endMerging(merging: Uint8Array[]): void {
    if (this.#merging !== merging) return;
    this.#merging = null;
    this.#put(Buffer.concat(merging), 0);
  }

  #put(octets: Uint8Array, delayMs: number): void {
    if (this.#merging !== null) {
      this.#merging.push(octets);
      this.#endMerging(this.#merging);
      return;
    }
    this.#queue.push({ octets, delayMs });
    this.#drain();
  }

  #drain(): void {
    while (!this.#waiting) {
      const [next] = this.#queue;
      if (next === undefined) return;
      if (next.delayMs > 0) {
        this.#waiting = true;
        this.#clock.after(next.delayMs, () => {
          this.#waiting = false;
          next.delayMs = 0;
          this.#drain();
        });
        return;
      }
      this.#queue.shift();
      this.#cable.write(next.octets);
    }
  }
}

const GARBAGE = Uint8Array.of(0x00, 0xff, 0x7e, 0x8f, 0x0d, 0x41, 0xfe);
