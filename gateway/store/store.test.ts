// The store on real files: migrations, the lock, listings that stay fast, and sudden death while pages are written.

import { createHash, randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentHead } from '../call/documentCall.types.ts';
import { openDatabase, type Database } from './database.ts';
import { EARLIEST_DUE, NEXT_DUE } from './deliveryTable.ts';
import { pagePath } from './durableFile.ts';
import { inboxQuery } from './incomingTable.ts';
import { migrate, userVersion } from './migrations.ts';
import { removeLooseFiles, removeOrphanPages } from './orphans.ts';
import { readPageFile, writePageFile } from './pageFile.ts';
import { listQuery } from './outgoingTable.ts';
import { textOf } from './row.ts';
import { openStore, type Store } from './store.ts';

let folder: string;
const stores: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-store-'));
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): Store {
  const store = openStore(folder);
  stores.push(store);
  return store;
}

function close(store: Store): void {
  stores.splice(stores.indexOf(store), 1);
  store.close();
}

describe('opening', () => {
  test('a data folder is for its owner alone and its database commits durably', () => {
    const store = open();
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(store.db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(store.db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(store.db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
  });

  test('a second gateway on the same folder is refused in words', () => {
    const store = open();
    expect(() => openStore(folder)).toThrow(/Another Hikyaku is already running/);
    close(store);
    open();
  });

  test('a database of a newer version is refused and left alone', () => {
    const store = open();
    store.db.exec('PRAGMA user_version = 99');
    close(store);
    expect(() => openStore(folder)).toThrow(/newer version of Hikyaku \(format 99/);
    const database = openDatabase(join(folder, 'gateway.sqlite'));
    expect(userVersion(database)).toBe(99);
    database.close();
  });

  test('a file that is no database is told as such, and the lock is free again', async () => {
    await writeFile(
      join(folder, 'gateway.sqlite'),
      'this is not a database, it is much too short and too wordy',
    );
    expect(() => openStore(folder)).toThrow(/cannot be used: .*not a database/);
    rmSync(join(folder, 'gateway.sqlite'));
    open();
  });
});

describe('migrations', () => {
  test('run once each, in order, and a step that fails leaves nothing behind', () => {
    const database = openDatabase(join(folder, 'other.sqlite'));
    migrate(database, ['CREATE TABLE a (x)']);
    expect(userVersion(database)).toBe(1);
    const steps = [
      'SELECT no_such_function()',
      'CREATE TABLE b (x); INSERT INTO b VALUES (1); SELECT broken(',
    ];
    expect(() => migrate(database, steps)).toThrow();
    expect(userVersion(database)).toBe(1);
    expect(database.prepare(`SELECT name FROM sqlite_master WHERE name = 'b'`).get()).toBeUndefined();
    migrate(database, [steps[0] ?? '', 'CREATE TABLE b (x); INSERT INTO b VALUES (1)']);
    migrate(database, [steps[0] ?? '', 'CREATE TABLE b (x); INSERT INTO b VALUES (1)']);
    expect(database.prepare('SELECT count(*) AS n FROM b').get()).toEqual({ n: 1 });
    database.close();
  });
});

describe('transactions', () => {
  test('an inner transaction joins the outer one, and an error takes back both', () => {
    const { db } = open();
    expect(() =>
      db.transaction(() => {
        db.transaction(() => db.prepare(`INSERT INTO settings VALUES ('a', '1')`).run());
        throw new Error('after the inner one');
      }),
    ).toThrow('after the inner one');
    expect(db.prepare('SELECT * FROM settings').all()).toEqual([]);
  });
});

describe('100,000 documents', () => {
  test('every listing and every question of the outbox goes through an index', () => {
    const { db } = open();
    fill(db, 100_000);
    const request = { limit: 100, before: 90_000, search: undefined };
    for (const folder of ['outbox', 'sent', 'failed', 'all'] as const) {
      const { sql, values } = listQuery({ ...request, folder });
      expect(plan(db, sql, ...values)).toMatch(/SEARCH o USING INDEX/);
      expect(plan(db, sql, ...values)).not.toMatch(/TEMP B-TREE/);
    }
    const inbox = inboxQuery(request);
    expect(plan(db, inbox.sql, ...inbox.values)).toMatch(
      /SEARCH i USING (INDEX incoming_present|INTEGER PRIMARY KEY)/,
    );
    expect(plan(db, inbox.sql, ...inbox.values)).not.toMatch(/TEMP B-TREE|SCAN i/);
    const questions = [
      NEXT_DUE,
      EARLIEST_DUE,
      `SELECT * FROM deliveries d WHERE d.document_id = 'x' ORDER BY d.seq`,
      `SELECT * FROM deliveries d WHERE d.status IN ('calling', 'sending')`,
      `SELECT count(*) AS n FROM incoming WHERE read = 0 AND deleted_at IS NULL`,
      `SELECT count(*) AS n FROM outgoing WHERE status IN ('failed', 'partly')`,
      `SELECT count(*) AS n FROM outgoing WHERE folder = 'outbox'`,
      `SELECT * FROM preparations WHERE state = 'open' ORDER BY created_at LIMIT 1`,
      `SELECT pages FROM incoming_tombstones WHERE caller = 'a' AND document_id = 'b'`,
    ];
    for (const question of questions)
      expect(plan(db, question)).not.toMatch(/SCAN (d|deliveries|incoming|outgoing|preparations)(?! USING)/);
  });

  test('pages of a listing follow each other without gap or repeat', () => {
    const { db, outgoing } = open();
    fill(db, 250);
    const seen: string[] = [];
    let before: number | undefined;
    for (;;) {
      const rows = outgoing.list({ folder: 'sent', limit: 100, before, search: undefined });
      seen.push(...rows.map((row) => row.title));
      before = rows.at(-1)?.position;
      if (rows.length < 100) break;
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => `Invoice ${250 - index}`));
  });

  test('a search finds every word in any case and width, and treats % and _ as letters', () => {
    const { db, outgoing } = open();
    fill(db, 120);
    const find = (search: string) =>
      outgoing.list({ folder: 'all', limit: 500, before: undefined, search }).map((row) => row.title);
    expect(find('INVOICE １１７')).toEqual(['Invoice 117']);
    expect(find('invoice device-117')).toEqual(['Invoice 117']);
    expect(find('%')).toEqual([]);
    expect(find('_')).toEqual([]);
  });
});

describe('orphans', () => {
  test('files without a row go, those with one stay', async () => {
    const store = open();
    store.incoming.insert('kept', headOf('0000000001'), 1);
    await mkdir(join(store.folder.incomingPages, 'kept'));
    await mkdir(join(store.folder.incomingPages, 'orphan'));
    await mkdir(join(store.folder.outgoingPages, 'orphan'));
    await writeFile(join(store.folder.uploads, 'half.tmp'), 'x');
    await writeFile(join(store.folder.exports, 'left.pdf'), 'x');
    expect(await removeLooseFiles(store)).toBe(2);
    expect(await removeOrphanPages(store, new AbortController().signal)).toBe(2);
    expect(readdirSync(store.folder.incomingPages)).toEqual(['kept']);
  });
});

describe('page files', () => {
  test('a page comes back as it was written, and a damaged one is noticed', async () => {
    const { info, data } = pageOf(3);
    const path = join(folder, 'page.tif');
    await writePageFile(path, info, data);
    expect(Buffer.compare(await readPageFile(path, info), data)).toBe(0);
    await writePageFile(path, info, pageOf(4).data);
    await expect(readPageFile(path, info)).rejects.toThrow(/damaged/);
  });
});

describe('sudden death', () => {
  test('no page and no document that was acknowledged is missing, and the lock is never in the way', async () => {
    const inbox = new URL('../inbox/inbox.ts', import.meta.url).href;
    const storeModule = new URL('./store.ts', import.meta.url).href;
    const script = join(folder, 'writer.mjs');
    const data = join(folder, 'data');
    await writeFile(script, writerScript(storeModule, inbox));
    const acknowledged = new Map<string, number>();
    const complete = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      const lines = await killedAfter(script, data, 3 + ((round * 7) % 23));
      for (const line of lines) {
        const [what, documentId = '', page] = line.split(' ');
        if (what === 'page') acknowledged.set(documentId, Number(page) + 1);
        if (what === 'document') complete.add(documentId);
      }
      const store = openStore(data);
      try {
        for (const [documentId, pages] of acknowledged) {
          const row = store.incoming.find('kyoto', documentId);
          expect(row?.pages).toBeGreaterThanOrEqual(pages);
          expect(row?.state === 'complete' || !complete.has(documentId)).toBe(true);
          for (const page of store.incoming.pages(row?.id ?? '')) {
            const path = pagePath(join(store.folder.incomingPages, row?.id ?? ''), page.index);
            await readPageFile(path, page);
          }
        }
      } finally {
        store.close();
      }
    }
    expect(complete.size).toBeGreaterThan(3);
  }, 60_000);
});

/** Runs the writer and kills it at the instant of the given line. Returns the lines it wrote. */
async function killedAfter(script: string, data: string, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, data], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += String(chunk);
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length === lines) child.kill('SIGKILL');
  }
  if (said.length < lines) throw new Error(complaints);
  return said;
}

