// Documents kept to be fetched: who may fetch what, and how long they stay.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pagePath } from '../store/durableFile.ts';
import { writePageFile } from '../store/pageFile.ts';
import { openStore, type Store } from '../store/store.ts';
import { createPollOffers, type PollOffers } from './pollOffers.ts';

const OPTIONS = { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' } as const;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let folder: string;
let store: Store;
let offers: PollOffers;
/** How often the list was said to be another one. */
let changes: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-poll-'));
  store = openStore(folder);
  changes = 0;
  offers = createPollOffers({
    store,
    changed: () => (changes += 1),
    log,
    callHeader: () => async (page) => page,
  });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A document of two pages. */
async function document(id: string): Promise<string> {
  store.preparations.insert(
    { id: `p-${id}`, key: id, options: OPTIONS, header: undefined, createdAt: 1 },
    [],
  );
  const pages = join(store.folder.outgoingPages, `p-${id}`);
  await mkdir(pages, { recursive: true });
  for (const index of [0, 1]) {
    const data = Buffer.from(`${id} ${index}`);
    const sha256 = createHash('sha256').update(data).digest('hex');
    const info = { width: 1728, height: 2287, xDpi: 204, yDpi: 196, byteLength: data.length, sha256 };
    await writePageFile(pagePath(pages, index), info, data);
    store.preparations.addPage(`p-${id}`, { ...info, index, warnings: [] }, 1);
  }
  store.preparations.markReady(`p-${id}`, []);
  store.outgoing.insert({ id, preparationId: `p-${id}`, title: id, purpose: 'fax', createdAt: 1 });
  return id;
}

test('all that anyone may fetch is offered in one call, page by page', async () => {
  offers.add({ documentId: await document('menu'), once: false });
  offers.add({ documentId: await document('prices'), once: true });
  offers.add({ documentId: await document('secret'), password: '4711', once: true });
  const offered = offers.present();
  expect(offered).toMatchObject({ address: undefined, password: undefined });
  expect(offered.documents.map(({ pages }) => pages.length)).toEqual([2, 2]);
  expect(Buffer.from((await offered.page(3)).data).toString()).toBe('prices 1');
  await expect(offered.page(4)).rejects.toThrow('not offered');
});

test('whatever changes the list is told: an offer more, one fetched, one taken away', async () => {
  const menu = offers.add({ documentId: await document('menu'), once: false });
  offers.add({ documentId: await document('prices'), once: true });
  expect(changes).toBe(2);
  const offered = offers.present();
  offered.confirmed(1);
  expect(changes).toBe(2);
  offered.confirmed(4);
  offered.confirmed(4);
  expect(changes).toBe(4);
  expect(offers.list()).toMatchObject([{ id: menu.id, fetched: 1 }]);
  offers.remove(menu.id);
  expect(changes).toBe(5);
  expect(() => offers.remove(menu.id)).toThrow('no longer kept');
  expect(changes).toBe(5);
});

test('every page bears the time at which it is fetched, numbered in its own document', async () => {
  const stamped: [number, number][] = [];
  offers = createPollOffers({
    store,
    changed: () => undefined,
    log,
    callHeader: (_, { firstPage, at }) => {
      expect(Math.abs(Date.now() - at)).toBeLessThan(10_000);
      return async (page, index) => {
        stamped.push([firstPage, index]);
        return { ...page, data: Buffer.concat([page.data, Buffer.from(', now')]) };
      };
    },
  });
  offers.add({ documentId: await document('menu'), once: false });
  offers.add({ documentId: await document('prices'), once: true });
  const offered = offers.present();
  expect(Buffer.from((await offered.page(3)).data).toString()).toBe('prices 1, now');
  expect(Buffer.from((await offered.page(0)).data).toString()).toBe('menu 0, now');
  expect(stamped).toEqual([
    [0, 1],
    [0, 0],
  ]);
});

test('what was fetched once is gone, what is kept counts how often', async () => {
  const kept = offers.add({ documentId: await document('menu'), once: false });
  offers.add({ documentId: await document('prices'), once: true });
  const offered = offers.present();
  offered.confirmed(3);
  expect(offers.list()).toMatchObject([{ id: kept.id, fetched: 1 }, { fetched: 0 }]);
  offered.confirmed(4);
  offered.confirmed(4);
  expect(offers.list()).toMatchObject([{ title: 'menu', fetched: 1 }]);
});

test('a document with a password is offered, with it, when nothing else is', async () => {
  offers.add({ documentId: await document('secret'), password: '4711', address: ' ', once: true });
  expect(offers.present()).toMatchObject({ password: '4711', address: undefined });
  expect(offers.list()).toMatchObject([{ hasPassword: true }]);
});

test('is kept whatever becomes of the document that it was made of, and of drafts that are old', async () => {
  const offer = offers.add({ documentId: await document('menu'), once: true });
  store.outgoing.remove('menu');
  expect(store.outgoing.draftsBefore(Date.now() + 1_000)).toEqual([]);
  expect(offers.list()).toMatchObject([{ id: offer.id, pages: 2 }]);
  offers.remove(offer.id);
  expect(offers.list()).toEqual([]);
  expect(() => offers.remove(offer.id)).toThrow('no longer kept');
});

test('is refused without pages', async () => {
  expect(() => offers.add({ documentId: 'nothing', once: true })).toThrow('no longer there');
  store.preparations.insert({ id: 'open', key: 'x', options: OPTIONS, header: undefined, createdAt: 1 }, []);
  store.outgoing.insert({ id: 'slow', preparationId: 'open', title: 'slow', purpose: 'fax', createdAt: 1 });
  expect(() => offers.add({ documentId: 'slow', once: true })).toThrow('not ready yet');
});
