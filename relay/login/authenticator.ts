// (1)(2) Judges a login. Unknown, disabled and wrong password get one same answer after one same time.

import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceMessage, RelayMessage } from '../../protocol/relay.ts';
import { RELAY_PROTOCOL_VERSION } from '../../protocol/relay.ts';
import type { Account, AccountStore } from '../accounts/accountStore.ts';
import { passwordProof, type PasswordChecker } from '../accounts/passwords.ts';
import type { RelayServerLimits } from '../limits.ts';
import type { RelayLog } from '../log.ts';
import { TokenBuckets } from '../tokenBucket.ts';
import { LoginGuard } from './loginGuard.ts';

export type LoginMessage = DeviceMessage & { type: 'login' };
export type RefusalCode = (RelayMessage & { type: 'loginRefused' })['code'];

export type Judgement =
  | { account: Account; accountMark: string; proof: Buffer }
  | { refused: RefusalCode; retryAfterMs?: number };

/** What the running session of a device proves about a further login of it. */
export interface RunningSession {
  accountMark: string;
  passwordProof: Buffer;
}

export interface AuthenticatorOptions {
  accounts: AccountStore;
  checker: PasswordChecker;
  limits: RelayServerLimits;
  log: RelayLog;
  now: () => number;
  runningSession: (deviceId: string) => RunningSession | undefined;
}

export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #guard: LoginGuard;
  readonly #attempts: TokenBuckets;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#guard = new LoginGuard(options.limits);
    this.#attempts = new TokenBuckets(options.limits.loginRate);
  }

  /** @param address the remote address, as `addressKey` gives it */
  async judge(message: LoginMessage, address: string): Promise<Judgement> {
    const { limits, now, log } = this.#options;
    const startedMs = now();
    if (!message.versions.includes(RELAY_PROTOCOL_VERSION)) return { refused: 'versionNotSupported' };
    if (!this.#attempts.take(address, startedMs)) return { refused: 'tooManyAttempts', retryAfterMs: 1_000 };
    const lockedForMs = this.#guard.lockedForMs(message.deviceId, address, startedMs);
    if (lockedForMs > 0) return { refused: 'tooManyAttempts', retryAfterMs: lockedForMs };

    const { deviceId, password } = message;
    const before = this.#options.accounts.find(deviceId);
    const isRight = await this.#checkPassword(before, deviceId, password);
    if (isRight === 'overloaded') return { refused: 'tooManyAttempts', retryAfterMs: 2_000 };
    // Asked again: of many guesses made at once only the first few count.
    const lockedSinceMs = this.#guard.lockedForMs(deviceId, address, now());
    if (lockedSinceMs > 0) return { refused: 'tooManyAttempts', retryAfterMs: lockedSinceMs };
    // Changed during the check: nobody would notice later that this session has the account as it was.
    const account = this.#options.accounts.find(deviceId);
    const isUnchanged = before !== undefined && account !== undefined && markOf(before) === markOf(account);
    if (isUnchanged && account.enabled && isRight) {
      this.#guard.succeeded(deviceId, address);
      return { account, accountMark: markOf(account), proof: passwordProof(password) };
    }
    this.#guard.failed(deviceId, address, now());
    log.warn('loginRefused', { deviceId, address });
    await sleep(Math.max(0, startedMs + limits.refusalDelayMs - now()));
    return { refused: 'loginRefused' };
  }

  expire(nowMs: number): void {
    this.#guard.expire(nowMs);
    this.#attempts.expire(nowMs);
  }

  async #checkPassword(
    account: Account | undefined,
    deviceId: string,
    password: string,
  ): Promise<boolean | 'overloaded'> {
    const session = this.#options.runningSession(deviceId);
    if (account !== undefined && session?.accountMark === markOf(account)) {
      if (timingSafeEqual(session.passwordProof, passwordProof(password))) return true;
    }
    return await this.#options.checker.check(password, account?.passwordHash);
  }
}

/** Another mark means that a running session was opened with an account that is no longer so. */
export function markOf(account: Account): string {
  return JSON.stringify([account.passwordHash, account.owner ?? null, account.enabled]);
}