/** A process that receives documents of four pages for ever, going on where it was killed. */
function writerScript(storeModule: string, inboxModule: string): string {
  return `
import { createHash } from 'node:crypto';
import { openStore } from ${JSON.stringify(storeModule)};
import { createInbox } from ${JSON.stringify(inboxModule)};
const store = openStore(process.argv[2]);
const nothing = () => {};
const { sink } = createInbox({
  store,
  settings: () => ({ accept: 'everyone', blockedDevices: [] }),
  isContact: () => true,
  events: { incomingChanged: nothing, incomingRemoved: nothing, statusChanged: nothing, arrived: nothing },
  log: { info: nothing, warn: nothing, error: console.error },
});
for (let number = 1; ; number += 1) {
  const documentId = 'document-' + number;
  const head = { caller: 'kyoto', documentId, fromName: 'Kyoto', to: 'osaka', purpose: 'fax', createdAt: 'now' };
  const progress = await sink.open(head);
  for (let index = progress.pagesStored; index < 4; index += 1) {
    const data = Buffer.alloc(30000, number * 4 + index);
    const sha256 = createHash('sha256').update(data).digest('hex');
    const info = { width: 1728, height: 2287, xDpi: 204, yDpi: 196, byteLength: data.length, sha256 };
    await sink.storePage('kyoto', documentId, index, info, data);
    console.log('page ' + documentId + ' ' + index);
  }
  if (!progress.documentStored) {
    await sink.storeDocument('kyoto', documentId, 4);
    console.log('document ' + documentId);
  }
}
`;
}

