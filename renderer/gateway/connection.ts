// The one connection to the gateway: which carrier, its state, and signing in from a browser.

import { API_PATH, SIGN_IN_PATH } from '../../protocol/api/http.ts';
import { type ApiClient, type MessagePortLike, createApiClient } from '../../protocol/api/carrier.ts';

/** `signInNeeded`: the gateway answers, but does not know this browser. */
export type ConnectionState = 'connecting' | 'open' | 'closed' | 'signInNeeded';

export interface GatewayConnection {
  readonly api: ApiClient['api'];
  readonly state: ConnectionState;
  /** Calls `listener` after every change of `state`; returns how to stop. */
  onChange(listener: () => void): () => void;
}

declare global {
  interface Window {
    /** Put there by Electron's preload; absent in a browser. */
    readonly hikyakuShell?: { platform: string };
  }
}

const PORT_MESSAGE = 'hikyaku:api-port';

/** Signs in with the link's key when there is one, then connects and stays connected. */
export async function connectToGateway(): Promise<GatewayConnection> {
  if (window.hikyakuShell !== undefined) return open(shellPorts());
  const refused = (await signInFromLink()) === 'refused';
  const address = new URL(API_PATH, location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  return open({ url: address.href }, refused);
}

function open(carrier: Parameters<typeof createApiClient>[0], refused = false): GatewayConnection {
  const listeners = new Set<() => void>();
  let state: ConnectionState = refused ? 'signInNeeded' : 'connecting';
  const change = (next: ConnectionState): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  const client = createApiClient(carrier, {
    onStatus(status) {
      if (status !== 'closed' || !('url' in carrier)) {
        change(status);
        return;
      }
      // A refused WebSocket looks like an unreachable one; only a plain request tells them apart.
      void mustSignIn().then((must) => {
        if (client.status === 'closed') change(must ? 'signInNeeded' : 'closed');
        return undefined;
      });
    },
  });
  return {
    api: client.api,
    get state() {
      return state;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Takes `key` out of the address, so that it stands neither in the history nor on the screen. */
async function signInFromLink(): Promise<'noKey' | 'signedIn' | 'refused'> {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key === null) return 'noKey';
  history.replaceState(null, '', `${location.pathname}${location.search}#/inbox`);
  return signIn(key);
}

async function signIn(key: string): Promise<'signedIn' | 'refused'> {
  try {
    const response = await fetch(SIGN_IN_PATH, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key }),
      signal: AbortSignal.timeout(10_000),
    });
    return response.ok ? 'signedIn' : 'refused';
  } catch {
    // Unreachable: the connection's own banner tells of it.
    return 'refused';
  }
}

async function mustSignIn(): Promise<boolean> {
  try {
    const response = await fetch(SIGN_IN_PATH, { signal: AbortSignal.timeout(5_000) });
    return response.status === 401;
  } catch {
    return false;
  }
}

/** The ports that preload hands over, in the order they come; a port that comes early waits. */
function shellPorts(): { openPort: () => Promise<MessagePortLike> } {
  const ready: MessagePort[] = [];
  const waiting: ((port: MessagePort) => void)[] = [];
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window || !isPortMessage(event.data)) return;
    const [port] = event.ports;
    if (port === undefined) return;
    const next = waiting.shift();
    if (next === undefined) ready.push(port);
    else next(port);
  });
  return {
    openPort: () =>
      new Promise((resolve) => {
        const port = ready.shift();
        if (port === undefined) waiting.push(resolve);
        else resolve(port);
      }),
  };
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === PORT_MESSAGE;
}
