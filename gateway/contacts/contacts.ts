// The address book: names for device ids, and telephone numbers for later.

import { ApiError, newContactSchema, type Contact, type NewContact } from '../../protocol/api/types.ts';
import { inputFault } from '../../protocol/api/inputFault.ts';
import type { Database, Row } from '../store/database.ts';
import { telephoneDestination } from '../../protocol/destination.ts';
import { newId } from '../store/newId.ts';
import { count } from '../store/preparationTable.ts';
import { optionalTextOf, textOf, withoutUndefined } from '../store/row.ts';
import { searchable, searchPatterns } from '../store/searchText.ts';

const MOST_CONTACTS = 20_000;

export interface Contacts {
  /** By name. */
  list(search?: string): Contact[];
  /** New without an id. Throws ApiError INVALID_INPUT, NOT_FOUND, CONFLICT when another contact has the device id. */
  save(contact: NewContact & { id?: string | undefined }): Contact;
  /** Throws ApiError NOT_FOUND. */
  remove(id: string): void;
  byDevice(deviceId: string): Contact | undefined;
  /** By device id or `tel:` number, however the number is written. */
  byDestination(destination: string): Contact | undefined;
  /** The country has changed, and with it what is one number. */
  renumber(): void;
}

/** `canonical`: the one form under which a `tel:` number is known. */
export function createContacts(
  db: Database,
  canonical: (destination: string) => string = (destination) => destination,
): Contacts {
  const destinationOf = (telephone: string): string | undefined => {
    const destination = telephoneDestination(telephone);
    return destination === undefined ? undefined : canonical(destination);
  };
  const byDevice = (deviceId: string): Contact | undefined => {
    const row = db.prepare('SELECT * FROM contacts WHERE device_id = ? LIMIT 1').get(deviceId);
    return row === undefined ? undefined : contactOf(row);
  };
  renumber();
  return {
    list(search) {
      const patterns = searchPatterns(search);
      const conditions = patterns.map(() => String.raw`search_text LIKE ? ESCAPE '\'`);
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
      const collator = new Intl.Collator();
      return db
        .prepare(`SELECT * FROM contacts ${where}`)
        .all(...patterns)
        .map(contactOf)
        .sort((a, b) => collator.compare(a.name, b.name));
    },
    save(contact) {
      const checked = newContactSchema.safeParse({ ...contact, name: contact.name.trim() });
      if (!checked.success) throw new ApiError('INVALID_INPUT', inputFault(checked.error));
      const { name, deviceId, telephone, note } = checked.data;
      return db.transaction(() => {
        const same = deviceId === undefined ? undefined : byDevice(deviceId);
        if (same !== undefined && same.id !== contact.id) {
          throw new ApiError('CONFLICT', `“${same.name}” already has the device id ${same.deviceId}.`);
        }
        const values = [
          name,
          searchable(name, deviceId, telephone, note),
          deviceId ?? null,
          telephone ?? null,
          note ?? null,
          telephone === undefined ? null : (destinationOf(telephone) ?? null),
        ] as const;
        if (contact.id === undefined) {
          if (count(db, 'SELECT count(*) AS n FROM contacts') >= MOST_CONTACTS) {
            throw new ApiError('TOO_LARGE', `The address book is full (${MOST_CONTACTS} contacts).`);
          }
          const id = newId();
          db.prepare(
            `INSERT INTO contacts (name, search_text, device_id, telephone, note, telephone_destination, id)
             VALUES (?, ?, ?, ?, ?, ?, ?)`,
          ).run(...values, id);
          return withoutUndefined({ id, name, deviceId, telephone, note });
        }
        const changed = db
          .prepare(
            `UPDATE contacts SET name = ?, search_text = ?, device_id = ?, telephone = ?, note = ?,
               telephone_destination = ? WHERE id = ?`,
          )
          .run(...values, contact.id);
        if (changed === 0) throw new ApiError('NOT_FOUND', 'This contact is no longer there.');
        return withoutUndefined({ id: contact.id, name, deviceId, telephone, note });
      });
    },
    remove(id) {
      if (db.prepare('DELETE FROM contacts WHERE id = ?').run(id) === 0) {
        throw new ApiError('NOT_FOUND', 'This contact is no longer there.');
      }
    },
    byDevice,
    byDestination(destination) {
      const row = db
        .prepare('SELECT * FROM contacts WHERE device_id = ?1 OR telephone_destination = ?1 LIMIT 1')
        .get(canonical(destination));
      return row === undefined ? undefined : contactOf(row);
    },
    renumber,
  };

  /** Contacts that an older version wrote have their number only as a person typed it. */
  function renumber(): void {
    db.transaction(() => {
      for (const row of db.prepare('SELECT * FROM contacts WHERE telephone IS NOT NULL').all()) {
        const destination = destinationOf(textOf(row, 'telephone'));
        if (destination === optionalTextOf(row, 'telephone_destination')) continue;
        db.prepare('UPDATE contacts SET telephone_destination = ? WHERE id = ?').run(
          destination ?? null,
          textOf(row, 'id'),
        );
      }
    });
  }
}

function contactOf(row: Row): Contact {
  return withoutUndefined({
    id: textOf(row, 'id'),
    name: textOf(row, 'name'),
    deviceId: optionalTextOf(row, 'device_id'),
    telephone: optionalTextOf(row, 'telephone'),
    note: optionalTextOf(row, 'note'),
  });
}
