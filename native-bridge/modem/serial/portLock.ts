// Lock files as terminal programs, mgetty, efax and HylaFAX use them: `LCK..ttyACM0` with the owner's process id. The
// lock that serialport takes comes too late (it has set the port's parameters by then, in the middle of another's call).

import { readdir, readFile, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = '/var/lock';

/** Names of locks that this process holds: its own id in a file says nothing about who in it has the port. */
const ours = new Set<string>();

export interface PortLock {
  /** Never rejects. */
  release(): Promise<void>;
}

/**
 * Takes the lock of `path` (a port that exists), or says which process has it. Where locks cannot be written, nothing is
 * locked and nothing is refused.
 */
export async function lockPort(path: string, folder = FOLDER): Promise<PortLock | { heldBy: number }> {
  if (process.platform === 'win32') return { release: async () => undefined };
  const device = await realpath(path);
  const name = join(folder, lockName(device));
  if (ours.has(name)) return { heldBy: process.pid };
  ours.add(name);
  const release = async (): Promise<void> => {
    ours.delete(name);
    if ((await ownerOf(name)) === process.pid) await rm(name, { force: true }).catch(() => undefined);
  };
  // Others may have locked it by the name of a link to it.
  for (const other of new Set([name, join(folder, lockName(path))])) {
    const owner = await ownerOf(other);
    if (owner !== undefined && owner !== process.pid && (await mayHold(owner, device))) {
      ours.delete(name);
      return { heldBy: owner };
    }
  }
  await rm(name, { force: true }).catch(() => undefined);
  try {
    await writeFile(name, `${String(process.pid).padStart(10)}\n`, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    const owner = isExisting(error) ? await ownerOf(name) : undefined;
    if (owner !== undefined && owner !== process.pid) {
      ours.delete(name);
      return { heldBy: owner };
    }
  }
  return { release };
}

/** Whether the same process started both: the holder drives another line of ours. False where that cannot be seen. */
export async function isSibling(owner: number): Promise<boolean> {
  const stats = await readFile(`/proc/${owner}/stat`, 'latin1').catch(() => '');
  // The name in brackets may have blanks and brackets; the state and the parent's id follow it.
  const [, parent] = stats.slice(stats.lastIndexOf(')') + 2).split(' ');
  return Number(parent) === process.ppid;
}

function lockName(path: string): string {
  return `LCK..${path.replace(/^\/dev\//, '').replaceAll('/', '_')}`;
}

async function ownerOf(name: string): Promise<number | undefined> {
  try {
    const octets = await readFile(name);
    // Kermit and UUCP of old wrote the id as a binary number.
    const owner =
      octets.length === 4 ? octets.readInt32LE(0) : Number.parseInt(octets.toString('latin1'), 10);
    return Number.isSafeInteger(owner) && owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** False when the process is gone, or can be seen not to have the device open (its id was given out anew). */
async function mayHold(owner: number, device: string): Promise<boolean> {
  try {
    process.kill(owner, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const descriptors = `/proc/${owner}/fd`;
  try {
    const wanted = await stat(device);
    for (const descriptor of await readdir(descriptors)) {
      const target = await readlink(join(descriptors, descriptor)).catch(() => '');
      if (target === device) return true;
      if (!target.startsWith('/dev/')) continue;
      const open = await stat(target).catch(() => undefined);
      if (open?.rdev === wanted.rdev && open.dev === wanted.dev) return true;
    }
    return false;
  } catch {
    // Of another user, or no /proc: believed.
    return true;
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
