// Runs one target over its streams, in a worker thread so that a hang can be ended from outside.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '../harness/seededRandom.ts';
import { mutate } from './mutate.ts';
import { fuzzTarget } from './targets.ts';

export interface FuzzOrder {
  target: string;
  seed: number;
  /** Streams from … below. */
  from: number;
  below: number;
  seconds: number;
  /** The stream that is being worked on; watched from outside. */
  current: Int32Array<SharedArrayBuffer>;
}

export type FuzzMessage =
  | { type: 'progress'; done: number; rssMiB: number }
  | { type: 'failed'; stream: number; message: string; bytes: string }
  | { type: 'done'; done: number; slowestMs: number; slowestStream: number; liveMiB: number; rssMiB: number };

const MIB = 1024 * 1024;
const CLOCK_EVERY = 64;
const MEMORY_EVERY = 20_000;
/** The first measure is taken when everything was used once. */
const MEMORY_FIRST = 4_000;
/** What may be live more than at first: results are dropped, so only what is kept by mistake grows. */
const GROWTH_MIB = 24;
const RSS_GROWTH_MIB = 300;
const COLLECTIONS = 8;
const COLLECTION_PAUSE_MS = 50;
/** The stream can be had again by its number; its begin is for a first look. */
const MOST_BYTES_SHOWN = 512;
const PROGRESS_MS = 2_000;

function run(order: FuzzOrder): FuzzMessage {
  const prepared = fuzzTarget(order.target).prepare();
  const begun = performance.now();
  let reported = begun;
  let [slowestMs, slowestStream] = [0, order.from];
  let baseline: { liveMiB: number; rssMiB: number } | undefined;
  let stream = order.from;
  for (; stream < order.below; stream++) {
    Atomics.store(order.current, 0, stream);
    // Every stream has a seed of its own, so that it can be had again alone.
    const random = seededRandom((order.seed ^ Math.imul(stream + 1, 0x9e3779b1)) >>> 0);
    const sample = prepared.choose(random);
    const bytes = mutate(sample.bytes, random, sample.others);
    const streamBegun = performance.now();
    try {
      sample.check(bytes, random);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return {
        type: 'failed',
        stream,
        message,
        bytes: Buffer.from(bytes.subarray(0, MOST_BYTES_SHOWN)).toString('hex'),
      };
    }
    const now = performance.now();
    if (now - streamBegun > slowestMs) [slowestMs, slowestStream] = [now - streamBegun, stream];
    const done = stream - order.from + 1;
    if (done === MEMORY_FIRST || done % MEMORY_EVERY === 0) {
      let memory = measureMemory();
      const before = (baseline ??= memory);
      const grown = () =>
        memory.liveMiB > before.liveMiB + GROWTH_MIB || memory.rssMiB > before.rssMiB + RSS_GROWTH_MIB;
      // Large buffers are given back by another thread, some time after the collection.
      for (let tries = 0; tries < COLLECTIONS && grown(); tries++) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, COLLECTION_PAUSE_MS);
        memory = measureMemory();
      }
      if (grown()) {
        const message = `memory grew: ${JSON.stringify(before)} became ${JSON.stringify(memory)}`;
        return { type: 'failed', stream, message, bytes: '' };
      }
    }
    if (done % CLOCK_EVERY !== 0) continue;
    if (now - reported > PROGRESS_MS) {
      reported = now;
      send({ type: 'progress', done, rssMiB: process.memoryUsage.rss() / MIB });
    }
    if (now - begun > order.seconds * 1000) {
      stream++;
      break;
    }
  }
  return { type: 'done', done: stream - order.from, slowestMs, slowestStream, ...measureMemory() };
}

function send(message: FuzzMessage): void {
  parentPort?.postMessage(message);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function measureMemory(): { liveMiB: number; rssMiB: number } {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { liveMiB: Math.round((heapUsed + external) / MIB), rssMiB: Math.round(rss / MIB) };
}

send(run(workerData as FuzzOrder));
