// Page data from the modem to the page host: bit order found out, bits turned. Also under error correction every page is
// decoded as it comes: between modem and computer octets are lost that no frame check sequence covers.

import type { PageQuality } from '../../../fax/t4/coding.ts';
import { copyReversed } from '../../../fax/t4/fillOrder.ts';
import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import type { PageHost } from '../faxDriver.types.ts';
import { SAMPLE_OCTETS, detectBitOrder } from './bitOrder.ts';
import { MOST_PAGE_OCTETS } from './limits.ts';

/** What is known of the modem's bit order; found out on the first page that can be read. */
export interface BitOrderKnowledge {
  reversed: boolean | undefined;
  /** Taken when a page does not tell. */
  usuallyReversed: boolean;
}

const NO_ROWS: PageQuality = { rows: 0, goodRows: 0, badRows: 0, longestBadRun: 0 };
const STRAY_RESULT = Buffer.from('\r\nCONNECT\r\n', 'latin1');

export class PageIntake {
  octets = 0;
  readonly #host: PageHost;
  readonly #page: number;
  readonly #order: BitOrderKnowledge;
  /** Null while the modem has not told how the page travels. */
  #parameters: SessionParameters | null;
  #sample: Uint8Array[] = [];
  #reversed: boolean | undefined;
  #found = false;
  #sink: PageSink | undefined;

  constructor(host: PageHost, page: number, order: BitOrderKnowledge, parameters: SessionParameters | null) {
    this.#host = host;
    this.#page = page;
    this.#order = order;
    this.#parameters = parameters;
  }

  /** More than any page has. */
  get isTooLarge(): boolean {
    return this.octets > MOST_PAGE_OCTETS;
  }

  push(octets: Uint8Array): void {
    this.octets += octets.length;
    if (this.isTooLarge) return;
    if (this.#reversed !== undefined) {
      this.#pass(octets, this.#reversed);
      return;
    }
    this.#sample.push(octets.slice());
    if (this.#parameters !== null && this.octets >= SAMPLE_OCTETS) this.#decide(this.#parameters);
  }

  /** The page's data are over. `parameters`: what the modem told at last, where it had not before. */
  end(parameters: SessionParameters): { quality: PageQuality; endSeen?: boolean } {
    if (this.#sink === undefined) this.#decide(this.#parameters ?? parameters);
    return this.#sink?.end() ?? { quality: NO_ROWS, endSeen: false };
  }

  /** The page could be read: the next ones come in the same order. */
  wasGood(): void {
    if (this.#found) this.#order.reversed = this.#reversed;
  }

  #decide(parameters: SessionParameters): void {
    const sample = withoutStrayResult(joined(this.#sample));
    this.#sample = [];
    let { reversed } = this.#order;
    if (reversed === undefined) {
      const found = detectBitOrder(sample, parameters);
      reversed = found === null ? this.#order.usuallyReversed : found === 'msb';
      this.#found = found !== null;
    }
    this.#reversed = reversed;
    this.#parameters = parameters;
    this.#host.begin(this.#page, parameters);
    this.#sink = this.#host.open(this.#page);
    this.#pass(sample, reversed);
  }

  #pass(octets: Uint8Array, reversed: boolean): void {
    if (octets.length === 0) return;
    let passed = octets;
    if (reversed) {
      passed = new Uint8Array(octets.length);
      copyReversed(octets, passed, 0);
    }
    this.#sink?.push(passed);
  }
}

/** CONNECT said twice: the second one stands where the page begins. No page begins so by chance. */
function withoutStrayResult(sample: Uint8Array): Uint8Array {
  const isStray = Buffer.from(sample.subarray(0, STRAY_RESULT.length)).equals(STRAY_RESULT);
  return isStray ? sample.subarray(STRAY_RESULT.length) : sample;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
