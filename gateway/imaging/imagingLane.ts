// One lane of imaging: one host process, one job at a time. The host may crash, hang or talk nonsense; nothing else notices.

import { fork, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { imagingReplySchema, type ImagingReply, type ImagingRequest } from '../../protocol/imaging.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import type { Log } from '../log.ts';
import { compileCacheEnvironment } from '../starter/compileCache.ts';
import type { ImagingFailure } from './imaging.ts';

export interface ImagingLaneOptions {
  name: string;
  /** The host's module. */
  entry: string;
  log: Log;
  /** The host is ended after so long without work. */
  idleMs?: number;
  /** A job without any sign of progress is ended after so long. */
  silenceMs?: number;
  startMs?: number;
  mostQueued?: number;
  /** V8 heap of the host, MiB. */
  memoryMiB?: number;
  /** Of the host's process: 0 as this one, 19 the least. */
  niceness?: number;
}

export interface ImagingJob {
  request: ImagingRequest;
  /** The whole job, from its start. */
  limitMs: number;
  signal?: AbortSignal | undefined;
  /** Replies before the last. */
  onReply?: (reply: ImagingReply) => void;
  /** The host crashed; the job begins anew when this resolves. */
  onRestart?: () => Promise<void>;
}

export type LastReply = Extract<ImagingReply, { type: 'prepared' | 'image' | 'exported' | 'headers' }>;

export interface ImagingLane {
  /** Never rejects. */
  run(job: ImagingJob): Promise<LastReply | { failure: ImagingFailure }>;
  stop(): Promise<void>;
}

type Result = LastReply | { failure: ImagingFailure };

const defaults = {
  idleMs: 60_000,
  silenceMs: 60_000,
  startMs: 30_000,
  mostQueued: 200,
  memoryMiB: 1_024,
  niceness: constants.priority.PRIORITY_BELOW_NORMAL,
};
const MOST_STDERR_BYTES = 4_096;
/** Replies to one job beyond any honest number: 2,000 pages, and progress ten times a second for an hour. */
const MOST_REPLIES = 50_000;

export function createImagingLane(options: ImagingLaneOptions): ImagingLane {
  const limits = { ...defaults, ...options };
  const queue: { job: ImagingJob; settle(result: Result): void }[] = [];
  let host: Host | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  const stopping = new AbortController();

  return {
    run(job) {
      if (stopping.signal.aborted || job.signal?.aborted === true) return Promise.resolve(CANCELLED);
      if (queue.length >= limits.mostQueued) {
        return Promise.resolve(failure('INTERNAL_ERROR', 'too many pages are asked for at once'));
      }
      return new Promise((settle) => {
        queue.push({ job, settle });
        working ??= work();
      });
    },
    async stop() {
      stopping.abort();
      await working;
      clearTimeout(idleTimer);
      await host?.end();
    },
  };

  async function work(): Promise<void> {
    clearTimeout(idleTimer);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      next.settle(await carryOut(next.job));
    }
    working = undefined;
    idleTimer = setTimeout(() => {
      void host?.end();
      host = undefined;
    }, limits.idleMs);
    idleTimer.unref();
  }

  async function carryOut(job: ImagingJob): Promise<Result> {
    try {
      return await tryTwice(job);
    } catch (error) {
      return failure('INTERNAL_ERROR', error instanceof Error ? error.message : 'unknown');
    }
  }

  /** One job, tried a second time when the host dies of it. */
  async function tryTwice(job: ImagingJob): Promise<Result> {
    const signal = AbortSignal.any([stopping.signal, ...(job.signal === undefined ? [] : [job.signal])]);
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) return CANCELLED;
      const result = await attemptJob(job, signal);
      if (result !== 'crashed') return result;
      if (attempt === 2) return failure('IMAGING_CRASHED', 'the imaging host ended twice during this job');
      await job.onRestart?.();
    }
  }

  async function attemptJob(job: ImagingJob, signal: AbortSignal): Promise<Result | 'crashed'> {
    // A host that died with no job in hand is not this job's fault.
    if (host?.dead() === true) host = undefined;
    host ??= startHost();
    const mine = host;
    const limit = createLimit();
    let replies = 0;
    try {
      return await new Promise<Result | 'crashed'>((resolve) => {
        const end = (result: Result | 'crashed', killed: boolean): void => {
          if (killed) mine.kill();
          resolve(result);
        };
        const onAbort = (): void => end(CANCELLED, true);
        signal.addEventListener('abort', onAbort, { once: true });
        limit.whole(job.limitMs, () => end(failure('FILE_TOO_SLOW', 'the job took too long'), true));
        limit.silence(limits.startMs + limits.silenceMs, () => end('crashed', true));
        mine.listen({
          exited: (detail) => {
            options.log.warn('imaging host ended', { lane: options.name, detail });
            end('crashed', false);
          },
          replied(raw) {
            const parsed = imagingReplySchema.safeParse(raw);
            replies += 1;
            if (!parsed.success || replies > MOST_REPLIES) {
              options.log.warn('imaging host talks nonsense', { lane: options.name });
              end('crashed', true);
              return;
            }
            const reply = parsed.data;
            if (reply.type !== 'ready' && reply.jobId !== job.request.jobId) return;
            limit.silence(limits.silenceMs, () => end(failure('FILE_TOO_SLOW', 'no progress'), true));
            const last = lastOf(reply);
            if (last !== undefined) {
              end(last, false);
              return;
            }
            try {
              job.onReply?.(reply);
            } catch (error) {
              // Thrown here it would end the whole gateway.
              end(failure('INTERNAL_ERROR', error instanceof Error ? error.message : 'unknown'), true);
            }
          },
        });
        mine.send(job.request);
      });
    } finally {
      limit.clear();
      mine.listen(undefined);
      if (mine.dead()) host = undefined;
    }
  }

  function startHost(): Host {
    return createHost(options.entry, limits, options.log);
  }
}

