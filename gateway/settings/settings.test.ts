// Settings and the relay account, in the database.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../store/store.ts';
import { createSettingsStore, shownAccount } from './settings.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-settings-'));
  store = openStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const account = { url: 'wss://relay.example', deviceId: 'kyoto', password: 'secret' };

test('a new office has usable settings', () => {
  const settings = createSettingsStore(store.db).get();
  expect(settings.displayName).not.toBe('');
  expect(settings).toMatchObject({ headerLine: true, accept: 'everyone', giveUpAfterHours: 24 });
});

test('a change is kept, a wrong one is refused in words and changes nothing', () => {
  const settings = createSettingsStore(store.db);
  settings.change({ displayName: '  Kyoto office ', accept: 'contacts' });
  expect(() => settings.change({ displayName: '', accept: 'nobody' })).toThrow(/displayName/);
  expect(() => settings.change({ giveUpAfterHours: 0 })).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT' }),
  );
  expect(createSettingsStore(store.db).get()).toMatchObject({
    displayName: 'Kyoto office',
    accept: 'contacts',
  });
});

test('one setting that cannot be read falls back alone', () => {
  createSettingsStore(store.db).write(
    'settings',
    JSON.stringify({ displayName: 'Kyoto', accept: 'friends' }),
  );
  expect(createSettingsStore(store.db).get()).toMatchObject({ displayName: 'Kyoto', accept: 'everyone' });
});

test('the password is never shown, and stays when url and device id stay', () => {
  const settings = createSettingsStore(store.db);
  settings.setRelayLogin(settings.completeLogin(account));
  const login = settings.relayLogin();
  if (login === undefined) throw new Error('no account');
  expect(JSON.stringify(shownAccount(login))).not.toContain('secret');
  const { password: _password, ...without } = account;
  expect(settings.completeLogin({ ...without, proxy: 'http://proxy.example:3128' })).toMatchObject({
    password: 'secret',
    proxy: 'http://proxy.example:3128',
  });
  expect(() => settings.completeLogin({ ...without, deviceId: 'osaka' })).toThrow(/password/);
  expect(() => settings.completeLogin({ ...without, url: 'wss://other.example' })).toThrow(/password/);
  settings.setRelayLogin(undefined);
  expect(settings.relayLogin()).toBeUndefined();
  expect(() => settings.completeLogin(without)).toThrow(/password/);
});

test('an address that is none is refused in words', () => {
  expect(() =>
    createSettingsStore(store.db).completeLogin({ ...account, url: 'https://relay.example' }),
  ).toThrow(/wss:/);
});
