// Two joined PTYs by socat: what is written to one is read from the other. Killing it pulls the cable.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface PtyPair {
  near: string;
  far: string;
  /** Joins them (again), under the same names. */
  plug(): Promise<void>;
  /** Both ends vanish. */
  unplug(): Promise<void>;
  remove(): Promise<void>;
}

/** Joined already when it resolves. */
export async function makePtyPair(): Promise<PtyPair> {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-pty-'));
  const near = join(folder, 'near');
  const far = join(folder, 'far');
  let socat: ChildProcess | undefined;
  const pair: PtyPair = {
    near,
    far,
    plug: async () => {
      const link = (path: string): string => `pty,raw,echo=0,link=${path}`;
      socat = spawn('socat', [link(near), link(far)], { stdio: 'ignore' });
      for (const end of [near, far]) {
        for (let tries = 0; !(await isThere(end)); tries += 1) {
          if (tries > 500) throw new Error('socat made no ports');
          await delay(10);
        }
      }
    },
    unplug: async () => {
      if (!socat) return;
      const ended = once(socat, 'exit');
      socat.kill('SIGKILL');
      await ended;
      socat = undefined;
      // Killed like that it leaves its links.
      await Promise.all([rm(near, { force: true }), rm(far, { force: true })]);
    },
    remove: async () => {
      await pair.unplug();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await pair.plug();
  return pair;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
