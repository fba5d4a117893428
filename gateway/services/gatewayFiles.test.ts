// Uploads, page pictures and exports over a real store and an imaging that the test plays.

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GatewayFiles } from '../api/gatewayFiles.types.ts';
import { openStore, type Store } from '../store/store.ts';
import { createGatewayFiles } from './gatewayFiles.ts';

let folder: string;
let store: Store;
let files: GatewayFiles;
let freeBytes: number;
let imagingFails: boolean;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-files-'));
  freeBytes = 1e9;
  imagingFails = false;
  store = openStore(folder, { readDiskSpace: async () => ({ freeBytes, reserveBytes: 1e6 }) });
  files = createGatewayFiles(
    store,
    {
      async pageImage({ path }) {
        return imagingFails ? failure : { png: Buffer.from(path.slice(-13)) };
      },
      async exportDocument({ pages, format, title, outputPath }) {
        if (imagingFails) return failure;
        await writeFile(outputPath, `${format} ${title} ${pages.length}`);
        return { byteLength: 1 };
      },
    },
    1_000,
  );
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const failure = { failure: { code: 'IMAGING_CRASHED' as const, detail: '', fileName: undefined } };

async function* chunks(...sizes: number[]): AsyncIterable<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size).fill(size % 256);
}

describe('uploads', () => {
  test('are kept with their checksum, under the last part of their name', async () => {
    const uploaded = await files.addFile('C:\\Users\\a\\invoice\n.pdf', chunks(300, 200));
    expect(uploaded).toMatchObject({ name: 'invoice.pdf', byteLength: 500 });
    const path = join(store.folder.uploads, uploaded.fileId);
    const bytes = await readFile(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(store.uploads.get(uploaded.fileId)).toMatchObject({ byteLength: 500, sha256 });
  });

  test('that are too large, or break off, leave nothing behind', async () => {
    await expect(files.addFile('a.pdf', chunks(600, 600))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    const broken = (async function* () {
      yield new Uint8Array(10);
      throw new Error('the browser went away');
    })();
    await expect(files.addFile('a.pdf', broken)).rejects.toThrow('the browser went away');
    expect(readdirSync(store.folder.uploads)).toEqual([]);
  });

  test('are refused while the disk is full', async () => {
    freeBytes = 10;
    await expect(files.addFile('a.pdf', chunks(1))).rejects.toMatchObject({ code: 'DISK_FULL' });
  });
});

describe('documents', () => {
  function incoming(subject: string | undefined): string {
    store.incoming.insert(
      'received',
      {
        caller: 'kyoto',
        documentId: '12345678',
        fromName: 'Kyoto',
        to: 'osaka',
        purpose: 'fax',
        createdAt: '',
        subject,
      },
      0,
    );
    const info = { width: 8, height: 8, xDpi: 204, yDpi: 196, byteLength: 3, sha256: 'a'.repeat(64) };
    store.incoming.addPage('received', 0, info, 0);
    return 'received';
  }

  test('show the pages that are there, and no others', async () => {
    const id = incoming('Invoice');
    const png = await files.pageImage('incoming', id, 0, { rotate: 0 });
    expect(Buffer.from(png).toString()).toBe('page-0000.tif');
    for (const [of, index] of [
      [id, 1],
      [id, -1],
      [id, 0.5],
      ['other', 0],
      ['../received', 0],
    ] as const) {
      await expect(files.pageImage('incoming', of, index, { rotate: 0 })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    await expect(files.pageImage('outgoing', id, 0, { rotate: 0 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('become files under a name that every system takes, and go when they were fetched', async () => {
    const exported = await files.exportFile('incoming', incoming('../Invoice: 7/8?.pdf'), 'tif');
    expect(exported.fileName).toBe('-Invoice- 7-8-.tif');
    expect(await readFile(exported.path, 'utf8')).toBe('tif ../Invoice: 7/8?.pdf 1');
    await exported.dispose();
    expect(existsSync(exported.path)).toBe(false);
  });

  test('without a subject are named by sender and time', async () => {
    const exported = await files.exportFile('incoming', incoming(undefined), 'pdf');
    expect(exported.fileName).toBe('Kyoto 1970-01-01T00-00-00.000Z.pdf');
    await exported.dispose();
  });

  test('that cannot be drawn say so in words', async () => {
    imagingFails = true;
    const id = incoming('Invoice');
    await expect(files.pageImage('incoming', id, 0, { rotate: 0 })).rejects.toMatchObject({ code: 'FAILED' });
    await expect(files.exportFile('incoming', id, 'pdf')).rejects.toMatchObject({ code: 'FAILED' });
    expect(readdirSync(store.folder.exports)).toEqual([]);
  });
});
