// One page as it comes from the line: decoded row by row and coded anew as T.6 at once, in bounded memory.

import { createHash } from 'node:crypto';
import type { PageQuality } from '../../../fax/t4/coding.ts';
import { PageDecoder } from '../../../fax/t4/pageDecoder.ts';
import { PageEncoder } from '../../../fax/t4/pageEncoder.ts';
import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import { widthPixels } from '../../../fax/t30/negotiation/paper.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import { MAX_PAGE_BYTES, MAX_PAGE_HEIGHT } from '../../../protocol/page.ts';
import type { PageInfo } from '../../../protocol/page.ts';
import { dotsPerInch } from './dotsPerInch.ts';
import { GentleWork } from './gentleWork.ts';

export interface WholePage {
  info: PageInfo;
  /** T.6 as it is stored. */
  data: Uint8Array<ArrayBuffer>;
  quality: PageQuality;
}

/** Decoded in one step, between two looks at the clock. */
const STEP_OCTETS = 64;
/** Not decoded yet: an ECM block has 64 KiB, and is decoded in a fraction of the time that it takes on the line. */
const MOST_WAITING_OCTETS = 8 * 2 ** 20;
const HASH_STEP_OCTETS = 256 * 2 ** 10;
/** Decoded before what was coded anew is taken: pieces that are not too many, and not too large. */
const PIECE_OCTETS = 8_192;

export class ReceivedPage {
  readonly ecm: boolean;
  readonly #decoder: PageDecoder;
  readonly #encoder: PageEncoder;
  readonly #geometry: { width: number; xDpi: number; yDpi: number };
  readonly #mostBytes: number;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #sincePiece = 0;
  #waiting: Uint8Array[] = [];
  #waitingOctets = 0;
  #pumping: Promise<void> | undefined;
  /** Why the page can never be stored. */
  #fault: string | undefined;
  /** Why it can be stored as a damaged one only: its end is missing. */
  #cut: string | undefined;
  #end: { quality: PageQuality; endSeen: boolean } | undefined;
  #forgotten = false;

  constructor(parameters: SessionParameters, mostBytes = MAX_PAGE_BYTES) {
    const { coding, resolution, width, inch, ecmFrameOctets } = parameters;
    this.ecm = ecmFrameOctets !== null;
    this.#mostBytes = mostBytes;
    this.#geometry = { width: widthPixels(width, resolution), ...dotsPerInch(resolution, inch) };
    this.#encoder = new PageEncoder(this.#geometry.width, { coding: 'MMR' });
    this.#decoder = new PageDecoder(
      {
        coding,
        width: this.#geometry.width,
        fillOrder: 'lsb',
        maxRows: MAX_PAGE_HEIGHT,
        startsWithEol: !this.ecm,
      },
      (changes, count) => this.#encoder.addChanges(changes, count),
    );
  }

  /** Octets of an ECM page, decoded while nothing else is to be done. */
  push(octets: Uint8Array): void {
    if (this.#end !== undefined || this.#fault !== undefined || this.#forgotten) return;
    if (this.#waitingOctets + octets.length > MOST_WAITING_OCTETS) {
      this.#fail('more of the page came than can be decoded');
      return;
    }
    // A copy: the driver may use its buffer again.
    this.#waiting.push(octets.slice());
    this.#waitingOctets += octets.length;
    this.#pumping ??= this.#pump();
  }

  /** The decoder for a page without ECM: what a line brings in a moment is decoded in less. */
  readonly sink: PageSink = {
    push: (octets) => {
      if (this.#end === undefined) this.#decode(octets);
    },
    end: () => this.#finish(),
  };

  /** Of the rows so far. */
  get quality(): PageQuality {
    return this.#decoder.quality;
  }

  /**
   * The page to be stored, once; resolves when everything is decoded. Rejects with an Error in words. `damaged`: what can be
   * read is enough, and one row at least counts as damaged, for that of which nothing is left.
   */
  async whole(damaged = false): Promise<WholePage> {
    await this.#pumping;
    if (this.#forgotten) throw new Error('the page was dropped');
    const end = this.#finish();
    if (this.#fault !== undefined) throw new Error(this.#fault);
    if (this.#cut !== undefined && !damaged) throw new Error(this.#cut);
    if (end.quality.rows === 0) throw new Error('nothing of the page can be read: it has no row');
    const data = this.#joined();
    const sha256 = await hash(data);
    const info = { ...this.#geometry, height: end.quality.rows, byteLength: data.length, sha256 };
    return { info, data, quality: damaged ? marked(end.quality) : end.quality };
  }

  /** Frees its memory. */
  forget(): void {
    this.#forgotten = true;
    this.#clear();
  }

  async #pump(): Promise<void> {
    const work = new GentleWork();
    // What comes in one go is gathered first.
    await work.rest();
    for (let chunk = this.#waiting.shift(); chunk !== undefined; chunk = this.#waiting.shift()) {
      for (let at = 0; at < chunk.length && this.#fault === undefined; at += STEP_OCTETS) {
        this.#decode(chunk.subarray(at, at + STEP_OCTETS));
        if (work.isDue) await work.rest();
      }
      this.#waitingOctets = Math.max(0, this.#waitingOctets - chunk.length);
    }
    this.#pumping = undefined;
  }

  #decode(octets: Uint8Array): void {
    if (this.#fault !== undefined || this.#forgotten || this.#decoder.ended !== null) return;
    this.#decoder.push(octets);
    this.#sincePiece += octets.length;
    if (this.#sincePiece < PIECE_OCTETS) return;
    this.#sincePiece = 0;
    this.#keep(this.#encoder.take());
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > this.#mostBytes) this.#fail('the page is larger than can be stored');
  }

  #finish(): { quality: PageQuality; endSeen: boolean } {
    if (this.#end !== undefined) return this.#end;
    const how = this.#decoder.end();
    this.#end = { quality: this.#decoder.quality, endSeen: how === 'endOfPage' };
    if (how === 'limit') this.#fail(`the page has more than ${MAX_PAGE_HEIGHT} rows`);
    if (how === 'damage' && this.#end.quality.rows > 0) {
      this.#cut = `the page cannot be read after row ${this.#end.quality.rows}: it is not coded as announced`;
    }
    if (this.#fault === undefined) this.#keep(this.#encoder.end());
    return this.#end;
  }

  #fail(fault: string): void {
    this.#fault ??= fault;
    this.#clear();
  }

  #clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#waiting = [];
    this.#waitingOctets = 0;
  }

  #joined(): Uint8Array<ArrayBuffer> {
    const data = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      data.set(piece, at);
      at += piece.length;
    }
    this.#clear();
    return data;
  }
}

function marked({ rows, badRows, longestBadRun }: PageQuality): PageQuality {
  const bad = Math.max(1, badRows);
  return { rows, goodRows: rows - bad, badRows: bad, longestBadRun: Math.max(1, longestBadRun) };
}

async function hash(data: Uint8Array): Promise<string> {
  const sha256 = createHash('sha256');
  const work = new GentleWork();
  for (let at = 0; at < data.length; at += HASH_STEP_OCTETS) {
    sha256.update(data.subarray(at, at + HASH_STEP_OCTETS));
    if (work.isDue) await work.rest();
  }
  return sha256.digest('hex');
}
