// Logins that are judged while somebody changes the account.

import { expect, test } from 'vitest';
import { PasswordChecker } from '../accounts/passwords.ts';
import { DEFAULT_RELAY_LIMITS } from '../limits.ts';
import { SILENT_LOG } from '../log.ts';
import { cheapHash, memoryAccounts } from '../testing/memoryAccounts.ts';
import { Authenticator, type LoginMessage } from './authenticator.ts';

const PASSWORD = 'password of kyoto';
const LOGIN: LoginMessage = {
  type: 'login',
  deviceId: 'kyoto',
  password: PASSWORD,
  versions: [1],
  software: 'test',
};

test.each([
  ['nothing', undefined],
  ['its removal', 'remove'],
  ['its disabling', 'disable'],
  ['another password', 'password'],
] as const)(
  'a password is right only for the account as it is after the check: %s',
  async (_name, change) => {
    const accounts = memoryAccounts(['kyoto']);
    const checker = new (class extends PasswordChecker {
      override async check(...asked: Parameters<PasswordChecker['check']>): Promise<boolean | 'overloaded'> {
        const answer = await super.check(...asked);
        if (change === 'remove') accounts.remove('kyoto');
        if (change === 'disable') accounts.setEnabled('kyoto', false);
        if (change === 'password') accounts.setPasswordHash('kyoto', cheapHash('another'));
        return answer;
      }
    })();
    const authenticator = new Authenticator({
      accounts,
      checker,
      limits: { ...DEFAULT_RELAY_LIMITS, refusalDelayMs: 0 },
      log: SILENT_LOG,
      now: () => performance.now(),
      runningSession: () => undefined,
    });
    const judgement = await authenticator.judge(LOGIN, '192.0.2.1');
    if (change === undefined) expect(judgement).toMatchObject({ account: { deviceId: 'kyoto' } });
    else expect(judgement).toEqual({ refused: 'loginRefused' });
  },
);
