import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GatewayReady } from '../gateway/starter/hostStarter.ts';
import { applicationScheme, isDownload } from './applicationScheme.ts';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

let folder: string;
let server: Server;
let gateway: GatewayReady;
let seen: Seen[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-scheme-'));
  await mkdir(join(folder, 'renderer/assets'), { recursive: true });
  await writeFile(join(folder, 'renderer/index.html'), '<title>Hikyaku</title>');
  await writeFile(join(folder, 'renderer/assets/app.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'outside of the UI');
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      if (url?.startsWith('/export/incoming/moved') === true) {
        response.writeHead(302, { Location: 'https://elsewhere.example/' }).end();
        return;
      }
      response
        .writeHead(200, {
          'Content-Type': 'image/png',
          'Content-Disposition': 'attachment; filename="fax.png"',
          'Set-Cookie': 'session=secret',
          'X-Inner': 'detail',
        })
        .end('the page');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  gateway = { origin: `http://127.0.0.1:${address.port}`, key: 'secret-key' };
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

function ask(path: string, init: RequestInit & { duplex?: 'half' } = {}, running = true): Promise<Response> {
  seen = [];
  const handler = applicationScheme({
    rendererFolder: join(folder, 'renderer'),
    gateway: () => (running ? gateway : undefined),
  });
  return handler(new Request(path.startsWith('/') ? `hikyaku://app${path}` : path, init));
}

test('the UI is served from disk with its type and a content policy that allows only its own scripts', async () => {
  const page = await ask('/');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'/);
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await page.text()).toBe('<title>Hikyaku</title>');
  const script = await ask('/assets/app.js');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(seen).toEqual([]);
});

test('nothing outside of the UI’s folder is served, however the path is written', async () => {
  for (const path of [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e%2f%2e%2e%2fetc/hosts.txt',
    '/..%5csecret.txt',
    '/%00.txt',
    '/%.txt',
  ]) {
    const answer = await ask(path);
    expect([path, answer.status]).toEqual([path, 404]);
  }
});

test('any path is answered, and never with the file outside', async () => {
  await fc.assert(
    fc.asyncProperty(fc.webPath({ size: 'medium' }), async (path) => {
      const answer = await ask(`hikyaku://app/${path}`, {}, false);
      expect([200, 404, 503]).toContain(answer.status);
      expect(await answer.text()).not.toContain('outside of the UI');
    }),
  );
});

test('page images go to the gateway with its key, which the answer does not show', async () => {
  const answer = await ask('/pages/incoming/abc/0.png?width=200', {
    headers: { Cookie: 'a=b', Authorization: 'Bearer forged', 'If-None-Match': '"tag"' },
  });
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ method: 'GET', url: '/pages/incoming/abc/0.png?width=200' });
  expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer secret-key', 'if-none-match': '"tag"' });
  expect(seen[0]?.headers.cookie).toBeUndefined();
  expect(await answer.text()).toBe('the page');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="fax.png"');
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect(answer.headers.get('x-inner')).toBeNull();
  expect(JSON.stringify([...answer.headers])).not.toContain('secret');
});

test('an upload reaches the gateway byte for byte', async () => {
  await ask('/files', { method: 'POST', body: 'a file', headers: { 'X-File-Name': 'a%20b.pdf' } });
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/files', body: 'a file' });
  expect(seen[0]?.headers['x-file-name']).toBe('a%20b.pdf');
});

test('only the routes of the UI reach the gateway', async () => {
  expect((await ask('/session', { method: 'POST', body: '{}' })).status).toBe(405);
  expect((await ask('/pages/incoming/a/0.png', { method: 'DELETE' })).status).toBe(405);
  expect((await ask('/export/incoming/a.pdf', { method: 'POST' })).status).toBe(405);
  expect((await ask('hikyaku://other/pages/incoming/a/0.png')).status).toBe(404);
  expect(seen).toEqual([]);
});

test('a gateway that is away, gone or leads elsewhere is a plain error', async () => {
  expect((await ask('/pages/incoming/a/0.png', {}, false)).status).toBe(503);
  expect((await ask('/export/incoming/moved.pdf')).status).toBe(502);
  const handler = applicationScheme({
    rendererFolder: folder,
    gateway: () => ({ origin: 'http://127.0.0.1:1', key: 'k' }),
  });
  expect((await handler(new Request('hikyaku://app/pages/incoming/a/0.png'))).status).toBe(502);
});

test('only exports of the own origin count as downloads', () => {
  expect(isDownload('hikyaku://app/export/incoming/a.pdf')).toBe(true);
  expect(isDownload('hikyaku://app/pages/incoming/a/0.png')).toBe(false);
  expect(isDownload('hikyaku://other/export/incoming/a.pdf')).toBe(false);
  expect(isDownload('https://app/export/incoming/a.pdf')).toBe(false);
  expect(isDownload('not an address')).toBe(false);
});
