// The preparer on a disk that is full, be it by its own pages.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { pageOptionsSchema } from '../../protocol/imaging.ts';
import { pagePath } from '../store/durableFile.ts';
import { openStore } from '../store/store.ts';
import { createPreparer } from './preparer.ts';

test('gives its room back first, so that the failure can be written down', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-preparer-'));
  const store = openStore(folder);
  store.uploads.insert({ id: 'upload', name: 'a.pdf', byteLength: 1, sha256: 'a' }, 1);
  store.preparations.insert(
    { id: 'p', key: 'p', options: pageOptionsSchema.parse({}), header: undefined, createdAt: 1 },
    ['upload'],
  );
  const page = pagePath(join(store.folder.outgoingPages, 'p'), 0);
  const real = { ...store.preparations };
  const noted = vi.spyOn(store.preparations, 'markFailed').mockImplementation((...failure) => {
    if (existsSync(page)) throw new Error('database or disk is full');
    real.markFailed(...failure);
  });
  const ended = Promise.withResolvers<unknown>();
  const preparer = createPreparer({
    store,
    imaging: {
      async prepare() {
        await writeFile(page, 'the last bytes of the disk');
        return { failure: { code: 'DISK_FULL', detail: 'no space left', fileName: undefined } };
      },
    },
    log: { info() {}, warn() {}, error() {} },
    events: { changed: () => undefined, ended: (_id, failure) => ended.resolve(failure) },
  });
  try {
    preparer.wake();
    expect(await ended.promise).toMatchObject({ code: 'DISK_FULL' });
    expect(noted).toHaveBeenCalledTimes(1);
    expect(store.preparations.get('p')).toMatchObject({ state: 'failed', outcome: { code: 'DISK_FULL' } });
  } finally {
    await preparer.stop();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('keeps pages that are ready when the disk does not take what follows from them, and tells it again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-preparer-'));
  const store = openStore(folder);
  store.uploads.insert({ id: 'upload', name: 'a.pdf', byteLength: 1, sha256: 'a' }, 1);
  store.preparations.insert(
    { id: 'p', key: 'p', options: pageOptionsSchema.parse({}), header: undefined, createdAt: 1 },
    ['upload'],
  );
  const told: unknown[] = [];
  const complaints: string[] = [];
  const preparer = createPreparer({
    store,
    imaging: { prepare: async () => ({ pages: 0, substitutedFonts: [] }) },
    log: { info() {}, warn() {}, error: (message) => complaints.push(message) },
    events: {
      changed: () => undefined,
      ended(id, failure) {
        if (complaints.length === 0) throw new Error('database or disk is full');
        told.push([id, failure]);
      },
    },
  });
  try {
    preparer.wake();
    await expect.poll(() => complaints).toEqual(['end of a preparation not told']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([['p', undefined]]);
    expect(store.preparations.get('p')?.state).toBe('ready');
  } finally {
    await preparer.stop();
    store.close();
    rmSync(folder, { recursive: true, force: true });
    vi.useRealTimers();
  }
});
