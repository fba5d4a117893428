// A page from one coding to another by its changing elements, without pixels; with pixels only where its size changes too.

import type { DecodeOptions, EncodeOptions, PageEnd, PageQuality } from './coding.ts';
import { PageDecoder } from './pageDecoder.ts';
import { PageEncoder } from './pageEncoder.ts';
import { RasterConverter } from './rasterConversion.ts';
import type { TargetFormat } from './rasterConversion.ts';
import { PAINT_SLACK, paintChanges } from './rowChanges.ts';

/** To another resolution or width on the way. */
export interface Resizing {
  /** What the incoming page has, in pixels per inch. */
  xDpi: number;
  yDpi: number;
  target: TargetFormat;
}

export interface Transcoded {
  data: Uint8Array;
  /** Of the page that came in. Damaged rows were replaced, so the new page has none. */
  quality: PageQuality;
  end: PageEnd;
}

/** Codes a whole page anew. Throws RangeError for options that no coder takes, never for data. */
export function transcode(
  data: Uint8Array,
  from: DecodeOptions,
  to: EncodeOptions,
  resizing?: Resizing,
): Transcoded {
  const transcoder = new Transcoder(from, to, resizing);
  transcoder.push(data);
  const end = transcoder.end();
  return { data: transcoder.take(), quality: transcoder.quality, end };
}

/** The same for a page that is still coming in: its rows leave as soon as they are complete. */
export class Transcoder {
  readonly #decoder: PageDecoder;
  readonly #encoder: PageEncoder;
  readonly #converter: RasterConverter | undefined;
  #rest: Uint8Array | undefined;
  #isEnded = false;

  /** Throws RangeError for options that no coder takes. */
  constructor(from: DecodeOptions, to: EncodeOptions, resizing?: Resizing) {
    const { width } = from;
    this.#encoder = new PageEncoder(resizing?.target.width ?? width, to);
    if (resizing === undefined) {
      this.#decoder = new PageDecoder(from, (changes, count) => {
        this.#encoder.addChanges(changes, count);
      });
      return;
    }
    const { xDpi, yDpi, target } = resizing;
    const converter = new RasterConverter({ width, xDpi, yDpi }, target, (row) => {
      this.#encoder.addRows(row);
    });
    this.#converter = converter;
    const row = new Uint8Array(((width + 7) >> 3) + PAINT_SLACK);
    const view = new DataView(row.buffer);
    this.#decoder = new PageDecoder(from, (changes, count) => {
      row.fill(0);
      paintChanges(changes, count, width, view, 0);
      converter.push(row, 0);
    });
  }

  /** Of the rows that came in so far. */
  get quality(): PageQuality {
    return this.#decoder.quality;
  }

  /** Why the incoming page ended, or null while it goes on. */
  get ended(): PageEnd | null {
    return this.#decoder.ended;
  }

  /** Takes the next data of the page, of any length. */
  push(chunk: Uint8Array): void {
    this.#decoder.push(chunk);
  }

  /** The whole bytes that are ready since the last call. */
  take(): Uint8Array {
    const rest = this.#rest;
    this.#rest = undefined;
    return rest ?? this.#encoder.take();
  }

  /** Says that there are no more data. What is left of the new page can then be taken. */
  end(): PageEnd {
    const wasEnded = this.#isEnded;
    const end = this.#decoder.end();
    if (!wasEnded) {
      this.#isEnded = true;
      this.#converter?.end();
      this.#rest = this.#encoder.end();
    }
    return end;
  }
}
