// The inbox over a real store: exactly once, in order, full disks, policy, trash.

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DocumentHead } from '../call/documentCall.types.ts';
import type { Settings } from '../../protocol/api/types.ts';
import type { DiskSpace } from '../store/diskSpace.ts';
import { pagePath } from '../store/durableFile.ts';
import { readPageFile } from '../store/pageFile.ts';
import { openStore, type Store } from '../store/store.ts';
import { createInbox, type Inbox } from './inbox.ts';

let folder: string;
let store: Store;
let inbox: Inbox;
let space: DiskSpace;
let settings: Settings;
let arrived: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-inbox-'));
  space = { freeBytes: 1e9, reserveBytes: 1e6 };
  settings = {
    displayName: 'Osaka',
    faxNumber: '',
    headerLine: true,
    paper: 'a4',
    accept: 'everyone',
    blockedDevices: [],
    maxConnections: 8,
    giveUpAfterHours: 24,
  };
  open();
});
afterEach(() => {
  vi.useRealTimers();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): void {
  store = openStore(folder, { readDiskSpace: async () => space });
  arrived = [];
  inbox = createInbox({
    store,
    settings: () => settings,
    isContact: (deviceId) => deviceId === 'kyoto',
    events: {
      incomingChanged: () => undefined,
      incomingRemoved: () => undefined,
      statusChanged: () => undefined,
      arrived: (id) => arrived.push(id),
    },
    log: { info() {}, warn() {}, error() {} },
  });
  inbox.start();
}

const head: DocumentHead = {
  caller: 'kyoto',
  documentId: 'document-1',
  fromName: 'Kyoto office',
  to: 'osaka',
  pageCount: 2,
  subject: 'Invoice',
  purpose: 'fax',
  createdAt: '2026-03-09T09:00:00Z',
};

function page(seed: number) {
  const data = Buffer.alloc(500, seed);
  const sha256 = createHash('sha256').update(data).digest('hex');
  return { data, info: { width: 1728, height: 9, xDpi: 204, yDpi: 196, byteLength: data.length, sha256 } };
}

async function storePage(index: number, seed = index): Promise<void> {
  const { info, data } = page(seed);
  await inbox.sink.storePage(head.caller, head.documentId, index, info, data);
}

async function receiveWhole(): Promise<string> {
  await inbox.sink.open(head);
  await storePage(0);
  await storePage(1);
  await inbox.sink.storeDocument(head.caller, head.documentId, 2);
  return row().id;
}

function row() {
  const found = store.incoming.find(head.caller, head.documentId);
  if (found === undefined) throw new Error('the document is not there');
  return found;
}

describe('receiving', () => {
  test('a document stands in the inbox with its pages on disk', async () => {
    const id = await receiveWhole();
    expect(arrived).toEqual([id]);
    expect(row().document).toMatchObject({ state: 'complete', pages: 2, pagesExpected: 2, read: false });
    for (const [index, stored] of store.incoming.pages(id).entries()) {
      const path = pagePath(join(store.folder.incomingPages, id), index);
      expect(Buffer.compare(await readPageFile(path, stored), page(index).data)).toBe(0);
    }
  });

  test('a page that comes twice is one page, one that comes too early is refused', async () => {
    await inbox.sink.open(head);
    await storePage(0);
    await storePage(0, 9);
    expect(store.incoming.pages(row().id).map((one) => one.sha256)).toEqual([page(0).info.sha256]);
    await expect(storePage(2)).rejects.toMatchObject({ code: 'RECEIVER_ERROR' });
    await expect(inbox.sink.storeDocument('kyoto', 'document-1', 2)).rejects.toMatchObject({
      code: 'RECEIVER_ERROR',
    });
    expect(row().state).toBe('receiving');
  });

  test('two calls that store the same page at once leave one', async () => {
    await inbox.sink.open(head);
    await Promise.all([storePage(0), storePage(0), inbox.sink.open(head), storePage(0)]);
    expect(row().pages).toBe(1);
  });

  test('a page that is not what its checksum says is not accepted', async () => {
    await inbox.sink.open(head);
    const { info } = page(1);
    await expect(inbox.sink.storePage('kyoto', 'document-1', 0, info, page(2).data)).rejects.toMatchObject({
      code: 'PAGE_NOT_ACCEPTED',
    });
    expect(row().pages).toBe(0);
  });

  test('a whole document that comes again is known, also after it was deleted for good', async () => {
    const id = await receiveWhole();
    expect(await inbox.sink.open(head)).toEqual({ pagesStored: 2, documentStored: true });
    await inbox.sink.storeDocument('kyoto', 'document-1', 2);
    expect(arrived).toEqual([id]);
    await inbox.purge(id);
    expect(existsSync(join(store.folder.incomingPages, id))).toBe(false);
    expect(inbox.sink.progress('kyoto', 'document-1')).toEqual({ pagesStored: 2, documentStored: true });
    expect(await inbox.sink.open(head)).toEqual({ pagesStored: 2, documentStored: true });
    expect(store.incoming.find('kyoto', 'document-1')).toBeUndefined();
  });

  test('the same document id of another caller is another document', async () => {
    await receiveWhole();
    expect(inbox.sink.progress('nara', 'document-1')).toBeUndefined();
  });
});

describe('calls that break', () => {
  test('leave the good pages to be seen, and the next call goes on after them', async () => {
    await inbox.sink.open(head);
    await storePage(0);
    inbox.sink.interrupted('kyoto', 'document-1');
    expect(row().document).toMatchObject({ state: 'broken', pages: 1 });
    expect(await inbox.sink.open(head)).toEqual({ pagesStored: 1, documentStored: false });
    expect(row().state).toBe('receiving');
  });

  test('with the program leave the document broken, not receiving for ever', async () => {
    await inbox.sink.open(head);
    await storePage(0);
    store.close();
    open();
    expect(row().state).toBe('broken');
    expect(inbox.sink.progress('kyoto', 'document-1')).toEqual({ pagesStored: 1, documentStored: false });
  });

  test('a word from a call that is long over does not break what is complete', async () => {
    await receiveWhole();
    inbox.sink.interrupted('kyoto', 'document-1');
    await inbox.sink.cancelled('kyoto', 'document-1');
    expect(row().state).toBe('complete');
  });

  test('a withdrawn document keeps the pages that were confirmed, and without any it goes', async () => {
    await inbox.sink.open(head);
    await storePage(0);
    await inbox.sink.cancelled('kyoto', 'document-1');
    expect(row().document).toMatchObject({ state: 'cancelled', pages: 1 });
    await inbox.sink.open({ ...head, documentId: 'document-2' });
    await inbox.sink.cancelled('kyoto', 'document-2');
    expect(store.incoming.find('kyoto', 'document-2')).toBeUndefined();
  });
});

describe('a full disk', () => {
  test('refuses new documents before it is quite full, but knows the complete ones', async () => {
    await receiveWhole();
    space = { freeBytes: 999_999, reserveBytes: 1_000_000 };
    expect(await inbox.sink.open({ ...head, documentId: 'document-2' })).toEqual({
      refuse: 'RECEIVER_DISK_FULL',
    });
    expect(store.incoming.find('kyoto', 'document-2')).toBeUndefined();
    expect(await inbox.sink.open(head)).toMatchObject({ documentStored: true });
  });

  test('in the middle of a page is told as such, and the page is not counted', async () => {
    await inbox.sink.open(head);
    const addPage = vi.spyOn(store.incoming, 'addPage').mockImplementation(() => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    });
    await expect(storePage(0)).rejects.toMatchObject({ code: 'RECEIVER_DISK_FULL' });
    addPage.mockRestore();
    expect(row().pages).toBe(0);
    await storePage(0);
    expect(row().pages).toBe(1);
  });

  test('a folder that cannot be written is an error of the receiver', async () => {
    await inbox.sink.open(head);
    rmSync(join(store.folder.incomingPages, row().id), { recursive: true });
    await expect(storePage(0)).rejects.toMatchObject({ code: 'RECEIVER_ERROR' });
  });

  test('a page file left by a crash before its row is simply written again', async () => {
    await inbox.sink.open(head);
    await writeFile(pagePath(join(store.folder.incomingPages, row().id), 0), 'half a page');
    await storePage(0);
    const [stored] = store.incoming.pages(row().id);
    if (stored === undefined) throw new Error('no page');
    await readPageFile(pagePath(join(store.folder.incomingPages, row().id), 0), stored);
  });
});

