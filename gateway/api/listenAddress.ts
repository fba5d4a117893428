// Where the API listens, and which Host and Origin headers belong to it.

import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import { ApiError } from '../../protocol/api/types.ts';

export interface ListenAddress {
  /** Without brackets. */
  host: string;
  port: number;
}

/** Reads `HOST:PORT` (`[::1]:4380` for IPv6). Throws ApiError INVALID_INPUT. */
export function parseListenAddress(listen: string): ListenAddress {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(listen) ?? [];
  const host = (bracketed ?? plain)?.toLowerCase();
  const port = Number(portText);
  const wellFormed = bracketed === undefined || isIPv6(bracketed);
  if (host === undefined || !wellFormed || port > 65_535) {
    throw new ApiError('INVALID_INPUT', `“${listen}” is not an address to listen on. Use HOST:PORT.`);
  }
  return { host, port };
}

/** Whether only programs on this PC can connect to `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

export function formatOrigin({ host, port }: ListenAddress): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Whether the request names this server. A web page whose own domain name was pointed at this PC (DNS rebinding)
 * names its domain instead. Ports may differ: a tunnel has its own.
 */
export function hostIsOurs(request: IncomingMessage, listenHost: string): boolean {
  const [, hostname] = /^(\[[0-9a-f:.]+\]|[^:/@]+)(?::\d{1,5})?$/i.exec(request.headers.host ?? '') ?? [];
  if (hostname === undefined) return false;
  const name = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return name === listenHost || isLoopback(name);
}

/** `ours`: a page of this server. `none`: not told, as programs do and pages do not. `foreign`: another page. */
export function originOf(request: IncomingMessage): 'ours' | 'none' | 'foreign' {
  const origin = request.headers.origin;
  if (origin === undefined) return 'none';
  return origin.toLowerCase() === `http://${request.headers.host ?? ''}`.toLowerCase() ? 'ours' : 'foreign';
}
