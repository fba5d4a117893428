// Damage as lines, broken senders and people who mean harm do it.

import type { SeededRandom } from '../harness/seededRandom.ts';

type Mutation = (bytes: Uint8Array, random: SeededRandom, others: readonly Uint8Array[]) => Uint8Array;

/** No stream grows beyond this many bytes by mutation. */
const LONGEST = 200_000;

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  flipBits,
  setBytes,
  cut,
  cutBegin,
  remove,
  duplicate,
  splice,
  insertNoise,
  (bytes, random) => insert(bytes, random, eols(random)),
  (bytes, random) => insert(bytes, random, new Uint8Array(length(random))),
  (bytes, random) => insert(bytes, random, new Uint8Array(length(random)).fill(0xff)),
  (bytes, random) => insert(bytes, random, pattern(random)),
  (bytes, random) => overwrite(bytes, random, new Uint8Array(length(random))),
  shiftBits,
];

/** Streams that owe nothing to a page. */
const INVENTED: readonly ((random: SeededRandom) => Uint8Array)[] = [
  (random) => noise(random, random.integer(0, 400)),
  (random) => new Uint8Array(length(random)),
  (random) => new Uint8Array(length(random)).fill(0xff),
  eols,
  pattern,
];

/** Damaged bytes; sometimes, the bytes as they are, and sometimes others altogether. */
export function mutate(bytes: Uint8Array, random: SeededRandom, others: readonly Uint8Array[]): Uint8Array {
  const kind = random.integer(0, 32);
  if (kind === 0) return bytes;
  if (kind <= 2) return random.pick(INVENTED)(random);
  let result = bytes;
  for (let times = random.pick([1, 1, 1, 2, 3, 6, 12]); times > 0; times--) {
    result = random.pick(MUTATIONS)(result, random, others);
  }
  return result.length > LONGEST ? result.subarray(0, LONGEST) : result;
}

function flipBits(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  if (bytes.length === 0) return bytes;
  const result = bytes.slice();
  for (let times = random.pick([1, 1, 2, 4, 16]); times > 0; times--) {
    const at = random.integer(0, result.length);
    result[at] = (result[at] ?? 0) ^ (1 << random.integer(0, 8));
  }
  return result;
}

function setBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return overwrite(bytes, random, noise(random, random.pick([1, 1, 2, 5, 40])));
}

function cut(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return bytes.slice(0, random.integer(0, bytes.length + 1));
}

function cutBegin(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return bytes.slice(random.integer(0, Math.min(bytes.length, 12) + 1));
}

function remove(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const from = random.integer(0, bytes.length + 1);
  return joined(bytes.subarray(0, from), bytes.subarray(from + random.pick([1, 1, 2, 7, 50])));
}

function duplicate(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const from = random.integer(0, bytes.length + 1);
  const piece = bytes.subarray(from, from + random.pick([1, 3, 20, 200]));
  return joined(
    bytes.subarray(0, from),
    ...Array.from({ length: random.pick([1, 1, 2, 8]) }, () => piece),
    bytes.subarray(from),
  );
}

function splice(bytes: Uint8Array, random: SeededRandom, others: readonly Uint8Array[]): Uint8Array {
  if (others.length === 0) return bytes;
  const other = random.pick(others);
  const from = random.integer(0, other.length + 1);
  return joined(bytes.subarray(0, random.integer(0, bytes.length + 1)), other.subarray(from));
}

function insertNoise(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return insert(bytes, random, noise(random, random.pick([1, 2, 10, 60])));
}

/** Everything behind a place one to seven bits later. */
function shiftBits(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const result = bytes.slice();
  const by = random.integer(1, 8);
  for (let at = result.length - 1, from = random.integer(0, bytes.length + 1); at > from; at--) {
    result[at] = (((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0)) >> by;
  }
  return result;
}

function insert(bytes: Uint8Array, random: SeededRandom, piece: Uint8Array): Uint8Array {
  const at = random.integer(0, bytes.length + 1);
  return joined(bytes.subarray(0, at), piece, bytes.subarray(at));
}

function overwrite(bytes: Uint8Array, random: SeededRandom, piece: Uint8Array): Uint8Array {
  const result = bytes.slice();
  const at = random.integer(0, bytes.length + 1);
  result.set(piece.subarray(0, result.length - at), at);
  return result;
}

/** EOLs one after the other, tagged or not, with or without fill, at any bit. */
function eols(random: SeededRandom): Uint8Array {
  const word = random.pick(['000000000001', '0000000000011', '0000000000010', '0000000000000001']);
  const bits = '0'.repeat(random.integer(0, 8)) + word.repeat(random.pick([1, 2, 3, 5, 6, 7, 40]));
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  return Uint8Array.from({ length: padded.length / 8 }, (_, index) =>
    Number.parseInt(padded.slice(index * 8, index * 8 + 8), 2),
  );
}

function pattern(random: SeededRandom): Uint8Array {
  const period = noise(random, random.integer(1, 5));
  return Uint8Array.from({ length: length(random) }, (_, index) => period[index % period.length] ?? 0);
}

function noise(random: SeededRandom, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, () => random.integer(0, 256));
}

/** Mostly short, seldom long. */
function length(random: SeededRandom): number {
  const longest = random.integer(0, 400) === 0 ? 40_000 : random.pick([4, 40, 300]);
  return random.integer(0, longest);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
