import { expect, test } from 'vitest';
import { redirectOnce } from './openInBrowser.ts';

const LINK = 'http://127.0.0.1:4380/#key=secret';

test('the address given to the browser shows no secret, and leads to the link once', async () => {
  const redirect = await redirectOnce(LINK);
  expect(redirect.address).not.toContain('secret');

  const guess = await fetch(new URL('/guess', redirect.address), { redirect: 'manual' });
  expect(guess.status).toBe(404);
  const first = await fetch(redirect.address, { redirect: 'manual' });
  expect([first.status, first.headers.get('location')]).toEqual([302, LINK]);
  await expect(fetch(redirect.address, { redirect: 'manual' })).rejects.toThrow('fetch failed');
});
