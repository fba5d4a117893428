// Starts a target's worker and watches it: a stream that takes too long is a failure, too.

import { Worker } from 'node:worker_threads';
import type { FuzzMessage, FuzzOrder } from './fuzzWorker.ts';

export interface FuzzRun {
  target: string;
  seed: number;
  /** Number of the first stream. */
  from: number;
  streams: number;
  /** After which no further stream is begun. */
  seconds: number;
  /** No stream may take longer. Default 20 s: an ordinary one takes less than a millisecond, on a busy machine too. */
  hangMs?: number;
  onProgress?: (done: number, rssMiB: number) => void;
}

export interface FuzzReport {
  done: number;
  /** Absent when all went well. */
  failure?: { stream: number; message: string; bytes: string };
  slowestMs: number;
  slowestStream: number;
  liveMiB: number;
  rssMiB: number;
}

const HANG_MS = 20_000;
const WATCH_EVERY_MS = 100;

/** Resolves with what was found; rejects only when the worker itself cannot run. */
export async function runFuzz(run: FuzzRun): Promise<FuzzReport> {
  const { target, seed, from, streams, seconds, hangMs = HANG_MS, onProgress } = run;
  const current = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const order: FuzzOrder = { target, seed, from, below: from + streams, seconds, current };
  const worker = new Worker(new URL('./fuzzWorker.ts', import.meta.url), { workerData: order });
  const report = new Promise<FuzzReport>((resolve, reject) => {
    let done = 0;
    let [watched, since] = [-1, performance.now()];
    const failed = (stream: number, message: string, bytes: string) => {
      const measures = { slowestMs: 0, slowestStream: stream, liveMiB: 0, rssMiB: 0 };
      resolve({ done: Math.max(done, stream - from), failure: { stream, message, bytes }, ...measures });
    };
    const watch = setInterval(() => {
      const stream = Atomics.load(current, 0);
      if (stream !== watched) [watched, since] = [stream, performance.now()];
      else if (performance.now() - since > hangMs && stream >= 0)
        failed(stream, `still at it after ${hangMs} ms`, '');
    }, WATCH_EVERY_MS);
    worker.on('message', (message: FuzzMessage) => {
      if (message.type === 'progress') {
        ({ done } = message);
        onProgress?.(done, message.rssMiB);
      } else if (message.type === 'failed') {
        failed(message.stream, message.message, message.bytes);
      } else {
        const { type: _, ...report } = message;
        resolve(report);
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearInterval(watch);
      reject(new Error('the worker ended without a word'));
    });
  });
  try {
    return await report;
  } finally {
    await worker.terminate();
  }
}
