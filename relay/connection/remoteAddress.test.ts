// Remote addresses as the limits count them.

import { expect, test } from 'vitest';
import { addressKey, isLoopback } from './remoteAddress.ts';

test.each([
  ['203.0.113.9', undefined, '203.0.113.9'],
  ['::ffff:203.0.113.9', undefined, '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::1', undefined, '2001:db8:1:2::/64'],
  ['2001:db8::1', undefined, '2001:db8:0:0::/64'],
  ['fe80::1%eth0', undefined, 'fe80:0:0:0::/64'],
  [undefined, undefined, 'unknown'],
  ['127.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['127.0.0.1', '6.6.6.6, 198.51.100.7', '198.51.100.7'],
  ['127.0.0.1', ['6.6.6.6', '2001:db8:1:2::9'], '2001:db8:1:2::/64'],
  ['127.0.0.1', 'nonsense', '127.0.0.1'],
])('%s forwarded for %s counts as %s', (address, forwardedFor, key) => {
  expect(addressKey(address, forwardedFor)).toBe(key);
});

test('loopback is loopback only', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.example.com', ''].some(isLoopback)).toBe(false);
});
