// Starts the gateway as a child process of plain Node.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileCacheEnvironment } from './compileCache.ts';
import type { GatewayHost, GatewayHostOptions, GatewayReady, HostStarter } from './hostStarter.ts';

/** Parent → gateway process. */
export type NodeHostRequest =
  | {
      type: 'start';
      options: GatewayHostOptions & { staticFolder?: string | undefined };
      stopWithParent: boolean;
    }
  | { type: 'stop' };

/** Gateway process → parent. */
export type NodeHostReport =
  | { type: 'ready'; ready: GatewayReady }
  /** It cannot serve; one sentence for the person. The process ends after it. */
  | { type: 'failed'; message: string };

export interface NodeHostStarterOptions {
  /** The built user interface, served beside the API. */
  staticFolder?: string;
  /** Whether the gateway ends when this process does; else it goes on. */
  stopWithParent?: boolean;
}

const STOP_LIMIT_MS = 12_000;
const HOST_ENTRY = fileURLToPath(new URL('../host.ts', import.meta.url));

export function nodeHostStarter(starterOptions: NodeHostStarterOptions = {}): HostStarter {
  return { start: (options) => startHost(options, starterOptions) };
}

function startHost(options: GatewayHostOptions, starterOptions: NodeHostStarterOptions): GatewayHost {
  const stopWithParent = starterOptions.stopWithParent ?? true;
  const child = fork(HOST_ENTRY, [], {
    execArgv: [],
    env: { ...process.env, ...compileCacheEnvironment() },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: !stopWithParent,
  });
  const send = (message: NodeHostRequest): void => {
    // A process that has just ended tells it by its exit.
    if (child.connected) child.send(message, () => undefined);
  };
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (exitCode) => resolve(exitCode));
    child.once('error', () => resolve(null));
  });
  const ready = new Promise<GatewayReady>((resolve, reject) => {
    child.on('message', (message) => {
      const report = message as NodeHostReport;
      if (report.type === 'ready') resolve(report.ready);
      else reject(new Error(report.message));
    });
    void exited.then((exitCode) => reject(new Error(`The gateway ended (exit code ${exitCode ?? 'none'}).`)));
  });
  // Who only waits for the end need not look at this one.
  ready.catch(() => undefined);
  const { staticFolder } = starterOptions;
  send({ type: 'start', options: { ...options, staticFolder }, stopWithParent });

  return {
    ready,
    exited,
    async stop() {
      send({ type: 'stop' });
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await exited;
      clearTimeout(kill);
    },
  };
}
