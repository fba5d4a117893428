// The keeper with workers that misbehave in every way.

import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ImagingReply, ImagingRequest } from '../../protocol/imaging.ts';
import { WorkerKeeper } from './workerKeeper.ts';
import type { KeeperOptions } from './workerKeeper.ts';

/** Does what the title of an export asks for. */
const WORKER = `
import { parentPort } from 'node:worker_threads';
let jobs = 0;
parentPort.on('message', async ({ jobId, title }) => {
  jobs++;
  if (title === 'die') process.exit(3);
  if (title === 'throw') throw new Error('out of paper');
  if (title === 'hang') for (;;);
  if (title === 'wait') return;
  if (title === 'fill memory') { const kept = []; for (;;) { kept.push(Buffer.alloc(8 << 20, 1)); await new Promise(setImmediate); } }
  if (title === 'fill heap') { const kept = []; for (;;) kept.push(new Array(100000).fill(jobs + Math.random())); }
  if (title === 'slow steps') {
    for (let page = 1; page <= 6; page++) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      parentPort.postMessage({ type: 'step', jobId, pagesDone: page, pagesTotal: 6 });
    }
  }
  if (title === 'spoil') parentPort.postMessage({ type: 'spoiled' });
  parentPort.postMessage({ type: 'exported', jobId, byteLength: jobs });
  if (title === 'die idle') process.exit(4);
});`;
const entry = new URL(`data:text/javascript,${encodeURIComponent(WORKER)}`);

const job = (title: string): ImagingRequest => ({
  type: 'export',
  jobId: title,
  pages: ['page'],
  format: 'tif',
  title,
  outputPath: 'out',
});

let keeper: WorkerKeeper | undefined;
afterEach(() => keeper?.stop());

/** Runs the jobs and gives all replies once each has ended. */
function run(titles: string[], options: Partial<KeeperOptions> = {}): Promise<ImagingReply[]> {
  return new Promise((resolve, reject) => {
    const replies: ImagingReply[] = [];
    let left = titles.length;
    keeper = new WorkerKeeper(
      { stepLimitMs: 5_000, memoryLimitBytes: 8 * 2 ** 30, systemFonts: false, entry, ...options },
      (reply) => {
        replies.push(reply);
        if (reply.type !== 'progress' && reply.type !== 'page' && --left === 0) resolve(replies);
      },
      () => reject(new Error('gave up')),
    );
    for (const title of titles) keeper.run(job(title));
  });
}

const done = (jobId: string, byteLength: number) => ({ type: 'exported', jobId, byteLength });

describe('the worker keeper', () => {
  test('gives jobs to one worker, one after the other', async () => {
    expect(await run(['a', 'b', 'c'])).toEqual([done('a', 1), done('b', 2), done('c', 3)]);
  });

  test.each(['die', 'throw'])('a worker that ends in a job (%s) fails that job only', async (title) => {
    expect(await run(['a', title, 'b'])).toMatchObject([
      done('a', 1),
      { type: 'failed', jobId: title, code: 'IMAGING_CRASHED' },
      done('b', 1),
    ]);
  });

  test('a worker that hangs is stopped at its limit', async () => {
    expect(await run(['hang', 'b'], { stepLimitMs: 400 })).toMatchObject([
      { type: 'failed', jobId: 'hang', code: 'FILE_TOO_SLOW' },
      done('b', 1),
    ]);
  });

  test('a worker that only waits is stopped by the clock', async () => {
    expect(await run(['wait', 'b'], { stepLimitMs: 400 })).toMatchObject([
      { type: 'failed', jobId: 'wait', code: 'FILE_TOO_SLOW' },
      done('b', 1),
    ]);
  });

  test('the limit is per step: a long job that gets on is left alone, and its steps are told', async () => {
    const replies = await run(['slow steps'], { stepLimitMs: 1_500 });
    expect(replies.filter((reply) => reply.type === 'progress')).toHaveLength(6);
    expect(replies.at(-1)).toEqual(done('slow steps', 1));
  });

  test('a worker that fills the memory is stopped', async () => {
    const memoryLimitBytes = process.memoryUsage.rss() + 300 * 2 ** 20;
    const [failed, next] = await run(['fill memory', 'b'], { memoryLimitBytes, stepLimitMs: 60_000 });
    expect(failed).toMatchObject({ type: 'failed', jobId: 'fill memory', code: 'FILE_TOO_LARGE' });
    expect(next).toEqual(done('b', 1));
  }, 60_000);

  test('a worker that fills its heap is stopped', async () => {
    const [failed, next] = await run(['fill heap', 'b'], { stepLimitMs: 60_000 });
    expect(failed).toMatchObject({ type: 'failed', jobId: 'fill heap', code: 'FILE_TOO_LARGE' });
    expect(next).toEqual(done('b', 1));
  }, 60_000);

  test('a spoiled worker is not used again', async () => {
    expect(await run(['a', 'spoil', 'b'])).toEqual([done('a', 1), done('spoil', 2), done('b', 1)]);
  });

  test('a worker that dies with nothing to do is replaced when there is', async () => {
    const replies = await run(['die idle']);
    // A job may still meet the dying worker; one of the next meets a new one.
    for (
      let next = 0;
      !replies.some((reply) => reply.type === 'exported' && reply.jobId === `next ${next - 1}`);
      next++
    ) {
      const count = replies.length;
      keeper?.run(job(`next ${next}`));
      await vi.waitUntil(() => replies.length > count, { timeout: 10_000 });
    }
    expect(replies.at(-1)).toMatchObject({ byteLength: 1 });
  });
});
