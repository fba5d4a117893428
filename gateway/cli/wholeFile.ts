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
    await writeParts(target, 'w', parts);
    return;
  }
  const folder = dirname(target);
  await access(folder, constants.W_OK);
  const part = join(folder, `.${basename(target).slice(0, 180)}.${process.pid}.part`);
  try {
    await writeParts(part, 'wx', parts);
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function writeParts(path: string, flags: 'w' | 'wx', parts: Uint8Array[]): Promise<void> {
  await using file = await open(path, flags);
  for (const part of parts) await file.writeFile(part);
  if (flags === 'wx') await file.sync();
}

function isFolder(path: string): CommandError {
  return new CommandError(EXIT.failed, 'EISDIR', `This is a folder, not a file: ${path}`);
}

function tooLarge(name: string, limitBytes: number): CommandError {
  const limit = `${Math.floor(limitBytes / 1024 / 1024)} MiB`;
  return new CommandError(EXIT.failed, 'FILE_TOO_LARGE', `${name} is larger than a page can be (${limit}).`);
}
