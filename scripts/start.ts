// `npm start`: opens Hikyaku in Electron, or where that is not to be had serves the same interface to the browser.
// `npm start -- --data DIR` uses other data; `--browser` does without Electron; the rest is as in `hikyaku serve`.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEndpoint } from '../gateway/cli/endpoint.ts';
import { findDataFolder } from '../gateway/dataFolder.ts';
import type { GatewayReady } from '../gateway/starter/hostStarter.ts';
import { nodeHostStarter } from '../gateway/starter/nodeHostStarter.ts';
import { buildApplication, RENDERER, SHELL } from './buildApplication.ts';
import { electronBinary, hasDesktop } from './electronBinary.ts';
import { openInBrowser } from './openInBrowser.ts';
import { repositoryRoot } from './repositoryRoot.ts';

interface StartOptions {
  dataFolder: string;
  listen: string | undefined;
  browser: boolean;
  embeddedRelay: boolean;
}

const HOST = '127.0.0.1';
const PORT = 4380;
/** A shell that fails this soon could not open its window on this system. */
const SHELL_FAILED_WITHIN_MS = 10_000;
/** How long the shell may take to end in order. */
const SHELL_STOP_LIMIT_MS = 15_000;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

try {
  process.exitCode = await start(startOptions());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function startOptions(): StartOptions {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      listen: { type: 'string' },
      browser: { type: 'boolean', default: false },
      'no-embedded-relay': { type: 'boolean', default: false },
    },
  });
  return {
    dataFolder: findDataFolder(values.data),
    listen: values.listen,
    browser: values.browser,
    embeddedRelay: !values['no-embedded-relay'],
  };
}

async function start(options: StartOptions): Promise<number> {
  const running = await readEndpoint(options.dataFolder);
  if (running !== undefined) {
    console.log('Hikyaku is running already on this data.');
    await show(running);
    return 0;
  }
  await buildApplication([RENDERER]);
  const whyNoWindow = options.browser ? 'not wanted' : await openShell(options);
  if (typeof whyNoWindow === 'number') return whyNoWindow;
  console.log(`No Electron window (${whyNoWindow}): the same interface is served to the browser.`);
  return serve(options);
}

/** The shell's exit code, or in words why there is none. */
async function openShell(options: StartOptions): Promise<number | string> {
  const electron = await electronBinary(() => console.log('Fetching Electron, once …'));
  if ('missing' in electron) return electron.missing;
  await buildApplication([SHELL]);
  const startedAt = performance.now();
  const shell = spawn(
    electron.path,
    [repositoryRoot, '--data', options.dataFolder, ...(options.embeddedRelay ? [] : ['--no-embedded-relay'])],
    // A process group of its own: Ctrl+C reaches it through us, once.
    { stdio: 'inherit', detached: true },
  );
  const exited = new Promise<number>((done, failed) => {
    shell.once('error', failed);
    shell.once('exit', (exitCode) => done(exitCode ?? 1));
  });
  const exitCode = await untilStopped(exited, async () => {
    shell.kill('SIGTERM');
    const kill = setTimeout(() => shell.kill('SIGKILL'), SHELL_STOP_LIMIT_MS);
    await exited;
    clearTimeout(kill);
  });
  const failedAtOnce = exitCode !== 0 && performance.now() - startedAt < SHELL_FAILED_WITHIN_MS;
  return failedAtOnce ? 'Electron does not start on this system' : exitCode;
}

async function serve(options: StartOptions): Promise<number> {
  const starter = nodeHostStarter({ staticFolder: join(repositoryRoot, 'build/renderer') });
  const host = starter.start({
    dataFolder: options.dataFolder,
    listen: options.listen ?? (await usualAddress()),
    embeddedRelay: options.embeddedRelay,
  });
  const exitCode = untilStopped(host.exited, () => host.stop());
  // When it cannot serve, its process has said why, and its exit code says so too.
  const ready = await host.ready.catch(() => undefined);
  if (ready !== undefined) await show(ready);
  return (await exitCode) ?? 1;
}

async function show({ origin, key }: GatewayReady): Promise<void> {
  const link = `${origin}/#key=${encodeURIComponent(key)}`;
  console.log(`Hikyaku: ${link}`);
  if (hasDesktop()) await openInBrowser(link);
}

/** Waits for the end; a signal to this process asks for it. */
async function untilStopped<ExitCode>(
  exited: Promise<ExitCode>,
  stop: () => Promise<void>,
): Promise<ExitCode> {
  let stopping: Promise<void> | undefined;
  const onSignal = (): void => {
    stopping ??= stop();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  try {
    const exitCode = await exited;
    await stopping;
    return exitCode;
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  }
}

/** The usual port, or any free one when another program has it. */
async function usualAddress(): Promise<string> {
  const probe = createServer();
  const free = await new Promise<boolean>((answer) => {
    probe.once('error', () => answer(false));
    probe.listen(PORT, HOST, () => probe.close(() => answer(true)));
  });
  return `${HOST}:${free ? PORT : 0}`;
}
