// Streams that the fuzzer found: each of them once went wrong.

import { describe, expect, test } from 'vitest';
import { decodePage } from './pageDecoder.ts';

function bytesOf(bits: string): Uint8Array {
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (octet) => Number.parseInt(octet.padEnd(8, '0'), 2));
}

describe('what the fuzzer found', () => {
  test.each([
    ['MH', '000000000001'],
    ['MR', '0000000000011'],
  ] as const)('%s: damaged lines count towards the limit of rows, too', (coding, eol) => {
    const data = bytesOf(`${eol}000000001`.repeat(10) + eol);
    expect(decodePage(data, { coding, width: 300, maxRows: 3 })).toMatchObject({
      quality: { rows: 3, goodRows: 0, badRows: 3, longestBadRun: 3 },
      end: 'limit',
    });
  });

  test('MMR: half an EOFB at the end of the data is no row', () => {
    // One white line, and the first EOL of the two.
    const decoded = decodePage(bytesOf('1000000000001'), { coding: 'MMR', width: 160 });
    expect(decoded).toMatchObject({ quality: { rows: 1, goodRows: 1 }, end: 'endOfData' });
  });
});