const CANCELLED: Result = failure('CANCELLED', 'withdrawn');

function failure(code: OutcomeCode, detail: string): { failure: ImagingFailure } {
  return { failure: { code, detail, fileName: undefined } };
}

function lastOf(reply: ImagingReply): Result | undefined {
  if (reply.type === 'failed') {
    return { failure: { code: reply.code, detail: reply.detail, fileName: reply.fileName } };
  }
  return reply.type === 'ready' || reply.type === 'progress' || reply.type === 'page' ? undefined : reply;
}

/** The two clocks of a job. */
function createLimit(): {
  whole(ms: number, over: () => void): void;
  silence(ms: number, over: () => void): void;
  clear(): void;
} {
  let whole: NodeJS.Timeout | undefined;
  let silence: NodeJS.Timeout | undefined;
  return {
    whole(ms, over) {
      whole = setTimeout(over, ms);
    },
    silence(ms, over) {
      clearTimeout(silence);
      silence = setTimeout(over, ms);
    },
    clear() {
      clearTimeout(whole);
      clearTimeout(silence);
    },
  };
}

interface HostListener {
  replied(raw: unknown): void;
  exited(detail: string): void;
}

interface Host {
  send(request: ImagingRequest): void;
  listen(listener: HostListener | undefined): void;
  dead(): boolean;
  kill(): void;
  /** Lets it go and waits until it is gone. */
  end(): Promise<void>;
}

function createHost(
  entry: string,
  { memoryMiB, niceness }: { memoryMiB: number; niceness: number },
  log: Log,
): Host {
  const child: ChildProcess = fork(entry, [], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${memoryMiB}`],
    // The host reads files from anyone: it gets nothing that it does not need.
    env: hostEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  lowerPriority(child, niceness, log);
  let listener: HostListener | undefined;
  let gone: string | undefined;
  let said = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (chunk: string) => {
    said = (said + chunk).slice(-MOST_STDERR_BYTES);
  });
  child.on('message', (message) => listener?.replied(message));
  const exited = new Promise<void>((resolve) => {
    const over = (how: string): void => {
      if (gone === undefined) {
        gone = said === '' ? how : `${how}: ${said.trim()}`;
        listener?.exited(gone);
      }
      resolve();
    };
    child.once('exit', (code, signal) => over(`exit ${code ?? signal ?? 'unknown'}`));
    child.once('error', (error) => over(error.message));
    // Without its channel it is of no use, even if the process were still there.
    child.once('disconnect', () => {
      child.kill('SIGKILL');
    });
  });
  return {
    send(request) {
      // A host that has just gone tells it by its exit.
      if (child.connected) child.send(request, () => undefined);
    },
    listen(next) {
      listener = next;
      if (gone !== undefined) next?.exited(gone);
    },
    dead: () => gone !== undefined || child.killed || !child.connected,
    kill: () => {
      child.kill('SIGKILL');
    },
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function lowerPriority(child: ChildProcess, niceness: number, log: Log): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, niceness);
  } catch (error) {
    log.info('imaging host keeps its priority', { detail: error instanceof Error ? error.message : '' });
  }
}

function hostEnvironment(): NodeJS.ProcessEnv {
  const wanted = [
    'PATH',
    'HOME',
    'TMPDIR',
    'TEMP',
    'TMP',
    'LANG',
    'TZ',
    'SystemRoot',
    'windir',
    'ELECTRON_RUN_AS_NODE',
  ];
  const passedOn = Object.fromEntries(
    wanted.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { ...passedOn, ...compileCacheEnvironment() };
}
