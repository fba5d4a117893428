// The tables of run codes against what the standard says of them.

import { describe, expect, test } from 'vitest';
import {
  BLACK_LOOKUP,
  EMPTY_RUN,
  LONGEST_CODED_RUN,
  NO_CODE,
  RUN_LENGTH_SHIFT,
  blackCodes,
  runLookup,
  whiteCodes,
} from './runCodes.ts';
import type { RunCodes } from './runCodes.ts';

const COLOURS: [name: string, codes: RunCodes, lookup: Uint16Array, bits: number][] = [
  ['white', whiteCodes, runLookup.subarray(0, BLACK_LOOKUP), 12],
  ['black', blackCodes, runLookup.subarray(BLACK_LOOKUP), 13],
];

function word(codes: RunCodes, run: number): string {
  const code = codes[run] ?? 0;
  return (code & ((1 << RUN_LENGTH_SHIFT) - 1)).toString(2).padStart(code >>> RUN_LENGTH_SHIFT, '0');
}

describe('run codes', () => {
  test.each([
    [0, '00110101', '0000110111'],
    [1, '000111', '010'],
    [2, '0111', '11'],
    [3, '1000', '10'],
    [63, '00110100', '000001100111'],
    [64, '1101100110101', '00000011110000110111'],
    [1728, '01001101100110101', '00000011001010000110111'],
    [1791, '01001101100110100', '0000001100101000001100111'],
    [1792, '0000000100000110101', '000000010000000110111'],
    [2560, '00000001111100110101', '0000000111110000110111'],
    [2623, '00000001111100110100', '000000011111000001100111'],
  ])('a run of %i has the code words of tables 2 and 3', (run, white, black) => {
    expect(word(whiteCodes, run)).toBe(white);
    expect(word(blackCodes, run)).toBe(black);
  });

  test.each(COLOURS)('%s runs are looked up as they are coded', (_name, codes, lookup, bits) => {
    for (let run = 0; run <= LONGEST_CODED_RUN; run++) {
      let rest = word(codes, run);
      let pixels = 0;
      while (rest !== '') {
        const entry = lookup[parseInt(rest.padEnd(bits, '1').slice(0, bits), 2)] ?? NO_CODE;
        pixels += entry >= EMPTY_RUN ? 0 : entry >> 4;
        expect(entry).not.toBe(NO_CODE);
        rest = rest.slice(entry & 15);
      }
      expect(pixels).toBe(run);
    }
  });

  test.each(COLOURS)(
    'the only hole in the %s codes is that of eight zeros',
    (_name, _codes, lookup, bits) => {
      for (const [index, entry] of lookup.entries())
        expect(entry === NO_CODE).toBe(index >> (bits - 8) === 0);
    },
  );

  test('no code word ends in more than three zeros, so none can hide an EOL', () => {
    for (const codes of [whiteCodes, blackCodes]) {
      for (let run = 0; run <= LONGEST_CODED_RUN; run++) expect(word(codes, run)).not.toMatch(/0000$/);
    }
  });
});
