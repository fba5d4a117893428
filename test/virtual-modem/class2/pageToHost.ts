// A page that a Class 2 modem gives to its host: kept until the host says that it is ready, then given as it comes.

import { reverseOctets } from '../../../fax/t30/frames/bitOrder.ts';
import { END_OF_DATA, stuffDle } from '../modem/dleStuffing.ts';
import type { HostLink } from '../modem/hostLink.ts';
import type { OnlineHandler } from '../modem/modemCore.ts';

const CAN = 0x18;
const STARTS: Readonly<Record<'DC1' | 'DC2' | 'either', readonly number[]>> = {
  DC1: [0x11],
  DC2: [0x12],
  either: [0x11, 0x12],
};

export interface PageToHostOptions {
  link: HostLink;
  isReversed: boolean;
  /** What the host must send first. */
  start: 'DC1' | 'DC2' | 'either';
  abort: () => void;
  turnChanged: () => void;
}

export class PageToHost {
  readonly handler: OnlineHandler;
  readonly #options: PageToHostOptions;
  #kept: Uint8Array[] = [];
  #started = false;
  #ended = false;
  #broken = false;
  #afterwards: (() => void) | null = null;

  constructor(options: PageToHostOptions) {
    this.#options = options;
    const isStarted = (): boolean => this.#started;
    this.handler = {
      get hostsTurn() {
        return !isStarted();
      },
      take: (octet) => this.#take(octet),
    };
  }

  push(octets: Uint8Array): void {
    if (this.#broken) return;
    const { link, isReversed } = this.#options;
    const ordered = isReversed ? reverseOctets(octets) : octets.slice();
    if (this.#started) link.data(stuffDle(ordered));
    else this.#kept.push(ordered);
  }

  end(): void {
    if (this.#ended || this.#broken) return;
    this.#ended = true;
    if (this.#started) this.#options.link.data(END_OF_DATA);
  }

  /** What is to be said when the host has all of the page. */
  whenRead(action: () => void): void {
    this.end();
    if (this.#started) action();
    else this.#afterwards = action;
  }

  /** The call is over. */
  breakOff(): void {
    this.end();
    this.#broken = true;
    this.#afterwards = null;
  }

  #take(octet: number): void {
    if (octet === CAN) {
      this.#options.abort();
      return;
    }
    if (this.#started || !STARTS[this.#options.start].includes(octet)) return;
    this.#started = true;
    for (const octets of this.#kept.splice(0)) this.#options.link.data(stuffDle(octets));
    if (this.#ended) this.#options.link.data(END_OF_DATA);
    this.#options.turnChanged();
    this.#afterwards?.();
  }
}
