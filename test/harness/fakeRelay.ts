// A relay that is not ours: it takes WebSocket connections and answers the login with whatever a test wants.

import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { RELAY_SUBPROTOCOL, type RelayMessage } from '../../protocol/relay.ts';

export interface FakeRelay {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a free loopback port. Without `answer` it chooses a subprotocol of the future, or none. */
export async function startFakeRelay(answer?: RelayMessage): Promise<FakeRelay> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered) => {
      return answer !== undefined && offered.has(RELAY_SUBPROTOCOL) ? RELAY_SUBPROTOCOL : false;
    },
  });
  server.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.once('message', () => {
      if (answer !== undefined) socket.send(JSON.stringify(answer));
      socket.close();
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        server.close(() => resolve());
      }),
  };
}
