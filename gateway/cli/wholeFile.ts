// Files that a command reads and writes itself: read up to a limit, written whole or not at all; `-` is standard input
// or output.

import { createReadStream } from 'node:fs';
import { access, constants, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandError, EXIT, isSystemError } from './commandError.ts';

/** The name that stands for standard input or output. */
export const STANDARD_STREAM = '-';

/** Throws CommandError for a folder and for more than `limitBytes`, and errors of the system. */
export async function readWholeFile(path: string, limitBytes: number): Promise<Buffer> {
  const name = path === STANDARD_STREAM ? 'Standard input' : path;
  if (path !== STANDARD_STREAM) {
    const found = await stat(path);
    if (found.isDirectory()) throw isFolder(path);
    if (found.size > limitBytes) throw tooLarge(name, limitBytes);
  }
  const input = path === STANDARD_STREAM ? process.stdin : createReadStream(path);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limitBytes) throw tooLarge(name, limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** Writes the parts one after the other. What `path` was before stays until all is written. */
export async function writeWholeFile(path: string, parts: Uint8Array[]): Promise<void> {
  if (path === STANDARD_STREAM) {
    for (const part of parts) process.stdout.write(part);
    return;
  }
  const target = await realpath(path).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') return path;
    throw error;
  });
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory() === true) throw isFolder(path);
  if (found !== undefined && !found.isFile()) {
    // A pipe or a device is not to be replaced by a file.
    await writeParts(target, parts).catch((error: unknown) => {
      throw naming(path, error);
    });
    return;
  }
  const folder = dirname(target);
  await access(folder, constants.W_OK);
  const part = join(folder, `.${basename(target).slice(0, 180)}.${process.pid}.part`);
  try {
    // Who may read the page stays as it was.
    await writeParts(part, parts, { mode: found?.mode });
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw naming(path, error);
  }
}

/** With `fresh` into a file that must not be there yet, and to the disk before it ends. */
async function writeParts(
  path: string,
  parts: Uint8Array[],
  fresh?: { mode: number | undefined },
): Promise<void> {
  await using file = await open(path, fresh === undefined ? 'w' : 'wx', fresh?.mode);
  // The process's mask takes rights away only.
  if (fresh?.mode !== undefined) await file.chmod(fresh.mode & 0o777);
  for (const part of parts) await file.writeFile(part);
  if (fresh !== undefined) await file.sync();
}

/** The error of the system about the file that the person named, not about one that stands in for it. */
function naming(path: string, error: unknown): unknown {
  if (isSystemError(error)) error.path = path;
  return error;
}

function isFolder(path: string): CommandError {
  return new CommandError(EXIT.failed, 'EISDIR', `This is a folder, not a file: ${path}`);
}

function tooLarge(name: string, limitBytes: number): CommandError {
  const limit = `${Math.floor(limitBytes / 1024 / 1024)} MiB`;
  return new CommandError(EXIT.failed, 'FILE_TOO_LARGE', `${name} is larger than a page can be (${limit}).`);
}
