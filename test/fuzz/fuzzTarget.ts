// What can be fuzzed: a reader of outside bytes, material for it, and what must hold whatever the bytes are.

import type { SeededRandom } from '../harness/seededRandom.ts';

export interface FuzzTarget {
  readonly name: string;
  /** Good bytes to begin with; made once in each worker. */
  prepare(): PreparedTarget;
}

export interface PreparedTarget {
  /** Gives the bytes to be damaged, and what is to be done with them. */
  choose(random: SeededRandom): FuzzSample;
}

export interface FuzzSample {
  bytes: Uint8Array;
  /** Other material of the same kind, from which pieces are taken. */
  others: readonly Uint8Array[];
  /** Throws when something is wrong. `random` may be used for options and chunk sizes. */
  check(bytes: Uint8Array, random: SeededRandom): void;
}

/** Throws with what was expected. */
export function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(what());
}
