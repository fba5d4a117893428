// The accounts of a relay: who may log in. One interface, so that a shared database can take SQLite's place.

export interface Account {
  deviceId: string;
  /** As `passwords.ts` writes it; never the password. */
  passwordHash: string;
  displayName: string | undefined;
  /** Settings of the device that the relay keeps for it. */
  settings: Record<string, unknown>;
  /** Devices see and reach the devices of the same owner only; `undefined` is the relay's own circle. */
  owner: string | undefined;
  enabled: boolean;
  /** ISO 8601 */
  createdAt: string;
  lastLoginAt: string | undefined;
}

export interface NewAccount {
  deviceId: string;
  passwordHash: string;
  displayName?: string | undefined;
  owner?: string | undefined;
}

export interface AccountStore {
  find(deviceId: string): Account | undefined;
  /** All of them, by device id ascending. */
  list(): Account[];
  /** False when the id is taken. */
  add(account: NewAccount): boolean;
  /** Adds them, or gives those that exist the new password and enables them; as one change. Returns how many were new. */
  putAll(accounts: readonly NewAccount[]): number;
  /** These three: false when there is no such device. */
  remove(deviceId: string): boolean;
  setPasswordHash(deviceId: string, passwordHash: string): boolean;
  setEnabled(deviceId: string, enabled: boolean): boolean;
  /** Written together, as one change. */
  noteLogins(logins: ReadonlyMap<string, string>): void;
  /** True when another process changed the accounts since the last time this was asked. */
  changedElsewhere(): boolean;
  close(): void;
}
