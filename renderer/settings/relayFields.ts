// The relay account as a form holds it, what is wrong with it, and the account it makes.

import type { NewRelayAccount, RelayAccount } from '../../protocol/api/types.ts';
import { isDeviceId } from '../newFax/recipients.ts';
import type { FieldProblem } from './officeFields.ts';

export interface RelayFields {
  url: string;
  deviceId: string;
  password: string;
  proxy: string;
  /** PEM text. */
  ca: string;
}

export function relayFieldsOf(account: RelayAccount | null): RelayFields {
  return {
    url: account?.url ?? '',
    deviceId: account?.deviceId ?? '',
    password: '',
    proxy: account?.proxy ?? '',
    ca: account?.ca ?? '',
  };
}

export function sameFields(a: RelayFields, b: RelayFields): boolean {
  return (
    a.url === b.url &&
    a.deviceId === b.deviceId &&
    a.password === b.password &&
    a.proxy === b.proxy &&
    a.ca === b.ca
  );
}

/** The stored password stays only with the same relay and the same device. */
export function relayErrors(
  fields: RelayFields,
  saved: RelayAccount | null,
): Partial<Record<keyof RelayFields, FieldProblem>> {
  const { url, deviceId, password, proxy, ca } = trimmed(fields);
  const passwordKept = saved !== null && saved.url === url && saved.deviceId === deviceId;
  return {
    ...(isAddress(url, ['wss:', 'ws:']) ? {} : problem('url', 'settings.badUrl')),
    ...(isDeviceId(deviceId)
      ? {}
      : deviceId === ''
        ? problem('deviceId', 'settings.needDeviceId')
        : problem('deviceId', 'newFax.notADeviceId', { id: deviceId })),
    ...(password === '' && !passwordKept ? problem('password', 'settings.needPassword') : {}),
    ...(proxy === '' || isAddress(proxy, ['http:', 'https:']) ? {} : problem('proxy', 'settings.badProxy')),
    ...(ca === '' || ca.includes('-----BEGIN CERTIFICATE-----') ? {} : problem('ca', 'settings.badCa')),
  };
}

export function newAccount(fields: RelayFields): NewRelayAccount {
  const { url, deviceId, password, proxy, ca } = trimmed(fields);
  return {
    url,
    deviceId,
    ...(password === '' ? {} : { password }),
    ...(proxy === '' ? {} : { proxy }),
    ...(ca === '' ? {} : { ca }),
  };
}

function trimmed(fields: RelayFields): RelayFields {
  return {
    url: fields.url.trim(),
    deviceId: fields.deviceId.trim().toLowerCase(),
    // A space may be part of a password.
    password: fields.password,
    proxy: fields.proxy.trim(),
    ca: fields.ca.trim(),
  };
}

function problem(
  name: keyof RelayFields,
  id: FieldProblem['id'],
  values: FieldProblem['values'] = {},
): Partial<Record<keyof RelayFields, FieldProblem>> {
  return { [name]: { id, values } };
}

function isAddress(text: string, protocols: readonly string[]): boolean {
  const address = URL.parse(text);
  return address !== null && protocols.includes(address.protocol) && address.hostname !== '';
}
