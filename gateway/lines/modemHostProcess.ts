// The process of one line: forks the modem host, checks all it says, watches that it is at work, and starts it anew
// when it dies, hangs or talks nonsense.

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { modemReplySchema, type ModemReply, type ModemRequest } from '../../protocol/modem.ts';
import type { Log } from '../log.ts';
import { compileCacheEnvironment } from '../starter/compileCache.ts';

export interface ModemHostEvents {
  /** A new process is there and knows nothing yet. */
  started(): void;
  /** Everything but `started` and `pong`. */
  reply(reply: ModemReply): void;
  /** The process is gone, with what it said last; another one is started by itself unless it was closed. */
  gone(detail: string): void;
}

export interface ModemHostTiming {
  /** A process that has not said `started` by then is ended. */
  startMs: number;
  /** After so long without a word it is asked whether it is at work. */
  quietMs: number;
  /** Without an answer by then it is ended. */
  answerMs: number;
  /** From `close` to its end. */
  closeMs: number;
  /** Between the end of one process and the start of the next: doubled from the first to the longest. */
  firstPauseMs: number;
  longestPauseMs: number;
  /** A process that lived so long died of something else than the one before. */
  stableMs: number;
}

export const MODEM_HOST_TIMING: ModemHostTiming = {
  startMs: 30_000,
  quietMs: 60_000,
  answerMs: 20_000,
  closeMs: 3_500,
  firstPauseMs: 250,
  longestPauseMs: 30_000,
  stableMs: 60_000,
};

export interface ModemHostOptions {
  events: ModemHostEvents;
  log: Log;
  /** The host's module. */
  entry?: string | undefined;
  timing?: Partial<ModemHostTiming> | undefined;
  /** Whether another process follows one that died; true. */
  restarts?: boolean;
}

export interface ModemHostProcess {
  /** False when there is no process that could take it. */
  send(request: ModemRequest): boolean;
  /** Ends the process, which is of no use any more; the next one follows. */
  restart(why: string): void;
  /** Asks it to release its port and end; kills it when it does not. Never rejects, and may be called again. */
  close(): Promise<void>;
}

const HOST_ENTRY = fileURLToPath(new URL('../../native-bridge/modem/host.ts', import.meta.url));
const MEMORY_MIB = 384;
const MOST_STDERR_CHARACTERS = 4_096;
/** From a process' end to that of its pipes, if somebody else still holds them. */
const DRAIN_MS = 2_000;
/** More messages in one second than any call gives: the host runs wild. */
const MOST_PER_SECOND = 2_000;

