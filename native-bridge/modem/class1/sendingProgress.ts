// How much of the page that is being sent has left, told a few times a second.

import type { JournalEvent } from '../../../fax/t30/journal.ts';
import type { Effect } from '../../../fax/t30/machine.ts';
import type { CallProgress } from '../../../protocol/modem.ts';

const TELL_EVERY_MS = 250;
/** ECM: octets of the page in a block of 256 frames. */
const BLOCK_OCTETS = 65_536;

export class SendingProgress {
  readonly #nowMs: () => number;
  readonly #tell: (change: Partial<CallProgress>) => void;
  readonly #octets = new Map<number, number>();
  #page = 0;
  /** Of the blocks before the one that leaves. */
  #doneOctets = 0;
  #percent = 0;
  #toldMs = -Infinity;

  constructor(nowMs: () => number, tell: (change: Partial<CallProgress>) => void) {
    this.#nowMs = nowMs;
    this.#tell = tell;
  }

  pageCoded(page: number, octets: number): void {
    this.#octets.set(page, octets);
  }

  take(event: JournalEvent): void {
    if (event.type === 'pageBegins' && event.direction === 'send') {
      this.#page = event.page;
      this.#doneOctets = 0;
      this.#percent = 0;
      const pageOctets = this.#octets.get(event.page);
      if (pageOctets !== undefined) this.#tell({ pageOctets });
    } else if (event.type === 'blockSent') {
      this.#doneOctets = Math.max(this.#doneOctets, (event.block + 1) * BLOCK_OCTETS);
    } else if (event.type === 'pageConfirmed' && event.direction === 'send') {
      this.#octets.delete(event.page);
    }
  }

  /** Octets that are sent again do not count back. */
  sending({ purpose, data }: Extract<Effect, { type: 'sendFast' }>, share: number): void {
    if (purpose === 'TCF') return;
    const total = this.#octets.get(this.#page) ?? data.length;
    const now = this.#nowMs();
    const ofBlock = purpose === 'ECM' ? Math.min(BLOCK_OCTETS, Math.max(0, total - this.#doneOctets)) : total;
    const octets = Math.min(total, this.#doneOctets + share * ofBlock);
    const percent = Math.min(100, Math.round((octets * 100) / Math.max(1, total)));
    if (percent <= this.#percent || (share < 1 && now - this.#toldMs < TELL_EVERY_MS)) return;
    this.#percent = percent;
    this.#toldMs = now;
    this.#tell({ pagePercent: percent });
  }
}
