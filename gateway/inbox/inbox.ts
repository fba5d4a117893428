// The inbox: takes documents from calls into the store, page by page, each durable before it is confirmed.

import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { isTelephone } from '../../protocol/destination.ts';
import type { PageQualityReport } from '../../protocol/modem.ts';
import type { PageInfo } from '../../protocol/page.ts';
import { ApiError, type Settings } from '../../protocol/api/types.ts';
import { StoreError, type DocumentHead, type DocumentSink } from '../call/documentCall.types.ts';
import { errorText, type Log } from '../log.ts';
import { isDiskFull } from '../store/database.ts';
import { makeFolder, pagePath } from '../store/durableFile.ts';
import type { IncomingRow } from '../store/incomingTable.ts';
import { newId } from '../store/newId.ts';
import { removeTemporaries } from '../store/orphans.ts';
import { matches, writePageFile } from '../store/pageFile.ts';
import type { Store } from '../store/store.ts';

/** What was deleted can be restored for so long. */
const TRASH_MS = 30 * 24 * 60 * 60 * 1_000;

export interface InboxEvents {
  incomingChanged(id: string): void;
  incomingRemoved(id: string): void;
  statusChanged(): void;
  /** A whole document stands in the inbox. */
  arrived(id: string): void;
}

export interface InboxOptions {
  store: Store;
  settings(): Settings;
  /** Of a device or a telephone number. */
  isContact(caller: string): boolean;
  /** The one form under which a telephone number is known; a device as it is. Left out: as written. */
  canonical?: (caller: string) => string;
  events: InboxEvents;
  log: Log;
}

export interface Inbox {
  readonly sink: DocumentSink;
  /** Documents whose call was up when the program ended are broken now. */
  start(): void;
  /** Whether a call of this device or telephone number is answered. */
  accepts(caller: string): boolean;
  /** The document that stands for this caller's document, for the list of live calls. */
  find(caller: string, documentId: string): IncomingRow | undefined;
  markRead(id: string, read: boolean): void;
  remove(id: string): void;
  restore(id: string): void;
  /** Takes a document away for good; a repeat of it is still known. */
  purge(id: string): Promise<void>;
  /** Purges what has been in the trash for long. */
  emptyTrash(): Promise<void>;
}

