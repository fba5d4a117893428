// Who may use the API: the access key itself, or a session cookie that was given for it.

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const SESSION_DAYS = 30;
const MAX_WRONG_KEYS = 10;
const WRONG_KEYS_WINDOW_MS = 60_000;
/** Addresses whose wrong keys are counted; the oldest is forgotten beyond that. */
const MAX_COUNTED_ADDRESSES = 1_000;

export type SignInResult = { cookie: string } | 'wrongKey' | { retryAfterSeconds: number };
export type Identity = { by: 'key' } | { by: 'session'; sessionId: string };

/**
 * Sessions of one gateway. The cookie holds an expiry and a random id, signed with the access key: it outlives a
 * restart, dies with the key, and does not reveal it.
 */
export class Sessions {
  readonly #keyDigest: Buffer;
  readonly #signingKey: Buffer;
  readonly #cookieName: () => string;
  readonly #now: () => number;
  /** Signed-out sessions with the time (ms) when they would have ended. */
  readonly #revoked = new Map<string, number>();
  readonly #wrongKeys = new Map<string, { count: number; since: number }>();

  /** `cookieName` tells gateways on one machine apart: cookies do not know ports. */
  constructor(key: string, cookieName: () => string, now: () => number = Date.now) {
    this.#keyDigest = digest(key);
    this.#signingKey = createHmac('sha256', key).update('hikyaku session cookie').digest();
    this.#cookieName = cookieName;
    this.#now = now;
  }

  /** Who sent this request, by its `Authorization` or cookie; `undefined` for a stranger. */
  identify(request: IncomingMessage): Identity | undefined {
    const authorization = request.headers.authorization;
    if (authorization !== undefined) {
      const bearer = /^Bearer (\S+)$/i.exec(authorization)?.[1];
      return bearer !== undefined && this.#isKey(bearer) ? { by: 'key' } : undefined;
    }
    const token = readCookie(request.headers.cookie, this.#cookieName());
    const sessionId = token === undefined ? undefined : this.#verify(token);
    return sessionId === undefined ? undefined : { by: 'session', sessionId };
  }

  /** Answers with the `Set-Cookie` value for the right key. Ten wrong keys in a minute from one address: a pause. */
  signIn(key: string, address: string): SignInResult {
    const now = this.#now();
    const wrong = this.#wrongKeys.get(address);
    const counted = wrong !== undefined && now - wrong.since < WRONG_KEYS_WINDOW_MS ? wrong : undefined;
    if (counted !== undefined && counted.count >= MAX_WRONG_KEYS) {
      return { retryAfterSeconds: Math.ceil((counted.since + WRONG_KEYS_WINDOW_MS - now) / 1_000) };
    }
    if (!this.#isKey(key)) {
      this.#wrongKeys.delete(address);
      this.#wrongKeys.set(address, { count: (counted?.count ?? 0) + 1, since: counted?.since ?? now });
      const oldest = this.#wrongKeys.keys().next();
      if (this.#wrongKeys.size > MAX_COUNTED_ADDRESSES && oldest.done !== true) {
        this.#wrongKeys.delete(oldest.value);
      }
      return 'wrongKey';
    }
    this.#wrongKeys.delete(address);
    const lifetimeSeconds = SESSION_DAYS * 24 * 60 * 60;
    const body = `${Math.floor(now / 1_000) + lifetimeSeconds}.${randomBytes(16).toString('base64url')}`;
    return { cookie: this.#cookie(`${body}.${this.#sign(body)}`, lifetimeSeconds) };
  }

  /** Ends a session; answers with the `Set-Cookie` value that removes the cookie. */
  signOut(identity: Identity | undefined): string {
    const now = this.#now();
    for (const [sessionId, endsAt] of this.#revoked) if (endsAt <= now) this.#revoked.delete(sessionId);
    if (identity?.by === 'session') {
      this.#revoked.set(identity.sessionId, now + SESSION_DAYS * 24 * 60 * 60 * 1_000);
    }
    return this.#cookie('', 0);
  }

  #cookie(value: string, maxAgeSeconds: number): string {
    return `${this.#cookieName()}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeSeconds}`;
  }

  #isKey(candidate: string): boolean {
    return timingSafeEqual(digest(candidate), this.#keyDigest);
  }

  #sign(body: string): string {
    return createHmac('sha256', this.#signingKey).update(body).digest('base64url');
  }

  #verify(token: string): string | undefined {
    const parts = /^((\d{1,12})\.([\w-]{22}))\.([\w-]{43})$/.exec(token);
    const [, body, expiresAt, sessionId, signature] = parts ?? [];
    if (body === undefined || sessionId === undefined || signature === undefined) return undefined;
    if (!timingSafeEqual(digest(signature), digest(this.#sign(body)))) return undefined;
    if (Number(expiresAt) * 1_000 <= this.#now() || this.#revoked.has(sessionId)) return undefined;
    return sessionId;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
