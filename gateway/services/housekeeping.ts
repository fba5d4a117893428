// What is done at start and every hour: old drafts, unused uploads and pages, the trash, calls of long ago, orphaned files.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallLog } from '../calls/callLog.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { errorText, type Log } from '../log.ts';
import { REUSE_MS } from '../outbox/drafts.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Preparer } from '../outbox/preparer.ts';
import { removeOrphanPages } from '../store/orphans.ts';
import type { Store } from '../store/store.ts';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

export interface HousekeepingOptions {
  store: Store;
  inbox: Inbox;
  outbox: Outbox;
  preparer: Preparer;
  calls: Pick<CallLog, 'forgetOld'>;
  log: Log;
}

export function startHousekeeping(options: HousekeepingOptions): { stop(): Promise<void> } {
  const { store, log } = options;
  const stopping = new AbortController();
  let working = round(true);
  const timer = setInterval(() => {
    working = working.then(() => round(false));
  }, HOUR_MS);
  timer.unref();

  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await working;
    },
  };

  async function round(first: boolean): Promise<void> {
    await step('old drafts', removeOldDrafts);
    await step('unused pages', removeUnusedPages);
    await step('unused uploads', removeUnusedUploads);
    await step('trash', () => options.inbox.emptyTrash());
    await step('calls', async () => {
      const forgotten = options.calls.forgetOld();
      if (forgotten > 0) log.info('calls of long ago forgotten', { calls: forgotten });
    });
    if (first) {
      await step('orphans', async () => {
        const removed = await removeOrphanPages(store, stopping.signal);
        if (removed > 0) log.info('orphaned page folders removed', { folders: removed });
      });
    }
  }

  async function step(name: string, work: () => Promise<void>): Promise<void> {
    if (stopping.signal.aborted) return;
    try {
      await work();
    } catch (error) {
      log.error('housekeeping failed', { step: name, error: errorText(error) });
    }
  }

  async function removeOldDrafts(): Promise<void> {
    for (const id of store.outgoing.draftsBefore(Date.now() - DAY_MS)) {
      // While the ones before it went, it may have been sent.
      if (store.outgoing.get(id)?.status === 'draft') await options.outbox.remove(id);
    }
  }

  async function removeUnusedPages(): Promise<void> {
    for (const id of store.preparations.unused(Date.now() - REUSE_MS)) {
      if (stopping.signal.aborted) return;
      await options.preparer.discard(id);
    }
  }

  async function removeUnusedUploads(): Promise<void> {
    for (const id of store.uploads.unused(Date.now() - DAY_MS)) {
      store.uploads.remove(id);
      await rm(join(store.folder.uploads, id), { force: true });
    }
  }
}
