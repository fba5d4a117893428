// The T.6 (MMR) coder: a packed bilevel raster to one T.6 block closed by EOFB.

import { changesCapacity, readChanges } from './rowChanges.ts';
import { blackCodes, whiteCodes } from './runCodes.ts';
import type { RunCodes } from './runCodes.ts';

/** Vertical modes VL3 … VR3 (T.6 table 1), indexed by a1 − b1 + 3. */
const VERTICAL_BITS = [0b0000010, 0b000010, 0b010, 0b1, 0b011, 0b000011, 0b0000011];
const VERTICAL_LENGTHS = [7, 6, 3, 1, 3, 6, 7];
const PASS = 0b0001;
const HORIZONTAL = 0b001;
const EOL = 1;
const LONGEST_MAKE_UP = 2560;

/**
 * Codes a raster as T.6. `raster` has `height` rows of ceil(width / 8) bytes, most significant bit first, black = 1;
 * bits beyond the width are ignored. Throws RangeError when the raster is shorter than that.
 */
export function encodeT6(raster: Uint8Array, width: number, height: number): Uint8Array {
  const stride = (width + 7) >> 3;
  if (width < 1 || height < 0 || raster.length < stride * height) {
    throw new RangeError(`a raster of ${raster.length} bytes is not ${width} × ${height}`);
  }
  const out = new BitWriter(Math.max(1024, (stride * height) >> 3));
  let reference = new Uint32Array(changesCapacity(width)).fill(width, 0, 4);
  let current = new Uint32Array(changesCapacity(width));
  for (let row = 0; row < height; row++) {
    readChanges(raster, row * stride, width, current);
    encodeRow(out, current, reference, width);
    [reference, current] = [current, reference];
  }
  out.put(EOL, 12);
  out.put(EOL, 12);
  return out.finish();
}

/** T.6 §2.2: a0 … a2 lie on the coding line, b1 and b2 on the reference line. */
function encodeRow(out: BitWriter, current: Uint32Array, reference: Uint32Array, width: number): void {
  let a0 = -1;
  /** Index of a1; its parity is the colour of a0. */
  let a = 0;
  let b = 0;
  while (a0 < width) {
    while ((reference[b] ?? width) <= a0 && (reference[b] ?? width) < width) b += 2;
    const a1 = current[a] ?? width;
    const b1 = reference[b] ?? width;
    const b2 = reference[b + 1] ?? width;
    if (b2 < a1) {
      out.put(PASS, 4);
      a0 = b2;
      continue;
    }
    const offset = a1 - b1;
    if (offset >= -3 && offset <= 3) {
      out.put(VERTICAL_BITS[offset + 3] ?? 0, VERTICAL_LENGTHS[offset + 3] ?? 0);
      a0 = a1;
      a++;
      // The other colour's first change beyond a0 may lie just before b1.
      b = b > 0 ? b - 1 : 1;
      continue;
    }
    const a2 = current[a + 1] ?? width;
    const white = (a & 1) === 0;
    out.put(HORIZONTAL, 3);
    putRun(out, a1 - Math.max(a0, 0), white ? whiteCodes : blackCodes);
    putRun(out, a2 - a1, white ? blackCodes : whiteCodes);
    a0 = a2;
    a += 2;
  }
}

function putRun(out: BitWriter, pixels: number, codes: RunCodes): void {
  let rest = pixels;
  for (; rest >= LONGEST_MAKE_UP + 64; rest -= LONGEST_MAKE_UP) putCode(out, codes, 103);
  if (rest >= 64) {
    putCode(out, codes, 63 + (rest >> 6));
    rest &= 63;
  }
  putCode(out, codes, rest);
}

function putCode(out: BitWriter, codes: RunCodes, index: number): void {
  out.put(codes.bits[index] ?? 0, codes.lengths[index] ?? 0);
}

class BitWriter {
  #bytes: Uint8Array;
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Appends the low `length` (≤ 13) bits of `bits`. */
  put(bits: number, length: number): void {
    this.#pending = (this.#pending << length) | bits;
    this.#pendingBits += length;
    while (this.#pendingBits >= 8) {
      this.#pendingBits -= 8;
      this.#append((this.#pending >> this.#pendingBits) & 0xff);
    }
    this.#pending &= 0xff;
  }

  /** The bytes written, the last one filled up with zeros. */
  finish(): Uint8Array {
    if (this.#pendingBits > 0) this.#append((this.#pending << (8 - this.#pendingBits)) & 0xff);
    return this.#bytes.slice(0, this.#length);
  }

  #append(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}
