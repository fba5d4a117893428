// Line bits written by hand.

/** The bytes of code words written as 0 and 1, filled up with zeros; blanks between them are for the reader. */
export function bits(...words: string[]): Uint8Array {
  const all = words.join('').replaceAll(' ', '');
  return Uint8Array.from({ length: (all.length + 7) >> 3 }, (_, index) =>
    parseInt(all.slice(index * 8, index * 8 + 8).padEnd(8, '0'), 2),
  );
}

/** The bits of the bytes as 0 and 1. */
export function bitText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(2).padStart(8, '0');
  return text;
}

/** A copy with one bit turned over. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
  return copy;
}

export const EOL = '000000000001';
