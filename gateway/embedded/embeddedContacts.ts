// The embedded relay's devices in the address book, as long as they can be reached there.

import { z } from 'zod';
import type { Contacts } from '../contacts/contacts.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { EMBEDDED_DEVICES } from './embeddedDevices.ts';

const NAME = 'embeddedContacts';
const devices = [EMBEDDED_DEVICES.echo, EMBEDDED_DEVICES.demo];

/** Enters them when the embedded relay is used first; what a person then changes or deletes stays so. */
export function enterEmbeddedContacts(contacts: Contacts, settings: SettingsStore): boolean {
  if (settings.read(NAME) !== undefined) return false;
  const ids = devices
    .filter(({ deviceId }) => contacts.byDevice(deviceId) === undefined)
    .map(({ deviceId, name }) => contacts.save({ name, deviceId }).id);
  settings.write(NAME, JSON.stringify(ids));
  return ids.length > 0;
}

/** Takes away those that nobody changed, when the office goes to a real relay, where they do not exist. */
export function removeEmbeddedContacts(contacts: Contacts, settings: SettingsStore): boolean {
  const text = settings.read(NAME);
  if (text === undefined) return false;
  const ids = z.array(z.string()).parse(JSON.parse(text));
  const untouched = devices.flatMap(({ deviceId, name }) => {
    const contact = contacts.byDevice(deviceId);
    return contact !== undefined && contact.name === name && ids.includes(contact.id) ? [contact.id] : [];
  });
  for (const id of untouched) contacts.remove(id);
  settings.remove(NAME);
  return untouched.length > 0;
}
