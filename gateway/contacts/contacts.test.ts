// The address book.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enterEmbeddedContacts, removeEmbeddedContacts } from '../embedded/embeddedContacts.ts';
import { createSettingsStore } from '../settings/settings.ts';
import { openStore, type Store } from '../store/store.ts';
import { canonicalDestination } from '../../protocol/canonicalNumber.ts';
import { createContacts, type Contacts } from './contacts.ts';

let folder: string;
let store: Store;
let contacts: Contacts;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-contacts-'));
  store = openStore(folder);
  contacts = createContacts(store.db);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const names = (search?: string): string[] => contacts.list(search).map((contact) => contact.name);

test('are listed by name and found by any word of theirs', () => {
  contacts.save({ name: 'Yamada', deviceId: 'nara', note: 'Roof tiles' });
  contacts.save({ name: 'Abe', telephone: '075-123' });
  contacts.save({ name: 'écluse', deviceId: 'lyon' });
  expect(names()).toEqual(['Abe', 'écluse', 'Yamada']);
  expect(names('ROOF')).toEqual(['Yamada']);
  expect(names('lyon')).toEqual(['écluse']);
  expect(names('075')).toEqual(['Abe']);
});

test('are changed and removed by id', () => {
  const { id } = contacts.save({ name: 'Yamada', deviceId: 'nara' });
  contacts.save({ id, name: ' Yamada & Co ', telephone: '1' });
  expect(contacts.list()).toEqual([{ id, name: 'Yamada & Co', telephone: '1' }]);
  contacts.remove(id);
  expect(() => contacts.remove(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  expect(() => contacts.save({ id, name: 'Yamada' })).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

test('a device id belongs to one contact', () => {
  const { id } = contacts.save({ name: 'Yamada', deviceId: 'nara' });
  expect(() => contacts.save({ name: 'Other', deviceId: 'nara' })).toThrow(/“Yamada” already has/);
  contacts.save({ id, name: 'Yamada', deviceId: 'nara' });
  expect(contacts.byDevice('nara')?.name).toBe('Yamada');
});

test('a name of blanks or a device id that is none is refused', () => {
  for (const contact of [{ name: '  ' }, { name: 'a', deviceId: 'Not An Id' }]) {
    expect(() => contacts.save(contact)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  }
});

test('the embedded devices come once, and go untouched when a real relay is set', () => {
  const settings = createSettingsStore(store.db);
  expect(enterEmbeddedContacts(contacts, settings)).toBe(true);
  const echo = contacts.byDevice('echo');
  if (echo === undefined) throw new Error('no echo');
  contacts.remove(echo.id);
  expect(enterEmbeddedContacts(contacts, settings)).toBe(false);
  expect(names()).toEqual(['Demo office']);
  contacts.save({ name: 'Yamada', deviceId: 'nara' });
  expect(removeEmbeddedContacts(contacts, settings)).toBe(true);
  expect(names()).toEqual(['Yamada']);

  enterEmbeddedContacts(contacts, settings);
  contacts.save({ ...contacts.byDevice('echo'), name: 'My echo', deviceId: 'echo' });
  removeEmbeddedContacts(contacts, settings);
  expect(names()).toEqual(['My echo', 'Yamada']);
});

test('a number belongs to its contact however it is written, also after the country has changed', () => {
  let country = '';
  contacts = createContacts(store.db, (destination) => canonicalDestination(destination, country));
  contacts.save({ name: 'Yamada', telephone: '03-1234-5678' });
  contacts.save({ name: 'Abe', telephone: '+81 (75) 123-4567' });
  expect(contacts.byDestination('tel:+81312345678')).toBeUndefined();
  country = 'jp';
  contacts.renumber();
  for (const written of ['tel:+81312345678', 'tel:0312345678', 'tel:01081312345678']) {
    expect(contacts.byDestination(written)?.name).toBe('Yamada');
  }
  expect(contacts.byDestination('tel:0751234567')?.name).toBe('Abe');
  country = '';
  contacts.renumber();
  expect(contacts.byDestination('tel:0312345678')?.name).toBe('Yamada');
});
