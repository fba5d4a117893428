// A relay that does what a test tells it, message by message, over real sockets.

import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  RELAY_SUBPROTOCOL,
  type DeviceMessage,
  type RelayLimits,
  type RelayMessage,
} from '../../protocol/relay.ts';

export const TEST_LIMITS: RelayLimits = {
  keepaliveIntervalMs: 25_000,
  maxFrameBytes: 64 * 1024,
  maxConnections: 8,
  maxCalls: 8,
  answerTimeoutMs: 5_000,
  stallTimeoutMs: 5_000,
};

export interface ScriptedConnection {
  readonly socket: WebSocket;
  /** The next control message of this type; those before it are passed over. */
  next<Type extends DeviceMessage['type']>(type: Type): Promise<Extract<DeviceMessage, { type: Type }>>;
  /** Every control message so far. */
  readonly heard: DeviceMessage[];
  /** Bytes of calls so far. */
  readonly data: Buffer[];
  say(message: RelayMessage): void;
  sayRaw(text: string): void;
  closed: Promise<void>;
}

export interface ScriptedRelay {
  readonly url: string;
  readonly port: number;
  /** The next connection that was opened; logs it in unless told otherwise. */
  connection(login?: 'accept' | 'leave'): Promise<ScriptedConnection>;
  /** Connections opened so far. */
  opened(): number;
  close(): Promise<void>;
}

export async function startScriptedRelay(
  options: {
    limits?: Partial<RelayLimits>;
    tls?: { key: string; cert: string };
    answerKeepalive?: boolean;
  } = {},
): Promise<ScriptedRelay> {
  const limits = { ...TEST_LIMITS, ...options.limits };
  const http: HttpServer = options.tls ? createTlsServer(options.tls) : createServer();
  const server = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => (offered.has(RELAY_SUBPROTOCOL) ? RELAY_SUBPROTOCOL : false),
  });
  const fresh: ScriptedConnection[] = [];
  const wanted: ((connection: ScriptedConnection) => void)[] = [];
  let opened = 0;
  server.on('connection', (socket) => {
    opened += 1;
    const connection = script(socket, options.answerKeepalive ?? true);
    const want = wanted.shift();
    if (want) want(connection);
    else fresh.push(connection);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;

  return {
    url: `${options.tls ? 'wss' : 'ws'}://localhost:${port}`,
    port,
    opened: () => opened,
    async connection(login = 'accept') {
      const connection =
        fresh.shift() ?? (await new Promise<ScriptedConnection>((resolve) => wanted.push(resolve)));
      if (login === 'accept') {
        const { sessionToken } = await connection.next('login');
        connection.say({
          type: 'loginAccepted',
          version: 1,
          sessionToken: sessionToken ?? `token-${opened}`,
          relayName: 'scripted',
          limits,
        });
      }
      return connection;
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function script(socket: WebSocket, answerKeepalive: boolean): ScriptedConnection {
  const heard: DeviceMessage[] = [];
  const untaken: DeviceMessage[] = [];
  const data: Buffer[] = [];
  let wake: () => void = () => {};
  socket.on('error', () => {});
  socket.on('message', (bytes: Buffer, isBinary) => {
    if (isBinary) {
      data.push(bytes);
      return;
    }
    const message = JSON.parse(bytes.toString('utf8')) as DeviceMessage;
    heard.push(message);
    if (message.type === 'keepalive' && answerKeepalive) socket.send('{"type":"keepaliveAck"}');
    untaken.push(message);
    wake();
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));

  async function next<Type extends DeviceMessage['type']>(type: Type) {
    for (;;) {
      const message = untaken.shift();
      if (message?.type === type) return message as Extract<DeviceMessage, { type: Type }>;
      if (!message) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    socket,
    next,
    heard,
    data,
    say: (message) => socket.send(JSON.stringify(message)),
    sayRaw: (text) => socket.send(text),
    closed,
  };
}
