// Asks the relay that serves a data folder how it is.

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { adminFile, isServed } from '../dataFolder.ts';
import { RelayError } from '../relayError.ts';

const adminFileSchema = z.object({ port: z.number().int().positive(), token: z.string(), pid: z.number() });

const statusSchema = z.object({
  name: z.string(),
  url: z.string(),
  uptimeSeconds: z.number(),
  devicesOnline: z.number(),
  connections: z.number(),
  unauthenticatedConnections: z.number(),
  calls: z.number(),
  forwardedBytes: z.number(),
  memory: z.object({ rssBytes: z.number(), heapUsedBytes: z.number() }),
});

export type AdminStatus = z.infer<typeof statusSchema> & { pid: number };

const TIMEOUT_MS = 5_000;

/** Throws RelayError `notRunning`, also when the relay is there but does not answer in five seconds. */
export async function askStatus(folder: string): Promise<AdminStatus> {
  const notRunning = (why: string, cause?: unknown): RelayError =>
    new RelayError('notRunning', `No relay is running on the data folder ${folder}${why}.`, { cause });
  if (!isServed(folder)) throw notRunning('');
  try {
    const { port, token, pid } = adminFileSchema.parse(JSON.parse(readFileSync(adminFile(folder), 'utf8')));
    const response = await fetch(`http://127.0.0.1:${port}/status`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { ...statusSchema.parse(await response.json()), pid };
  } catch (error) {
    throw notRunning(' that answers', error);
  }
}
