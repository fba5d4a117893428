// Bits in the order of the line, gathered 32 at a time.

import { copyReversed } from './fillOrder.ts';
import type { FillOrder } from './coding.ts';

/**
 * The fields are open to the row coders, which keep them in local variables while they work: `pending` holds the
 * last `32 − free` bits in its low end (what is above them is of no meaning); `free` is 1 … 32.
 */
export class BitWriter {
  view: DataView;
  /** Bytes written to the view; four at a time. */
  position = 0;
  pending = 0;
  free = 32;
  #bytes: Uint8Array;
  readonly #fillOrder: FillOrder;

  constructor(fillOrder: FillOrder, capacity: number) {
    this.#fillOrder = fillOrder;
    this.#bytes = new Uint8Array(capacity);
    this.view = new DataView(this.#bytes.buffer);
  }

  /** Bits written since the last `take`, and those left over by it. */
  get bits(): number {
    return this.position * 8 + 32 - this.free;
  }

  /** Makes room for `bytes` more bytes. */
  reserve(bytes: number): void {
    const needed = this.position + bytes + 4;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.position));
    this.#bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** Appends the low `length` (1 … 31) bits of `bits`, the others being 0. Room must have been reserved. */
  put(bits: number, length: number): void {
    const left = this.free - length;
    if (left > 0) {
      this.pending = (this.pending << length) | bits;
      this.free = left;
    } else {
      this.view.setInt32(this.position, (this.pending << this.free) | (bits >>> -left));
      this.position += 4;
      this.pending = bits;
      this.free = 32 + left;
    }
  }

  /** Appends `count` zeros. */
  fill(count: number): void {
    this.reserve(count >> 3);
    let rest = count;
    for (; rest > 24; rest -= 24) this.put(0, 24);
    if (rest > 0) this.put(0, rest);
  }

  /** Appends zeros up to the next byte. */
  align(): void {
    const spare = this.free & 7;
    if (spare > 0) this.put(0, spare);
  }

  /** The whole bytes since the last call; up to seven bits stay behind. */
  take(): Uint8Array {
    const used = 32 - this.free;
    const length = this.position + (used >> 3);
    if (used > 0) this.view.setInt32(this.position, this.pending << this.free);
    const taken = this.#bytes.slice(0, length);
    if (this.#fillOrder === 'lsb') copyReversed(taken, taken, 0);
    this.position = 0;
    this.free = 32 - (used & 7);
    return taken;
  }
}
