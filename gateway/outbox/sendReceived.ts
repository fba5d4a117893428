// Sends a received document on: the very same page bits, no imaging in between.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pageOptionsSchema } from '../../protocol/imaging.ts';
import { duplicateFile, pagePath, syncFolder } from '../store/durableFile.ts';
import type { IncomingRow } from '../store/incomingTable.ts';
import { newId } from '../store/newId.ts';
import type { Store } from '../store/store.ts';

/** Makes a draft of a complete incoming document, marked as the echo of it, so that it is made once. Returns its id. */
export async function draftOfReceived(store: Store, incoming: IncomingRow): Promise<string> {
  const now = Date.now();
  const preparationId = newId();
  const id = newId();
  // The row comes first: a folder without a row is taken for an orphan.
  store.preparations.insert(
    {
      id: preparationId,
      key: `received ${incoming.id}`,
      options: pageOptionsSchema.parse({}),
      header: undefined,
      createdAt: now,
    },
    [],
  );
  const folder = join(store.folder.outgoingPages, preparationId);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pages = store.incoming.pages(incoming.id);
  for (const { index } of pages) {
    await duplicateFile(
      pagePath(join(store.folder.incomingPages, incoming.id), index),
      pagePath(folder, index),
    );
  }
  await syncFolder(folder);
  store.db.transaction(() => {
    for (const page of pages) store.preparations.addPage(preparationId, page, now);
    store.preparations.markReady(preparationId, []);
    store.outgoing.insert({
      id,
      preparationId,
      title: incoming.subject ?? incoming.fromName,
      purpose: 'echo',
      echoOf: incoming.id,
      createdAt: now,
    });
  });
  return id;
}
