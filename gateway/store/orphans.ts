// Takes away files that no row knows of: a crash leaves them, or a removal that was cut short.

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TEMPORARY_SUFFIX } from './durableFile.ts';
import type { Store } from './store.ts';

/** Uploads and exports; runs at start, before new ones can come. Returns how many entries were taken away. */
export async function removeLooseFiles(store: Store): Promise<number> {
  const uploads = await removeUnknown(store.folder.uploads, (name) => store.uploads.get(name) !== undefined);
  return uploads + (await removeUnknown(store.folder.exports, () => false));
}

/**
 * Page folders without a document. May run while the gateway works, since a document's row is always there before
 * its folder. Stops early when `signal` aborts.
 */
export async function removeOrphanPages(store: Store, signal: AbortSignal): Promise<number> {
  const { folder } = store;
  const outgoing = await removeUnknown(
    folder.outgoingPages,
    (name) => store.preparations.exists(name),
    signal,
  );
  const incoming = await removeUnknown(folder.incomingPages, (name) => store.incoming.exists(name), signal);
  return outgoing + incoming;
}

/** Unfinished files in one document's folder. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (name.endsWith(TEMPORARY_SUFFIX)) await rm(join(folder, name), { force: true });
  }
}

async function removeUnknown(
  folder: string,
  known: (name: string) => boolean,
  signal?: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const [index, name] of (await namesIn(folder)).entries()) {
    // A folder with 100,000 entries must not keep calls waiting.
    if (index % 200 === 199) await nextTurn();
    if (signal?.aborted === true) break;
    if (known(name)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
