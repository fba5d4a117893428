// What comes from outside as text: paths, headers, addresses. Nothing of it may break through.

import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../protocol/api/types.ts';
import { contentDisposition, parseExportPath, parsePageImagePath } from './fileRoutes.ts';
import { hostIsOurs, originOf, parseListenAddress } from './listenAddress.ts';
import { Sessions } from './sessions.ts';

const asRequest = (headers: Record<string, string>): IncomingMessage =>
  ({ headers }) as unknown as IncomingMessage;
const anyText = fc.string({ unit: 'binary', maxLength: 100 });

describe('paths', () => {
  it('lead to a well-formed request or to an ApiError, never elsewhere', () => {
    const path = fc.oneof(
      anyText,
      fc
        .tuple(fc.constantFrom('/pages/incoming/', '/export/outgoing/'), anyText)
        .map((parts) => parts.join('')),
      fc
        .tuple(fc.constantFrom('pages', 'export'), anyText, fc.nat(), fc.constantFrom('png', 'pdf', 'exe'))
        .map(
          ([kind, id, index, end]) => `/${kind}/incoming/${id}${kind === 'pages' ? `/${index}` : ''}.${end}`,
        ),
    );
    fc.assert(
      fc.property(path, anyText, (text, query) => {
        for (const parse of [
          () => parsePageImagePath(text, new URLSearchParams(query)),
          () => parseExportPath(text),
        ]) {
          try {
            expect(parse().documentId).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
          } catch (error) {
            expect(error).toBeInstanceOf(ApiError);
          }
        }
      }),
    );
  });
});

describe('names of downloads', () => {
  it('stay inside their header, and are what they were for a browser that reads RFC 5987', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const header = contentDisposition(name);
        const [, plain, encoded] =
          /^attachment; filename="([^"]*)"; filename\*=UTF-8''([\w!#$&+.^`|~%-]*)$/.exec(header) ?? [];
        expect(plain).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeURIComponent(encoded ?? 'missing')).toBe(name.toWellFormed());
      }),
    );
  });
});

describe('addresses', () => {
  it('to listen on are read or refused', () => {
    expect(parseListenAddress('127.0.0.1:4380')).toEqual({ host: '127.0.0.1', port: 4380 });
    expect(parseListenAddress('[::1]:0')).toEqual({ host: '::1', port: 0 });
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          expect(parseListenAddress(text).port).toBeLessThan(65_536);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_INPUT' });
        }
      }),
    );
  });

  it('in Host are ours only when they say so', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.domain()), (host) => {
        const known = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host);
        if (!known) expect(hostIsOurs(asRequest({ host }), '127.0.0.1')).toBe(false);
      }),
    );
  });

  it('in Origin are ours only when they are the Host', () => {
    expect(originOf(asRequest({ host: 'localhost:4380', origin: 'http://localhost:4380' }))).toBe('ours');
    expect(originOf(asRequest({ host: 'localhost:4380', origin: 'https://localhost:4380' }))).toBe('foreign');
    expect(originOf(asRequest({ host: 'localhost:4380', origin: 'null' }))).toBe('foreign');
    expect(originOf(asRequest({ host: 'localhost:4380' }))).toBe('none');
  });
});

describe('sessions', () => {
  const named = () => 'hikyaku-1';

  it('are given to nobody for a made-up cookie', () => {
    // As long as a real key: a shorter one would be guessed now and then.
    const sessions = new Sessions('y0Zc1mVb7Rk3uQpL9sTxWd2fGh5jKn8e', named);
    fc.assert(
      fc.property(anyText, (token) => {
        expect(sessions.identify(asRequest({ cookie: `hikyaku-1=${token}` }))).toBeUndefined();
        expect(sessions.identify(asRequest({ authorization: `Bearer ${token}` }))).toBeUndefined();
      }),
    );
  });

  it('end after thirty days', () => {
    let now = Date.parse('2026-11-22T12:00:00Z');
    const sessions = new Sessions('key', named, () => now);
    const signedIn = sessions.signIn('key', 'here');
    if (typeof signedIn === 'string' || !('cookie' in signedIn)) throw new Error('not signed in');
    const request = asRequest({ cookie: signedIn.cookie.split(';')[0] ?? '' });
    now += 30 * 86_400_000 - 1_000;
    expect(sessions.identify(request)).toMatchObject({ by: 'session' });
    now += 1_000;
    expect(sessions.identify(request)).toBeUndefined();
  });

  it('can be had again a minute after ten wrong keys, and meanwhile from elsewhere', () => {
    let now = 0;
    const sessions = new Sessions('key', named, () => now);
    for (let count = 0; count < 10; count += 1) expect(sessions.signIn('no', 'here')).toBe('wrongKey');
    expect(sessions.signIn('key', 'here')).toEqual({ retryAfterSeconds: 60 });
    expect(sessions.signIn('key', 'there')).toHaveProperty('cookie');
    now = 60_000;
    expect(sessions.signIn('key', 'here')).toHaveProperty('cookie');
  });
});
