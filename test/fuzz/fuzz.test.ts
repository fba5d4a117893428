// A slice of `npm run fuzz` over all that is fuzzed, with another seed every time, and the proof that it finds faults.

import { describe, expect, test } from 'vitest';
import { chooseSeed } from '../harness/seededRandom.ts';
import { runFuzz } from './runFuzz.ts';
import { FUZZ_TARGETS } from './targets.ts';

const SLICE_SECONDS = 20;
/** Even the busiest machine gets through so many. */
const LEAST_STREAMS = 100;
const streams = 1_000_000;

describe('damaged bytes', () => {
  test.each(FUZZ_TARGETS.map(({ name }) => name))('%s: no throw, no hang, no growth', async (target) => {
    const seed = chooseSeed();
    const seconds = SLICE_SECONDS / FUZZ_TARGETS.length;
    const { failure, done } = await runFuzz({ target, seed, from: 0, streams, seconds });
    const again = `npm run fuzz -- --target '${target}' --seed ${seed} --from ${failure?.stream} --streams 1`;
    expect(failure, again).toBeUndefined();
    expect(done).toBeGreaterThan(LEAST_STREAMS);
  });
});

describe('the fuzzer', () => {
  test('tells the stream that made a reader throw, and finds it again alone', async () => {
    const order = { target: 'throws', seed: 5, seconds: 60 };
    const { failure } = await runFuzz({ ...order, from: 0, streams });
    expect(failure?.message).toContain('beyond the end');
    const again = await runFuzz({ ...order, from: failure?.stream ?? -1, streams: 1 });
    expect(again.failure).toMatchObject({ stream: failure?.stream, bytes: failure?.bytes });
    expect((await runFuzz({ ...order, from: 0, streams: failure?.stream ?? 0 })).failure).toBeUndefined();
  });

  test('ends a reader that hangs, and tells the stream', async () => {
    const order = { target: 'hangs', seed: 5, from: 0, streams, seconds: 60, hangMs: 1_000 };
    const { failure } = await runFuzz(order);
    expect(failure?.message).toContain('still at it');
    expect((await runFuzz({ ...order, streams: failure?.stream ?? 0 })).failure).toBeUndefined();
  });

  test('notices a reader that keeps what it should drop', async () => {
    const { failure } = await runFuzz({ target: 'grows', seed: 5, from: 0, streams, seconds: 60 });
    expect(failure?.message).toContain('memory grew');
  });
});
