// The API server over real sockets: the window it serves, and what bad clients cannot do.

import { createHash, randomBytes } from 'node:crypto';
import { connect as netConnect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { bearer, KEY, serveFakeGateway } from '../../test/fakes/servedGateway.ts';
import type { ServedGateway } from '../../test/fakes/servedGateway.ts';

let served: ServedGateway;

beforeEach(async () => {
  served = await serveFakeGateway();
});
afterEach(() => served.close());

describe('the interface', () => {
  it('has strict headers on everything', async () => {
    for (const path of ['/', '/nothing.js', '/session']) {
      const { headers } = await served.ask(path);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  it('serves index.html for its routes and keeps hashed assets for ever', async () => {
    for (const path of ['/', '/inbox', '/inbox/in-1?x=y.z', '/index.html']) {
      const answer = await served.ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-cache');
      expect(answer.body.toString()).toContain('<title>Hikyaku');
    }
    const script = await served.ask('/assets/main-a1b2c3d4.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const again = await served.ask('/', {
      headers: { 'if-none-match': (await served.ask('/')).headers.etag ?? '' },
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('answers HEAD with the headers alone, and other methods not', async () => {
    const head = await served.ask('/assets/main-a1b2c3d4.js', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '10', 0]);
    const post = await served.ask('/', { method: 'POST' });
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('gives nothing from outside its folder, whatever the path', async () => {
    const paths = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/..%5csecret.txt',
      '/%2e%2e%2f%2e%2e%2fetc/passwd.txt',
      '/link.txt',
      '/.hidden',
      '/assets/%00.js',
      '/%ff.txt',
      '//secret.txt',
      `/${'a'.repeat(300)}.js`,
      '/index.html/x.js',
      '/assets.',
    ];
    for (const path of paths) {
      const answer = await served.ask(path);
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect((await served.ask('*', { method: 'OPTIONS' })).status).toBe(400);
  });

  it('says so when it was not built', async () => {
    await served.restart({ staticFolder: undefined });
    expect((await served.ask('/')).json()).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a bad client', () => {
  const open = () => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.server.port}/api`, { headers: bearer });
    return new Promise<WebSocket>((resolve, reject) => {
      socket.once('open', () => {
        resolve(socket);
      });
      socket.once('error', reject);
    });
  };
  const closing = (socket: WebSocket) =>
    new Promise<number>((resolve) => {
      socket.once('close', resolve);
    });

  it('is closed for a message that is too long, or not text', async () => {
    const long = await open();
    long.send('x'.repeat(1024 * 1024 + 1));
    expect(await closing(long)).toBe(1009);
    const binary = await open();
    binary.send(Buffer.from('{}'));
    expect(await closing(binary)).toBe(1003);
  });

  it('gets an error for nonsense and may go on', async () => {
    const socket = await open();
    const answer = new Promise<string>((resolve) => {
      socket.once('message', (data: Buffer) => {
        resolve(data.toString());
      });
    });
    socket.send('nonsense');
    expect(JSON.parse(await answer)).toMatchObject({ id: null, error: { data: { apiCode: 'FAILED' } } });
    socket.close();
  });

  it('is dropped when it answers no ping', async () => {
    await served.restart({ heartbeatMs: 50 });
    const socket = netConnect(served.server.port, '127.0.0.1');
    socket.write(
      `GET /api HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${KEY}\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    // Reading on, but saying nothing.
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(Buffer.concat(chunks).toString('latin1')).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('is dropped when too much lies unread for it', async () => {
    const status = served.gateway.services.status();
    const call = { callId: 'x', direction: 'incoming', peer: 'kyoto', pagesDone: 0, startedAt: '' } as const;
    const calls = Array.from({ length: 2_000 }, () => call);
    const ended = new Promise<void>((resolve) => {
      served.gateway.services.events = async function* (signal) {
        signal.addEventListener('abort', () => {
          resolve();
        });
        for (;;) {
          yield { type: 'status', status: { ...status, calls } };
          await new Promise((next) => setImmediate(next));
        }
      };
    });
    const socket = await open();
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'events' } }));
    socket.pause();
    await ended;
    expect(served.logged.join()).toContain('does not read');
    socket.terminate();
  });

  it('cannot open more WebSockets than there are places', async () => {
    const sockets = await Promise.all(Array.from({ length: 64 }, () => open()));
    expect(await served.handshake('/api', bearer)).toBe(503);
    for (const socket of sockets) socket.terminate();
  });

  it('does not hold up the server’s end', async () => {
    const socket = await open();
    const half = netConnect(served.server.port, '127.0.0.1');
    await new Promise((resolve) => half.write('GET / HTTP/1.1\r\nHost: local', resolve));
    const [, code] = await Promise.all([served.server.close(), closing(socket)]);
    expect(code).toBe(1001);
    half.destroy();
    await served.restart();
  });
});

it('allows by hash exactly the style that React Aria adds', async () => {
  const { CONTENT_SECURITY_POLICY } = await import('../../protocol/api/contentSecurityPolicy.ts');
  const style =
    '@layer {\n  [data-react-aria-pressable] {\n    touch-action: pan-x pan-y pinch-zoom;\n  }\n}';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(CONTENT_SECURITY_POLICY).toContain(`style-src 'self' 'sha256-${hash}';`);
});
