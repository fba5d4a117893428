// A real child process of a test: its ready line, its output, its end. It never outlives the test.

import { spawn } from 'node:child_process';
import { guard } from './guardian.ts';
import { withTimeout } from './withTimeout.ts';

export interface ProcessOptions {
  /** For messages: `relay`, `gateway kyoto`. */
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** The first line on standard output that matches says that the process is ready. */
  readyLine: RegExp;
  readyTimeoutMs?: number;
}

export interface RunningProcess {
  readonly pid: number;
  /** The line that said it was ready. */
  readonly readyLine: string;
  readonly startedInMs: number;
  /** Resolves with exit code or signal name, however it ended. */
  readonly exited: Promise<number | NodeJS.Signals>;
  running(): boolean;
  /** Standard output and error, the last 200 kB. */
  output(): string;
  /** Sends a signal to this process alone, not to its children. */
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL to this process alone; resolves when it is gone. Its children must notice by themselves. */
  kill(): Promise<void>;
  /** SIGTERM; throws when it does not end in time. Resolves with how it ended. */
  stop(timeoutMs?: number): Promise<number | NodeJS.Signals>;
  /** SIGKILL to the process and all it started. */
  destroy(): Promise<void>;
}

const MAX_OUTPUT = 200_000;

/** Starts a process and waits for its ready line; throws with its output when it ends or takes too long first. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const begun = performance.now();
  // A process group of its own, so that `destroy` reaches what it started too.
  const child = spawn(options.command, options.args, {
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let pendingLine = '';
  let ended = false;
  const ready = Promise.withResolvers<string>();
  const exited = Promise.withResolvers<number | NodeJS.Signals>();
  ready.promise.catch(() => undefined);

  const keep = (text: string) => {
    output = (output + text).slice(-MAX_OUTPUT);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    keep(text);
    const lines = (pendingLine + text).split('\n');
    pendingLine = (lines.pop() ?? '').slice(-MAX_OUTPUT);
    const line = lines.find((candidate) => options.readyLine.test(candidate));
    if (line !== undefined) ready.resolve(line);
  });
  child.stderr.setEncoding('utf8').on('data', keep);
  child.on('error', (error) => {
    ended = true;
    ready.reject(new Error(`${options.name} could not be started`, { cause: error }));
    exited.resolve(-1);
  });
  // `close`, not `exit`: then the output is complete. A surviving grandchild may hold the pipes, so do not wait long.
  child.on('exit', (code, signal) => {
    ended = true;
    const end = signal ?? code ?? -1;
    const settle = () => {
      ready.reject(new Error(`${options.name} ended (${end}) before it was ready:\n${output}`));
      exited.resolve(end);
    };
    const patience = setTimeout(settle, 500);
    child.once('close', () => {
      clearTimeout(patience);
      settle();
    });
  });

  const pid = child.pid ?? 0;
  const forget = pid === 0 ? () => undefined : guard(`kill -s KILL -- -${pid}`);
  const destroy = async () => {
    signalGroup(pid);
    await exited.promise;
    forget();
  };

  let readyLine: string;
  try {
    readyLine = await withTimeout(ready.promise, options.readyTimeoutMs ?? 30_000, () => {
      return `${options.name} was not ready in time; it said:\n${output}`;
    });
  } catch (error) {
    await destroy();
    throw error;
  }

  const running: RunningProcess = {
    pid,
    readyLine,
    startedInMs: performance.now() - begun,
    exited: exited.promise,
    running: () => !ended,
    output: () => output,
    signal: (signal) => {
      if (!ended) child.kill(signal);
    },
    kill: async () => {
      if (!ended) child.kill('SIGKILL');
      await exited.promise;
    },
    stop: async (timeoutMs = 15_000) => {
      if (!ended) child.kill('SIGTERM');
      return withTimeout(exited.promise, timeoutMs, () => {
        return `${options.name} did not stop when asked; it said:\n${output}`;
      });
    },
    destroy,
  };
  return running;
}

function signalGroup(pid: number): void {
  if (pid === 0) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left in the group: that is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
