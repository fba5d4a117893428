// The API server over real sockets: who is let in, what each address answers, and what bad clients cannot do.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect as netConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { exportPath, pageImagePath } from '../../protocol/api/http.ts';
import { ApiError } from '../../protocol/api/types.ts';
import { createFakeGateway } from '../../test/fakes/gatewayServices.ts';
import type { FakeGateway } from '../../test/fakes/gatewayServices.ts';
import { startApiServer } from './apiServer.ts';
import type { ApiServer, ApiServerOptions } from './apiServer.ts';

const KEY = 'k'.repeat(43);
const bearer = { authorization: `Bearer ${KEY}` };
const logged: string[] = [];
const log = {
  info: () => undefined,
  warn: (message: string) => void logged.push(message),
  error: (message: string, fields?: Record<string, unknown>) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`),
};

let folder: string;
let gateway: FakeGateway;
let server: ApiServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-api-'));
  const staticFolder = join(folder, 'static');
  await mkdir(join(staticFolder, 'assets'), { recursive: true });
  await writeFile(join(staticFolder, 'index.html'), '<!doctype html><title>Hikyaku</title>');
  await writeFile(join(staticFolder, 'assets', 'main-a1b2c3d4.js'), 'export {};');
  await writeFile(join(staticFolder, '.hidden'), 'secret');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await symlink(join(folder, 'secret.txt'), join(staticFolder, 'link.txt'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  logged.length = 0;
  gateway = createFakeGateway();
  server = await start();
});
afterEach(() => server.close());

function start(options: Partial<ApiServerOptions> = {}): Promise<ApiServer> {
  return startApiServer({
    services: gateway.services,
    files: gateway.files,
    listen: '127.0.0.1:0',
    key: KEY,
    staticFolder: join(folder, 'static'),
    log,
    ...options,
  });
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  json: () => unknown;
}

/** A request whose every byte is ours: `fetch` would tidy up paths and refuse a foreign Host. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer | string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: server.port,
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            json: () => JSON.parse(body.toString('utf8')) as unknown,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

async function signIn(): Promise<string> {
  const answer = await ask('/session', { method: 'POST', body: JSON.stringify({ key: KEY }) });
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** The HTTP status that a WebSocket handshake met; 101 when it opened. */
function handshake(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}

const aPage = () => {
  const document = gateway.services.listInbox({ limit: 1 }).items[0];
  if (document === undefined) throw new Error('the office has no fax');
  return document.id;
};

describe('who is let in', () => {
  it('asks for the key or a session everywhere but for the interface and sign-in', async () => {
    for (const path of ['/session', '/pages/incoming/x/0.png', '/export/incoming/x.pdf', '/api']) {
      const answer = await ask(path);
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.json()).toEqual({ code: 'NOT_ALLOWED', message: 'Sign in first.' });
    }
    expect((await ask('/files', { method: 'POST' })).status).toBe(401);
    expect((await ask('/')).status).toBe(200);
  });

  it('takes the key as bearer, and no other', async () => {
    expect((await ask('/session', { headers: bearer })).status).toBe(204);
    for (const authorization of ['Bearer wrong', 'Bearer', `Basic ${KEY}`, `Bearer ${KEY}x`, KEY]) {
      expect((await ask('/session', { headers: { authorization } })).status).toBe(401);
    }
  });

  it('gives a session cookie for the key that is not the key', async () => {
    const answer = await ask('/session', { method: 'POST', body: JSON.stringify({ key: KEY }) });
    expect(answer.status).toBe(204);
    const cookie = answer.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(
      new RegExp(`^hikyaku-${server.port}=[^;]+; HttpOnly; SameSite=Strict; Path=/; Max-Age=\\d+$`),
    );
    expect(cookie).not.toContain(KEY);
    const signedIn = await ask('/session', { headers: { cookie: `other=1; ${await signIn()}` } });
    expect(signedIn.status).toBe(204);
  });

  it('does not take a session that was changed, belongs to another key, or was signed out', async () => {
    const cookie = await signIn();
    const [name, token = ''] = cookie.split('=');
    const [, ...rest] = token.split('.');
    for (const forged of [
      `${name}=9999999999.${rest.join('.')}`,
      `${cookie}x`,
      `${name}=`,
      `${name}=a.b.c`,
    ]) {
      expect((await ask('/session', { headers: { cookie: forged } })).status).toBe(401);
    }
    const origin = `http://127.0.0.1:${server.port}`;
    const signedOut = await ask('/session', {
      method: 'DELETE',
      headers: { cookie, host: `127.0.0.1:${server.port}`, origin },
    });
    expect(signedOut.status).toBe(204);
    expect(signedOut.headers['set-cookie']?.[0]).toContain('Max-Age=0');
    expect((await ask('/session', { headers: { cookie } })).status).toBe(401);
  });

  it('keeps a session over a restart with the same key, not with another', async () => {
    const cookie = await signIn();
    const listen = `127.0.0.1:${server.port}`;
    await server.close();
    server = await start({ listen });
    expect((await ask('/session', { headers: { cookie } })).status).toBe(204);
    await server.close();
    server = await start({ listen, key: 'another' });
    expect((await ask('/session', { headers: { cookie } })).status).toBe(401);
  });

  it('pauses after ten wrong keys', async () => {
    const post = (key: string) => ask('/session', { method: 'POST', body: JSON.stringify({ key }) });
    for (let count = 0; count < 10; count += 1) expect((await post('wrong')).status).toBe(401);
    const refused = await post(KEY);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('refuses sign-in bodies that are none', async () => {
    for (const body of ['', 'nonsense', '{}', '{"key":1}', '[]']) {
      expect((await ask('/session', { method: 'POST', body })).status).toBe(400);
    }
    const long = await ask('/session', {
      method: 'POST',
      body: JSON.stringify({ key: 'x'.repeat(100_000) }),
    });
    expect(long.status).toBe(413);
  });

  it('answers only to its own name, so that no foreign domain can point here', async () => {
    for (const host of [
      'evil.example',
      'evil.example:80',
      'localhost.evil.example',
      '127.0.0.1@evil',
      '[]',
    ]) {
      const answer = await ask('/', { headers: { host, ...bearer } });
      expect([host, answer.status]).toEqual([host, 421]);
      expect(await handshake('/api', { host, ...bearer })).toBe(421);
    }
    for (const host of ['localhost', `LOCALHOST:${server.port}`, '[::1]:80', '127.0.0.1:9999']) {
      expect((await ask('/', { headers: { host } })).status).toBe(200);
    }
  });

  it('refuses what other pages send', async () => {
    const cookie = await signIn();
    const host = `127.0.0.1:${server.port}`;
    const upload = (headers: Record<string, string>) =>
      ask('/files', { method: 'POST', headers: { host, 'x-file-name': 'a.txt', ...headers }, body: 'text' });
    expect((await upload({ cookie, origin: `http://${host}` })).status).toBe(200);
    expect((await upload({ ...bearer })).status).toBe(200);
    expect((await upload({ cookie })).status).toBe(403);
    expect((await upload({ cookie, origin: 'http://localhost:3000' })).status).toBe(403);
    expect((await upload({ cookie, origin: 'null' })).status).toBe(403);
    expect((await upload({ ...bearer, origin: 'https://evil.example' })).status).toBe(403);
    const foreign = await ask('/session', {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: JSON.stringify({ key: KEY }),
    });
    expect(foreign.status).toBe(403);
  });

  it('opens a WebSocket for the key or for its own page', async () => {
    const cookie = await signIn();
    const origin = server.origin;
    expect(await handshake('/api', bearer)).toBe(101);
    expect(await handshake('/api', { cookie, origin })).toBe(101);
    expect(await handshake('/api', {})).toBe(401);
    expect(await handshake('/api', { cookie })).toBe(403);
    expect(await handshake('/api', { cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await handshake('/other', bearer)).toBe(404);
  });

  it('closes the WebSockets of a session that is signed out', async () => {
    const cookie = await signIn();
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api`, {
      headers: { cookie, origin: server.origin },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const headers = { cookie, origin: server.origin, host: server.origin.slice('http://'.length) };
    await ask('/session', { method: 'DELETE', headers });
    expect(await closed).toBe(4401);
  });

  it('does not listen where other PCs could connect', async () => {
    for (const listen of ['0.0.0.0:0', '192.0.2.1:0', '[::]:0', 'example.org:80']) {
      await expect(start({ listen })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
    for (const listen of ['', '4380', 'localhost', '127.0.0.1:70000', '[abc]:1', 'a:b:1']) {
      await expect(start({ listen })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });

  it('tells when its port is taken', async () => {
    await expect(start({ listen: `127.0.0.1:${server.port}` })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the interface', () => {
  it('has strict headers on everything', async () => {
    for (const path of ['/', '/nothing.js', '/session']) {
      const { headers } = await ask(path);
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
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-cache');
      expect(answer.body.toString()).toContain('<title>Hikyaku');
    }
    const script = await ask('/assets/main-a1b2c3d4.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const again = await ask('/', { headers: { 'if-none-match': (await ask('/')).headers.etag ?? '' } });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('answers HEAD with the headers alone, and other methods not', async () => {
    const head = await ask('/assets/main-a1b2c3d4.js', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '10', 0]);
    const post = await ask('/', { method: 'POST' });
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
      const answer = await ask(path);
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect((await ask('*', { method: 'OPTIONS' })).status).toBe(400);
  });

  it('says so when it was not built', async () => {
    await server.close();
    server = await start({ staticFolder: undefined });
    expect((await ask('/')).json()).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('files', () => {
  it('takes an upload with its name', async () => {
    const answer = await ask('/files', {
      method: 'POST',
      headers: { ...bearer, 'x-file-name': encodeURIComponent('C:\\Users\\林\\見積書\u202e 2026.pdf') },
      body: Buffer.alloc(300_000),
    });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ name: '見積書 2026.pdf', byteLength: 300_000 });
  });

  it('refuses an upload without a usable name', async () => {
    for (const name of ['', '%', '..', 'folder%2F', '%00']) {
      const headers = { ...bearer, 'x-file-name': name };
      expect((await ask('/files', { method: 'POST', headers, body: 'x' })).status).toBe(400);
    }
  });

  it('tells why it does not take a file, even in the middle of it', async () => {
    gateway.files.addFile = async (_name, bytes) => {
      let byteLength = 0;
      for await (const chunk of bytes) {
        byteLength += chunk.byteLength;
        if (byteLength > 100_000) throw new ApiError('TOO_LARGE', 'The file is too large.');
      }
      throw new Error('it was short');
    };
    const answer = await ask('/files', {
      method: 'POST',
      headers: { ...bearer, 'x-file-name': 'a.pdf' },
      body: randomBytes(5_000_000),
    });
    expect(answer.status).toBe(413);
    expect(answer.json()).toEqual({ code: 'TOO_LARGE', message: 'The file is too large.' });
  });

  it('ends an upload that breaks off with an error, without logging one', async () => {
    const failed = new Promise<unknown>((resolve) => {
      gateway.files.addFile = async (name, bytes) => {
        let byteLength = 0;
        try {
          for await (const chunk of bytes) byteLength += chunk.byteLength;
        } catch (error) {
          resolve(error);
          throw error;
        }
        return { fileId: 'f', name, byteLength };
      };
    });
    const socket = netConnect(server.port, '127.0.0.1');
    socket.write(
      `POST /files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${KEY}\r\nX-File-Name: a\r\nContent-Length: 1000\r\n\r\nonly this`,
      () => socket.destroy(),
    );
    expect(await failed).toBeInstanceOf(Error);
    expect(logged).toEqual([]);
  });

  it('sends page images that may be kept for ever', async () => {
    const path = pageImagePath('incoming', aPage(), 0, { width: 200 });
    const answer = await ask(path, { headers: bearer });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('image/png');
    expect(answer.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect(answer.body.subarray(1, 4).toString()).toBe('PNG');
    const again = await ask(path, { headers: { ...bearer, 'if-none-match': answer.headers.etag ?? '' } });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const other = await ask(pageImagePath('incoming', aPage(), 0, { width: 201 }), { headers: bearer });
    expect(other.headers.etag).not.toBe(answer.headers.etag);
  });

  it('refuses page images that are none', async () => {
    const id = aPage();
    const cases: [string, number][] = [
      [`/pages/incoming/${id}/9999.png`, 404],
      [`/pages/incoming/nothing/0.png`, 404],
      [`/pages/incoming/..%2f..%2fx/0.png`, 404],
      [`/pages/else/${id}/0.png`, 404],
      [`/pages/incoming/${id}/0.png?width=0`, 400],
      [`/pages/incoming/${id}/0.png?width=99999`, 400],
      [`/pages/incoming/${id}/0.png?width=1e9`, 400],
      [`/pages/incoming/${id}/0.png?rotate=45`, 400],
    ];
    for (const [path, status] of cases) {
      const answer = await ask(path, { headers: bearer });
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it('sends exports under a name that every browser understands, and tidies up', async () => {
    let disposed = 0;
    const path = join(folder, 'export.pdf');
    await writeFile(path, randomBytes(200_000));
    gateway.files.exportFile = async () => ({
      path,
      fileName: '注文 "7" 100%.pdf',
      dispose: async () => void (disposed += 1),
    });
    const answer = await ask(exportPath('incoming', aPage(), 'pdf'), { headers: bearer });
    expect(answer.headers['content-type']).toBe('application/pdf');
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="__ _7_ 100_.pdf"; filename*=UTF-8''%E6%B3%A8%E6%96%87%20%227%22%20100%25.pdf`,
    );
    expect(answer.body).toHaveLength(200_000);
    const head = await ask(exportPath('incoming', aPage(), 'pdf'), { method: 'HEAD', headers: bearer });
    expect([head.headers['content-length'], head.body.length]).toEqual(['200000', 0]);
    expect(disposed).toBe(2);
  });

  it('tidies up after a client that goes away in the middle of a download', async () => {
    const path = join(folder, 'big.pdf');
    await writeFile(path, Buffer.alloc(50_000_000));
    const disposed = new Promise<void>((resolve) => {
      gateway.files.exportFile = async () => ({
        path,
        fileName: 'big.pdf',
        dispose: async () => {
          resolve();
        },
      });
    });
    const socket = netConnect(server.port, '127.0.0.1');
    socket.write(
      `GET /export/incoming/x.pdf HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${KEY}\r\n\r\n`,
    );
    socket.once('data', () => socket.destroy());
    await disposed;
    expect(logged).toEqual([]);
  });

  it('tells the service’s reasons by status and code, and a bug without details', async () => {
    const codes = { NOT_FOUND: 404, CONFLICT: 409, DISK_FULL: 507, RELAY_OFFLINE: 503, FAILED: 500 } as const;
    for (const [code, status] of Object.entries(codes)) {
      gateway.files.exportFile = () => Promise.reject(new ApiError(code as keyof typeof codes, 'Because.'));
      const answer = await ask('/export/outgoing/x.tif', { headers: bearer });
      expect([answer.status, answer.json()]).toEqual([status, { code, message: 'Because.' }]);
    }
    expect(logged).toEqual([]);
    gateway.files.exportFile = () => Promise.reject(new Error('inner secret'));
    const bug = await ask('/export/outgoing/x.tif', { headers: bearer });
    expect(bug.json()).toMatchObject({ code: 'FAILED' });
    expect(bug.body.toString()).not.toContain('inner secret');
    expect(logged.join()).toContain('inner secret');
  });
});

describe('a bad client', () => {
  const open = () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api`, { headers: bearer });
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
    await server.close();
    server = await start({ heartbeatMs: 50 });
    const socket = netConnect(server.port, '127.0.0.1');
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
    const status = gateway.services.status();
    const call = { callId: 'x', direction: 'incoming', peer: 'kyoto', pagesDone: 0, startedAt: '' } as const;
    const calls = Array.from({ length: 2_000 }, () => call);
    const ended = new Promise<void>((resolve) => {
      gateway.services.events = async function* (signal) {
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
    expect(logged.join()).toContain('does not read');
    socket.terminate();
  });

  it('cannot open more WebSockets than there are places', async () => {
    const sockets = await Promise.all(Array.from({ length: 64 }, () => open()));
    expect(await handshake('/api', bearer)).toBe(503);
    for (const socket of sockets) socket.terminate();
  });

  it('does not hold up the server’s end', async () => {
    const socket = await open();
    const half = netConnect(server.port, '127.0.0.1');
    await new Promise((resolve) => half.write('GET / HTTP/1.1\r\nHost: local', resolve));
    const [, code] = await Promise.all([server.close(), closing(socket)]);
    expect(code).toBe(1001);
    half.destroy();
    server = await start();
  });
});

it('allows by hash exactly the style that React Aria adds', async () => {
  const { CONTENT_SECURITY_POLICY } = await import('../../protocol/api/contentSecurityPolicy.ts');
  const style =
    '@layer {\n  [data-react-aria-pressable] {\n    touch-action: pan-x pan-y pinch-zoom;\n  }\n}';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(CONTENT_SECURITY_POLICY).toContain(`style-src 'self' 'sha256-${hash}';`);
});