export function createInbox(options: InboxOptions): Inbox {
  const { store, events, log, canonical = (caller) => caller } = options;
  const oneAtATime = createTurns();

  const sink: DocumentSink = {
    progress(caller, documentId) {
      const row = store.incoming.find(caller, documentId);
      if (row !== undefined) return { pagesStored: row.pages, documentStored: row.state === 'complete' };
      const pages = store.incoming.tombstone(caller, documentId);
      return pages === undefined ? undefined : { pagesStored: pages, documentStored: true };
    },
    open: (head) => oneAtATime(keyOf(head.caller, head.documentId), () => open(head)),
    storePage: (caller, documentId, index, info, data, quality) =>
      oneAtATime(keyOf(caller, documentId), () => storePage(caller, documentId, index, info, data, quality)),
    storeDocument: (caller, documentId, pageCount, partial = false) =>
      oneAtATime(keyOf(caller, documentId), () => storeDocument(caller, documentId, pageCount, partial)),
    cancelled: (caller, documentId) =>
      oneAtATime(keyOf(caller, documentId), () => cancelled(caller, documentId)),
    interrupted(caller, documentId) {
      try {
        const row = store.incoming.find(caller, documentId);
        if (row?.state !== 'receiving') return;
        store.incoming.setState(row.id, 'broken');
        events.incomingChanged(row.id);
      } catch (error) {
        log.error('broken call not noted', { caller, error: errorText(error) });
      }
    },
  };

  return {
    sink,
    start() {
      // A telephone call does not go on where it ended: what came of it is all there will be.
      const ended = store.incoming.endTelephoneCalls(Date.now());
      if (ended > 0) log.info('telephone calls were bringing documents when the program ended', { ended });
      const broken = store.incoming.breakReceiving();
      if (broken > 0) log.info('documents were being received when the program ended', { documents: broken });
    },
    accepts(caller) {
      const { accept, blockedDevices } = options.settings();
      if (accept === 'nobody' || blockedDevices.includes(caller)) return false;
      // However a blocked number was written, and however this one is given.
      const known = canonical(caller);
      if (isTelephone(caller) && blockedDevices.some((blocked) => canonical(blocked) === known)) return false;
      // `tel:`: a telephone call without a number.
      return accept === 'everyone' || caller === 'tel:' || options.isContact(caller);
    },
    find: (caller, documentId) => store.incoming.find(caller, documentId),
    markRead(id, read) {
      existing(id);
      store.incoming.markRead(id, read);
      changed(id);
    },
    remove(id) {
      const row = existing(id);
      if (row.state === 'receiving') {
        throw new ApiError('CONFLICT', 'This fax is just being received. Delete it when it is over.');
      }
      if (row.deletedAt === undefined) store.incoming.setDeleted(id, Date.now());
      events.incomingRemoved(id);
      events.statusChanged();
    },
    restore(id) {
      existing(id);
      store.incoming.setDeleted(id, undefined);
      changed(id);
    },
    purge,
    async emptyTrash() {
      const before = Date.now() - TRASH_MS;
      for (const id of store.incoming.deletedBefore(before, 1_000)) {
        // While the ones before it went, it may have been restored, or taken up again by its sender.
        const deletedAt = store.incoming.get(id)?.deletedAt;
        if (deletedAt !== undefined && deletedAt < before) await purge(id);
      }
    },
  };

  async function open(head: DocumentHead): ReturnType<DocumentSink['open']> {
    const { caller, documentId } = head;
    const known = sink.progress(caller, documentId);
    if (known?.documentStored === true) return known;
    const space = await store.readDiskSpace(store.folder.path);
    if (space.freeBytes < space.reserveBytes) {
      log.warn('document refused, disk full', { caller, freeBytes: space.freeBytes });
      return { refuse: 'RECEIVER_DISK_FULL' };
    }
    return keeping(async () => {
      const row = store.incoming.find(caller, documentId);
      const id = row?.id ?? newId();
      if (row === undefined) store.incoming.insert(id, head, Date.now());
      else store.incoming.resume(id, head);
      await makeFolder(folderOf(id));
      await removeTemporaries(folderOf(id));
      changed(id);
      return { pagesStored: row?.pages ?? 0, documentStored: false };
    });
  }

  async function storePage(
    caller: string,
    documentId: string,
    index: number,
    info: PageInfo,
    data: Uint8Array,
    quality: PageQualityReport | undefined,
  ): Promise<void> {
    await keeping(async () => {
      const row = begun(caller, documentId);
      if (index < row.pages) return;
      if (row.state === 'complete') throw new StoreError('RECEIVER_ERROR', 'the document is complete');
      if (index > row.pages) throw new StoreError('RECEIVER_ERROR', `page ${row.pages} is due, not ${index}`);
      if (!matches(info, data))
        throw new StoreError('PAGE_NOT_ACCEPTED', 'the page is not what its checksum says');
      await writePageFile(pagePath(folderOf(row.id), index), info, data);
      store.incoming.addPage(row.id, index, info, Date.now(), quality);
      changed(row.id);
    });
  }

  async function storeDocument(
    caller: string,
    documentId: string,
    pageCount: number,
    partial: boolean,
  ): Promise<void> {
    if (sink.progress(caller, documentId)?.documentStored === true) return;
    await keeping(async () => {
      const row = begun(caller, documentId);
      if (row.pages !== pageCount) {
        throw new StoreError('RECEIVER_ERROR', `${row.pages} of ${pageCount} pages are stored`);
      }
      store.incoming.complete(row.id, pageCount, Date.now(), partial);
      log.info('document received', { id: row.id, from: caller, pages: pageCount, partial });
      changed(row.id);
      events.arrived(row.id);
    });
  }

  async function cancelled(caller: string, documentId: string): Promise<void> {
    const row = store.incoming.find(caller, documentId);
    if (row === undefined || row.state === 'complete') return;
    if (row.pages === 0) {
      await purge(row.id);
      return;
    }
    // Pages that were confirmed stay to be seen, under what became of the document.
    store.incoming.setState(row.id, 'cancelled');
    changed(row.id);
  }

  async function purge(id: string): Promise<void> {
    store.incoming.purge(id);
    await rm(folderOf(id), { recursive: true, force: true });
    events.incomingRemoved(id);
    events.statusChanged();
  }

  /** What the store could not keep, in the words that the sender is told. */
  async function keeping<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      log.error('not stored', { error: errorText(error) });
      const code = isDiskFull(error) ? 'RECEIVER_DISK_FULL' : 'RECEIVER_ERROR';
      throw new StoreError(code, error instanceof Error ? error.message : 'unknown', { cause: error });
    }
  }

  function begun(caller: string, documentId: string): IncomingRow {
    const row = store.incoming.find(caller, documentId);
    if (row === undefined) throw new StoreError('RECEIVER_ERROR', 'the document was not begun');
    return row;
  }

  function existing(id: string): IncomingRow {
    const row = store.incoming.get(id);
    if (row === undefined) throw new ApiError('NOT_FOUND', 'This fax is no longer there.');
    return row;
  }

  function changed(id: string): void {
    events.incomingChanged(id);
    events.statusChanged();
  }

  function folderOf(id: string): string {
    return join(store.folder.incomingPages, id);
  }
}

function keyOf(caller: string, documentId: string): string {
  return `${caller}\n${documentId}`;
}

/** Runs work with the same key one after the other: a call that broke may still be storing when the next one comes. */
function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
