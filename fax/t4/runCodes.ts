// The run-length codes of T.4 (tables 2 and 3), shared by every T.4 and T.6 coder: as code words by run for the
// encoder and as direct lookup by the next bits for the decoder.

/** Length of the longest code word of a white run and of a black run, in bits: also the widths of the lookups. */
export const WHITE_CODE_BITS = 12;
export const BLACK_CODE_BITS = 13;

/** The longest run that has one entry in a `RunCodes`; longer ones are preceded by codes for 2560 pixels. */
export const LONGEST_CODED_RUN = 2560 + 63;
export const LONGEST_MAKE_UP = 2560;

/**
 * By run in pixels: the make-up code, if one is needed, and the terminating code behind it, in the low
 * `RUN_LENGTH_SHIFT` bits; above them how many bits these are (at most 25).
 */
export type RunCodes = Int32Array;
export const RUN_LENGTH_SHIFT = 25;

/**
 * By the next bits of the line: `pixels << 4 | bits of the code`. Below `FIRST_SPECIAL` it ends a run of 1 … 63
 * pixels. Above it is a make-up code below `EMPTY_RUN`, the code of an empty run, or `NO_CODE`.
 */
export type RunLookup = Uint16Array;
export const FIRST_SPECIAL = 64 << 4;
export const EMPTY_RUN = 0xc000;
export const NO_CODE = 0xffff;

/** White runs of 0 … 63, then 64, 128 … 1728. */
const WHITE = (
  '00110101 000111 0111 1000 1011 1100 1110 1111 ' +
  '10011 10100 00111 01000 001000 000011 110100 110101 ' +
  '101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 ' +
  '0101000 0101011 0010011 0100100 0011000 00000010 00000011 00011010 ' +
  '00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 ' +
  '00101001 00101010 00101011 00101100 00101101 00000100 00000101 00001010 ' +
  '00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 ' +
  '01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100 ' +
  '11011 10010 010111 0110111 00110110 00110111 01100100 01100101 ' +
  '01101000 01100111 011001100 011001101 011010010 011010011 011010100 011010101 ' +
  '011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001 ' +
  '010011010 011000 010011011 '
).trim();

/** Black runs of 0 … 63, then 64, 128 … 1728. */
const BLACK = (
  '0000110111 010 11 10 011 0011 0010 00011 ' +
  '000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 ' +
  '0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 ' +
  '00000010111 00000011000 000011001010 000011001011 000011001100 000011001101 000001101000 000001101001 ' +
  '000001101010 000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111 ' +
  '000001101100 000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 ' +
  '000001100100 000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 ' +
  '000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111 ' +
  '0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 ' +
  '0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 ' +
  '0000001110101 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 0000001011010 ' +
  '0000001011011 0000001100100 0000001100101 '
).trim();

/** Runs of 1792, 1856 … 2560, the same for both colours. */
const BOTH = (
  '00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 ' +
  '000000010111 000000011100 000000011101 000000011110 000000011111 '
).trim();

const whiteWords = [...WHITE.split(' '), ...BOTH.split(' ')];
const blackWords = [...BLACK.split(' '), ...BOTH.split(' ')];

export const whiteCodes: RunCodes = toCodes(whiteWords);
export const blackCodes: RunCodes = toCodes(blackWords);
/** White runs by 12 bits, then black ones by 13. */
export const runLookup: RunLookup = new Uint16Array([
  ...toLookup(whiteWords, WHITE_CODE_BITS),
  ...toLookup(blackWords, BLACK_CODE_BITS),
]);
/** Where the black runs begin in `runLookup`. */
export const BLACK_LOOKUP = 1 << WHITE_CODE_BITS;

export const PAIR_BITS = 13;
/**
 * A white run and the black one behind it, both of 1 … 63 pixels, by the next 13 bits:
 * `black << 10 | white << 4 | bits of both codes`. 0 where the bits do not begin with two such codes.
 */
export const pairLookup: Uint16Array = toPairs();

function toPairs(): Uint16Array {
  const lookup = new Uint16Array(1 << PAIR_BITS);
  for (let white = 1; white < 64; white++) {
    for (let black = 1; black < 64; black++) {
      const word = (whiteWords[white] ?? '') + (blackWords[black] ?? '');
      const spare = PAIR_BITS - word.length;
      if (spare < 0) continue;
      const first = parseInt(word, 2) << spare;
      lookup.fill((black << 10) | (white << 4) | word.length, first, first + (1 << spare));
    }
  }
  return lookup;
}

function toCodes(words: string[]): RunCodes {
  return Int32Array.from({ length: LONGEST_CODED_RUN + 1 }, (_, run) => {
    const makeUp = run < 64 ? '' : (words[63 + (run >> 6)] ?? '');
    const word = makeUp + (words[run & 63] ?? '');
    return (word.length << RUN_LENGTH_SHIFT) | parseInt(word, 2);
  });
}

function toLookup(words: string[], bits: number): RunLookup {
  const lookup = new Uint16Array(1 << bits).fill(NO_CODE);
  for (const [index, word] of words.entries()) {
    const pixels = index < 64 ? index : (index - 63) * 64;
    const spare = bits - word.length;
    const first = parseInt(word, 2) << spare;
    const entry = (pixels === 0 ? EMPTY_RUN : pixels << 4) | word.length;
    lookup.fill(entry, first, first + (1 << spare));
  }
  return lookup;
}
