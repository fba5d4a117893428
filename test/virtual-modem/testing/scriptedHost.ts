// A host for tests of the virtual modem: says something, and lets modelled time pass until the modem has answered.

import type { VirtualClock } from '../../../fax/t30/testing/virtualClock.ts';
import { DleUnstuffer, END_OF_DATA, isEndOfData, stuffDle } from '../modem/dleStuffing.ts';
import { openMemoryCable } from '../pty.ts';
import type { MemoryCable } from '../pty.ts';

export class ScriptedHost {
  readonly cable: MemoryCable = openMemoryCable();
  readonly #clock: VirtualClock;
  /** What has come and was not asked for yet. */
  #heard = Buffer.alloc(0);

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.cable.onHostData = (octets) => (this.#heard = Buffer.concat([this.#heard, octets]));
  }

  /** What has come since it was last asked. */
  get heard(): string {
    return this.#heard.toString('latin1');
  }

  /** A command; returns all up to and including `answer`. Throws when it does not come in time. */
  at(command: string, answer = 'OK', withinMs = 60_000): string {
    this.cable.hostWrites(`AT${command}\r`);
    return this.until(`\r\n${answer}\r\n`, withinMs);
  }

  until(wanted: string, withinMs = 60_000): string {
    const untilMs = this.#clock.nowMs + withinMs;
    this.#clock.run(untilMs, () => this.#heard.includes(wanted, 0, 'latin1'));
    const at = this.#heard.indexOf(wanted, 0, 'latin1');
    if (at < 0) throw new Error(`no ${JSON.stringify(wanted)}, but ${JSON.stringify(this.heard)}`);
    const taken = this.#heard.subarray(0, at + wanted.length).toString('latin1');
    this.#heard = this.#heard.subarray(at + wanted.length);
    return taken;
  }

  /** Data with their end. */
  data(octets: Uint8Array): void {
    this.cable.hostWrites(stuffDle(octets));
    this.cable.hostWrites(END_OF_DATA);
  }

  /** A frame behind CONNECT, and the result that it brings. */
  frame(octets: Uint8Array, answer: 'CONNECT' | 'OK'): void {
    this.data(octets);
    this.until(`\r\n${answer}\r\n`);
  }

  /** Data up to their end. Throws when it does not come in time. */
  readData(withinMs = 120_000): Uint8Array {
    const unstuffer = new DleUnstuffer();
    const octets: number[] = [];
    let read = 0;
    const readOn = (): boolean => {
      while (read < this.#heard.length) {
        const unstuffed = unstuffer.take(this.#heard[read++] ?? 0);
        if (unstuffed !== null && 'octets' in unstuffed) octets.push(...unstuffed.octets);
        else if (isEndOfData(unstuffed)) return true;
      }
      return false;
    };
    let isWhole = false;
    this.#clock.run(this.#clock.nowMs + withinMs, () => (isWhole ||= readOn()));
    if (!isWhole && !readOn()) throw new Error(`data without end: ${octets.length} octets`);
    this.#heard = this.#heard.subarray(read);
    return Uint8Array.from(octets);
  }

  /** +FRH=3, the frame that comes and how it was judged. */
  receiveFrame(): Uint8Array {
    this.cable.hostWrites('AT+FRH=3\r');
    this.until('\r\nCONNECT\r\n');
    const frame = this.readData();
    this.until('\r\nOK\r\n');
    return frame;
  }
}
