// Runs the real, built main process on the stand-in for Electron.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';
import type { electronFake } from '../fakes/electron.ts';
import type { FakeBrowserWindow } from '../fakes/electronWindow.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'build/electron/main.js');
const PRELOAD = join(ROOT, 'build/electron/preload.cjs');
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export interface RunningShell {
  electron: typeof electronFake;
  dataFolder: string;
  /** The window that is open; waits until there is one and its page has loaded. */
  openWindow: () => Promise<{ window: FakeBrowserWindow; page: Page }>;
  /** Ends everything that is left and removes the data. */
  dispose: () => Promise<void>;
}

export interface ShellOptions {
  /** `inMemory`: a gateway without relay and disk. `real`: the gateway itself, with its embedded relay. */
  gateway: 'inMemory' | 'real';
  /** Name of the data folder; a new one each time. */
  dataFolderName?: string;
}

export async function runShell(options: ShellOptions): Promise<RunningShell> {
  if (!existsSync(MAIN)) throw new Error('The shell is not built: npm run build.');
  const parent = await mkdtemp(join(tmpdir(), 'hikyaku-shell-'));
  const dataFolder = join(parent, options.dataFolderName ?? 'data');
  const commandLine = process.argv;
  const signalListeners = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));

  // Main and the stand-in keep their state in their modules: each run begins with new ones.
  vi.resetModules();
  const { electronFake: electron } = await import('../fakes/electron.ts');
  if (options.gateway === 'inMemory') {
    const fakeHost = join(import.meta.dirname, '../fakes/gatewayHostProcess.ts');
    electron.replacedModules.set(join(ROOT, 'electron/gatewayHost.ts'), fakeHost);
  }
  process.argv = ['electron', MAIN, '--data', dataFolder];
  await import(pathToFileURL(MAIN).href);
  process.argv = commandLine;
  electron.ready(PRELOAD);

  return {
    electron,
    dataFolder,
    async openWindow() {
      const window = await vi.waitUntil(() => electron.windows[0], { timeout: 10_000 });
      const page = await window.page;
      await vi.waitUntil(() => window.loaded, { timeout: 20_000 });
      return { window, page };
    },
    async dispose() {
      await electron.dispose();
      for (const [signal, before] of signalListeners) {
        for (const listener of process.listeners(signal)) {
          if (!before.includes(listener)) process.off(signal, listener);
        }
      }
      await rm(parent, { recursive: true, force: true });
    },
  };
}
