// Tells a pseudo terminal that somebody types at from one that stands for a modem. Numbers of pseudo terminals are given out
// anew: a link that was left behind may lead to a window with a shell, whose keys would come to us and to which we would type.

import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface Process {
  id: number;
  session: number;
  /** Device number of its controlling terminal. */
  terminal: number;
}

/**
 * The process that has `path` as its terminal, unless the other end of it is in the hands of the same session: a program
 * that plays a modem may get its own port for a terminal without wanting it. `undefined`: none, or it cannot be seen.
 * Never rejects.
 */
export async function terminalUser(path: string, processes = '/proc'): Promise<number | undefined> {
  const device = await realpath(path).catch(() => '');
  const number = /^\/dev\/pts\/(\d+)$/.exec(device)?.[1];
  if (number === undefined || process.platform !== 'linux') return undefined;
  const found = await stat(device).catch(() => undefined);
  if (found === undefined) return undefined;
  const all = await listProcesses(processes);
  const leader = all.find(({ id, session, terminal }) => terminal === found.rdev && session === id);
  if (leader === undefined) return undefined;
  for (const { id, session } of all) {
    if (session !== leader.id) continue;
    if ((await holdsOtherEnd(join(processes, String(id)), number)) !== false) return undefined;
  }
  return leader.id;
}

async function listProcesses(folder: string): Promise<Process[]> {
  const names = await readdir(folder).catch(() => []);
  const found: Process[] = [];
  for (const name of names.filter((one) => /^\d+$/.test(one))) {
    const text = await readFile(join(folder, name, 'stat'), 'latin1').catch(() => '');
    // proc(5): behind the name in brackets, which may have any character: state, parent, group, session, terminal.
    const [, , , session, terminal] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    found.push({ id: Number(name), session: Number(session), terminal: Number(terminal) });
  }
  return found;
}

/** `undefined` when it cannot be seen. */
async function holdsOtherEnd(folder: string, number: string): Promise<boolean | undefined> {
  let descriptors: string[];
  try {
    descriptors = await readdir(join(folder, 'fd'));
  } catch {
    return undefined;
  }
  for (const descriptor of descriptors) {
    const target = await readlink(join(folder, 'fd', descriptor)).catch(() => '');
    if (!target.endsWith('ptmx')) continue;
    const info = await readFile(join(folder, 'fdinfo', descriptor), 'latin1').catch(() => '');
    const [, index] = /^tty-index:\s*(\d+)$/m.exec(info) ?? [];
    if (index === undefined || index === number) return true;
  }
  return false;
}
