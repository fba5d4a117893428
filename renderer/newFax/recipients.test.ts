import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageRanges } from './pageRanges.ts';
import { numberOf } from '../../protocol/destination.ts';
import {
  candidatesOf,
  destinationsIn,
  isDeviceId,
  matching,
  notAmong,
  presenceOf,
  splitIds,
} from './recipients.ts';
import { estimatedSeconds, telephoneSeconds } from './sendEstimate.ts';
import { laterToday, SEND_NOW, sendingErrors, sendingOf } from './sendingFields.ts';
import { fileObjection } from './useFiles.ts';

const contacts = [
  { id: '1', name: '京都支店', deviceId: 'kyoto-office' },
  { id: '2', name: 'By telephone only', telephone: '+81 75 555 0100' },
];
const online = [
  { deviceId: 'kyoto-office', displayName: 'Kyoto', busy: true },
  { deviceId: 'echo', displayName: 'Echo', busy: false },
];

test('a contact who is online is offered once, by the name in the address book', () => {
  expect(candidatesOf(contacts, online)).toEqual([
    { id: 'kyoto-office', name: '京都支店', presence: 'busy', contactId: '1' },
    { id: 'tel:+81755550100', name: 'By telephone only', contactId: '2' },
    { id: 'echo', name: 'Echo', presence: 'online' },
  ]);
});

test('typing finds names and ids', () => {
  const all = candidatesOf(contacts, online);
  expect(matching(all, '京都').map((candidate) => candidate.id)).toEqual(['kyoto-office']);
  expect(matching(all, ' KYOTO ').map((candidate) => candidate.id)).toEqual(['kyoto-office']);
  expect(matching(all, '')).toHaveLength(3);
  expect(matching(all, '75 555').map((candidate) => candidate.id)).toEqual(['tel:+81755550100']);
});

test('a contact with device and number is offered by both, the device first', () => {
  const both = [{ id: '3', name: 'Osaka', deviceId: 'osaka', telephone: '+81 6 5550 0177' }];
  expect(candidatesOf(both, []).map(({ id, presence }) => [id, presence])).toEqual([
    ['osaka', 'offline'],
    ['tel:+81655500177', undefined],
  ]);
});

test('a number in two forms is offered once and taken once', () => {
  const twice = [...contacts, { id: '3', name: 'The same', telephone: '075-555-0100' }];
  expect(candidatesOf(twice, [], 'jp').map(({ id }) => id)).toEqual(['kyoto-office', 'tel:+81755550100']);
  expect(candidatesOf(twice, [], '')).toHaveLength(3);
  expect(notAmong(['tel:0755550100', 'echo', 'echo'], ['tel:+81755550100'], 'jp')).toEqual(['echo']);
  expect(notAmong(['tel:0755550100'], ['tel:+81755550100'], 'us')).toEqual(['tel:0755550100']);
});

test('typing the beginning of a number finds it in any of its forms', () => {
  const typedAtHome = [{ id: '4', name: 'Nara', telephone: '0742-55-0100' }];
  const all = candidatesOf([...contacts, ...typedAtHome], [], 'jp');
  expect(matching(all, '075-55', 'jp').map(({ name }) => name)).toEqual(['By telephone only']);
  expect(matching(all, '+81 742', 'jp').map(({ name }) => name)).toEqual(['Nara']);
});

test.each([
  ['03-1234-5678', ['tel:0312345678']],
  ['+81 (3) 1234 5678', ['tel:+81312345678']],
  ['０３ー１２３４ー５６７８', ['tel:0312345678']],
  ['０３－１２３４－５６７８', ['tel:0312345678']],
  ['echo, 03 1234 5678; Kyoto-Office', ['echo', 'tel:0312345678', 'kyoto-office']],
  ['echo kyoto-office', ['echo', 'kyoto-office']],
  ['echo echo', ['echo']],
  ['+81 75 555 0148\n+81 75 555 0190', ['tel:+81755550148', 'tel:+81755550190']],
  ['', []],
])('“%s” means %o', (text, destinations) => {
  expect(destinationsIn(text)).toEqual({ destinations, bad: undefined });
});

