// The server's end of the API's carriers: WebSockets and message ports, both dressed as what tRPC's handler needs.

import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import type { WebSocket } from 'ws';
import { API_PATH } from '../../protocol/api/http.ts';
import { apiRouter } from '../../protocol/api/router.ts';
import type { GatewayServices } from '../../protocol/api/services.ts';
import { ApiError } from '../../protocol/api/types.ts';
import type { Log } from '../log.ts';
import type { ApiPort } from '../starter/hostStarter.ts';

export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Requests in one message: a client that was cut off asks for everything it shows at once. */
const MAX_BATCH = 500;
/** A client that leaves so much unread is dropped; it asks again for everything when it comes back. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** A port tells nothing about what lies unread in it, so the client is asked for a sign of life so often … */
const PORT_PING_EVERY_MESSAGES = 256;
/** … and dropped when so many messages went out without one. */
const PORT_MAX_UNANSWERED_MESSAGES = 8_192;

export interface ServedSocket {
  close(): void;
}

export interface ApiSockets {
  serveWebSocket(socket: WebSocket, request: IncomingMessage): ServedSocket;
  servePort(port: ApiPort): ServedSocket;
}

/** Serves the API's router over whatever carrier is handed in. */
export function createApiSockets(services: GatewayServices, log: Log): ApiSockets {
  const handle = getWSConnectionHandler({
    router: apiRouter,
    // The handler takes its sockets from the callers below.
    wss: new EventEmitter() as never,
    createContext: () => ({ services }),
    maxBatchSize: MAX_BATCH,
    onError({ error, path, type }) {
      if (error.code !== 'INTERNAL_SERVER_ERROR' || error.cause instanceof ApiError) return;
      log.error('An API request failed', { type, path, stack: (error.cause ?? error).stack });
    },
  });
  const start = (socket: CarrierSocket, request: IncomingMessage): void => {
    // The handler uses `on`, `once`, `send`, `close`, `terminate` and `readyState`, which CarrierSocket has.
    handle(socket as unknown as WebSocket, request);
  };

  return {
    serveWebSocket(webSocket, request) {
      const socket = new CarrierSocket(
        (text) => {
          if (webSocket.bufferedAmount > MAX_UNREAD_BYTES) {
            log.warn('An API client does not read; its connection is dropped');
            webSocket.terminate();
            return;
          }
          webSocket.send(text);
        },
        () => {
          webSocket.close(1001);
        },
      );
      webSocket.on('message', (data, isBinary) => {
        if (!isBinary && Buffer.isBuffer(data)) socket.receive(data);
        else webSocket.close(1003);
      });
      webSocket.on('error', (error) => {
        log.warn('An API connection broke', { error: error.message });
      });
      webSocket.on('close', () => {
        socket.ended();
      });
      start(socket, request);
      return socket;
    },

    servePort(port) {
      let unanswered = 0;
      const socket = new CarrierSocket(
        (text) => {
          unanswered += 1;
          if (unanswered > PORT_MAX_UNANSWERED_MESSAGES) {
            log.warn('A window does not read; its port is closed');
            socket.close();
            return;
          }
          port.postMessage(text);
          if (unanswered % PORT_PING_EVERY_MESSAGES === 0) port.postMessage('PING');
        },
        () => {
          port.close();
          // Whether a port tells of its own closing differs; that it is over does not.
          socket.ended();
        },
      );
      port.onMessage((message) => {
        unanswered = 0;
        const bytes = typeof message === 'string' ? Buffer.from(message) : undefined;
        if (bytes === undefined || bytes.length > MAX_MESSAGE_BYTES) socket.close();
        else socket.receive(bytes);
      });
      port.onClose(() => {
        socket.ended();
      });
      // tRPC reads from the request only whether parameters are to be expected: none are.
      start(socket, { url: API_PATH, headers: { host: 'localhost' } } as IncomingMessage);
      return socket;
    },
  };
}

/** As much of a WebSocket as tRPC's handler uses. */
class CarrierSocket extends EventEmitter {
  readyState: 1 | 2 | 3 = 1;
  readonly #send: (text: string) => void;
  readonly #close: () => void;

  constructor(send: (text: string) => void, close: () => void) {
    super();
    this.#send = send;
    this.#close = close;
  }

  send(text: string): void {
    if (this.readyState === 1) this.#send(text);
  }

  close(): void {
    if (this.readyState !== 1) return;
    this.readyState = 2;
    this.#close();
  }

  terminate(): void {
    this.close();
  }

  receive(data: Buffer): void {
    if (this.readyState === 1) this.emit('message', data, false);
  }

  ended(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.emit('close');
  }
}
