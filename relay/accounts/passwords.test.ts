// Passwords: hashes that tell nothing, checks that are bounded.

import { expect, test } from 'vitest';
import { cheapHash } from '../testing/memoryAccounts.ts';
import { hashPassword, PasswordChecker, passwordProof } from './passwords.ts';

test('a hash fits its password only, and no two hashes are alike', async () => {
  const checker = new PasswordChecker();
  const hash = await hashPassword('飛脚 secret');
  expect(hash).toMatch(/^scrypt\$16384\$8\$5\$/);
  expect(await hashPassword('飛脚 secret')).not.toBe(hash);
  expect(await checker.check('飛脚 secret', hash)).toBe(true);
  expect(await checker.check('飛脚 secret ', hash)).toBe(false);
});

test('no hash, or one that is none, is never right', async () => {
  const checker = new PasswordChecker();
  for (const hash of [undefined, '', 'plain', 'scrypt$0$0$0$$', 'scrypt$16384$8$5$', 'bcrypt$1$2$3$4$5']) {
    expect(await checker.check('', hash)).toBe(false);
  }
});

test('so many are checked at once, so many wait, the rest is told so', async () => {
  const checker = new PasswordChecker(1, 2);
  const hash = cheapHash('right');
  const results = await Promise.all(Array.from({ length: 5 }, () => checker.check('right', hash)));
  expect(results).toEqual([true, true, true, 'overloaded', 'overloaded']);
  expect(await checker.check('right', hash)).toBe(true);
});

test('a proof is the same for the same password in one process', () => {
  expect(passwordProof('a').equals(passwordProof('a'))).toBe(true);
  expect(passwordProof('a').equals(passwordProof('b'))).toBe(false);
});
