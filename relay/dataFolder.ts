// The data folder of a relay: its accounts, and the lock that lets one relay only serve it.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AccountStore } from './accounts/accountStore.ts';
import { openSqliteAccounts } from './accounts/sqliteAccounts.ts';
import { RelayError } from './relayError.ts';

/** How long the running relay may wait for another process's write: its event loop stands still meanwhile. */
const SERVING_BUSY_TIMEOUT_MS = 100;

export interface ServedFolder {
  accounts: AccountStore;
  /** Closes the accounts and gives the folder free. */
  close(): void;
}

export function accountsFile(folder: string): string {
  return join(folder, 'relay.sqlite');
}

export function adminFile(folder: string): string {
  return join(folder, 'relay-admin.json');
}

/** Opens the folder for serving. Throws RelayError `alreadyRunning` when another relay serves it. */
export function openServedFolder(folder: string): ServedFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = tryLock(folder);
  if (lock === undefined) {
    throw new RelayError('alreadyRunning', `Another relay is running on the data folder ${folder}.`);
  }
  try {
    const accounts = openSqliteAccounts(accountsFile(folder), SERVING_BUSY_TIMEOUT_MS);
    return {
      accounts,
      close() {
        accounts.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Whether a relay serves this folder now. */
export function isServed(folder: string): boolean {
  const lock = tryLock(folder);
  lock?.close();
  return lock === undefined;
}

/** SQLite's lock on a file of its own: the system drops it however the process ends. */
function tryLock(folder: string): DatabaseSync | undefined {
  const lock = new DatabaseSync(join(folder, 'relay.lock'), { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined;
    throw error;
  }
}
