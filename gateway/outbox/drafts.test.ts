// Drafts and the making of their pages, over a real store and an imaging that the test plays.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pageOptionsSchema, type PreparedPage } from '../../protocol/imaging.ts';
import type { Outcome } from '../../protocol/outcome.ts';
import type { Settings } from '../../protocol/api/types.ts';
import type { Imaging, PrepareEvents, PrepareRequest } from '../imaging/imaging.ts';
import { pagePath } from '../store/durableFile.ts';
import { openStore, type Store } from '../store/store.ts';
import { createDraft, createDraftFrom } from './drafts.ts';
import { createPreparer, type Preparer } from './preparer.ts';

type Work = (
  request: PrepareRequest,
  events: PrepareEvents,
  signal: AbortSignal,
) => ReturnType<Imaging['prepare']>;

let folder: string;
let store: Store;
let preparer: Preparer;
let freeBytes: number;
let work: Work;
let requests: PrepareRequest[];
let ended: [string, Outcome | undefined][];
const settings: Settings = {
  displayName: 'Kyoto',
  faxNumber: '075-123',
  headerLine: true,
  paper: 'a4',
  accept: 'everyone',
  blockedDevices: [],
  maxConnections: 8,
  giveUpAfterHours: 24,
};
const options = pageOptionsSchema.parse({});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 2, 9, 14, 5) });
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-drafts-'));
  freeBytes = 1e9;
  requests = [];
  ended = [];
  work = twoPages;
  open();
});
afterEach(async () => {
  await preparer.stop();
  store.close();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

function open(): void {
  store = openStore(folder, { readDiskSpace: async () => ({ freeBytes, reserveBytes: 1e6 }) });
  preparer = createPreparer({
    store,
    imaging: {
      prepare(request, events, signal) {
        requests.push(request);
        return work(request, events, signal);
      },
    },
    log: { info() {}, warn() {}, error() {} },
    events: { changed: () => undefined, ended: (id, failure) => ended.push([id, failure]) },
  });
}

function upload(id: string, sha256 = 'same content', name = 'invoice.pdf'): string {
  store.uploads.insert({ id, name, byteLength: 10, sha256 }, Date.now());
  return id;
}

function draft(fileId: string, change: Partial<Settings> = {}, pageOptions = options) {
  const id = createDraft(store, { fileIds: [fileId], options: pageOptions }, { ...settings, ...change });
  const row = store.outgoing.get(id);
  const preparation = store.preparations.get(row?.preparationId ?? '');
  if (row === undefined || preparation === undefined) throw new Error('no draft');
  return { id, preparation };
}

async function makePage(request: PrepareRequest, index: number): Promise<PreparedPage> {
  const path = pagePath(request.outputFolder, index);
  await writeFile(path, `page ${index}`);
  const info = { width: 1728, height: 2287, xDpi: 204, yDpi: 196, byteLength: 6, sha256: 'b'.repeat(64) };
  return { ...info, index, path, warnings: ['mostlyGray'] };
}

async function twoPages(request: PrepareRequest, events: PrepareEvents) {
  events.progress(0, 2);
  for (const index of [0, 1]) events.page(await makePage(request, index));
  return { pages: 2, substitutedFonts: ['Ryumin'] };
}

/** A draft that was sent and cancelled before its pages were made. */
function cancelledDraft(fileId: string) {
  const made = draft(fileId);
  store.deliveries.insert({
    id: `d-${made.id}`,
    documentId: made.id,
    destination: 'osaka',
    nextAttemptAt: undefined,
    giveUpFrom: 0,
  });
  store.deliveries.end(`d-${made.id}`, { status: 'cancelled', outcome: undefined });
  store.outgoing.refresh(made.id, 1);
  return made;
}

const untilAborted: Work = (_request, _events, signal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () =>
      resolve({ failure: { code: 'CANCELLED', detail: '', fileName: undefined } }),
    );
  });

async function untilEnded(): Promise<void> {
  preparer.wake();
  await expect.poll(() => ended.length).toBeGreaterThan(0);
}

