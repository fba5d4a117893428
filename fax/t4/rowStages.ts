// The steps of a raster conversion, each fed row by row. Rows are words of 32 pixels, the first in the highest bit,
// black = 1, so that 32 pixels are judged at once.

/** Takes rows and gives rows to the next. A row is valid only until the call returns. */
export interface RowStage {
  push(row: Int32Array): void;
  end(): void;
}

/** Words of a row of `width` pixels. */
export function rowWords(width: number): number {
  return (width + 31) >> 5;
}

/**
 * Fewer rows: `to` for every `from`, `to` ≤ `from`. Rows that fall together are merged, none is left out.
 *
 * Two pixels of which one is black are the whole question of halving. Always black (OR) keeps every thin line but
 * turns a dithered photograph black; leaving rows out keeps the photograph but loses thin lines; and half of the
 * area is just the tie that a threshold cannot decide. So the tie is decided by what it belongs to (`textureTies`):
 * the edge of a stroke becomes black; of the ties of a dither every second one does, which keeps its gray.
 */
export class RowMerger implements RowStage {
  readonly #next: RowStage;
  readonly #from: number;
  readonly #to: number;
  readonly #merged: Int32Array;
  #phase = 0;
  #filled = false;
  #startBlack = 0;

  constructor(width: number, scale: { from: number; to: number }, next: RowStage) {
    this.#from = scale.from;
    this.#to = scale.to;
    this.#next = next;
    this.#merged = new Int32Array(rowWords(width));
  }

