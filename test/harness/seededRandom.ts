// Random choices that can be had again: the seed is printed, and HIKYAKU_SEED sets it.

import { randomInt } from 'node:crypto';

export interface SeededRandom {
  readonly seed: number;
  /** 0 ≤ x < 1. */
  next(): number;
  /** An integer, `from` ≤ x < `below`. */
  integer(from: number, below: number): number;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

/** The seed of the environment, or a fresh one. */
export function chooseSeed(): number {
  const given = process.env.HIKYAKU_SEED;
  return given === undefined || given === '' ? randomInt(2 ** 31) : Number.parseInt(given, 10);
}

/** mulberry32: small, and good enough to choose victims. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (from: number, below: number) => from + Math.floor(next() * (below - from));
  return {
    seed,
    next,
    integer,
    pick: (items) => {
      const item = items[integer(0, items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    shuffled: (items) => {
      const left = [...items];
      return items.flatMap(() => left.splice(integer(0, left.length), 1));
    },
  };
}
