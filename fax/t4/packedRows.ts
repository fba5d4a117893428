// Decoded rows as packed pixels, until they are taken.

import { PAINT_SLACK, paintChanges } from './rowChanges.ts';
import type { Changes } from './rowChanges.ts';

const NO_BYTES = new Uint8Array(0);

export class PackedRows {
  readonly #width: number;
  readonly #stride: number;
  readonly #mostRows: number;
  readonly #expectedRows: number;
  /** White from `#used` on. */
  #bytes = NO_BYTES;
  #view = new DataView(NO_BYTES.buffer);
  #used = 0;

  /** `expectedRows` is only a guess that saves copying. */
  constructor(width: number, mostRows: number, expectedRows: number) {
    this.#width = width;
    this.#stride = (width + 7) >> 3;
    this.#mostRows = mostRows;
    this.#expectedRows = expectedRows;
  }

  add(changes: Changes, count: number): void {
    if (this.#used + this.#stride + PAINT_SLACK > this.#bytes.length) this.#grow();
    paintChanges(changes, count, this.#width, this.#view, this.#used);
    this.#used += this.#stride;
  }

  /** The rows added since the last call. */
  take(): Uint8Array {
    const used = this.#used;
    this.#used = 0;
    if (used * 2 < this.#bytes.length) {
      const rows = this.#bytes.slice(0, used);
      this.#bytes.fill(0, 0, used);
      return rows;
    }
    const rows = this.#bytes.subarray(0, used);
    this.#replace(NO_BYTES);
    return rows;
  }

  #grow(): void {
    const rows = Math.min(this.#mostRows, Math.max(this.#expectedRows, (this.#used / this.#stride) * 2));
    const larger = new Uint8Array(rows * this.#stride + PAINT_SLACK);
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#replace(larger);
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
