// What a benchmark is: a name, one sentence, and figures.

import type { Stage } from '../harness/stage.ts';

export interface Figure {
  /** What was measured. */
  figure: string;
  value: number;
  /** `ms`, `MiB`, `pages/s`, `×`. */
  unit: string;
  /** How, in a few words. */
  note: string;
}

export interface Benchmark {
  readonly name: string;
  readonly describe: string;
  /** Not part of a run without names: it takes minutes. */
  readonly onlyByName?: boolean;
  run(stage: Stage): Promise<Figure[]>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  if (upper === undefined || lower === undefined) throw new Error('the median of nothing');
  return (upper + lower) / 2;
}

/** Runs `measure` so many times, one after the other. */
export async function repeat<T>(times: number, measure: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < times; round += 1) results.push(await measure(round));
  return results;
}
