// A data folder of the version before telephone lines, opened by this one: nothing of it is lost, and it goes on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createContacts } from '../contacts/contacts.ts';
import { openDatabase } from './database.ts';
import { deliveryOf } from './deliveryTable.ts';
import { migrate, MIGRATIONS, userVersion } from './migrations.ts';
import { openStore, type Store } from './store.ts';

const SHA256 = 'a'.repeat(64);
const BUSY = `{"code":"DEVICE_BUSY","disposition":"retry","phase":"connect"}`;
const CONFIRMED = `{"code":"CONFIRMED","disposition":"done","phase":"confirm"}`;

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-migration-'));
  const old = openDatabase(join(folder, 'gateway.sqlite'));
  migrate(old, MIGRATIONS.slice(0, 1));
  old.exec(`
    INSERT INTO settings VALUES ('displayName', '"Kyoto"');
    INSERT INTO contacts VALUES ('c1', 'Osaka', 'osaka', 'osaka', NULL, NULL),
      ('c2', 'Tokyo', 'tokyo', NULL, '03-1234-5678', 'by telephone later'), ('c3', 'Nobody', 'nobody', NULL, 'ask', NULL);
    INSERT INTO preparations (id, key, state, options, created_at, pages, pages_expected, total_bytes)
      VALUES ('p1', 'k', 'ready', '{"resolution":"fine","paper":"a4","placement":"fit","mode":"auto"}', 1, 2, 2, 20);
    INSERT INTO preparation_pages VALUES ('p1', 0, 1728, 2287, 204, 196, 10, '${SHA256}', '[]', 1),
      ('p1', 1, 1728, 2287, 204, 196, 10, '${SHA256}', '[]', 1);
    INSERT INTO outgoing (id, preparation_id, title, search_text, purpose, status, folder, position, created_at, sent_at)
      VALUES ('d1', 'p1', 'Letter', 'letter', 'fax', 'active', 'outbox', 1, 1, 2),
        ('d2', 'p1', 'Sent', 'sent', 'fax', 'confirmed', 'sent', 2, 1, 2);
    INSERT INTO deliveries (id, document_id, device_id, status, pages_confirmed, outcome, outcome_code, attempts, failures,
        next_attempt_at, give_up_from, confirmed_at)
      VALUES ('v1', 'd1', 'osaka', 'waiting', 1, '${BUSY}', 'DEVICE_BUSY', 3, 2, 500, 2, NULL),
        ('v2', 'd1', 'nara', 'sending', 0, NULL, NULL, 1, 0, NULL, 2, NULL),
        ('v3', 'd2', 'osaka', 'confirmed', 2, '${CONFIRMED}', 'CONFIRMED', 1, 0, NULL, 2, 900);
    INSERT INTO attempts VALUES ('v1', 3, 10, 20, 1, '${BUSY}'), ('v3', 1, 10, 900, 2, '${CONFIRMED}');
    INSERT INTO incoming (id, caller, document_id, from_name, addressed_to, purpose, sent_at, search_text, state, pages,
        received_at, completed_at)
      VALUES ('i1', 'osaka', 'x1', 'Osaka', 'kyoto', 'fax', '2026-01-01T00:00:00Z', 'osaka', 'complete', 1, 5, 6),
        ('i2', 'nara', 'x2', 'Nara', 'kyoto', 'fax', '2026-01-01T00:00:00Z', 'nara', 'receiving', 1, 5, NULL);
    INSERT INTO incoming_pages VALUES ('i1', 0, 1728, 2287, 204, 196, 10, '${SHA256}', 5),
      ('i2', 0, 1728, 2287, 204, 196, 10, '${SHA256}', 5);
    INSERT INTO incoming_tombstones VALUES ('osaka', 'x0', 4);
  `);
  old.close();
  store = openStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('deliveries keep their recipients, attempts, confirmations and times', () => {
  expect(userVersion(store.db)).toBe(MIGRATIONS.length);
  expect(store.deliveries.ofDocument('d1').map((row) => deliveryOf(row, ({ code }) => code))).toMatchObject([
    {
      id: 'v1',
      destination: 'osaka',
      contactName: 'Osaka',
      status: 'waiting',
      pagesConfirmed: 1,
      attempts: 3,
    },
    { id: 'v2', destination: 'nara', status: 'sending' },
  ]);
  expect(store.deliveries.get('v3')).toMatchObject({
    status: 'confirmed',
    pagesConfirmed: 2,
    confirmedAt: 900,
  });
  expect(store.deliveries.attempts('d1', 10)).toMatchObject([
    { number: 3, outcome: { code: 'DEVICE_BUSY' } },
  ]);
  expect(store.deliveries.nextDue('relay', 500, [])?.id).toBe('v1');
  expect(store.deliveries.nextDue('relay', 499, [])).toBeUndefined();
  expect(store.deliveries.nextDue('telephone', 500, [])).toBeUndefined();
  expect(store.deliveries.running().map(({ id }) => id)).toEqual(['v2']);
  expect(store.outgoing.get('d1')?.sending).toEqual({ priority: 'normal', cheapHours: false });
});

test('received faxes stay as they were, and one that was on its way over the relay is no telephone call', () => {
  expect(store.incoming.get('i1')?.document).toMatchObject({ state: 'complete', pages: 1, from: 'osaka' });
  expect(store.incoming.get('i1')?.document.quality).toBeUndefined();
  expect(store.incoming.endTelephoneCalls(9)).toBe(0);
  expect(store.incoming.breakReceiving()).toBe(1);
  expect(store.incoming.find('nara', 'x2')).toMatchObject({ state: 'broken', pages: 1 });
  expect(store.incoming.tombstone('osaka', 'x0')).toBe(4);
});

test('contacts can be reached by the number that they have', () => {
  const contacts = createContacts(store.db);
  expect(contacts.byDestination('tel:0312345678')?.name).toBe('Tokyo');
  expect(contacts.byDestination('osaka')?.name).toBe('Osaka');
  expect(contacts.list().map(({ name }) => name)).toEqual(['Nobody', 'Osaka', 'Tokyo']);
});

test('a fax over a telephone line can stand beside what was there', () => {
  store.deliveries.insert({
    id: 'v4',
    documentId: 'd1',
    destination: 'tel:0312345678',
    nextAttemptAt: 1,
    giveUpFrom: 1,
    priority: 'high',
  });
  createContacts(store.db);
  expect(store.deliveries.nextDue('telephone', 1, [])).toMatchObject({ id: 'v4', contactName: 'Tokyo' });
});
