// Who counts as one remote address: a whole IPv4 address, or the /64 network of an IPv6 one.

import { isIPv4, isIPv6 } from 'node:net';

/**
 * @param socketAddress as the socket gives it
 * @param forwardedFor the header of a TLS terminator in front of the relay, when it is to be believed: its last
 *   entry is the one the terminator wrote itself
 */
export function addressKey(socketAddress: string | undefined, forwardedFor?: string | string[]): string {
  const last = (Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor)
    ?.split(',')
    .at(-1)
    ?.trim();
  const address = last !== undefined && (isIPv4(last) || isIPv6(last)) ? last : (socketAddress ?? 'unknown');
  const bare = address.replace(/%.*$/, '').toLowerCase();
  if (!isIPv6(bare)) return bare;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  return mapped ?? `${expandIPv6(bare).slice(0, 4).join(':')}::/64`;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function expandIPv6(address: string): string[] {
  // A trailing dotted quad is two groups; which ones does not matter for the network part.
  const [head = '', tail] = address.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16).toString(16));
}
