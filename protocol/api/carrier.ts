// The client's end of the gateway's API: one typed client over a WebSocket or a message port.
// Only web types here, so that it runs in a browser, in Electron's renderer and in Node alike.

import { createTRPCClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client';
import type { TRPCClient, TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { portSocketClass } from './carrierPortSocket.ts';
import type { MessagePortLike } from './carrierPortSocket.ts';
import { API_ERROR_CODES, ApiError } from './types.ts';
import type { ApiRouter } from './router.ts';

export type { MessagePortLike } from './carrierPortSocket.ts';

/** Where the gateway is. */
export type ApiCarrier =
  /** `ws://HOST:PORT/api`, read anew at each attempt when it is a function. `WebSocket` is for Node, where it adds the access key. */
  | { url: string | (() => string | Promise<string>); WebSocket?: typeof WebSocket }
  /** One port: when it closes the client is closed for good. */
  | { port: MessagePortLike }
  /** Asks for a new port whenever the last one closed. */
  | { openPort: () => Promise<MessagePortLike> };

/**
 * `connecting`: the first attempt. `open`: the gateway answers. `closed`: it cannot be reached; attempts go on by
 * themselves unless the client was closed or had a single port.
 */
export type ApiConnectionStatus = 'connecting' | 'open' | 'closed';

export interface ApiClient {
  /** The procedures: `client.api.inbox.list.query({ limit: 100 })`. */
  readonly api: TRPCClient<ApiRouter>;
  readonly status: ApiConnectionStatus;
  /** Ends every request and subscription; later requests fail at once. */
  close(): void;
}

export interface ApiClientOptions {
  /** Told of every change. After `open`, ask again for what is shown: events may have been missed. */
  onStatus?: (status: ApiConnectionStatus) => void;
}

/**
 * Connects to a gateway. Requests made while it cannot be reached wait for it; requests under way when the connection
 * breaks fail; subscriptions begin again by themselves.
 */
export function createApiClient(carrier: ApiCarrier, options: ApiClientOptions = {}): ApiClient {
  let status: ApiConnectionStatus = 'connecting';
  let ended = false;

  const changeStatus = (next: ApiConnectionStatus): void => {
    if (next === status) return;
    status = next;
    options.onStatus?.(next);
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    const socket = wsClient.connection?.ws;
    // Requests under way would keep it open until they are answered; closing the socket fails them now.
    void wsClient.close();
    socket?.close();
    changeStatus('closed');
  };

  const single = 'port' in carrier;
  const wsClient = createWSClient({
    url: async () => {
      try {
        return 'url' in carrier ? await readUrl(carrier.url) : 'port:';
      } catch (error) {
        // No socket is made that could tell of its failure.
        changeStatus('closed');
        throw error;
      }
    },
    ...webSocketClass(carrier),
    retryDelayMs,
    // A port has no path in between that could fall silent.
    keepAlive: { enabled: 'url' in carrier, intervalMs: 20_000, pongTimeoutMs: 10_000 },
    onOpen: () => {
      changeStatus('open');
    },
    onClose: () => {
      if (single) end();
      else changeStatus('closed');
    },
    onError: () => {
      if (single) end();
      else changeStatus('closed');
    },
  });

  const refuseAfterEnd: TRPCLink<ApiRouter> =
    () =>
    ({ op, next }) =>
      observable((observer) => {
        if (!ended) return next(op).subscribe(observer);
        observer.error(TRPCClientError.from(new Error('The connection to the gateway is closed.')));
        return undefined;
      });

  return {
    api: createTRPCClient<ApiRouter>({ links: [refuseAfterEnd, wsLink({ client: wsClient })] }),
    get status() {
      return status;
    },
    close: end,
  };
}

/** The gateway's own word on what went wrong; `undefined` when the connection broke before it could answer. */
export function apiErrorOf(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (!(error instanceof TRPCClientError)) return undefined;
  const data: unknown = error.data;
  if (typeof data !== 'object' || data === null || !('apiCode' in data)) return undefined;
  const code = API_ERROR_CODES.find((known) => known === data.apiCode);
  return code === undefined ? undefined : new ApiError(code, error.message);
}

/** Whether the connection broke before the gateway could answer: it may or may not have done what was asked. */
export function isConnectionError(error: unknown): boolean {
  return error instanceof TRPCClientError && apiErrorOf(error) === undefined;
}

async function readUrl(url: string | (() => string | Promise<string>)): Promise<string> {
  return typeof url === 'string' ? url : await url();
}

function webSocketClass(carrier: ApiCarrier): { WebSocket?: typeof WebSocket } {
  if ('url' in carrier) return carrier.WebSocket === undefined ? {} : { WebSocket: carrier.WebSocket };
  if ('openPort' in carrier) return { WebSocket: portSocketClass(carrier.openPort) };
  const { port } = carrier;
  return { WebSocket: portSocketClass(() => Promise.resolve(port)) };
}

/** At once, then 0.25, 0.5, 1, 2, 4, 5, 5 … seconds, spread so that many windows do not come back together. */
function retryDelayMs(attempt: number): number {
  if (attempt === 0) return 0;
  return Math.min(5_000, 125 * 2 ** attempt) * (0.75 + Math.random() / 2);
}
