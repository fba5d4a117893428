import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSafeOutside } from './windowPolicy.ts';

test('only plain https addresses are handed to the system', () => {
  expect(isSafeOutside('https://example.org/help?topic=1#a')).toBe(true);
  for (const address of [
    'http://example.org/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://server/share',
    'ms-msdt:/id',
    'mailto:a@example.org',
    'https://user:password@example.org/',
    'https://user@example.org/',
    'hikyaku://app/',
    '//example.org',
    '',
    `https://example.org/${'a'.repeat(2_000)}`,
  ]) {
    expect([address, isSafeOutside(address)]).toEqual([address, false]);
  }
});

test('no text of any kind but an https address is handed to the system', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.webUrl({ validSchemes: ['http', 'ftp', 'file', 'https'] })),
      (text) => {
        expect(isSafeOutside(text) && !/^https:/i.test(text.trim())).toBe(false);
      },
    ),
  );
});