function fill(db: Database, documents: number): void {
  db.transaction(() => {
    db.exec(`
      WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${documents})
      INSERT INTO preparations (id, key, state, options, created_at)
        SELECT 'p' || n, 'k' || n, 'ready', '{}', n FROM number;
      INSERT INTO outgoing (id, preparation_id, title, search_text, purpose, status, folder, position, created_at)
        SELECT 'o' || substr(id, 2), id, 'Invoice ' || substr(id, 2),
          'invoice ' || substr(id, 2) || char(10) || 'device-' || substr(id, 2), 'fax', 'confirmed', 'sent',
          created_at, created_at FROM preparations;
      INSERT INTO deliveries (id, document_id, destination, status, give_up_from)
        SELECT 'd' || id, id, 'osaka', 'confirmed', 1 FROM outgoing;
      INSERT INTO incoming (id, caller, document_id, from_name, addressed_to, purpose, sent_at, search_text, state, read,
        received_at) SELECT 'i' || id, 'kyoto', id, 'Kyoto', 'osaka', 'fax', 'now', 'kyoto', 'complete', 1, 1 FROM outgoing;
    `);
  });
}

function plan(db: Database, sql: string, ...values: (string | number)[]): string {
  return db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map((row) => textOf(row, 'detail'))
    .join('\n');
}

function headOf(documentId: string): DocumentHead {
  return { caller: 'kyoto', documentId, fromName: 'Kyoto', to: 'osaka', purpose: 'fax', createdAt: 'now' };
}

function pageOf(seed: number) {
  const data = Buffer.concat([Buffer.from([seed]), randomBytes(999)]);
  const sha256 = createHash('sha256').update(data).digest('hex');
  return { data, info: { width: 1728, height: 10, xDpi: 204, yDpi: 196, byteLength: data.length, sha256 } };
}
