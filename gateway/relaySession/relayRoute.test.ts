// The way to a relay: proxies of the settings and of the environment, loopback, and trusted certificates.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handshakeFault, proxyFault } from './connectFault.ts';
import { isLoopback, proxyFor, trustWith } from './relayRoute.ts';

const RELAY = new URL('wss://relay.example/');

beforeEach(() => {
  for (const name of ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy', 'wss_proxy', 'ws_proxy']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toUpperCase(), '');
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the proxy for a relay', () => {
  it('is none where none is named', () => {
    expect(proxyFor(RELAY, undefined)).toBeUndefined();
  });

  it('is the one of the settings, before that of the environment', () => {
    vi.stubEnv('https_proxy', 'http://env.example:3128');
    expect(proxyFor(RELAY, undefined)?.host).toBe('env.example:3128');
    expect(proxyFor(RELAY, 'http://me:word@own.example:8080')?.host).toBe('own.example:8080');
  });

  it('is that for https with wss, and that for http with ws', () => {
    vi.stubEnv('http_proxy', 'http://plain.example:1');
    vi.stubEnv('HTTPS_PROXY', 'http://secure.example:2');
    expect(proxyFor(RELAY, undefined)?.host).toBe('secure.example:2');
    expect(proxyFor(new URL('ws://relay.example'), undefined)?.host).toBe('plain.example:1');
  });

  it('is none where no_proxy names the relay', () => {
    vi.stubEnv('https_proxy', 'http://env.example:3128');
    vi.stubEnv('no_proxy', 'other.example,.example');
    expect(proxyFor(RELAY, undefined)).toBeUndefined();
  });

  it.each(['localhost', '127.0.0.1', '127.8.9.1', '[::1]', 'relay.localhost'])(
    'is none for loopback: %s',
    (host) => {
      expect(proxyFor(new URL(`ws://${host}:4381`), 'http://own.example:8080')).toBeUndefined();
    },
  );

  it('is not guessed for what only looks like loopback', () => {
    expect(isLoopback('127.0.0.1.example')).toBe(false);
    expect(isLoopback('localhost.example')).toBe(false);
  });

  it('is refused in plain words when it is no HTTP proxy', () => {
    for (const address of ['socks5://own.example:1080', 'nonsense']) {
      expect(() => proxyFor(RELAY, address)).toThrow('not one of an HTTP proxy');
    }
  });
});

describe('trusted certificates', () => {
  it('are the system’s where none are given', () => {
    expect(trustWith(undefined)).toBeDefined();
    expect(trustWith(' ')).toBeDefined();
  });

  it('that are none are named before any connection is tried', () => {
    expect(() => trustWith('my certificate')).toThrow('no PEM certificate');
    expect(() => trustWith('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toThrow();
  });
});

describe('causes', () => {
  it.each([
    ['CERT_HAS_EXPIRED', 'RELAY_CERTIFICATE'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'RELAY_CERTIFICATE'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'RELAY_CERTIFICATE'],
    ['ENOTFOUND', 'RELAY_UNREACHABLE'],
    ['ECONNREFUSED', 'RELAY_UNREACHABLE'],
  ])('of a failed handshake are told apart: %s', (code, outcome) => {
    expect(handshakeFault(Object.assign(new Error('x'), { code })).outcome.code).toBe(outcome);
  });

  it('of a proxy’s refusal are told apart from a proxy that cannot reach the relay', () => {
    expect([403, 407, 400, 502, 504].map((status) => proxyFault(status).outcome.code)).toEqual([
      'RELAY_PROXY_REFUSED',
      'RELAY_PROXY_REFUSED',
      'RELAY_PROXY_REFUSED',
      'RELAY_UNREACHABLE',
      'RELAY_UNREACHABLE',
    ]);
  });
});
