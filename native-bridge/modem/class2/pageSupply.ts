// Pages for the line, asked for ahead: the modem must not wait for a page that is still being made.

import type { PageFormat } from '../../../fax/t30/parameters.ts';
import type { PageHost } from '../faxDriver.types.ts';

export interface SuppliedPage {
  octets: Uint8Array;
  format: PageFormat;
}

export class PageSupply {
  readonly #host: PageHost;
  readonly #keepsEnd: boolean;
  #asked: { page: number; format: PageFormat; done: Promise<Uint8Array> } | undefined;

  /** `keepsEnd`: RTC is sent by us, not by the modem. */
  constructor(host: PageHost, keepsEnd: boolean) {
    this.#host = host;
    this.#keepsEnd = keepsEnd;
  }

  /** Has the page made ready while something else goes on. */
  askFor(page: number, format: PageFormat): void {
    if (this.#asked !== undefined && this.#asked.page === page && isSameFormat(this.#asked.format, format))
      return;
    const done = this.#host.prepare(page, format);
    // Whoever takes the page hears of its failure; nobody may.
    done.catch(() => undefined);
    this.#asked = { page, format, done };
  }

  /** Rejects with the host's Error, or one of ours when it takes longer than `timeoutMs`. */
  async take(page: number, format: PageFormat, timeoutMs: number): Promise<SuppliedPage> {
    this.askFor(page, format);
    const asked = this.#asked;
    if (asked === undefined) throw new Error('no page was asked for');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the page was not ready in time')), timeoutMs);
    });
    try {
      const octets = await Promise.race([asked.done, late]);
      return { octets: this.#keepsEnd ? octets : withoutRtc(octets, format), format };
    } catch (error) {
      this.#asked = undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

export function isSameFormat(one: PageFormat, other: PageFormat): boolean {
  return (
    one.coding === other.coding &&
    one.k === other.k &&
    one.resolution === other.resolution &&
    one.widthPixels === other.widthPixels &&
    one.maxRows === other.maxRows &&
    one.minScanBits === other.minScanBits &&
    one.ecm === other.ecm
  );
}

/** EOL six times; with a tag each in MR (T.4 §4.1.4, §4.2.4). */
const RTC_BITS = { MH: 6 * 12, MR: 6 * 13 } as const;

/** The page up to its last row. MMR keeps its EOFB, which no modem adds. */
function withoutRtc(octets: Uint8Array, { coding }: Pick<PageFormat, 'coding'>): Uint8Array {
  if (coding === 'MMR') return octets;
  let bits = octets.length * 8;
  while (bits > 0 && ((octets[(bits - 1) >> 3] ?? 0) & (1 << ((bits - 1) & 7))) === 0) bits -= 1;
  const end = bits - RTC_BITS[coding];
  if (end <= 0) return octets;
  const cut = octets.slice(0, (end + 7) >> 3);
  const last = cut.length - 1;
  // The first bit on the line is the lowest one.
  if ((end & 7) !== 0) cut[last] = (cut[last] ?? 0) & ((1 << (end & 7)) - 1);
  return cut;
}
