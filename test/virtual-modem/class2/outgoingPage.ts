// A page that a Class 2 host brings: its octets as they come, in line order, until the host says that it ends.

import { reverseOctet } from '../../../fax/t30/frames/bitOrder.ts';
import type { Closing } from './class2Host.ts';

const RTC_EOLS = 6;
const EOFB_EOLS = 2;
const TAIL_OCTETS = 24;

export class OutgoingPage {
  /** The host has said that the page ends. */
  ended = false;
  /** The host has broken it off. */
  cancelled = false;
  /** Known at the end in 2.0, and with +FET in 2. */
  closing: Closing | null = null;
  /** Where octets go as they come, instead of being kept. */
  sink: ((octets: Uint8Array) => void) | null = null;
  onChange: () => void = () => undefined;
  /** Tells the host to stop or to go on. */
  onLevel: (octets: number) => void = () => undefined;
  /** Whether the script waits for this host. */
  isScarce: () => boolean = () => true;
  #kept = new Uint8Array(8192);
  #length = 0;
  #tail: number[] = [];
  #wanted = Infinity;
  readonly #leavesEndToHost: boolean;

  /** `leavesEndToHost`: an RTC that is missing stays so. */
  constructor(leavesEndToHost = false) {
    this.#leavesEndToHost = leavesEndToHost;
  }

  get keptOctets(): number {
    return this.#length;
  }

  push(octets: readonly number[]): void {
    for (const octet of octets) {
      this.#tail.push(octet);
      if (this.#tail.length > 2 * TAIL_OCTETS) this.#tail.splice(0, TAIL_OCTETS);
    }
    if (this.sink !== null) {
      this.sink(Uint8Array.from(octets));
      return;
    }
    if (this.#length + octets.length > this.#kept.length) {
      const roomier = new Uint8Array(2 * (this.#kept.length + octets.length));
      roomier.set(this.#kept.subarray(0, this.#length));
      this.#kept = roomier;
    }
    this.#kept.set(octets, this.#length);
    this.#length += octets.length;
    if (this.#length >= this.#wanted) {
      this.#wanted = Infinity;
      this.onChange();
    }
  }

  /** Changes when so many octets are there. */
  want(octets: number): void {
    this.#wanted = octets;
  }

  take(octets: number): Uint8Array {
    const taken = this.#kept.slice(0, Math.min(octets, this.#length));
    this.#kept.copyWithin(0, taken.length, this.#length);
    this.#length -= taken.length;
    return taken;
  }

  end(closing: Closing | null): void {
    this.ended = true;
    this.closing = closing;
    this.onChange();
  }

  cancel(): void {
    this.cancelled = true;
    this.ended = true;
    this.onChange();
  }

  /** What is missing at the end of the page: RTC (with tags in MR) or EOFB; nothing when the host brought it. */
  missingEnd(coding: 'MH' | 'MR' | 'MMR'): Uint8Array {
    const eol = coding === 'MR' ? '0000000000011' : '000000000001';
    const bits = this.#tail
      .slice(-TAIL_OCTETS)
      .map((octet) => reverseOctet(octet).toString(2).padStart(8, '0'))
      .join('');
    const end = eol.repeat(coding === 'MMR' ? EOFB_EOLS : RTC_EOLS);
    if (this.#leavesEndToHost || bits.includes(end)) return new Uint8Array(0);
    const octets: number[] = [];
    for (let at = 0; at < end.length; at += 8) {
      octets.push(reverseOctet(Number.parseInt(end.slice(at, at + 8).padEnd(8, '0'), 2)));
    }
    return Uint8Array.from(octets);
  }
}
