// The gateway's door for its clients: HTTP for the user interface and for files, a WebSocket for the API,
// message ports for a window of the same machine. Page: docs/api.md.

import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { API_PATH } from '../../protocol/api/http.ts';
import type { GatewayServices } from '../../protocol/api/services.ts';
import type { Log } from '../log.ts';
import type { ApiPort } from '../starter/hostStarter.ts';
import { createApiSockets, MAX_MESSAGE_BYTES } from './apiSockets.ts';
import type { ServedSocket } from './apiSockets.ts';
import type { GatewayFiles } from './gatewayFiles.types.ts';
import { answer, HEADERS_TIMEOUT_MS } from './httpRoutes.ts';
import { HttpError, sendError, setCommonHeaders } from './httpReplies.ts';
import { formatOrigin, hostIsOurs, isLoopback, originOf, parseListenAddress } from './listenAddress.ts';
import { noteRemovals } from './removedDocuments.ts';
import { Sessions } from './sessions.ts';
import type { Identity } from './sessions.ts';

const MAX_CONNECTIONS = 256;
const MAX_WEB_SOCKETS = 64;
const MAX_HEADER_BYTES = 16 * 1024;
/** A socket on which nothing moves for so long is closed. */
const IDLE_TIMEOUT_MS = 120_000;
const HEARTBEAT_MS = 25_000;
/** How long `close` leaves to answers under way. */
const CLOSE_GRACE_MS = 1_000;

export interface ApiServerOptions {
  services: GatewayServices;
  files: GatewayFiles;
  /** `HOST:PORT`; port 0 takes a free one. */
  listen: string;
  /** What a client has to know to be let in. */
  key: string;
  /** The built user interface. */
  staticFolder?: string | undefined;
  log: Log;
  /** Lets other PCs connect, unencrypted. */
  allowRemote?: boolean;
  heartbeatMs?: number;
}

export interface ApiServer {
  origin: string;
  port: number;
  /** Serves the API on a message port, whose holder is trusted. Returns what ends that. */
  attachPort(port: ApiPort): () => void;
  close(): Promise<void>;
}

/** Listens. Throws ApiError for an address that cannot be used, the system's error when it is taken. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { files, log } = options;
  const listen = parseListenAddress(options.listen);
  if (!isLoopback(listen.host) && options.allowRemote !== true) {
    throw new HttpError(
      403,
      'NOT_ALLOWED',
      `The gateway listens on this PC only; “${listen.host}” would let others connect. Use 127.0.0.1:${listen.port}.`,
    );
  }

  let port = listen.port;
  const sessions = new Sessions(options.key, () => `hikyaku-${port}`);
  const removed = noteRemovals(options.services);
  const sockets = createApiSockets(removed.services, log);
  const served = new Set<ServedSocket>();
  const webSockets = new Map<WebSocket, Identity>();

  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    // An upload may take as long as it moves; IDLE_TIMEOUT_MS ends one that does not.
    requestTimeout: 0,
    keepAliveTimeout: 10_000,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MS);

  const onSignOut = (sessionId: string): void => {
    for (const [webSocket, identity] of webSockets) {
      if (identity.by === 'session' && identity.sessionId === sessionId) webSocket.close(4401);
    }
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      setCommonHeaders(response);
      if (!hostIsOurs(request, listen.host)) throw foreignHost();
      await answer(
        { files, removed, sessions, staticFolder: options.staticFolder, log, onSignOut },
        request,
        response,
      );
    } catch (error) {
      sendError(request, response, error, log);
    }
  };
  server.on('request', (request, response) => {
    void respond(request, response);
  });

  const webSocketServer = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const identity = admit(request, sessions, listen.host, webSockets.size);
    if (identity instanceof HttpError) {
      refuseUpgrade(socket, identity);
      return;
    }
    webSocketServer.handleUpgrade(request, socket, head, (webSocket) => {
      webSockets.set(webSocket, identity);
      const servedSocket = sockets.serveWebSocket(webSocket, request);
      const stopHeartbeat = beat(webSocket, options.heartbeatMs ?? HEARTBEAT_MS);
      served.add(servedSocket);
      webSocket.once('close', () => {
        stopHeartbeat();
        webSockets.delete(webSocket);
        served.delete(servedSocket);
      });
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: listen.host, port: listen.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => {
    log.error('The API server failed', { stack: error.stack });
  });
  const address = server.address();
  if (typeof address === 'object' && address !== null) port = address.port;

  return {
    origin: formatOrigin({ host: listen.host, port }),
    port,
    attachPort(apiPort) {
      const servedPort = sockets.servePort(apiPort);
      served.add(servedPort);
      const detach = (): void => {
        served.delete(servedPort);
        servedPort.close();
      };
      apiPort.onClose(() => served.delete(servedPort));
      return detach;
    },
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const socket of served) socket.close();
      served.clear();
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        for (const webSocket of webSockets.keys()) webSocket.terminate();
        server.closeAllConnections();
      }, CLOSE_GRACE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

function foreignHost(): HttpError {
  return new HttpError(421, 'NOT_ALLOWED', 'This address does not belong to the gateway.');
}

/** Who may open a WebSocket: a program with the key, or this server's own page with its cookie. */
function admit(
  request: IncomingMessage,
  sessions: Sessions,
  listenHost: string,
  openSockets: number,
): Identity | HttpError {
  if ((request.url ?? '').split('?')[0] !== API_PATH) {
    return new HttpError(404, 'NOT_FOUND', 'There is nothing at this address.');
  }
  if (!hostIsOurs(request, listenHost)) return foreignHost();
  const origin = originOf(request);
  const identity = sessions.identify(request);
  if (identity === undefined) return new HttpError(401, 'NOT_ALLOWED', 'Sign in first.');
  if (origin === 'foreign' || (origin === 'none' && identity.by === 'session')) {
    return new HttpError(403, 'NOT_ALLOWED', 'Another web page may not use the gateway.');
  }
  if (openSockets >= MAX_WEB_SOCKETS) {
    return new HttpError(503, 'NOT_ALLOWED', 'Too many windows are connected to this gateway.');
  }
  return identity;
}

function refuseUpgrade(socket: Duplex, error: HttpError): void {
  const body = JSON.stringify({ code: error.code, message: error.message });
  socket.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\nConnection: close\r\n` +
      `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** Drops a WebSocket whose other end has not answered the last ping. */
function beat(webSocket: WebSocket, intervalMs: number): () => void {
  let alive = true;
  const sawLife = (): void => {
    alive = true;
  };
  webSocket.on('pong', sawLife);
  webSocket.on('message', sawLife);
  const timer = setInterval(() => {
    if (!alive) {
      webSocket.terminate();
      return;
    }
    alive = false;
    webSocket.ping();
  }, intervalMs);
  return () => {
    clearInterval(timer);
  };
}
