// Keeps a worker thread at work within limits of time and memory, and replaces it when it breaks them or dies.

import { Worker } from 'node:worker_threads';
import type { ImagingReply, ImagingRequest } from '../../protocol/imaging.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import type { FromWorker, WorkerOptions } from './workerMessages.ts';

export interface KeeperOptions extends WorkerOptions {
  /** Most processor time between two steps of a job (a page is one): a busy computer makes no file too slow. */
  stepLimitMs: number;
  /** Most memory of the whole process while a job runs. */
  memoryLimitBytes: number;
  /** Another worker, for tests. */
  entry?: URL;
}

/** The same step may take so many times its limit by the clock: a dead network drive uses no processor at all. */
const CLOCK_FACTOR = 2.5;
const WATCH_INTERVAL_MS = 100;
/** A worker that has grown so large is replaced after its job: WebAssembly memory never shrinks. */
const RETIRE_SHARE = 0.5;
/** Native code that cannot be interrupted gets so long to return before the whole process gives up. */
const TERMINATE_LIMIT_MS = 5_000;
const HEAP_LIMIT_MIB = 512;

interface Job {
  request: ImagingRequest;
  /** When the step began, by the clock and by processor time. */
  stepBegan: { clockMs: number; cpuMs: number };
  pagesDone: number;
}

export class WorkerKeeper {
  readonly #options: KeeperOptions;
  readonly #reply: (reply: ImagingReply) => void;
  readonly #giveUp: () => void;
  /** Undefined after it died with nothing to do: the next job makes a new one, so a broken start never loops. */
  #worker: Worker | undefined;
  #job: Job | undefined;
  #waiting: ImagingRequest[] = [];
  #watch: NodeJS.Timeout | undefined;
  /** While a worker is being replaced. */
  #replacing = false;
  #spoiled = false;

  /** `giveUp` is called when a stuck worker cannot be stopped: the process must end, its starter makes another. */
  constructor(options: KeeperOptions, reply: (reply: ImagingReply) => void, giveUp: () => void) {
    this.#options = options;
    this.#reply = reply;
    this.#giveUp = giveUp;
    this.#worker = this.#startWorker();
  }

  /** Jobs are done one after the other. */
  run(request: ImagingRequest): void {
    this.#waiting.push(request);
    this.#next();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async stop(): Promise<void> {
    this.#waiting = [];
    clearInterval(this.#watch);
    this.#replacing = true;
    await this.#worker?.terminate();
  }

  #next(): void {
    if (this.#job !== undefined || this.#replacing) return;
    const request = this.#waiting.shift();
    if (request === undefined) return;
    this.#job = { request, stepBegan: now(), pagesDone: 0 };
    this.#watch = setInterval(() => this.#check(), WATCH_INTERVAL_MS);
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage(request);
  }

  #startWorker(): Worker {
    const worker = new Worker(this.#options.entry ?? new URL('./worker.ts', import.meta.url), {
      workerData: { systemFonts: this.#options.systemFonts } satisfies WorkerOptions,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MIB },
    });
    worker.on('message', (message: FromWorker) => {
      if (worker === this.#worker && !this.#replacing) this.#take(message);
    });
    worker.on('error', (error) => {
      if (worker !== this.#worker || this.#replacing) return;
      const outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#fail(outOfMemory ? 'FILE_TOO_LARGE' : 'IMAGING_CRASHED', error.message);
    });
    worker.on('exit', (code) => {
      if (worker === this.#worker && !this.#replacing)
        this.#fail('IMAGING_CRASHED', `worker ended with ${code}`);
    });
    return worker;
  }

  #take(message: FromWorker): void {
    const job = this.#job;
    if (message.type === 'spoiled') {
      this.#spoiled = true;
      return;
    }
    if (job === undefined || !('jobId' in message) || message.jobId !== job.request.jobId) return;
    job.stepBegan = now();
    if (message.type === 'step') {
      job.pagesDone = message.pagesDone;
      const { jobId, pagesDone, pagesTotal } = message;
      this.#reply({
        type: 'progress',
        jobId,
        pagesDone,
        ...(pagesTotal === undefined ? {} : { pagesTotal }),
      });
      return;
    }
    this.#reply(message);
    if (message.type !== 'page') this.#endJob();
  }

  #endJob(): void {
    this.#job = undefined;
    clearInterval(this.#watch);
    const grown = process.memoryUsage.rss() > this.#options.memoryLimitBytes * RETIRE_SHARE;
    if (grown || this.#spoiled) void this.#replaceWorker();
    else this.#next();
  }

  #check(): void {
    const job = this.#job;
    if (job === undefined || this.#replacing) return;
    if (process.memoryUsage.rss() > this.#options.memoryLimitBytes) {
      this.#fail('FILE_TOO_LARGE', `page ${job.pagesDone + 1} needs more memory than allowed`);
      return;
    }
    const { clockMs, cpuMs } = now();
    const limit = this.#options.stepLimitMs;
    if (cpuMs - job.stepBegan.cpuMs > limit || clockMs - job.stepBegan.clockMs > limit * CLOCK_FACTOR) {
      this.#fail('FILE_TOO_SLOW', `page ${job.pagesDone + 1} took longer than ${limit} ms`);
    }
  }

  /** Ends the job, if there is one, and puts a new worker in the place of this one. */
  #fail(code: OutcomeCode, detail: string): void {
    const job = this.#job;
    this.#job = undefined;
    clearInterval(this.#watch);
    if (job === undefined) {
      this.#worker = undefined;
      return;
    }
    this.#reply({ type: 'failed', jobId: job.request.jobId, code, detail });
    void this.#replaceWorker();
  }

  async #replaceWorker(): Promise<void> {
    if (this.#replacing) return;
    this.#replacing = true;
    const stuck = setTimeout(this.#giveUp, TERMINATE_LIMIT_MS);
    await this.#worker?.terminate();
    clearTimeout(stuck);
    this.#worker = this.#startWorker();
    this.#spoiled = false;
    this.#replacing = false;
    this.#next();
  }
}

/** Processor time is the whole process's; its main thread uses next to none. */
function now(): { clockMs: number; cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { clockMs: performance.now(), cpuMs: (user + system) / 1_000 };
}
