import { expect, test } from 'vitest';
import type { Settings } from '../../protocol/api/types.ts';
import { changedSettings, fieldsOf, officeErrors } from './officeFields.ts';
import { newAccount, relayErrors, relayFieldsOf, sameFields } from './relayFields.ts';

const settings: Settings = {
  displayName: 'Hayashi Trading',
  faxNumber: '',
  headerLine: true,
  paper: 'a4',
  accept: 'everyone',
  blockedDevices: ['promo-blast'],
  maxConnections: 8,
  giveUpAfterHours: 24,
};
const account = { url: 'wss://relay.example', deviceId: 'kobe' };

test('settings that were not touched are not sent', () => {
  expect(changedSettings(settings, fieldsOf(settings))).toEqual({});
  expect(changedSettings(settings, { ...fieldsOf(settings), displayName: ' Kobe ' })).toEqual({
    displayName: 'Kobe',
  });
});

test('blocked ids are taken as pasted, each once', () => {
  const fields = { ...fieldsOf(settings), blocked: 'Spam, spam\nother' };
  expect(changedSettings(settings, fields)).toEqual({ blockedDevices: ['spam', 'other'] });
});

test('wrong settings are named', () => {
  const fields = { ...fieldsOf(settings), displayName: ' ', blocked: 'ok not/ok', giveUpAfterHours: '0' };
  expect(officeErrors(fields)).toEqual({
    displayName: { id: 'settings.needDisplayName', values: {} },
    blocked: { id: 'newFax.notARecipient', values: { id: 'not/ok' } },
    giveUpAfterHours: { id: 'settings.badHours', values: {} },
  });
  expect(officeErrors(fieldsOf(settings))).toEqual({});
});

test('the password may stay empty only for the same device at the same relay', () => {
  const fields = relayFieldsOf(account);
  expect(relayErrors(fields, account)).toEqual({});
  expect(relayErrors({ ...fields, deviceId: 'osaka' }, account)).toHaveProperty('password');
  expect(relayErrors({ ...fields, url: 'wss://other.example' }, account)).toHaveProperty('password');
  expect(relayErrors(fields, null)).toHaveProperty('password');
});

test.each(['', 'relay.example', 'https://relay.example', 'wss://'])('“%s” is no relay address', (url) => {
  expect(relayErrors({ ...relayFieldsOf(account), url }, account)).toHaveProperty('url');
});

test('a certificate must be one, and a proxy an address', () => {
  const fields = { ...relayFieldsOf(account), ca: 'not a certificate', proxy: 'proxy:3128' };
  expect(Object.keys(relayErrors(fields, account))).toEqual(['proxy', 'ca']);
});

test('an account leaves out what is empty and trims what is not, but never the password', () => {
  const fields = { ...relayFieldsOf(account), url: ' wss://relay.example ', password: ' secret ' };
  expect(newAccount(fields)).toEqual({ ...account, password: ' secret ' });
  expect(sameFields(fields, relayFieldsOf(account))).toBe(false);
});
