// The codes of the two-dimensional modes (T.4 table 4, T.6 table 1), shared by the MR and MMR coders.

/** The vertical modes VL3 … VR3, indexed by a1 − b1 + 3. */
export const VERTICAL_WORDS = ['0000010', '000010', '010', '1', '011', '000011', '0000011'];
export const PASS_WORD = '0001';
export const HORIZONTAL_WORD = '001';

export const LONGEST_MODE_CODE = 7;

/**
 * By the next 7 bits: a vertical mode as `(a1 − b1 + VERTICAL_REACH) << 4 | bits of the code`; PASS likewise, as 0 from
 * b2, with `PASS_FLAG`: all below `FIRST_OTHER_MODE`. Or one of those from there on.
 */
export const VERTICAL_REACH = 3;
export const PASS_SHIFT = 3;
const PASS_FLAG = 1 << PASS_SHIFT;
export const MODE_BITS_MASK = PASS_FLAG - 1;
export const FIRST_OTHER_MODE = 0x80;
export const HORIZONTAL = 0x80;
/** EOL, an extension, or damage. */
export const NO_MODE = 0xa0;

export const modeLookup: Uint8Array = toLookup([
  ...VERTICAL_WORDS.map((word, index): [string, number] => [word, (index << 4) | word.length]),
  [PASS_WORD, (VERTICAL_REACH << 4) | PASS_FLAG | PASS_WORD.length],
  [HORIZONTAL_WORD, HORIZONTAL],
]);

function toLookup(words: [word: string, entry: number][]): Uint8Array {
  const lookup = new Uint8Array(1 << LONGEST_MODE_CODE).fill(NO_MODE);
  for (const [word, entry] of words) {
    const spare = LONGEST_MODE_CODE - word.length;
    const first = parseInt(word, 2) << spare;
    lookup.fill(entry, first, first + (1 << spare));
  }
  return lookup;
}
