import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isSibling, lockPort } from './portLock.ts';

// /dev/null stands for a port: the lock asks only what it is called and who has it open.
const PORT = '/dev/null';
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-lock-'));
  file = join(folder, 'LCK..null');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('A lock names this process, refuses a second one, and is gone when released', async () => {
  const lock = await lockPort(PORT, folder);
  expect(Number(await readFile(file, 'utf8'))).toBe(process.pid);
  expect(await lockPort(PORT, folder)).toEqual({ heldBy: process.pid });
  if ('release' in lock) await lock.release();
  await expect(readFile(file)).rejects.toThrow('ENOENT');
  const again = await lockPort(PORT, folder);
  if ('release' in again) await again.release();
  expect(again).toHaveProperty('release');
});

test.each([
  ['of a process that has ended', '  99999999\n'],
  ['of a process that has not the port open', `${String(process.ppid).padStart(10)}\n`],
  ['of nobody', 'no number'],
  ['that is empty', ''],
])('A lock %s is taken over', async (_whose, owner) => {
  // Nobody keeps /dev/full open.
  await writeFile(join(folder, 'LCK..full'), owner);
  const lock = await lockPort('/dev/full', folder);
  expect(lock).toHaveProperty('release');
  if ('release' in lock) await lock.release();
});

test('A lock of another process that has the port open is respected', async () => {
  const holder = spawn('sleep', ['60'], { stdio: ['ignore', openSync('/dev/full', 'w'), 'ignore'] });
  try {
    await once(holder, 'spawn');
    await writeFile(join(folder, 'LCK..full'), `${holder.pid}\n`);
    expect(await lockPort('/dev/full', folder)).toEqual({ heldBy: holder.pid });
  } finally {
    holder.kill('SIGKILL');
  }
});

test('The holder of a port is another line of ours when one process started both', async () => {
  expect(await isSibling(process.pid)).toBe(true);
  expect(await isSibling(process.ppid)).toBe(false);
  expect(await isSibling(99_999_999)).toBe(false);
});

test('Where locks cannot be written nothing is refused', async () => {
  const lock = await lockPort(PORT, join(folder, 'missing'));
  expect(lock).toHaveProperty('release');
  if ('release' in lock) await lock.release();
});

test('A binary lock is read, too', async () => {
  const id = Buffer.alloc(4);
  id.writeInt32LE(99_999_999);
  await writeFile(file, id);
  const lock = await lockPort(PORT, folder);
  expect(lock).toHaveProperty('release');
  if ('release' in lock) await lock.release();
});
