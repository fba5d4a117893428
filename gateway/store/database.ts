// A thin wrapper over node:sqlite: the one place that knows the driver, so that another can take its place.

import { DatabaseSync, type StatementSync } from 'node:sqlite';

export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Record<string, SqlValue>;

export interface Statement {
  /** Runs it; answers how many rows were changed. */
  run(...values: SqlValue[]): number;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

export interface Database {
  /** A prepared statement; the same text is prepared once. */
  prepare(sql: string): Statement;
  exec(sql: string): void;
  /** All of `work` or nothing of it. Inside another transaction it joins that one. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Opens a database file durably: write-ahead log, every commit fsynced, references checked. Throws when it is not a database. */
export function openDatabase(path: string): Database {
  const driver = new DatabaseSync(path, { timeout: 5_000 });
  try {
    driver.exec('PRAGMA journal_mode = WAL');
    driver.exec('PRAGMA synchronous = FULL');
    driver.exec('PRAGMA foreign_keys = ON');
    // A log that has grown in a burst is cut back at the next checkpoint.
    driver.exec('PRAGMA journal_size_limit = 16777216');
  } catch (error) {
    driver.close();
    throw error;
  }
  return wrap(driver);
}

/** Whether an error of the driver or of the file system says that no space is left. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return true;
  const sqliteFull = 13;
  return 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === sqliteFull;
}

function wrap(driver: DatabaseSync): Database {
  const prepared = new Map<string, Statement>();
  return {
    prepare(sql) {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = wrapStatement(driver.prepare(sql));
      prepared.set(sql, statement);
      return statement;
    },
    exec: (sql) => driver.exec(sql),
    transaction(work) {
      if (driver.isTransaction) return work();
      driver.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        driver.exec('COMMIT');
        return result;
      } catch (error) {
        // SQLite has rolled back by itself after some errors (a full disk among them).
        if (driver.isTransaction) driver.exec('ROLLBACK');
        throw error;
      }
    },
    close() {
      prepared.clear();
      driver.close();
    },
  };
}

function wrapStatement(statement: StatementSync): Statement {
  return {
    run: (...values) => Number(statement.run(...values).changes),
    get: (...values) => statement.get(...values),
    all: (...values) => statement.all(...values),
  };
}
