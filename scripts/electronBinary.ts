// Where Electron's program is, fetched once if need be. The `electron` package brings none: its `install.js` does.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';

type ElectronBinary = { path: string } | { missing: string };

/** For a program of about 110 MB on an office line; who has none of it by then is served in the browser. */
const FETCH_LIMIT_MS = 180_000;

/** The program's path, or in words why the shell cannot be used here. Fetches it when `onFetch` has been told. */
export async function electronBinary(onFetch: () => void): Promise<ElectronBinary> {
  if (process.platform === 'linux') {
    if (!hasDesktop()) return { missing: 'there is no desktop here' };
    if (process.getuid?.() === 0) return { missing: 'Electron does not run as root' };
  }
  const packageFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const found = installedBinary(packageFolder);
  if (found !== undefined) return { path: found };
  onFetch();
  await fetchBinary(packageFolder);
  const fetched = installedBinary(packageFolder);
  return fetched === undefined ? { missing: 'Electron could not be fetched' } : { path: fetched };
}

/** Whether this process may open windows. */
export function hasDesktop(): boolean {
  if (process.platform === 'win32' || process.platform === 'darwin') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** `path.txt` is the last thing that its installer writes: a fetch broken off in the middle leaves none. */
function installedBinary(packageFolder: string): string | undefined {
  const pathFile = join(packageFolder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageFolder, 'dist');
  const path = join(folder, readFileSync(pathFile, 'utf8').trim());
  return existsSync(path) ? path : undefined;
}

function fetchBinary(packageFolder: string): Promise<void> {
  const installer = spawn(process.execPath, [join(packageFolder, 'install.js')], {
    stdio: 'ignore',
    timeout: FETCH_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  return new Promise((done) => {
    installer.once('error', () => done());
    installer.once('exit', () => done());
  });
}
