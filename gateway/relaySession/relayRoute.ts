// The way to a relay: which certificates are trusted, and whether a proxy stands between.

import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { getProxyForUrl } from 'proxy-from-env';

/** Loopback is this computer: no proxy could lead there. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/**
 * The proxy for a relay: the one of the settings, else the environment's (`https_proxy` for wss, `http_proxy` for ws,
 * `no_proxy`). Throws when that is not an http or https address.
 */
export function proxyFor(relay: URL, configured: string | undefined): URL | undefined {
  if (isLoopback(relay.hostname)) return undefined;
  const asHttp = relay.href.replace(/^ws/, 'http');
  const address = configured ?? getProxyForUrl(asHttp);
  if (address === '') return undefined;
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  if (proxy?.protocol !== 'http:' && proxy?.protocol !== 'https:') {
    throw new Error('the address of the proxy is not one of an HTTP proxy');
  }
  return proxy;
}

/** Reading some hundred certificates takes a while: every connection of a session uses the same. */
let lastTrust: { ca: string; context: SecureContext } | undefined;
let systemCertificates: string[] | undefined;

/** Trusts what Node and the operating system trust, and `ca` (PEM) beside them. Throws when `ca` holds no certificate. */
export function trustWith(ca = ''): SecureContext {
  if (lastTrust?.ca !== ca) lastTrust = { ca, context: makeTrust(ca) };
  return lastTrust.context;
}

function makeTrust(ca: string): SecureContext {
  systemCertificates ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  if (ca.trim() === '') return createSecureContext({ ca: systemCertificates });
  const own = ca.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (own.length === 0) throw new Error('there is no PEM certificate in the trusted certificates');
  // Reading each finds a damaged one here and not at the handshake.
  const readable = own.map((certificate) => new X509Certificate(certificate).toString());
  return createSecureContext({ ca: [...systemCertificates, ...readable] });
}
