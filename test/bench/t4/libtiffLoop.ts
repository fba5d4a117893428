// libtiff in a process beside us, told over its standard input what to do how often (libtiffLoop.c).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Coding } from '../../../fax/t4/coding.ts';
import { runTool } from '../../harness/runTool.ts';
import type { Stage } from '../../harness/stage.ts';

export interface Timed {
  /** Processor time of the whole process for all the loops: a busy machine counts little. */
  ns: number;
  /** What came out: the sum of the bytes of the pixels, or the bytes of the strip. */
  result: number;
}

export interface LibtiffLoop {
  /** The first page of a TIFF file; answers its number. */
  load(file: string): Promise<number>;
  decode(page: number, loops: number): Promise<Timed>;
  encode(page: number, coding: Coding, loops: number): Promise<Timed>;
}

const SOURCE = fileURLToPath(new URL('libtiffLoop.c', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../../build/bench', import.meta.url));
const BINARY = path.join(FOLDER, 'libtiffLoop');

/** Builds the program when its source is newer. Throws, saying what must be installed, when that fails. */
export async function startLibtiffLoop(stage: Stage): Promise<LibtiffLoop> {
  await build();
  const child = spawn(BINARY, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  stage.onClose(async () => {
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on('error', () => {});
  const ask = async (command: string): Promise<number[]> => {
    child.stdin.write(`${command}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`libtiffLoop ended at: ${command}`);
    return value.split(' ').map(Number);
  };
  const timed = async (command: string): Promise<Timed> => {
    const [ns = Number.NaN, result = Number.NaN] = await ask(command);
    return { ns, result };
  };
  return {
    load: async (file) => (await ask(`load ${file}`))[0] ?? -1,
    decode: (page, loops) => timed(`decode ${page} ${loops}`),
    encode: (page, coding, loops) => timed(`encode ${page} ${coding} ${loops}`),
  };
}

async function build(): Promise<void> {
  const built = await stat(BINARY).catch(() => undefined);
  if (built !== undefined && built.mtimeMs > (await stat(SOURCE)).mtimeMs) return;
  await mkdir(FOLDER, { recursive: true });
  try {
    await runTool('cc', ['-O2', '-o', BINARY, SOURCE, '-ltiff']);
  } catch (error) {
    throw new Error(
      'a C compiler or libtiff’s headers are missing: sudo apt-get install gcc libc6-dev libtiff-dev',
      {
        cause: error,
      },
    );
  }
}