  push(row: Int32Array): void {
    if (this.#phase < this.#to) {
      if (this.#filled) this.#next.push(this.#merged);
      this.#merged.set(row);
      this.#filled = true;
    } else {
      // Begun alternately, so that a checkerboard stays one.
      this.#startBlack ^= -1;
      mergeInto(this.#merged, row, this.#startBlack);
    }
    this.#phase = (this.#phase + this.#to) % this.#from;
  }

  end(): void {
    if (this.#filled) this.#next.push(this.#merged);
    this.#next.end();
  }
}

/** More rows: `to` for every `from`, `to` ≥ `from`, each repeated as often as it takes. */
export class RowRepeater implements RowStage {
  readonly #next: RowStage;
  readonly #from: number;
  readonly #to: number;
  #phase = 0;

  constructor(scale: { from: number; to: number }, next: RowStage) {
    this.#from = scale.from;
    this.#to = scale.to;
    this.#next = next;
  }

  push(row: Int32Array): void {
    for (this.#phase += this.#to; this.#phase >= this.#from; this.#phase -= this.#from) this.#next.push(row);
  }

  end(): void {
    this.#next.end();
  }
}

/** Fewer pixels per row: `to` of `from`, from / 2 ≤ `to` ≤ `from`; neighbours are merged as `RowMerger` merges rows. */
export class PixelMerger implements RowStage {
  readonly #next: RowStage;
  /** By word: where two pixels merge, and which pixels then remain; by byte: how many remain. */
  readonly #pairs: Int32Array;
  readonly #kept: Int32Array;
  readonly #keptCounts: Uint8Array;
  /** The row to be merged with two above and two below it, rotating. */
  readonly #rows: Int32Array[];
  readonly #out: Int32Array;
  #pushed = 0;
  #startBlack = 0;

  constructor(scale: { from: number; to: number }, next: RowStage) {
    const { from, to } = scale;
    const words = rowWords(from);
    this.#next = next;
    this.#pairs = new Int32Array(words);
    this.#kept = new Int32Array(words);
    this.#keptCounts = new Uint8Array(words * 4);
    this.#rows = Array.from({ length: 5 }, () => new Int32Array(words));
    this.#out = new Int32Array(rowWords(to));
    for (let x = 0, phase = 0; x < from; x++, phase = (phase + to) % from) {
      if (phase < to) {
        this.#kept[x >> 5] = (this.#kept[x >> 5] ?? 0) | (0x8000_0000 >>> (x & 31));
        this.#keptCounts[x >> 3] = (this.#keptCounts[x >> 3] ?? 0) + 1;
      } else {
        this.#pairs[(x - 1) >> 5] = (this.#pairs[(x - 1) >> 5] ?? 0) | (0x8000_0000 >>> ((x - 1) & 31));
      }
    }
  }

  push(row: Int32Array): void {
    this.#slot(this.#pushed + 2).set(row);
    this.#pushed++;
    if (this.#pushed > 2) this.#merge();
  }

  end(): void {
    // Below the page it is white, as it is above.
    for (let rest = this.#pushed > 0 ? 2 : 0; rest > 0; rest--) {
      this.#slot(this.#pushed + 2).fill(0);
      this.#pushed++;
      if (this.#pushed > 2) this.#merge();
    }
    this.#next.end();
  }

  #slot(index: number): Int32Array {
    const row = this.#rows[index % 5];
    if (row === undefined) throw new RangeError('no such row');
    return row;
  }

  /** Of the five rows the middle one is merged. */
  #merge(): void {
    const first = this.#pushed - 3;
    const above2 = this.#slot(first);
    const above = this.#slot(first + 1);
    const row = this.#slot(first + 2);
    const below = this.#slot(first + 3);
    const below2 = this.#slot(first + 4);
    const pairs = this.#pairs;
    const kept = this.#kept;
    const keptCounts = this.#keptCounts;
    const out = this.#out;
    const words = row.length;
    let outWord = 0;
    let outIndex = 0;
    let room = 32;
    this.#startBlack ^= -1;
    let parity = this.#startBlack;
    let pixels = row[0] ?? 0;
    for (let index = 0; index < words; index++) {
      const after = index + 1;
      const nextPixels = row[after] ?? 0;
      const pair = pairs[index] ?? 0;
      const right = (pixels << 1) | (nextPixels >>> 31);
      const tie = (pixels ^ right) & pair;
      let merged = pixels & (right | ~pair);
      if (tie !== 0) {
        const up2 = above2[index] ?? 0;
        const up = above[index] ?? 0;
        const down = below[index] ?? 0;
        const down2 = below2[index] ?? 0;
        const texture = textureTies(
          pair,
          pixels,
          up2,
          up,
          down,
          down2,
          right,
          (up2 << 1) | ((above2[after] ?? 0) >>> 31),
          (up << 1) | ((above[after] ?? 0) >>> 31),
          (down << 1) | ((below[after] ?? 0) >>> 31),
          (down2 << 1) | ((below2[after] ?? 0) >>> 31),
        );
        const odd = prefixParity(texture);
        merged |= (tie & ~texture) | (texture & (odd ^ parity));
        if ((odd & 1) === 1) parity ^= -1;
      }
      const mask = kept[index] ?? 0;
      for (let byte = 0, shift = 24; byte < 4; byte++, shift -= 8) {
        const count = keptCounts[index * 4 + byte] ?? 0;
        const bits = gathered[(((mask >>> shift) & 0xff) << 8) | ((merged >>> shift) & 0xff)] ?? 0;
        if (count <= room) {
          room -= count;
          outWord |= bits << room;
        } else {
          out[outIndex++] = outWord | (bits >>> (count - room));
          room += 32 - count;
          outWord = bits << room;
        }
      }
      pixels = nextPixels;
    }
    if (outIndex < out.length) out[outIndex] = outWord;
    this.#next.push(out);
  }
}

/** More pixels per row: `to` for `from`, `to` ≥ `from`. Works on the runs. */
export class PixelRepeater implements RowStage {
  readonly #next: RowStage;
  readonly #from: number;
  readonly #to: number;
  readonly #out: Int32Array;

  constructor(scale: { from: number; to: number }, next: RowStage) {
    this.#from = scale.from;
    this.#to = scale.to;
    this.#next = next;
    this.#out = new Int32Array(rowWords(scale.to));
  }

  push(row: Int32Array): void {
    const out = this.#out.fill(0);
    let colour = 0;
    let blackFrom = 0;
    for (let index = 0; index < row.length; index++) {
      let differing = (row[index] ?? 0) ^ colour;
      while (differing !== 0) {
        const bit = Math.clz32(differing);
        const position = Math.ceil(((index * 32 + bit) * this.#to) / this.#from);
        if (colour === 0) blackFrom = position;
        else paint(out, blackFrom, Math.min(position, this.#to));
        colour ^= -1;
        differing = ~differing & (0xffff_ffff >>> bit);
      }
    }
    if (colour !== 0) paint(out, blackFrom, this.#to);
    this.#next.push(out);
  }

  end(): void {
    this.#next.end();
  }
}

/** `merged` becomes both rows in one; see RowMerger. */
function mergeInto(merged: Int32Array, row: Int32Array, startParity: number): void {
  let parity = startParity;
  let leftA = 0;
  let a = merged[0] ?? 0;
  for (let index = 0; index < merged.length; index++) {
    const b = row[index] ?? 0;
    const rightA = merged[index + 1] ?? 0;
    if (a !== b) {
      const leftB = row[index - 1] ?? 0;
      const rightB = row[index + 1] ?? 0;
      const texture = textureTies(
        -1,
        a,
        (a >>> 2) | (leftA << 30),
        (a >>> 1) | (leftA << 31),
        (a << 1) | (rightA >>> 31),
        (a << 2) | (rightA >>> 30),
        b,
        (b >>> 2) | (leftB << 30),
        (b >>> 1) | (leftB << 31),
        (b << 1) | (rightB >>> 31),
        (b << 2) | (rightB >>> 30),
      );
      const odd = prefixParity(texture);
      merged[index] = (a & b) | ((a ^ b) & ~texture) | (texture & (odd ^ parity));
      if ((odd & 1) === 1) parity ^= -1;
    }
    leftA = a;
    a = rightA;
  }
}

/**
 * Which of the pairs (a, b) that differ belong to a dither and not to a stroke: those in runs of one or two, of which
 * either there are many side by side, or which touch nothing of their colour on the other side. Of each side its
 * pixels are given, and the two before and after each of them, across the direction of merging.
 */
function textureTies(
  pairs: number,
  a: number,
  beforeA2: number,
  beforeA: number,
  afterA: number,
  afterA2: number,
  b: number,
  beforeB2: number,
  beforeB: number,
  afterB: number,
  afterB2: number,
): number {
  const shortA = ~longRuns(a, beforeA2, beforeA, afterA, afterA2);
  const shortB = ~longRuns(b, beforeB2, beforeB, afterB, afterB2);
  const blackA = a & ~b & pairs;
  const blackB = b & ~a & pairs;
  const short = (blackA | blackB) & (shortA | shortB);
  if (short === 0) return 0;
  // The middle grays of a dither.
  if (countOnes(short) * 4 >= countOnes(pairs)) return short;
  // The light and the dark grays are specks; what touches its like is a thin slanted stroke. In a run of two the other
  // pixel may be the one that touches.
  const touchA = beforeA | afterA | (beforeB & beforeA2) | (afterB & afterA2);
  const touchB = beforeB | afterB | (beforeA & beforeB2) | (afterA & afterB2);
  const walledA = beforeA & afterA & (beforeB | beforeA2) & (afterB | afterA2);
  const walledB = beforeB & afterB & (beforeA | beforeB2) & (afterA | afterB2);
  const blackSpecks = (blackA & shortA & ~touchB) | (blackB & shortB & ~touchA);
  const whiteSpecks = (blackA & shortB & walledA) | (blackB & shortA & walledB);
  return blackSpecks | whiteSpecks;
}

/** Pixels in runs of three or more of one colour, given the two neighbours on either side. */
function longRuns(pixels: number, before2: number, before: number, after: number, after2: number): number {
  const sameBefore = ~(pixels ^ before);
  const sameAfter = ~(pixels ^ after);
  return (sameBefore & ~(pixels ^ before2)) | (sameBefore & sameAfter) | (sameAfter & ~(pixels ^ after2));
}

function countOnes(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x5555_5555);
  count = (count & 0x3333_3333) + ((count >>> 2) & 0x3333_3333);
  count = (count + (count >>> 4)) & 0x0f0f_0f0f;
  return Math.imul(count, 0x0101_0101) >>> 24;
}

/** Each bit: whether the bits from the first up to it are odd in number. */
function prefixParity(bits: number): number {
  let parity = bits;
  parity ^= parity >>> 1;
  parity ^= parity >>> 2;
  parity ^= parity >>> 4;
  parity ^= parity >>> 8;
  return parity ^ (parity >>> 16);
}

function paint(row: Int32Array, from: number, to: number): void {
  if (to <= from) return;
  const first = from >> 5;
  const last = (to - 1) >> 5;
  const firstMask = 0xffff_ffff >>> (from & 31);
  const lastMask = 0xffff_ffff << (31 - ((to - 1) & 31));
  if (first === last) {
    row[first] = (row[first] ?? 0) | (firstMask & lastMask);
    return;
  }
  row[first] = (row[first] ?? 0) | firstMask;
  row.fill(-1, first + 1, last);
  row[last] = (row[last] ?? 0) | lastMask;
}

/** By `mask << 8 | byte`: the bits of the byte under the mask, moved together to the right. */
const gathered = gatherTable();

function gatherTable(): Uint8Array {
  const table = new Uint8Array(1 << 16);
  for (let mask = 1; mask < 256; mask++) {
    const lowest = mask & -mask;
    const rest = mask ^ lowest;
    for (let byte = 0; byte < 256; byte++) {
      const others = table[(rest << 8) | byte] ?? 0;
      table[(mask << 8) | byte] = (others << 1) | ((byte & lowest) === 0 ? 0 : 1);
    }
  }
  return table;
}
