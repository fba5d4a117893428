// Compiles the exchange with the system's C compiler, once per state of its sources.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTool } from '../../harness/runTool.ts';

const SOURCES = path.dirname(fileURLToPath(import.meta.url));
const BUILD = path.join(SOURCES, '../../../build/exchange');
const FLAGS = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror'];
const LIBRARIES = ['-lspandsp', '-ltiff', '-lm'];
const PACKAGES = 'gcc libc6-dev libspandsp-dev libtiff-dev';

let compiled: Promise<string> | undefined;

/**
 * Path of the program, compiled now if its sources have changed since.
 * Throws with the compiler's words and with the Debian packages that it takes.
 */
export function compileExchange(): Promise<string> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<string> {
  const names = (await readdir(SOURCES)).filter((name) => /\.[ch]$/.test(name)).toSorted();
  const hash = createHash('sha256').update([...FLAGS, ...LIBRARIES].join(' '));
  for (const name of names) hash.update(name).update(await readFile(path.join(SOURCES, name)));
  const program = path.join(BUILD, `exchange-${hash.digest('hex').slice(0, 16)}`);
  if (await exists(program)) return program;
  await mkdir(BUILD, { recursive: true });
  // Under a name of its own until it is whole: another test process may be doing the same.
  const unfinished = `${program}.${process.pid}`;
  const files = names.filter((name) => name.endsWith('.c')).map((name) => path.join(SOURCES, name));
  try {
    await runTool('gcc', [...FLAGS, '-o', unfinished, ...files, ...LIBRARIES], { timeoutMs: 120_000 });
    await rename(unfinished, program);
    await removeOldPrograms();
  } catch (error) {
    await rm(unfinished, { force: true });
    const install = `sudo apt-get install --yes --no-install-recommends ${PACKAGES}`;
    throw new Error(`The test exchange could not be compiled. It needs: ${install}`, { cause: error });
  }
  return program;
}

/** Of the sources' earlier states; not those of today, which another test process may be about to start. */
async function removeOldPrograms(): Promise<void> {
  const dayAgo = Date.now() - 86_400_000;
  for (const name of await readdir(BUILD)) {
    const file = path.join(BUILD, name);
    if ((await stat(file)).mtimeMs < dayAgo) await rm(file, { force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
