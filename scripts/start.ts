// `npm start`: opens Hikyaku in Electron, or where that is not to be had serves the same interface to the browser.
// `npm start -- --data DIR` uses other data; `--browser` does without Electron; the rest goes to `hikyaku serve`.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { readEndpoint } from '../gateway/cli/endpoint.ts';
import type { Endpoint } from '../gateway/cli/endpoint.ts';
import { findDataFolder } from '../gateway/dataFolder.ts';
import { buildApplication, RENDERER, SHELL } from './buildApplication.ts';
import { electronBinary, hasDesktop } from './electronBinary.ts';
import { openInBrowser } from './openInBrowser.ts';
import { repositoryRoot } from './repositoryRoot.ts';

/** How long the gateway may take to end in order. */
const STOP_LIMIT_MS = 15_000;
/** A shell that fails this soon could not open its window on this system. */
const SHELL_FAILED_WITHIN_MS = 10_000;

const { values, tokens } = parseArgs({
  options: { data: { type: 'string' }, browser: { type: 'boolean' } },
  strict: false,
  tokens: true,
});
const dataFolder = findDataFolder(typeof values.data === 'string' ? values.data : undefined);
/** What is not ours is meant for the gateway: `--no-embedded-relay`. */
const passedOn = tokens.flatMap((token) => {
  if (token.kind === 'positional') return [token.value];
  if (token.kind !== 'option' || token.name === 'data' || token.name === 'browser') return [];
  return token.value === undefined ? [token.rawName] : [`${token.rawName}=${token.value}`];
});

process.exitCode = await start();

async function start(): Promise<number> {
  const running = await readEndpoint(dataFolder);
  if (running !== undefined) {
    console.log('Hikyaku is running already on this data.');
    await show(running);
    return 0;
  }
  await buildApplication([RENDERER]);
  if (values.browser !== true) {
    const electron = await electronBinary(() => console.log('Fetching Electron, once …'));
    const exitCode = 'path' in electron ? await runShell(electron.path) : electron.missing;
    if (typeof exitCode === 'number') return exitCode;
    console.log(`No Electron window (${exitCode}): the same interface is served to the browser.`);
  }
  return serve();
}

/** Its exit code, or in words why it could not open. */
async function runShell(electron: string): Promise<number | string> {
  await buildApplication([SHELL]);
  const startedAt = performance.now();
  const shell = spawn(electron, [repositoryRoot, '--data', dataFolder, ...passedOn], {
    stdio: 'inherit',
    detached: true,
  });
  const exitCode = await runUntilEnd(shell);
  const failedAtOnce = exitCode !== 0 && performance.now() - startedAt < SHELL_FAILED_WITHIN_MS;
  return failedAtOnce ? 'Electron does not start on this system' : exitCode;
}

async function serve(): Promise<number> {
  const commandLine = join(repositoryRoot, 'gateway/cli/main.ts');
  const gateway = spawn(process.execPath, [commandLine, 'serve', '--data', dataFolder, ...passedOn], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = runUntilEnd(gateway);
  // Its first line says that it serves; what it says later is for whoever reads the terminal.
  createInterface(gateway.stdout satisfies Readable).once('line', () => {
    void readEndpoint(dataFolder).then((endpoint) => (endpoint === undefined ? undefined : show(endpoint)));
  });
  return ended;
}

async function show({ origin, key }: Endpoint): Promise<void> {
  const link = `${origin}/#key=${encodeURIComponent(key)}`;
  console.log(`Hikyaku: ${link}`);
  if (hasDesktop()) await openInBrowser(link);
}

/**
 * The exit code of a child, which is asked to end when we are. It has a process group of its own, so that Ctrl+C
 * does not reach it a second time beside us.
 */
async function runUntilEnd(child: ChildProcess): Promise<number> {
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGTERM');
    kill ??= setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  try {
    return await new Promise((done, failed) => {
      child.once('error', failed);
      child.once('exit', (exitCode) => done(exitCode ?? 1));
    });
  } finally {
    clearTimeout(kill);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop);
  }
}
