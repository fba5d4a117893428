// Both carriers of the API, on real WebSockets and real message channels.

import { MessageChannel } from 'node:worker_threads';
import type { MessagePort as NodePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { apiErrorOf, createApiClient } from '../../protocol/api/carrier.ts';
import type { ApiCarrier, ApiClient, ApiConnectionStatus } from '../../protocol/api/carrier.ts';
import { ApiError } from '../../protocol/api/types.ts';
import type { GatewayEvent } from '../../protocol/api/types.ts';
import { createFakeGateway } from '../../test/fakes/gatewayServices.ts';
import type { FakeGateway } from '../../test/fakes/gatewayServices.ts';
import type { ApiPort } from '../starter/hostStarter.ts';
import { startApiServer } from './apiServer.ts';
import type { ApiServer } from './apiServer.ts';

const KEY = 'the-access-key';
const logged: string[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, fields?: Record<string, unknown>) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`),
};

let gateway: FakeGateway;
let server: ApiServer;
const clients: ApiClient[] = [];

beforeEach(async () => {
  logged.length = 0;
  gateway = createFakeGateway();
  server = await start('127.0.0.1:0');
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
});

function start(listen: string): Promise<ApiServer> {
  return startApiServer({ services: gateway.services, files: gateway.files, listen, key: KEY, log });
}

function webSocketWithKey(key: string): typeof WebSocket {
  const withKey = class extends NodeWebSocket {
    constructor(url: string) {
      super(url, { headers: { authorization: `Bearer ${key}` } });
    }
  };
  return withKey as unknown as typeof WebSocket;
}

function apiPort(port: NodePort): ApiPort {
  return {
    postMessage: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.on('close', listener),
    close: () => {
      port.close();
    },
  };
}

/** A client with the statuses it reported, in order, and a way to wait for one. */
function connect(carrier: ApiCarrier) {
  const statuses: ApiConnectionStatus[] = [];
  const waiting = new Set<() => void>();
  const client = createApiClient(carrier, {
    onStatus: (status) => {
      statuses.push(status);
      for (const check of waiting) check();
    },
  });
  clients.push(client);
  const reached = (status: ApiConnectionStatus) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (client.status === status) resolve();
      };
      waiting.add(check);
      check();
    });
  return { client, api: client.api, statuses, reached };
}

function overWebSocket() {
  return connect({
    url: `${server.origin.replace('http', 'ws')}/api`,
    WebSocket: webSocketWithKey(KEY),
  });
}

function overPort() {
  const { port1, port2 } = new MessageChannel();
  const detach = server.attachPort(apiPort(port1));
  return { ...connect({ port: port2 }), detach, port2 };
}

/** Events of a subscription, to be awaited one by one. */
function eventsOf(client: ApiClient) {
  const events: GatewayEvent[] = [];
  let wake: () => void = () => undefined;
  let done = false;
  const subscription = client.api.events.subscribe(undefined, {
    onData: (event) => {
      events.push(event);
      wake();
    },
    onComplete: () => {
      done = true;
      wake();
    },
    onError: () => wake(),
  });
  return {
    stop: () => {
      subscription.unsubscribe();
    },
    next: async (type: GatewayEvent['type']): Promise<GatewayEvent> => {
      for (;;) {
        const found = events.findIndex((event) => event.type === type);
        const event = events[found];
        if (event !== undefined) {
          events.splice(0, found + 1);
          return event;
        }
        if (done) throw new Error('the subscription is over');
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

describe.each([
  ['a WebSocket', overWebSocket],
  ['a message port', overPort],
])('the API over %s', (_name, open) => {
  it('answers queries and mutations', async () => {
    const { api, statuses, reached } = open();
    await reached('open');
    expect((await api.status.query()).displayName).toBe('Hayashi Trading, Kobe');
    const contact = await api.contacts.save.mutate({ name: '京都支店', deviceId: 'kyoto-office' });
    expect(contact).toMatchObject({ name: '京都支店', deviceId: 'kyoto-office' });
    expect(statuses).toEqual(['open']);
  });

  it('carries events, the status first', async () => {
    const { client } = open();
    const events = eventsOf(client);
    expect(await events.next('status')).toMatchObject({ status: { relay: { state: 'online' } } });
    const documentId = gateway.control.beginIncoming('kyoto-office', 2);
    expect(await events.next('incoming')).toEqual({ type: 'incoming', documentId, removed: false });
  });

  it('tells the gateway’s error codes', async () => {
    const { api } = open();
    const error: unknown = await api.inbox.get
      .query({ documentId: 'nothing' })
      .catch((error: unknown) => error);
    expect(apiErrorOf(error)).toMatchObject({ code: 'NOT_FOUND', message: 'There is no such document.' });
  });

  it('tells what is wrong with the input', async () => {
    const { api } = open();
    const error: unknown = await api.inbox.list.query({ limit: 0 }).catch((error: unknown) => error);
    expect(apiErrorOf(error)?.code).toBe('INVALID_INPUT');
  });

  it('tells nothing of a bug but logs its stack', async () => {
    const { api } = open();
    gateway.control.failNext(new TypeError('secret inside'));
    const error: unknown = await api.status.query().catch((error: unknown) => error);
    expect(apiErrorOf(error)?.code).toBe('FAILED');
    expect(JSON.stringify(error) + String(error)).not.toContain('secret inside');
    expect(logged.join()).toContain('secret inside');
    expect(logged.join()).toContain('carriers.test.ts');
  });

  it('does not log what a person can be told', async () => {
    const { api } = open();
    gateway.control.failNext(new ApiError('CONFLICT', 'Taken.'));
    await expect(api.status.query()).rejects.toThrow('Taken.');
    expect(logged).toEqual([]);
  });

  it('ends a subscription at the gateway when the client closes', async () => {
    const ended = new Promise<void>((resolve) => {
      const events = gateway.services.events.bind(gateway.services);
      gateway.services.events = (signal) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
        return events(signal);
      };
    });
    const { client } = open();
    await eventsOf(client).next('status');
    client.close();
    await ended;
    expect(client.status).toBe('closed');
  });

  it('fails requests under way when it is closed, and later ones at once', async () => {
    gateway.services.testRelayAccount = () => new Promise(() => undefined);
    const { client, api, reached } = open();
    await reached('open');
    const never = api.settings.testRelay.mutate({ url: 'wss://relay.example', deviceId: 'a' });
    // Messages arrive in order: once this is answered the one before is under way.
    await api.status.query();
    client.close();
    await expect(never).rejects.toThrow();
    await expect(api.status.query()).rejects.toThrow('closed');
  });
});

describe('a WebSocket client', () => {
  it('comes back by itself after the gateway was restarted, with its subscription', async () => {
    const { client, statuses, reached } = overWebSocket();
    const events = eventsOf(client);
    await events.next('status');
    const { port } = server;
    await server.close();
    await reached('closed');
    server = await start(`127.0.0.1:${port}`);
    await reached('open');
    expect(await events.next('status')).toMatchObject({ type: 'status' });
    expect(statuses).toEqual(['open', 'closed', 'open']);
  });

  it('reports a gateway that is not there, and goes on trying', async () => {
    const { port } = server;
    await server.close();
    const { reached, api } = connect({
      url: `ws://127.0.0.1:${port}/api`,
      WebSocket: webSocketWithKey(KEY),
    });
    await reached('closed');
    const waiting = api.status.query();
    server = await start(`127.0.0.1:${port}`);
    expect((await waiting).displayName).toBe('Hayashi Trading, Kobe');
  });

  it('is not let in with a wrong key', async () => {
    const { reached, statuses } = connect({
      url: `${server.origin.replace('http', 'ws')}/api`,
      WebSocket: webSocketWithKey('guessed'),
    });
    await reached('closed');
    expect(statuses).not.toContain('open');
  });

  it('fails requests under way when the connection breaks', async () => {
    gateway.services.testRelayAccount = () => new Promise(() => undefined);
    const { api } = overWebSocket();
    await api.status.query();
    const never = api.settings.testRelay.mutate({ url: 'wss://relay.example', deviceId: 'a' });
    await api.status.query();
    await server.close();
    const error: unknown = await never.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    expect(apiErrorOf(error)).toBeUndefined();
    server = await start('127.0.0.1:0');
  });
});

