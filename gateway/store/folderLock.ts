// Keeps two gateways off one data folder. The operating system drops the lock with the process, however that ends.

import { DatabaseSync } from 'node:sqlite';

export interface FolderLock {
  release(): void;
}

export class FolderInUseError extends Error {
  readonly code = 'DATA_FOLDER_IN_USE';
  constructor(folder: string) {
    super(`Another Hikyaku is already running with the data folder ${folder}.`);
    this.name = 'FolderInUseError';
  }
}

/**
 * Takes the lock file. SQLite's own file locking does it, the same on every system and also between two gateways
 * in one process; there is no process id that could be stale or belong to somebody else.
 */
export function lockFolder(folder: string, lockPath: string): FolderLock {
  const driver = new DatabaseSync(lockPath, { timeout: 0 });
  try {
    driver.exec('PRAGMA journal_mode = DELETE');
    driver.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    driver.close();
    throw isBusy(error) ? new FolderInUseError(folder) : error;
  }
  return { release: () => driver.close() };
}

function isBusy(error: unknown): boolean {
  const sqliteBusy = 5;
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === sqliteBusy
  );
}
