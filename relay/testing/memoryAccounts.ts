// Accounts in memory for the relay's own tests, with a cheap hash: the password of a device is `password of ID`.

import { randomBytes, scryptSync } from 'node:crypto';
import type { Account, AccountStore } from '../accounts/accountStore.ts';

export interface MemoryAccounts extends AccountStore {
  /** As another process would have changed the accounts. */
  touch(): void;
}

export function memoryAccounts(
  deviceIds: readonly string[],
  owners: Record<string, string> = {},
): MemoryAccounts {
  const accounts = new Map<string, Account>();
  let isChanged = false;
  for (const deviceId of deviceIds) {
    accounts.set(deviceId, {
      deviceId,
      passwordHash: cheapHash(`password of ${deviceId}`),
      displayName: undefined,
      settings: {},
      owner: owners[deviceId],
      enabled: true,
      createdAt: '2026-01-01T00:00:00.000Z',
      lastLoginAt: undefined,
    });
  }

  function change(deviceId: string, fields: Partial<Account>): boolean {
    const account = accounts.get(deviceId);
    if (account === undefined) return false;
    accounts.set(deviceId, { ...account, ...fields });
    return true;
  }

  return {
    find: (deviceId) => accounts.get(deviceId),
    list: () => [...accounts.values()],
    add: () => false,
    putAll: () => 0,
    remove: (deviceId) => accounts.delete(deviceId),
    setPasswordHash: (deviceId, passwordHash) => change(deviceId, { passwordHash }),
    setEnabled: (deviceId, enabled) => change(deviceId, { enabled }),
    noteLogins(logins) {
      for (const [deviceId, lastLoginAt] of logins) change(deviceId, { lastLoginAt });
    },
    changedElsewhere() {
      const wasChanged = isChanged;
      isChanged = false;
      return wasChanged;
    },
    touch() {
      isChanged = true;
    },
    close() {},
  };
}

/** The real scheme at its lowest cost. */
export function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const key = scryptSync(password, salt, 32, { N: 2, r: 1, p: 1 });
  return ['scrypt', 2, 1, 1, salt.toString('base64url'), key.toString('base64url')].join('$');
}