describe('a message port', () => {
  it('is closed for good when the gateway detaches it', async () => {
    const { client, api, detach, reached } = overPort();
    await eventsOf(client).next('status');
    detach();
    await reached('closed');
    await expect(api.status.query()).rejects.toThrow('closed');
  });

  it('is replaced by a new one when the client can ask for it', async () => {
    const detachers: (() => void)[] = [];
    const { client, statuses, reached } = connect({
      openPort: async () => {
        const { port1, port2 } = new MessageChannel();
        detachers.push(server.attachPort(apiPort(port1)));
        return port2;
      },
    });
    const events = eventsOf(client);
    await events.next('status');
    detachers[0]?.();
    await reached('closed');
    await reached('open');
    await events.next('status');
    expect(statuses).toEqual(['open', 'closed', 'open']);
    expect(detachers).toHaveLength(2);
  });

  it('asks again when no port could be had', async () => {
    let asked = 0;
    const { api } = connect({
      openPort: async () => {
        asked += 1;
        if (asked === 1) throw new Error('the gateway is starting');
        const { port1, port2 } = new MessageChannel();
        server.attachPort(apiPort(port1));
        return port2;
      },
    });
    expect((await api.status.query()).version).toBe('0.1.0');
    expect(asked).toBe(2);
  });

  it('is closed when it brings something that is no text, or too much of it', async () => {
    for (const message of [{ not: 'text' }, 'x'.repeat(1024 * 1024 + 1)]) {
      const { port1, port2 } = new MessageChannel();
      server.attachPort(apiPort(port1));
      const closed = new Promise((resolve) => port2.once('close', resolve));
      port2.postMessage(message);
      await closed;
    }
  });

  it('is closed when nobody reads it', async () => {
    const { port1, port2 } = new MessageChannel();
    server.attachPort(apiPort(port1));
    // Closing is seen although the messages before it are never asked for.
    const closed = new Promise((resolve) => port1.once('close', resolve));
    const subscribe = { id: 1, method: 'subscription', params: { path: 'events' } };
    port2.postMessage(JSON.stringify(subscribe));
    await new Promise((resolve) => port2.once('message', resolve));
    port2.unref();
    port2.removeAllListeners('message');
    for (let count = 0; count < 10_000; count += 1) {
      gateway.control.setOnline([]);
      if (count % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;
  });
});
