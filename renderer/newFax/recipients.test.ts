import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageRanges } from './pageRanges.ts';
import { candidatesOf, isDeviceId, matching, presenceOf, splitIds } from './recipients.ts';
import { estimatedSeconds } from './sendEstimate.ts';
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
    { id: 'kyoto-office', name: '京都支店', presence: 'busy' },
    { id: 'echo', name: 'Echo', presence: 'online' },
  ]);
});

test('typing finds names and ids', () => {
  const all = candidatesOf(contacts, online);
  expect(matching(all, '京都').map((candidate) => candidate.id)).toEqual(['kyoto-office']);
  expect(matching(all, ' KYOTO ').map((candidate) => candidate.id)).toEqual(['kyoto-office']);
  expect(matching(all, '')).toHaveLength(2);
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
