// Builds what is bundled (the window's UI, Electron's main and preload) when its sources have changed since.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryRoot } from './repositoryRoot.ts';

interface Bundle {
  name: string;
  configFile: string;
  /** Files and folders whose content decides whether it must be built again. */
  sources: readonly string[];
  result: string;
}

export const RENDERER: Bundle = {
  name: 'renderer',
  configFile: 'vite.config.ts',
  sources: ['renderer', 'protocol', 'assets', 'vite.config.ts', 'package-lock.json'],
  result: 'build/renderer/index.html',
};

export const SHELL: Bundle = {
  name: 'electron',
  configFile: 'vite.electron.config.ts',
  sources: [
    'electron',
    'protocol',
    'gateway/starter',
    'gateway/dataFolder.ts',
    'vite.electron.config.ts',
    'package-lock.json',
  ],
  result: 'build/electron/main.js',
};

/** Builds each bundle that is not up to date; throws when one cannot be built, after vite has printed why. */
export async function buildApplication(bundles: readonly Bundle[]): Promise<void> {
  for (const bundle of bundles) await buildBundle(bundle);
}

async function buildBundle(bundle: Bundle): Promise<void> {
  const stampFile = join(repositoryRoot, 'build/stamps', bundle.name);
  const stamp = await contentStamp(bundle.sources);
  const lastStamp = await readFile(stampFile, 'utf8').catch(() => '');
  if (stamp === lastStamp && existsSync(join(repositoryRoot, bundle.result))) return;
  await runVite(bundle.configFile);
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, stamp);
}

/** In a process of its own: inside of vitest the bundle would be one for development. */
function runVite(configFile: string): Promise<void> {
  const vite = join(repositoryRoot, 'node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--config', configFile, '--logLevel', 'error'], {
    cwd: repositoryRoot,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (exitCode) => {
      if (exitCode === 0) done();
      else failed(new Error(`vite could not build ${configFile}; its reasons stand above.`));
    });
  });
}

async function contentStamp(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await filesOf(source)) {
      hash.update(`${file}\0`).update(await readFile(join(repositoryRoot, file)));
    }
  }
  return hash.digest('hex');
}

/** A file itself, a folder's files in a fixed order, or nothing when it is not there. */
async function filesOf(source: string): Promise<string[]> {
  const path = join(repositoryRoot, source);
  if (!existsSync(path)) return [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [source];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repositoryRoot.length + 1))
    .toSorted();
}
