// Session tokens of the sessions that are online in this process, so that trying the same account joins its session
// at the relay and does not replace it.

import type { RelayEndpointOptions } from './relaySessionOptions.ts';

const tokens = new Map<string, string>();

/** Returns how to forget it again. */
export function rememberSession(endpoint: RelayEndpointOptions, token: string): () => void {
  const key = keyOf(endpoint);
  tokens.set(key, token);
  return () => {
    if (tokens.get(key) === token) tokens.delete(key);
  };
}

export function liveSessionToken(endpoint: RelayEndpointOptions): string | undefined {
  return tokens.get(keyOf(endpoint));
}

function keyOf({ url, deviceId }: RelayEndpointOptions): string {
  return `${URL.canParse(url) ? new URL(url).href : url} ${deviceId}`;
}