describe('a draft', () => {
  test('fixes the header line when it is made', () => {
    const { preparation } = draft(upload('a'));
    expect(preparation.header).toEqual({ stamp: '2026-03-09 14:05', from: 'Kyoto', number: '075-123' });
    expect(draft(upload('b'), { headerLine: false }).preparation.header).toBeUndefined();
  });

  test('of the same content, options and header within the hour has the very same pages', () => {
    const first = draft(upload('a'));
    vi.setSystemTime(Date.now() + 59 * 60_000);
    const second = draft(upload('b'));
    expect(second.preparation.id).toBe(first.preparation.id);
    expect(second.id).not.toBe(first.id);
    vi.setSystemTime(Date.now() + 60_000);
    expect(draft(upload('c')).preparation.id).not.toBe(first.preparation.id);
  });

  test('that differs in anything that can be seen has pages of its own', () => {
    const drafts = [
      draft(upload('a')),
      draft(upload('b', 'other content')),
      draft(upload('c', 'same content', 'invoice.txt')),
      draft(upload('d'), { displayName: 'Osaka' }),
      draft(upload('e'), { faxNumber: '' }),
      draft(upload('f'), { headerLine: false }),
      draft(upload('g'), {}, { ...options, resolution: 'superfine' }),
      draft(upload('h'), {}, { ...options, mode: 'photo' }),
    ];
    expect(new Set(drafts.map(({ preparation }) => preparation.id)).size).toBe(drafts.length);
  });

  test('of a file that failed is tried anew', async () => {
    work = async () => ({ failure: { code: 'IMAGING_CRASHED', detail: '', fileName: 'invoice.pdf' } });
    const first = draft(upload('a'));
    await untilEnded();
    expect(draft(upload('b')).preparation.id).not.toBe(first.preparation.id);
  });

  test('of a file that is not there is refused', () => {
    expect(() => draft('nothing')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

describe('a draft of an earlier fax', () => {
  test('has the very same pages and title, with the header line of then and without its files', async () => {
    const { id, preparation } = draft(upload('a'));
    await untilEnded();
    store.uploads.remove('a');
    vi.setSystemTime(Date.now() + 30 * 24 * 60 * 60_000);
    const again = store.outgoing.get(createDraftFrom(store, id));
    expect(again).toMatchObject({
      preparationId: preparation.id,
      title: 'invoice.pdf',
      status: 'draft',
      purpose: 'fax',
      createdAt: Date.now(),
    });
    expect(again?.id).not.toBe(id);
    expect(store.preparations.get(preparation.id)?.header?.stamp).toBe('2026-03-09 14:05');
    expect(requests.length).toBe(1);
  });

  test('keeps its pages when the earlier fax is removed', async () => {
    const { id, preparation } = draft(upload('a'));
    await untilEnded();
    const again = createDraftFrom(store, id);
    store.outgoing.remove(id);
    expect(store.preparations.unused(Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(store.preparations.documentIds(preparation.id)).toEqual([again]);
  });

  test('may be made while its pages are still being made', async () => {
    const { id, preparation } = draft(upload('a'));
    const again = createDraftFrom(store, id);
    await untilEnded();
    expect(store.outgoing.get(again)?.preparationId).toBe(preparation.id);
    expect(store.preparations.get(preparation.id)?.pages).toBe(2);
  });

  test('is refused in words when that fax has no pages, or is not there', async () => {
    work = async () => ({ failure: { code: 'FILE_ENCRYPTED', detail: '', fileName: 'invoice.pdf' } });
    const { id } = draft(upload('a'));
    await untilEnded();
    expect(() => createDraftFrom(store, id)).toThrow(
      expect.objectContaining({
        code: 'CONFLICT',
        message: 'This fax has no pages to send again. Choose its files anew.',
      }),
    );
    expect(() => createDraftFrom(store, 'nothing')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

describe('making pages', () => {
  test('keeps each page durably with what is odd about it', async () => {
    const { preparation } = draft(upload('a'));
    await untilEnded();
    expect(ended).toEqual([[preparation.id, undefined]]);
    expect(store.preparations.get(preparation.id)).toMatchObject({
      state: 'ready',
      pages: 2,
      pagesExpected: 2,
      totalBytes: 12,
      substitutedFonts: ['Ryumin'],
    });
    expect(store.preparations.pages(preparation.id)).toMatchObject([
      { index: 0, warnings: ['mostlyGray'] },
      { index: 1 },
    ]);
    expect(requests[0]).toMatchObject({
      files: [{ path: join(store.folder.uploads, 'a'), name: 'invoice.pdf' }],
      header: { from: 'Kyoto' },
    });
  });

  test('begins anew after a crash of the host, with nothing left of the first attempt', async () => {
    const { preparation } = draft(upload('a'));
    const folders: string[][] = [];
    work = async (request, events) => {
      events.page(await makePage(request, 0));
      events.page(await makePage(request, 1));
      await events.restarted();
      folders.push(readdirSync(request.outputFolder));
      events.page(await makePage(request, 0));
      return { pages: 1, substitutedFonts: [] };
    };
    await untilEnded();
    expect(folders).toEqual([[]]);
    expect(store.preparations.get(preparation.id)).toMatchObject({ state: 'ready', pages: 1, totalBytes: 6 });
  });

  test('fails with the cause of the file, and keeps no half document', async () => {
    const { preparation } = draft(upload('a'));
    work = async (request, events) => {
      events.page(await makePage(request, 0));
      return { failure: { code: 'FILE_ENCRYPTED', detail: 'x', fileName: 'invoice.pdf' } };
    };
    await untilEnded();
    expect(ended).toMatchObject([[preparation.id, { code: 'FILE_ENCRYPTED', phase: 'prepare' }]]);
    expect(store.preparations.get(preparation.id)).toMatchObject({ state: 'failed', pages: 0 });
    expect(readdirSync(store.folder.outgoingPages)).toEqual([]);
  });

  test.each([
    ['a full disk', 'DISK_FULL'],
    ['an uploaded file that is gone', 'FILE_MISSING'],
    ['a page that was told but not written', 'INTERNAL_ERROR'],
  ])('%s is told as %s', async (what, code) => {
    draft(upload('a'));
    if (what === 'a full disk') freeBytes = 1;
    if (what === 'an uploaded file that is gone') store.uploads.remove('a');
    work = async (request, events) => {
      const page = await makePage(request, 0);
      rmSync(page.path);
      events.page(page);
      return { pages: 1, substitutedFonts: [] };
    };
    await untilEnded();
    expect(ended[0]?.[1]?.code).toBe(code);
  });

  test('that was cut short by the program’s end is done at the next start', async () => {
    const { preparation } = draft(upload('a'));
    let begun = false;
    work = (_request, _events, signal) =>
      new Promise((resolve) => {
        begun = true;
        signal.addEventListener('abort', () =>
          resolve({ failure: { code: 'CANCELLED', detail: '', fileName: undefined } }),
        );
      });
    preparer.wake();
    await expect.poll(() => begun).toBe(true);
    await preparer.stop();
    expect(store.preparations.get(preparation.id)?.state).toBe('open');
    store.close();
    open();
    work = twoPages;
    await untilEnded();
    expect(store.preparations.get(preparation.id)).toMatchObject({ state: 'ready', pages: 2 });
  });

  test('that is withdrawn fails as cancelled, whether it was under way or not', async () => {
    const running = cancelledDraft(upload('a'));
    const waiting = cancelledDraft(upload('b', 'other content'));
    work = untilAborted;
    preparer.wake();
    await expect.poll(() => requests.length).toBe(1);
    await preparer.withdraw(waiting.preparation.id);
    await preparer.withdraw(running.preparation.id);
    for (const { preparation } of [running, waiting]) {
      expect(store.preparations.get(preparation.id)).toMatchObject({
        state: 'failed',
        outcome: { code: 'CANCELLED' },
      });
    }
    expect(requests.length).toBe(1);
  });

  test('that is withdrawn is begun anew when somebody comes to want it in the meantime', async () => {
    const { preparation } = cancelledDraft(upload('a'));
    work = untilAborted;
    preparer.wake();
    await expect.poll(() => requests.length).toBe(1);
    const withdrawn = preparer.withdraw(preparation.id);
    expect(draft(upload('b')).preparation.id).toBe(preparation.id);
    work = twoPages;
    await withdrawn;
    await expect.poll(() => ended).toEqual([[preparation.id, undefined]]);
    expect(store.preparations.get(preparation.id)).toMatchObject({ state: 'ready', pages: 2 });
  });

  test('leaves pages alone that are being copied of a received document', () => {
    const preparation = { id: 'copy', key: 'received 1', options, header: undefined, createdAt: 0 };
    store.preparations.insert(preparation, []);
    expect(store.preparations.oldestOpen()).toBeUndefined();
    const { id } = draft(upload('a')).preparation;
    expect(store.preparations.oldestOpen()?.id).toBe(id);
  });

  test('for a draft that was thrown away stops, and the next one begins', async () => {
    const { id, preparation } = draft(upload('a'));
    const next = draft(upload('b', 'other content'));
    work = (_request, _events, signal) =>
      new Promise((resolve) => {
        work = twoPages;
        signal.addEventListener('abort', () =>
          resolve({ failure: { code: 'CANCELLED', detail: '', fileName: undefined } }),
        );
      });
    preparer.wake();
    await expect.poll(() => requests.length).toBe(1);
    store.outgoing.remove(id);
    await preparer.discard(preparation.id);
    expect(store.preparations.get(preparation.id)).toBeUndefined();
    await untilEnded();
    expect(ended).toEqual([[next.preparation.id, undefined]]);
    expect(readdirSync(store.folder.outgoingPages)).toEqual([next.preparation.id]);
  });
});