/** Starts the process at once. */
export function startModemHost(options: ModemHostOptions): ModemHostProcess {
  const { events, log } = options;
  const timing = { ...MODEM_HOST_TIMING, ...options.timing };
  const entry = options.entry ?? HOST_ENTRY;
  let current: HostChild | undefined;
  let restartTimer: NodeJS.Timeout | undefined;
  let pauseMs = timing.firstPauseMs;
  let closing: Promise<void> | undefined;
  start();

  return {
    send: (request) => current?.send(request) ?? false,
    restart(why) {
      current?.kill(why);
    },
    close() {
      closing ??= close();
      return closing;
    },
  };

  function start(): void {
    restartTimer = undefined;
    const startedAtMs = performance.now();
    current = createHostChild(entry, timing, {
      started: () => tell(() => events.started()),
      reply: (reply) => tell(() => events.reply(reply)),
      gone(detail) {
        current = undefined;
        if (closing === undefined) {
          log.warn('modem host ended', { detail });
          if (options.restarts ?? true) startAgain(performance.now() - startedAtMs);
        }
        tell(() => events.gone(detail));
      },
    });
  }

  function startAgain(livedMs: number): void {
    if (livedMs >= timing.stableMs) pauseMs = timing.firstPauseMs;
    restartTimer = setTimeout(start, pauseMs);
    pauseMs = Math.min(pauseMs * 2, timing.longestPauseMs);
  }

  async function close(): Promise<void> {
    clearTimeout(restartTimer);
    await current?.close(timing.closeMs);
  }

  /** A listener's bug must not end the gateway by an exception in an event of the child. */
  function tell(listen: () => void): void {
    try {
      listen();
    } catch (error) {
      log.error('message of a modem host not taken', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }
}

interface HostChild {
  send(request: ModemRequest): boolean;
  kill(why: string): void;
  close(withinMs: number): Promise<void>;
}

function createHostChild(entry: string, timing: ModemHostTiming, events: ModemHostEvents): HostChild {
  const child: ChildProcess = fork(entry, [], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${MEMORY_MIB}`],
    // The host reads what strangers' machines say: it gets nothing that it does not need.
    env: hostEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const exited = Promise.withResolvers<void>();
  const rate = createRateLimit(MOST_PER_SECOND);
  let isGone = false;
  let killedFor: string | undefined;
  let said = '';
  // One clock for everything that the host has to do by some time.
  let watch: NodeJS.Timeout | undefined;
  const kill = (why: string): void => {
    if (isGone) return;
    killedFor ??= why;
    child.kill('SIGKILL');
  };
  const within = (ms: number, over: () => void): void => {
    clearTimeout(watch);
    if (!isGone) watch = setTimeout(over, ms);
  };
  const listenOn = (): void =>
    within(timing.quietMs, () => {
      send({ type: 'ping' });
      within(timing.answerMs, () => kill('it hangs'));
    });
  const send = (request: ModemRequest): boolean => {
    if (isGone || !child.connected || killedFor !== undefined) return false;
    // One that has just gone tells it by its exit.
    child.send(request, () => undefined);
    return true;
  };

  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-MOST_STDERR_CHARACTERS);
  });
  child.on('message', (message) => {
    // What still arrives from a process that was given up must change nothing.
    if (isGone || killedFor !== undefined) return;
    const parsed = modemReplySchema.safeParse(message);
    if (!parsed.success || !rate.admits()) {
      const what = parsed.success ? 'too many messages' : parsed.error.message.slice(0, 500);
      kill(`it talks nonsense: ${what}`);
      return;
    }
    listenOn();
    if (parsed.data.type === 'started') events.started();
    else if (parsed.data.type !== 'pong') events.reply(parsed.data);
  });
  const over = (how: string): void => {
    if (isGone) return;
    isGone = true;
    clearTimeout(watch);
    const reason = killedFor === undefined ? how : `${killedFor} (ended by the gateway)`;
    events.gone(said === '' ? reason : `${reason}: ${said.trim()}`);
    exited.resolve();
  };
  // Not at `exit` alone: what it said before its end, a call's report among it, comes first.
  let ended: string | undefined;
  const overIfDrained = (): void => {
    if (ended !== undefined && !child.connected) over(ended);
  };
  child.once('exit', (code, signal) => {
    const how = `exit ${code ?? signal ?? 'unknown'}`;
    setTimeout(() => over(how), DRAIN_MS).unref();
  });
  child.once('close', (code, signal) => {
    ended = `exit ${code ?? signal ?? 'unknown'}`;
    overIfDrained();
  });
  child.once('error', (error) => over(error.message));
  child.once('disconnect', () => {
    overIfDrained();
    // Without its channel it is of no use; a moment for one that is about to end by itself.
    within(timing.closeMs, () => kill('it gave up its channel'));
  });
  within(timing.startMs, () => kill('it did not start'));

  return {
    send,
    kill,
    async close(withinMs) {
      send({ type: 'close' });
      const timer = setTimeout(() => kill('it did not close'), withinMs);
      await exited.promise;
      clearTimeout(timer);
    },
  };
}

/** At most so many per second. */
function createRateLimit(most: number): { admits(): boolean } {
  let windowStartMs = 0;
  let count = 0;
  return {
    admits() {
      const nowMs = performance.now();
      if (nowMs - windowStartMs >= 1_000) {
        windowStartMs = nowMs;
        count = 0;
      }
      count += 1;
      return count <= most;
    },
  };
}

const PASSED_ON = [
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

function hostEnvironment(): NodeJS.ProcessEnv {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(passedOn), ...compileCacheEnvironment() };
}
