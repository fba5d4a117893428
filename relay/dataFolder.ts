// The data folder of a relay: its accounts, and the lock that lets one relay only serve it.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AccountStore } from './accounts/accountStore.ts';
import { openSqliteAccounts } from './accounts/sqliteAccounts.ts';
import { RelayError } from './relayError.ts';

/** How long the running relay may wait for another process's write: its event loop stands still meanwhile. */
const SERVING_BUSY_TIMEOUT_MS = 100;

/** A `status` that looks at the lock has it for a moment. */
const LOCK_WAIT_MS = 500;

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

function lockFile(folder: string): string {
  return join(folder, 'relay.lock');
}

/** Opens the folder for serving. Throws RelayError `alreadyRunning` when another relay serves it. */
export function openServedFolder(folder: string): ServedFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = tryLock(folder, LOCK_WAIT_MS);
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
  if (!existsSync(lockFile(folder))) return false;
  const lock = tryLock(folder, 0);
  lock?.close();
  return lock === undefined;
}

/** SQLite's lock on a file of its own: the system drops it however the process ends. */
function tryLock(folder: string, waitMs: number): DatabaseSync | undefined {
  const lock = new DatabaseSync(lockFile(folder), { timeout: waitMs });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined;
    throw error;
  }
}