describe('whose calls are answered', () => {
  test('everyone’s, the contacts’, nobody’s; never those of the blocked', () => {
    expect(inbox.accepts('nara')).toBe(true);
    settings = { ...settings, blockedDevices: ['nara'] };
    expect(inbox.accepts('nara')).toBe(false);
    settings = { ...settings, accept: 'contacts', blockedDevices: [] };
    expect([inbox.accepts('kyoto'), inbox.accepts('nara')]).toEqual([true, false]);
    settings = { ...settings, accept: 'nobody' };
    expect(inbox.accepts('kyoto')).toBe(false);
  });
});

describe('the trash', () => {
  test('gives back what was deleted, for thirty days', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T00:00:00Z') });
    const id = await receiveWhole();
    const list = () => store.incoming.list({ limit: 10, before: undefined, search: undefined });
    inbox.remove(id);
    expect(list()).toEqual([]);
    inbox.restore(id);
    expect(list().map((one) => one.id)).toEqual([id]);
    inbox.remove(id);
    vi.setSystemTime(Date.parse('2026-03-30T00:00:00Z'));
    await inbox.emptyTrash();
    expect(store.incoming.get(id)).toBeDefined();
    vi.setSystemTime(Date.parse('2026-04-01T00:00:00Z'));
    await inbox.emptyTrash();
    expect(store.incoming.get(id)).toBeUndefined();
    expect(inbox.sink.progress('kyoto', 'document-1')).toMatchObject({ documentStored: true });
  });

  test('gives back a broken document by itself when its sender goes on', async () => {
    await inbox.sink.open(head);
    await storePage(0);
    inbox.sink.interrupted('kyoto', 'document-1');
    inbox.remove(row().id);
    await inbox.sink.open(head);
    expect(row().deletedAt).toBeUndefined();
  });

  test('spares what its sender takes up again while the trash is being emptied', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T00:00:00Z') });
    for (const documentId of ['document-1', 'document-2']) {
      await inbox.sink.open({ ...head, documentId });
      inbox.sink.interrupted('kyoto', documentId);
      inbox.remove(store.incoming.find('kyoto', documentId)?.id ?? '');
    }
    vi.setSystemTime(Date.parse('2026-04-01T00:00:00Z'));
    const emptied = inbox.emptyTrash();
    store.incoming.resume(store.incoming.find('kyoto', 'document-2')?.id ?? '', head);
    await emptied;
    expect(store.incoming.find('kyoto', 'document-1')).toBeUndefined();
    expect(store.incoming.find('kyoto', 'document-2')).toMatchObject({ state: 'receiving' });
  });

  test('is refused to what is just being received', async () => {
    await inbox.sink.open(head);
    expect(() => inbox.remove(row().id)).toThrow(/just being received/);
  });
});
