// The accounts in SQLite, shared by the running relay and the command line of the same data folder.

import { z } from 'zod';
import type { Account, AccountStore } from './accountStore.ts';
import { openDatabase, type Row } from './database.ts';

const MIGRATIONS = [
  `CREATE TABLE device (
     device_id     TEXT PRIMARY KEY,
     password_hash TEXT NOT NULL,
     display_name  TEXT,
     settings      TEXT NOT NULL DEFAULT '{}',
     owner         TEXT,
     enabled       INTEGER NOT NULL DEFAULT 1,
     created_at    TEXT NOT NULL,
     last_login_at TEXT
   ) STRICT`,
];

const COLUMNS = 'device_id, password_hash, display_name, settings, owner, enabled, created_at, last_login_at';

const rowSchema = z.object({
  device_id: z.string(),
  password_hash: z.string(),
  display_name: z.string().nullable(),
  settings: z.string(),
  owner: z.string().nullable(),
  enabled: z.number(),
  created_at: z.string(),
  last_login_at: z.string().nullable(),
});

/** @param busyTimeoutMs how long a write waits for another process's write */
export function openSqliteAccounts(file: string, busyTimeoutMs?: number): AccountStore {
  const database = openDatabase(file, MIGRATIONS, busyTimeoutMs);
  let seenVersion = dataVersion();

  function dataVersion(): number {
    return Number(database.get('PRAGMA data_version')?.['data_version']);
  }

  return {
    find(deviceId) {
      const row = database.get(`SELECT ${COLUMNS} FROM device WHERE device_id = ?`, deviceId);
      return row === undefined ? undefined : toAccount(row);
    },
    list: () => database.all(`SELECT ${COLUMNS} FROM device ORDER BY device_id`).map(toAccount),
    add: ({ deviceId, passwordHash, displayName, owner }) =>
      database.run(
        `INSERT INTO device (device_id, password_hash, display_name, owner, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING`,
        deviceId,
        passwordHash,
        displayName ?? null,
        owner ?? null,
        new Date().toISOString(),
      ) === 1,
    putAll(accounts) {
      const devices = (): number => Number(database.get('SELECT count(*) AS n FROM device')?.['n']);
      let added = 0;
      database.transaction(() => {
        const before = devices();
        for (const { deviceId, passwordHash, displayName, owner } of accounts) {
          database.run(
            `INSERT INTO device (device_id, password_hash, display_name, owner, created_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET password_hash = excluded.password_hash, enabled = 1,
               display_name = coalesce(excluded.display_name, display_name),
               owner = coalesce(excluded.owner, owner)`,
            deviceId,
            passwordHash,
            displayName ?? null,
            owner ?? null,
            new Date().toISOString(),
          );
        }
        added = devices() - before;
      });
      return added;
    },
    remove: (deviceId) => database.run('DELETE FROM device WHERE device_id = ?', deviceId) === 1,
    setPasswordHash: (deviceId, passwordHash) =>
      database.run('UPDATE device SET password_hash = ? WHERE device_id = ?', passwordHash, deviceId) === 1,
    setEnabled: (deviceId, enabled) =>
      database.run('UPDATE device SET enabled = ? WHERE device_id = ?', enabled ? 1 : 0, deviceId) === 1,
    noteLogins(logins) {
      database.transaction(() => {
        for (const [deviceId, at] of logins) {
          database.run('UPDATE device SET last_login_at = ? WHERE device_id = ?', at, deviceId);
        }
      });
    },
    changedElsewhere() {
      const version = dataVersion();
      const changed = version !== seenVersion;
      seenVersion = version;
      return changed;
    },
    close: () => database.close(),
  };
}

function toAccount(row: Row): Account {
  const fields = rowSchema.parse(row);
  return {
    deviceId: fields.device_id,
    passwordHash: fields.password_hash,
    displayName: fields.display_name ?? undefined,
    settings: toSettings(fields.settings),
    owner: fields.owner ?? undefined,
    enabled: fields.enabled !== 0,
    createdAt: fields.created_at,
    lastLoginAt: fields.last_login_at ?? undefined,
  };
}

function toSettings(json: string): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
}
