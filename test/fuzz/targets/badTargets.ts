// Readers with known faults, so that it can be proven that the fuzzer finds such.

import type { FuzzTarget } from '../fuzzTarget.ts';

const kept: Uint8Array[] = [];

/** Not fuzzed with the others. */
export const BAD_TARGETS: readonly FuzzTarget[] = [
  badTarget('throws', (bytes) => {
    if (bytes.length > 3 && bytes[1] === 0xff) throw new RangeError('beyond the end');
  }),
  badTarget('hangs', (bytes) => {
    for (let at = 0; bytes.length > 0 && bytes[0] === 0xff; at++) if (at < 0) break;
  }),
  badTarget('grows', (bytes) => {
    kept.push(new Uint8Array(5_000), bytes);
  }),
];

function badTarget(name: string, check: (bytes: Uint8Array) => void): FuzzTarget {
  const bytes = Uint8Array.from({ length: 40 }, (_, index) => index);
  return { name, prepare: () => ({ choose: () => ({ bytes, others: [], check }) }) };
}
