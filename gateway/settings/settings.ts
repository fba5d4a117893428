// The office's settings and its relay account, kept in the database. The password stays in here and in the session.

import { hostname } from 'node:os';
import { z } from 'zod';
import {
  ApiError,
  newRelayAccountSchema,
  settingsSchema,
  type NewRelayAccount,
  type RelayAccount,
  type Settings,
} from '../../protocol/api/types.ts';
import { inputFault } from '../../protocol/api/inputFault.ts';
import type { Database } from '../store/database.ts';
import { textOf, withoutUndefined } from '../store/row.ts';

/** An account with its password: for the relay session only, never for the API or the log. */
export interface RelayLogin {
  url: string;
  deviceId: string;
  password: string;
  ca?: string | undefined;
  proxy?: string | undefined;
}

export interface SettingsStore {
  get(): Settings;
  /** Throws ApiError INVALID_INPUT. */
  change(change: Partial<Settings>): Settings;
  relayLogin(): RelayLogin | undefined;
  /** Completes an account given without a password from the stored one. Throws ApiError INVALID_INPUT when that is another account's. */
  completeLogin(account: NewRelayAccount): RelayLogin;
  setRelayLogin(login: RelayLogin | undefined): void;
  /** A small value the program keeps for itself. */
  read(name: string): string | undefined;
  write(name: string, value: string): void;
  remove(name: string): void;
}

const relayLoginSchema = newRelayAccountSchema.required({ password: true });

export function createSettingsStore(db: Database, defaults: Partial<Settings> = {}): SettingsStore {
  const read = (name: string): string | undefined => {
    const row = db.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    return row === undefined ? undefined : textOf(row, 'value');
  };
  const write = (name: string, value: string): void => {
    db.prepare(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ).run(name, value);
  };
  const remove = (name: string): void => {
    db.prepare('DELETE FROM settings WHERE name = ?').run(name);
  };

  let current = load(read('settings'), defaults);
  const relayLogin = (): RelayLogin | undefined => {
    const text = read('relayAccount');
    return text === undefined ? undefined : relayLoginSchema.parse(JSON.parse(text));
  };

  return {
    get: () => ({ ...current, blockedDevices: [...current.blockedDevices] }),
    change(change) {
      const checked = settingsSchema.safeParse({ ...current, ...withoutUndefined(change) });
      if (!checked.success) throw new ApiError('INVALID_INPUT', inputFault(checked.error));
      write('settings', JSON.stringify(checked.data));
      current = checked.data;
      return { ...current };
    },
    relayLogin,
    completeLogin(account) {
      const checked = newRelayAccountSchema.safeParse(account);
      if (!checked.success) throw new ApiError('INVALID_INPUT', inputFault(checked.error));
      const { password, ...rest } = checked.data;
      if (password !== undefined) return { ...rest, password };
      const stored = relayLogin();
      if (stored === undefined || stored.url !== rest.url || stored.deviceId !== rest.deviceId) {
        throw new ApiError('INVALID_INPUT', 'Enter the password of this device id at this relay.');
      }
      return { ...rest, password: stored.password };
    },
    setRelayLogin(login) {
      if (login === undefined) remove('relayAccount');
      else write('relayAccount', JSON.stringify(login));
    },
    read,
    write,
    remove,
  };
}

/** The account without its password. */
export function shownAccount(login: RelayLogin): RelayAccount {
  return withoutUndefined({ url: login.url, deviceId: login.deviceId, ca: login.ca, proxy: login.proxy });
}

function load(text: string | undefined, defaults: Partial<Settings>): Settings {
  const base: Settings = {
    displayName: hostname().trim().slice(0, 60) || 'Hikyaku',
    faxNumber: '',
    headerLine: true,
    paper: 'a4',
    accept: 'everyone',
    blockedDevices: [],
    maxConnections: 8,
    giveUpAfterHours: 24,
    ...defaults,
  };
  if (text === undefined) return settingsSchema.parse(base);
  // A setting that a later version added or tightened falls back to its default alone.
  const stored = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  const kept = Object.entries(settingsSchema.shape).filter(
    ([name, schema]) => schema.safeParse(stored[name]).success,
  );
  return settingsSchema.parse({ ...base, ...Object.fromEntries(kept.map(([name]) => [name, stored[name]])) });
}
