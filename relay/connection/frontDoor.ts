// The listening socket: HTTP or HTTPS, a health text, and the upgrade to the relay's WebSocket for those who may.

import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { MAX_CONTROL_BYTES, RELAY_SUBPROTOCOL } from '../../protocol/relay.ts';
import type { RelayServerLimits } from '../limits.ts';
import { addressKey } from './remoteAddress.ts';

/** Certificate chain and key, PEM. */
export interface TlsIdentity {
  cert: string;
  key: string;
}

export interface FrontDoorOptions {
  limits: RelayServerLimits;
  tls: TlsIdentity | undefined;
  /** Believe the `X-Forwarded-For` of a TLS terminator. */
  trustForwardedFor: boolean;
  /** Whether one more connection that is not logged in may come from this address. */
  mayEnter(address: string): boolean;
  onConnection(ws: WebSocket, socket: Duplex, address: string): void;
}

export interface FrontDoor {
  listen(host: string, port: number): Promise<{ host: string; port: number }>;
  /** Throws when the certificate or the key is broken; the old ones stay then. */
  setTls(tls: TlsIdentity): void;
  /** Takes no more connections; those that are open stay. */
  stopListening(): void;
  /** Drops what never became a WebSocket. */
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2_000;
const HEALTH_TEXT = 'hikyaku relay: running\n';

/** Throws when certificate or key are broken. */
export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const { limits } = options;
  const httpOptions = {
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 8 * 1024,
    keepAlive: false,
  };
  const server: Server | TlsServer =
    options.tls === undefined
      ? createServer(httpOptions)
      : createTlsServer({
          ...httpOptions,
          ...options.tls,
          minVersion: 'TLSv1.2',
          handshakeTimeout: REQUEST_TIMEOUT_MS,
        });
  server.maxConnections = limits.maxSockets;
  const upgraderOptions = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: Math.max(limits.maxFrameBytes, MAX_CONTROL_BYTES),
    maxFragments: 1_024,
    maxBufferedChunks: 8_192,
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols: () => RELAY_SUBPROTOCOL,
  };
  const upgrader = new WebSocketServer(upgraderOptions);

  if (!options.trustForwardedFor) limitSocketsPerAddress(server, limits.maxSocketsPerAddress);
  server.on('request', (request, response) => {
    const isHealth = request.url === '/' && (request.method === 'GET' || request.method === 'HEAD');
    response.writeHead(isHealth ? 200 : 404, { 'content-type': 'text/plain', connection: 'close' });
    response.end(isHealth ? HEALTH_TEXT : 'Not found\n');
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const forwardedFor = options.trustForwardedFor ? request.headers['x-forwarded-for'] : undefined;
    const address = addressKey(request.socket.remoteAddress, forwardedFor);
    const refusal = refusalOf(request) ?? (options.mayEnter(address) ? undefined : 503);
    if (refusal !== undefined) return refuse(socket, refusal);
    upgrader.handleUpgrade(request, socket, head, (ws) => options.onConnection(ws, socket, address));
  });

  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          // From here on an error concerns one accepted connection, at most.
          server.on('error', () => {});
          const address = server.address();
          if (address === null || typeof address === 'string') reject(new Error('Not a network address'));
          else resolve({ host: address.address, port: address.port });
        });
      }),
    setTls(tls) {
      if ('setSecureContext' in server) server.setSecureContext({ ...tls, minVersion: 'TLSv1.2' });
    },
    stopListening: () => {
      server.close();
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function refusalOf(request: IncomingMessage): number | undefined {
  if (request.url !== '/') return 404;
  const offered = request.headers['sec-websocket-protocol']?.split(',').map((one) => one.trim()) ?? [];
  return offered.includes(RELAY_SUBPROTOCOL) ? undefined : 400;
}

function refuse(socket: Duplex, status: number): void {
  const text = STATUS_CODES[status] ?? '';
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
  );
  // Whoever does not hang up in turn is not waited for.
  socket.once('finish', () => socket.destroy());
}

function limitSocketsPerAddress(server: Server | TlsServer, maxPerAddress: number): void {
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = addressKey(socket.remoteAddress);
    const count = (counts.get(address) ?? 0) + 1;
    if (count > maxPerAddress) {
      socket.destroy();
      return;
    }
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    });
  });
}
