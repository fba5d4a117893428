// Opens the accounts of the data folder for one command.

import { existsSync } from 'node:fs';
import type { AccountStore } from '../accounts/accountStore.ts';
import { openSqliteAccounts } from '../accounts/sqliteAccounts.ts';
import { accountsFile } from '../dataFolder.ts';
import { RelayError } from '../relayError.ts';
import { dataFolderOf, type CommonOptions } from './output.ts';

/** Throws RelayError `noDataFolder` when there are none and they may not be made. */
export function withAccounts<T>(
  options: CommonOptions,
  mayCreate: boolean,
  work: (accounts: AccountStore) => T,
): T {
  const folder = dataFolderOf(options);
  if (!mayCreate && !existsSync(accountsFile(folder))) {
    throw new RelayError('noDataFolder', `${folder} is not the data folder of a relay.`);
  }
  const accounts = openSqliteAccounts(accountsFile(folder));
  try {
    return work(accounts);
  } finally {
    accounts.close();
  }
}
