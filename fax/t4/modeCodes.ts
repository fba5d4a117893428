// The codes of the two-dimensional modes (T.4 table 4, T.6 table 1), shared by the MR and MMR coders.

/** The vertical modes VL3 … VR3, indexed by a1 − b1 + 3. */
export const VERTICAL_WORDS = ['0000010', '000010', '010', '1', '011', '000011', '0000011'];
export const PASS_WORD = '0001';
export const HORIZONTAL_WORD = '001';

export const LONGEST_MODE_CODE = 7;
/** Kinds in the lookup; 1 … 7 are the vertical modes, `V0` in their middle. */
export const V0 = 4;
export const PASS = 8;
export const HORIZONTAL = 9;

/** By the next 7 bits: `bits of the code << 4 | kind`; 0 is no code (EOL, an extension, or damage). */
export const modeLookup: Uint8Array = toLookup([
  ...VERTICAL_WORDS.map((word, index): [string, number] => [word, index + 1]),
  [PASS_WORD, PASS],
  [HORIZONTAL_WORD, HORIZONTAL],
]);

function toLookup(words: [word: string, kind: number][]): Uint8Array {
  const lookup = new Uint8Array(1 << LONGEST_MODE_CODE);
  for (const [word, kind] of words) {
    const spare = LONGEST_MODE_CODE - word.length;
    const first = parseInt(word, 2) << spare;
    lookup.fill((word.length << 4) | kind, first, first + (1 << spare));
  }
  return lookup;
}
