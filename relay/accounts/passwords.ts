// Passwords: scrypt hashes, made and checked off the event loop, a few at a time.

import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP: N 2^14, r 8, p 5. 16 MiB of memory and about 0.2 s of one core for each check. */
const COST = { N: 2 ** 14, r: 8, p: 5 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** `scrypt$N$r$p$salt$key`, salt and key in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await deriveKey(password, salt, COST, KEY_BYTES);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/**
 * Checks passwords against hashes, at most `concurrency` at once with at most `maxWaiting` more in line:
 * a flood of logins must cost neither the event loop nor memory (16 MiB for each running check).
 */
export class PasswordChecker {
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(concurrency = 2, maxWaiting = 500) {
    this.#concurrency = concurrency;
    this.#maxWaiting = maxWaiting;
  }

  /** Whether `password` fits `hash`; without a hash it takes as long and says no. `overloaded` when too many wait. */
  async check(password: string, hash: string | undefined): Promise<boolean | 'overloaded'> {
    if (this.#running >= this.#concurrency) {
      if (this.#waiting.length >= this.#maxWaiting) return 'overloaded';
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await verify(password, hash);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

const PROOF_KEY = randomBytes(32);

/** A quick proof that a password is the one that was checked before in this process: spare connections need no second scrypt. */
export function passwordProof(password: string): Buffer {
  return createHmac('sha256', PROOF_KEY).update(password).digest();
}

async function verify(password: string, hash: string | undefined): Promise<boolean> {
  const parsed = hash === undefined ? undefined : parseHash(hash);
  const { cost, salt, key } = parsed ?? {
    cost: COST,
    salt: Buffer.alloc(SALT_BYTES),
    key: Buffer.alloc(KEY_BYTES),
  };
  const derived = await deriveKey(password, salt, cost, key.length);
  return timingSafeEqual(derived, key) && parsed !== undefined;
}

function parseHash(hash: string): { cost: typeof COST; salt: Buffer; key: Buffer } | undefined {
  const [scheme, n, r, p, salt, key] = hash.split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return undefined;
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  if (!Object.values(cost).every((value) => Number.isSafeInteger(value) && value > 0)) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
}

function deriveKey(password: string, salt: Buffer, cost: typeof COST, keyBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      keyBytes,
      { ...cost, maxmem: 64 * 1024 * 1024 },
      (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      },
    );
  });
}
