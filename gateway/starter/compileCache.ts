// Where Node keeps what it has compiled, for the processes that the gateway starts: the same place as the launchers in bin/.

import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../build/compile-cache', import.meta.url));

/** For a child's environment. Where the folder cannot be written, Node goes on without. */
export function compileCacheEnvironment(): { NODE_COMPILE_CACHE: string } {
  return { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? FOLDER };
}
