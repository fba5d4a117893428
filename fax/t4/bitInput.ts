// The data of a page as they come in, kept only as long as they are needed.

import { copyReversed } from './fillOrder.ts';
import type { FillOrder } from './coding.ts';

/** Longest piece that is appended at once. */
const PIECE_BYTES = 32_768;
/** Bytes that may be left unread by a decoder that waits for more: two runs of make-up codes, each a page wide. */
const UNREAD_BYTES = 2_048;
/** Bytes before the position that are kept, so that a search can begin a little before it. */
const HISTORY_BYTES = 4;
/** Zeros behind the data, so that a word can be read at every position up to their end and somewhat beyond. */
const ZERO_BYTES = 16;

export class BitInput {
  /** For reading: the same view all the time. */
  readonly view: DataView;
  /** The end of the data in bits. */
  limit = 0;
  readonly #bytes: Uint8Array;
  readonly #reversed: boolean;

  constructor(fillOrder: FillOrder) {
    this.#reversed = fillOrder === 'lsb';
    this.#bytes = new Uint8Array(HISTORY_BYTES + UNREAD_BYTES + PIECE_BYTES + ZERO_BYTES);
    this.view = new DataView(this.#bytes.buffer);
  }

  /** The pieces in which `chunk` can be appended. */
  *pieces(chunk: Uint8Array): Generator<Uint8Array> {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      yield chunk.subarray(start, start + PIECE_BYTES);
    }
  }

  /** Appends a piece and returns where the bit of `position` is now. */
  append(piece: Uint8Array, position: number): number {
    let end = this.limit >> 3;
    let moved = 0;
    if (end + piece.length + ZERO_BYTES > this.#bytes.length) {
      moved = Math.max(0, (position >> 3) - HISTORY_BYTES);
      this.#bytes.copyWithin(0, moved, end);
      end -= moved;
    }
    if (this.#reversed) copyReversed(piece, this.#bytes, end);
    else this.#bytes.set(piece, end);
    this.limit = (end + piece.length) * 8;
    return position - moved * 8;
  }

  /** Puts zeros behind the data: there will be no more. */
  close(): void {
    const end = this.limit >> 3;
    this.#bytes.fill(0, end, end + ZERO_BYTES);
  }
}
