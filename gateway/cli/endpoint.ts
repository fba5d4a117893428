// Finds the gateway that runs on a data folder, by the file it writes there while it serves its API.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const endpointSchema = z.object({
  origin: z.url({ protocol: /^http$/ }),
  key: z.string().min(1),
  pid: z.number().int().positive(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

/** `undefined` when no gateway runs there: no file, half a file, or one left behind by a process that is gone. */
export async function readEndpoint(dataFolder: string): Promise<Endpoint | undefined> {
  const text = await readText(join(dataFolder, 'endpoint.json'));
  const parsed = endpointSchema.safeParse(text === undefined ? undefined : parseJson(text));
  // Somebody else may listen on the dead gateway's port by now: the key is not for them.
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
