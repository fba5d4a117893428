// Pages on their way to the line: fetched from the gateway, coded as the far machine takes them, the next one ahead of time.

import type { PageFormat } from '../../../fax/t30/parameters.ts';
import { codePage } from './codePage.ts';
import type { StoredPage } from './codePage.ts';

export interface OutgoingPagesOptions {
  /** Of all documents of the call. */
  pageCount: number;
  /** Asks the gateway; answered by `give` or `refuse`. */
  ask(page: number): void;
  /** How long the gateway may take. */
  answerMs?: number;
}

const ANSWER_MS = 30_000;

interface Held {
  stored: Promise<StoredPage>;
  /** Settles `stored`; undefined once it is. */
  answer: PromiseWithResolvers<StoredPage> | undefined;
  timer: NodeJS.Timeout;
  /** The form asked for last. */
  coded: { key: string; data: Promise<Uint8Array>; stop: AbortController } | undefined;
}

/** Holds two pages: the one asked for last, and the one after it. */
export class OutgoingPages {
  readonly #options: OutgoingPagesOptions;
  readonly #held = new Map<number, Held>();
  #closed: string | undefined;

  constructor(options: OutgoingPagesOptions) {
    this.#options = options;
  }

  /**
   * The page coded for the line; the one after it is then made ready in the same form. Rejects with an Error in words.
   */
  async prepare(page: number, format: PageFormat): Promise<Uint8Array> {
    for (const held of this.#held.keys())
      if (held !== page && held !== page + 1) this.#drop(held, 'not needed');
    const data = await this.#code(page, format);
    const next = page + 1;
    if (this.#closed === undefined && next < this.#options.pageCount && this.#held.has(page)) {
      // Why it cannot be had is told when it is asked for.
      this.#code(next, format).catch(() => undefined);
    }
    return data;
  }

  /** Asks for a page before anybody needs it. */
  expect(page: number): void {
    if (page >= this.#options.pageCount || this.#closed !== undefined) return;
    this.#fetch(page);
  }

  /** The gateway's answer. One that nobody waits for is forgotten. */
  give(page: number, stored: StoredPage): void {
    const held = this.#held.get(page);
    held?.answer?.resolve(stored);
    settled(held);
  }

  refuse(page: number, detail: string): void {
    const held = this.#held.get(page);
    held?.answer?.reject(new Error(detail));
    settled(held);
  }

  /** The call is over: nobody waits any more. */
  close(reason: string): void {
    this.#closed = reason;
    for (const page of this.#held.keys()) this.#drop(page, reason);
  }

  #fetch(page: number): Held {
    const known = this.#held.get(page);
    if (known !== undefined) return known;
    const answer = Promise.withResolvers<StoredPage>();
    answer.promise.catch(() => undefined);
    const held: Held = {
      stored: answer.promise,
      answer,
      timer: setTimeout(() => {
        this.refuse(page, 'the page did not come from the gateway in time');
        this.#held.delete(page);
      }, this.#options.answerMs ?? ANSWER_MS),
      coded: undefined,
    };
    this.#held.set(page, held);
    this.#options.ask(page);
    return held;
  }

  async #code(page: number, format: PageFormat): Promise<Uint8Array> {
    if (this.#closed !== undefined) throw new Error(this.#closed);
    if (!Number.isInteger(page) || page < 0 || page >= this.#options.pageCount) {
      throw new Error(`there is no page ${page + 1} in this call`);
    }
    const held = this.#fetch(page);
    const key = formatKey(format);
    if (held.coded?.key !== key) {
      held.coded?.stop.abort(new Error('the page is wanted in another form'));
      const stop = new AbortController();
      const data = held.stored.then((stored) => codePage(stored, format, stop.signal));
      data.catch(() => undefined);
      held.coded = { key, data, stop };
    }
    return held.coded.data;
  }

  #drop(page: number, reason: string): void {
    const held = this.#held.get(page);
    if (held === undefined) return;
    this.#held.delete(page);
    held.answer?.reject(new Error(reason));
    settled(held);
    held.coded?.stop.abort(new Error(reason));
  }
}

function settled(held: Held | undefined): void {
  if (held === undefined) return;
  clearTimeout(held.timer);
  held.answer = undefined;
}

function formatKey(format: PageFormat): string {
  const { coding, k, resolution, widthPixels, maxRows, minScanBits } = format;
  return [
    coding,
    coding === 'MR' ? k : '',
    resolution,
    widthPixels,
    maxRows,
    coding === 'MMR' ? 0 : minScanBits,
  ].join();
}
