// The relay's own program as a child process of the gateway: its commands, and the relay itself on a free loopback port.

import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { compileCacheEnvironment } from '../starter/compileCache.ts';

const RELAY_ENTRY = fileURLToPath(new URL('../../relay/cli/main.ts', import.meta.url));
const START_LIMIT_MS = 30_000;
const COMMAND_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;
const MOST_SAID = 4_096;

const readySchema = z.object({ event: z.literal('ready'), url: z.url({ protocol: /^ws$/ }) });

export interface RelayProcess {
  /** `ws://127.0.0.1:PORT` */
  readonly url: string;
  /** Resolves with how it ended. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** Starts the relay. Throws when it does not come up. It ends with this process, by its channel. */
export async function startRelayProcess(dataFolder: string, signal: AbortSignal): Promise<RelayProcess> {
  const args = ['serve', '--data', dataFolder, '--listen', '127.0.0.1:0', '--name', 'Hikyaku', '--json'];
  const { child, exited } = run(args, 'ignore');
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  try {
    const url = await Promise.race([
      readyUrl(child),
      exited.then((how) => {
        throw new Error(`the embedded relay ended: ${how}`);
      }),
      abortedAfter(START_LIMIT_MS, signal),
    ]);
    return {
      url,
      exited,
      async stop() {
        child.kill('SIGTERM');
        const timer = setTimeout(kill, STOP_LIMIT_MS);
        await exited;
        clearTimeout(timer);
      },
    };
  } catch (error) {
    kill();
    await exited;
    throw error;
  }
}

/** Adds devices at the relay of this data folder, or gives them other passwords: in one run, since starting Node is what takes long. */
export async function addRelayDevices(
  dataFolder: string,
  devices: readonly { deviceId: string; password: string; name: string }[],
): Promise<void> {
  const { child, exited } = run(['device', 'import', '--data', dataFolder], 'pipe');
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(
    devices.map(({ deviceId, ...rest }) => `${JSON.stringify({ id: deviceId, ...rest })}\n`).join(''),
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), COMMAND_LIMIT_MS);
  const how = await exited;
  clearTimeout(timer);
  if (child.exitCode !== 0) throw new Error(`the embedded relay took no device: ${how}`);
}

function run(args: string[], stdin: 'pipe' | 'ignore'): { child: ChildProcess; exited: Promise<string> } {
  const child = fork(RELAY_ENTRY, args, {
    execArgv: [],
    env: relayEnvironment(),
    stdio: [stdin, 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (chunk: string) => {
    said = (said + chunk).slice(-MOST_SAID);
  });
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(`${signal ?? `exit ${code}`} ${said.trim()}`.trim()));
    child.once('error', (error) => resolve(error.message));
  });
  return { child, exited };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    // The lines are read to the end, so that the relay never waits for a reader.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = readySchema.safeParse(parseJson(line));
      if (ready.success) resolve(ready.data.url);
    });
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function abortedAfter(ms: number, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
    limit.addEventListener('abort', () => reject(new Error('the embedded relay did not start')), {
      once: true,
    });
    if (limit.aborted) reject(new Error('the embedded relay is not wanted any more'));
  });
}

/** The gateway's environment without what would lead the relay to another data folder or into a debugger. */
function relayEnvironment(): NodeJS.ProcessEnv {
  const {
    HIKYAKU_DATA: _data,
    HIKYAKU_RELAY_DATA: _relayData,
    NODE_OPTIONS: _options,
    ...rest
  } = process.env;
  return { ...rest, ...compileCacheEnvironment() };
}