test('digits are a number, unless a device is known by them', () => {
  expect(destinationsIn('4711').destinations).toEqual(['tel:4711']);
  expect(destinationsIn('4711', (id) => id === '4711').destinations).toEqual(['4711']);
});

test('whatever is typed, what comes of it can be sent to', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const destination of destinationsIn(text).destinations)
        expect(isDeviceId(destination) || /^\+?[0-9*#][0-9*#,w]*$/.test(numberOf(destination))).toBe(true);
    }),
  );
});

test('a time to send at lies ahead, and only a fax machine is told of a subaddress', () => {
  const now = new Date(2026, 10, 22, 14, 20);
  expect(laterToday(now)).toBe('2026-11-22T15:00');
  const fields = { ...SEND_NOW, when: 'at' as const, sendAt: '2026-11-22T15:00', subaddress: '12#' };
  expect(sendingErrors(fields, now.getTime())).toEqual({
    sendAt: false,
    subaddress: false,
    password: false,
  });
  expect(sendingErrors({ ...fields, sendAt: '2026-11-22T14:00' }, now.getTime()).sendAt).toBe(true);
  expect(sendingErrors({ ...fields, sendAt: '' }, now.getTime()).sendAt).toBe(true);
  expect(sendingErrors({ ...fields, password: 'abc' }, now.getTime()).password).toBe(true);
  expect(sendingOf(fields, true)).toEqual({
    priority: 'normal',
    cheapHours: false,
    sendAt: new Date(2026, 10, 22, 15, 0).toISOString(),
    subaddress: '12#',
  });
  expect(sendingOf({ ...fields, when: 'cheap' }, false)).toEqual({ priority: 'normal', cheapHours: false });
});

test('a telephone call takes longer with every page, octet, and slower machine', () => {
  expect(telephoneSeconds(1, 30_000)).toBeGreaterThan(30);
  expect(telephoneSeconds(2, 30_000)).toBeGreaterThan(telephoneSeconds(1, 30_000));
  expect(telephoneSeconds(1, 30_000, 9_600)).toBeGreaterThan(telephoneSeconds(1, 30_000));
});

test('who is not in the directory is offline', () => {
  expect(presenceOf('nobody', online)).toBe('offline');
  expect(presenceOf(undefined, online)).toBe('offline');
});

test('pasted ids are parted, lower-cased and never empty', () => {
  expect(splitIds('Kyoto-Office; echo,\n osaka 、a')).toEqual(['kyoto-office', 'echo', 'osaka', 'a']);
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const id of splitIds(text)) expect(id).toMatch(/^[^\s,;、，；]+$/);
    }),
  );
});

test.each([
  ['kyoto-office', true],
  ['a', true],
  ['-office', false],
  ['Kyoto', false],
  ['京都', false],
  ['', false],
])('“%s” as a device id: %s', (text, valid) => {
  expect(isDeviceId(text)).toBe(valid);
});

test('page numbers are written as people write them', () => {
  expect(pageRanges([1, 2, 3, 7])).toBe('1–3, 7');
  expect(pageRanges([4])).toBe('4');
  expect(pageRanges([])).toBe('');
});

test('a file is refused for its kind or emptiness before it is sent anywhere', () => {
  expect(fileObjection('Letter.PDF', 10)).toBeUndefined();
  expect(fileObjection('setup.exe', 10)).toBe('FILE_NOT_SUPPORTED');
  expect(fileObjection('letter.pdf', 0)).toBe('FILE_EMPTY');
});

test('the estimate grows with pages and bytes', () => {
  expect(estimatedSeconds(1, 30_000)).toBeLessThan(5);
  expect(estimatedSeconds(100, 12_000_000)).toBeGreaterThan(90);
});
