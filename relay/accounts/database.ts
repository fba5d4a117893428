// A thin wrapper over node:sqlite: opens in WAL mode with full sync, and brings the tables up to date.

import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type Row = Record<string, unknown>;
export type Value = string | number | null;

export interface Database {
  all(sql: string, ...values: Value[]): Row[];
  get(sql: string, ...values: Value[]): Row | undefined;
  /** Returns the number of rows changed. */
  run(sql: string, ...values: Value[]): number;
  /** All of `work` or nothing of it is stored. */
  transaction(work: () => void): void;
  close(): void;
}

/**
 * Opens the database file, makes it and its folder if need be (for the owner's eyes only), and runs the
 * migrations it has not seen; `migrations[n]` leads from version n to n + 1 and is never changed once released.
 * Throws when the file was written by a newer version of the program.
 */
export function openDatabase(
  file: string,
  migrations: readonly string[],
  busyTimeoutMs: number = 5_000,
): Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const sqlite = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    chmodSync(file, 0o600);
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    migrate(sqlite, migrations, file);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return {
    all: (sql, ...values) => sqlite.prepare(sql).all(...values),
    get: (sql, ...values) => sqlite.prepare(sql).get(...values),
    run: (sql, ...values) => Number(sqlite.prepare(sql).run(...values).changes),
    transaction: (work) => inTransaction(sqlite, work),
    close: () => sqlite.close(),
  };
}

function migrate(sqlite: DatabaseSync, migrations: readonly string[], file: string): void {
  if (version(sqlite) === migrations.length) return;
  // Asked again inside the transaction: another process may be migrating at this moment.
  inTransaction(sqlite, () => {
    const from = version(sqlite);
    if (from > migrations.length) {
      throw new Error(
        `${file} was written by a newer version of the relay (version ${from}, this one knows ${migrations.length}).`,
      );
    }
    for (const migration of migrations.slice(from)) sqlite.exec(migration);
    sqlite.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function version(sqlite: DatabaseSync): number {
  return Number(sqlite.prepare('PRAGMA user_version').get()?.['user_version']);
}

function inTransaction(sqlite: DatabaseSync, work: () => void): void {
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    work();
    sqlite.exec('COMMIT');
  } catch (error) {
    sqlite.exec('ROLLBACK');
    throw error;
  }
}
