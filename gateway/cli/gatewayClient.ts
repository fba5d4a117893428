// A command's connection to its gateway: the API, and a second chance when the gateway is restarted meanwhile.

import { WebSocket as NodeWebSocket } from 'ws';
import { createApiClient, isConnectionError } from '../../protocol/api/carrier.ts';
import type { ApiClient } from '../../protocol/api/carrier.ts';
import { API_PATH } from '../../protocol/api/http.ts';
import { CommandError, EXIT, notRunning } from './commandError.ts';
import { readEndpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** How long a gateway that went away may take to come back. */
const RETURN_TIMEOUT_MS = 60_000;

export interface GatewayClient {
  readonly api: ApiClient['api'];
  /** Where the HTTP routes are, and the key for them; read anew at every reconnect. */
  endpoint(): Endpoint;
  /** Asks something that may safely be asked twice: again if the gateway was restarted before it answered. */
  persistently<T>(question: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Connects to the gateway of a data folder. Throws CommandError NOT_RUNNING. */
export async function connectGateway(dataFolder: string): Promise<GatewayClient> {
  const found = await readEndpoint(dataFolder);
  if (found === undefined) throw notRunning(dataFolder);
  let endpoint = found;
  let lostForGood = false;
  let closed = false;
  let lossTimer: NodeJS.Timeout | undefined;
  const first = Promise.withResolvers<boolean>();

  class WebSocketWithKey extends NodeWebSocket {
    constructor(url: string) {
      super(url, {
        headers: { authorization: `Bearer ${endpoint.key}` },
        handshakeTimeout: CONNECT_TIMEOUT_MS,
      });
    }
  }
  const client = createApiClient(
    {
      url: async () => {
        const present = await readEndpoint(dataFolder);
        if (present === undefined) throw notRunning(dataFolder);
        endpoint = present;
        return `${endpoint.origin.replace(/^http/, 'ws')}${API_PATH}`;
      },
      // What `ws` offers is what tRPC's client needs of a browser's class.
      WebSocket: WebSocketWithKey as unknown as typeof WebSocket,
    },
    {
      onStatus: (status) => {
        first.resolve(status === 'open');
        clearTimeout(lossTimer);
        if (status !== 'closed') return;
        lossTimer = setTimeout(() => {
          lostForGood = true;
          // Fails every request that still waits.
          client.close();
        }, RETURN_TIMEOUT_MS);
      },
    },
  );
  const close = (): void => {
    closed = true;
    client.close();
    clearTimeout(lossTimer);
  };

  if (!(await first.promise)) {
    close();
    throw notRunning(dataFolder);
  }
  return {
    api: client.api,
    endpoint: () => endpoint,
    close,
    async persistently(question) {
      for (;;) {
        try {
          return await question();
        } catch (error) {
          if (lostForGood) throw goneForGood();
          // Asked again, it waits by itself until the gateway is back.
          if (closed || !isConnectionError(error)) throw error;
        }
      }
    },
  };
}

function goneForGood(): CommandError {
  return new CommandError(
    EXIT.notRunning,
    'NOT_RUNNING',
    'The gateway has stopped and did not come back within a minute. What was queued stays in its outbox.',
  );
}
