// The accounts on a real file: what two processes see of each other, and what survives.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteAccounts } from './sqliteAccounts.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-accounts-'));
  file = join(folder, 'data', 'relay.sqlite');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('accounts are there again after reopening, in the order of their ids', () => {
  const accounts = openSqliteAccounts(file);
  expect(
    accounts.add({ deviceId: 'osaka', passwordHash: 'hash-o', displayName: 'Osaka 支店', owner: 'acme' }),
  ).toBe(true);
  expect(accounts.add({ deviceId: 'kyoto', passwordHash: 'hash-k' })).toBe(true);
  expect(accounts.add({ deviceId: 'kyoto', passwordHash: 'other' })).toBe(false);
  accounts.close();
  const again = openSqliteAccounts(file);
  expect(again.list().map(({ deviceId }) => deviceId)).toEqual(['kyoto', 'osaka']);
  expect(again.find('osaka')).toMatchObject({
    passwordHash: 'hash-o',
    displayName: 'Osaka 支店',
    owner: 'acme',
    enabled: true,
    settings: {},
    lastLoginAt: undefined,
  });
  expect(again.find('kyoto')?.passwordHash).toBe('hash-k');
  again.close();
});

test('changes say whether there was such a device', () => {
  const accounts = openSqliteAccounts(file);
  accounts.add({ deviceId: 'kyoto', passwordHash: 'old' });
  expect(accounts.setPasswordHash('kyoto', 'new')).toBe(true);
  expect(accounts.setEnabled('kyoto', false)).toBe(true);
  accounts.noteLogins(
    new Map([
      ['kyoto', '2026-11-22T00:00:00.000Z'],
      ['nobody', 'x'],
    ]),
  );
  expect(accounts.find('kyoto')).toMatchObject({
    passwordHash: 'new',
    enabled: false,
    lastLoginAt: '2026-11-22T00:00:00.000Z',
  });
  expect(accounts.remove('kyoto')).toBe(true);
  expect(accounts.remove('kyoto')).toBe(false);
  expect(accounts.setEnabled('kyoto', true)).toBe(false);
  expect(accounts.setPasswordHash('kyoto', 'x')).toBe(false);
  accounts.close();
});

test('a change by another connection is noticed once, an own one not at all', () => {
  const serving = openSqliteAccounts(file);
  const other = openSqliteAccounts(file);
  expect(serving.changedElsewhere()).toBe(false);
  other.add({ deviceId: 'kyoto', passwordHash: 'x' });
  expect(serving.changedElsewhere()).toBe(true);
  expect(serving.changedElsewhere()).toBe(false);
  serving.setEnabled('kyoto', false);
  expect(serving.changedElsewhere()).toBe(false);
  serving.close();
  other.close();
});

test('nobody else on the machine may read the file', () => {
  openSqliteAccounts(file).close();
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
});

test('a file of a newer version is refused and left as it was', () => {
  openSqliteAccounts(file).close();
  const raw = new DatabaseSync(file);
  raw.exec('PRAGMA user_version = 99');
  raw.close();
  expect(() => openSqliteAccounts(file)).toThrow(/newer version/);
  const after = new DatabaseSync(file);
  expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  after.close();
});
