// Pages that arrive in a call, from the line to the gateway's word that they are durable.

import type { PageQuality } from '../../../fax/t4/coding.ts';
import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import { MAX_PAGES } from '../../../protocol/page.ts';
import { ReceivedPage } from './receivedPage.ts';
import type { WholePage } from './receivedPage.ts';

/** Why a page is not durable: `late` may be so by now, too late for its sender. */
export type NotStored = 'diskFull' | 'failed' | 'late' | 'unreadable';

export interface IncomingPagesOptions {
  /** Hands a whole page to the gateway; answered by `stored` or `notStored`. */
  offer(page: number, whole: WholePage, how: { ecm: boolean; partial: boolean }): void;
  /** How long the gateway may take: a sender waits somewhat longer. */
  answerMs?: number;
}

const ANSWER_MS = 45_000;
const NO_ROWS: PageQuality = { rows: 0, goodRows: 0, badRows: 0, longestBadRun: 0 };

interface Storing {
  done: Promise<void>;
  answer: PromiseWithResolvers<void>;
}

export class IncomingPages {
  readonly #options: IncomingPagesOptions;
  readonly #arriving = new Map<number, ReceivedPage>();
  /** What came of the page that arrives at an earlier attempt, where it was the most so far. */
  #earlier: { page: number; arrived: ReceivedPage } | undefined;
  readonly #storing = new Map<number, Storing>();
  readonly #durable = new Set<number>();
  /** Offered, and not answered in time. */
  readonly #late = new Set<number>();
  #closed: string | undefined;
  #whyNot: NotStored | undefined;

  constructor(options: IncomingPagesOptions) {
    this.#options = options;
  }

  /** One page arrives at a time: what had begun before and is not being stored is dropped. */
  begin(page: number, parameters: SessionParameters): void {
    this.#setAside(page);
    for (const other of this.#arriving.keys()) this.drop(other);
    if (this.#closed === undefined && page < MAX_PAGES) {
      this.#arriving.set(page, new ReceivedPage(parameters));
    }
  }

  push(page: number, octets: Uint8Array): void {
    this.#arriving.get(page)?.push(octets);
  }

  /** A page that was not begun is taken and thrown away: it has no rows, and is never confirmed. */
  open(page: number): PageSink {
    return (
      this.#arriving.get(page)?.sink ?? {
        push: () => undefined,
        end: () => ({ quality: NO_ROWS, endSeen: false }),
      }
    );
  }

  quality(page: number): PageQuality | undefined {
    return this.#arriving.get(page)?.quality;
  }

  /** A page that is durable already, or being made so, is never offered again. `damaged`: as `ReceivedPage.whole` has it. */
  store(page: number, damaged = false, partial = false): Promise<void> {
    if (this.#durable.has(page)) {
      this.drop(page);
      return Promise.resolve();
    }
    const known = this.#storing.get(page);
    if (known !== undefined) return known.done;
    const answer = Promise.withResolvers<void>();
    answer.promise.catch(() => undefined);
    const storing: Storing = { done: this.#store(page, answer, { damaged, partial }), answer };
    storing.done.catch(() => undefined);
    this.#storing.set(page, storing);
    return storing.done;
  }

  /** As `store`, of the attempt that brought the most. */
  keep(page: number): Promise<void> {
    const { arrived } = this.#earlier?.page === page ? this.#earlier : {};
    const latest = this.#arriving.get(page);
    if (arrived !== undefined && !this.#storing.has(page)) {
      if (latest === undefined || arrived.quality.rows > latest.quality.rows) {
        latest?.forget();
        this.#arriving.set(page, arrived);
      } else arrived.forget();
      this.#earlier = undefined;
    }
    return this.store(page, true, true);
  }

  drop(page: number): void {
    if (this.#earlier?.page === page) {
      this.#earlier.arrived.forget();
      this.#earlier = undefined;
    }
    if (this.#storing.has(page)) return;
    this.#arriving.get(page)?.forget();
    this.#arriving.delete(page);
  }

  /** The gateway's answer. It counts even when it comes too late: what is durable is never offered again. */
  stored(page: number): void {
    if (!this.#storing.has(page) && !this.#late.delete(page)) return;
    this.#durable.add(page);
    this.#storing.get(page)?.answer.resolve();
  }

  notStored(page: number, detail: string, why: 'diskFull' | 'failed'): void {
    this.#late.delete(page);
    if (this.#storing.has(page)) this.#whyNot = why;
    this.#storing.get(page)?.answer.reject(new Error(detail));
  }

  /** Of the page that failed last, or that its sender waited for in vain; undefined when there is none. */
  get whyNotStored(): NotStored | undefined {
    return this.#whyNot ?? (this.#storing.size > 0 ? 'late' : undefined);
  }

  /** The call is over: nobody waits any more. */
  close(reason: string): void {
    this.#closed = reason;
    for (const { answer } of this.#storing.values()) answer.reject(new Error(reason));
    for (const page of this.#arriving.keys()) this.drop(page);
  }

  /** The page comes anew: the attempt before may be all that there will be of it. */
  #setAside(page: number): void {
    const before = this.#arriving.get(page);
    if (before === undefined || this.#storing.has(page)) return;
    this.#arriving.delete(page);
    if (this.#earlier?.page === page && this.#earlier.arrived.quality.rows >= before.quality.rows) {
      before.forget();
      return;
    }
    this.#earlier?.arrived.forget();
    this.#earlier = { page, arrived: before };
  }

  async #store(
    page: number,
    answer: PromiseWithResolvers<void>,
    { damaged, partial }: { damaged: boolean; partial: boolean },
  ): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      // `store` has to note it first.
      await Promise.resolve();
      if (this.#closed !== undefined) throw new Error(this.#closed);
      const arrived = this.#arriving.get(page);
      if (arrived === undefined) throw new Error(`nothing of page ${page + 1} came in`);
      const whole = await arrived.whole(damaged).catch((error: unknown) => {
        if (this.#closed === undefined) this.#whyNot = 'unreadable';
        throw error;
      });
      if (this.#closed !== undefined) throw new Error(this.#closed);
      timer = setTimeout(() => {
        this.#late.add(page);
        this.#whyNot = 'late';
        answer.reject(new Error('the page was not stored in time'));
      }, this.#options.answerMs ?? ANSWER_MS);
      this.#options.offer(page, whole, { ecm: arrived.ecm, partial });
      await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#storing.delete(page);
      this.drop(page);
    }
  }
}
