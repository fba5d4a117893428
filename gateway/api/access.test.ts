// Who may speak to the API server, over real sockets.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { bearer, KEY, serveFakeGateway } from '../../test/fakes/servedGateway.ts';
import type { ServedGateway } from '../../test/fakes/servedGateway.ts';

let served: ServedGateway;

beforeEach(async () => {
  served = await serveFakeGateway();
});
afterEach(() => served.close());

describe('who is let in', () => {
  it('asks for the key or a session everywhere but for the interface and sign-in', async () => {
    for (const path of ['/session', '/pages/incoming/x/0.png', '/export/incoming/x.pdf', '/api']) {
      const answer = await served.ask(path);
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.json()).toEqual({ code: 'NOT_ALLOWED', message: 'Sign in first.' });
    }
    expect((await served.ask('/files', { method: 'POST' })).status).toBe(401);
    expect((await served.ask('/')).status).toBe(200);
  });

  it('takes the key as bearer, and no other', async () => {
    expect((await served.ask('/session', { headers: bearer })).status).toBe(204);
    for (const authorization of ['Bearer wrong', 'Bearer', `Basic ${KEY}`, `Bearer ${KEY}x`, KEY]) {
      expect((await served.ask('/session', { headers: { authorization } })).status).toBe(401);
    }
  });

  it('gives a session cookie for the key that is not the key', async () => {
    const answer = await served.ask('/session', { method: 'POST', body: JSON.stringify({ key: KEY }) });
    expect(answer.status).toBe(204);
    const cookie = answer.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(
      new RegExp(`^hikyaku-${served.server.port}=[^;]+; HttpOnly; SameSite=Strict; Path=/; Max-Age=\\d+$`),
    );
    expect(cookie).not.toContain(KEY);
    const signedIn = await served.ask('/session', {
      headers: { cookie: `other=1; ${await served.signIn()}` },
    });
    expect(signedIn.status).toBe(204);
  });

  it('does not take a session that was changed, belongs to another key, or was signed out', async () => {
    const cookie = await served.signIn();
    const [name, token = ''] = cookie.split('=');
    const [, ...rest] = token.split('.');
    for (const forged of [
      `${name}=9999999999.${rest.join('.')}`,
      `${cookie}x`,
      `${name}=`,
      `${name}=a.b.c`,
    ]) {
      expect((await served.ask('/session', { headers: { cookie: forged } })).status).toBe(401);
    }
    const origin = `http://127.0.0.1:${served.server.port}`;
    const signedOut = await served.ask('/session', {
      method: 'DELETE',
      headers: { cookie, host: `127.0.0.1:${served.server.port}`, origin },
    });
    expect(signedOut.status).toBe(204);
    expect(signedOut.headers['set-cookie']?.[0]).toContain('Max-Age=0');
    expect((await served.ask('/session', { headers: { cookie } })).status).toBe(401);
  });

  it('keeps a session over a restart with the same key, not with another', async () => {
    const cookie = await served.signIn();
    const listen = `127.0.0.1:${served.server.port}`;
    await served.restart({ listen });
    expect((await served.ask('/session', { headers: { cookie } })).status).toBe(204);
    await served.restart({ listen, key: 'another' });
    expect((await served.ask('/session', { headers: { cookie } })).status).toBe(401);
  });

  it('pauses after ten wrong keys', async () => {
    const post = (key: string) => served.ask('/session', { method: 'POST', body: JSON.stringify({ key }) });
    for (let count = 0; count < 10; count += 1) expect((await post('wrong')).status).toBe(401);
    const refused = await post(KEY);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('refuses sign-in bodies that are none', async () => {
    for (const body of ['', 'nonsense', '{}', '{"key":1}', '[]']) {
      expect((await served.ask('/session', { method: 'POST', body })).status).toBe(400);
    }
    const long = await served.ask('/session', {
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
      const answer = await served.ask('/', { headers: { host, ...bearer } });
      expect([host, answer.status]).toEqual([host, 421]);
      expect(await served.handshake('/api', { host, ...bearer })).toBe(421);
    }
    for (const host of ['localhost', `LOCALHOST:${served.server.port}`, '[::1]:80', '127.0.0.1:9999']) {
      expect((await served.ask('/', { headers: { host } })).status).toBe(200);
    }
  });

  it('refuses what other pages send', async () => {
    const cookie = await served.signIn();
    const host = `127.0.0.1:${served.server.port}`;
    const upload = (headers: Record<string, string>) =>
      served.ask('/files', {
        method: 'POST',
        headers: { host, 'x-file-name': 'a.txt', ...headers },
        body: 'text',
      });
    expect((await upload({ cookie, origin: `http://${host}` })).status).toBe(200);
    expect((await upload({ ...bearer })).status).toBe(200);
    expect((await upload({ cookie })).status).toBe(403);
    expect((await upload({ cookie, origin: 'http://localhost:3000' })).status).toBe(403);
    expect((await upload({ cookie, origin: 'null' })).status).toBe(403);
    expect((await upload({ ...bearer, origin: 'https://evil.example' })).status).toBe(403);
    const foreign = await served.ask('/session', {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: JSON.stringify({ key: KEY }),
    });
    expect(foreign.status).toBe(403);
  });

  it('opens a WebSocket for the key or for its own page', async () => {
    const cookie = await served.signIn();
    const origin = served.server.origin;
    expect(await served.handshake('/api', bearer)).toBe(101);
    expect(await served.handshake('/api', { cookie, origin })).toBe(101);
    expect(await served.handshake('/api', {})).toBe(401);
    expect(await served.handshake('/api', { cookie })).toBe(403);
    expect(await served.handshake('/api', { cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await served.handshake('/other', bearer)).toBe(404);
  });

  it('closes the WebSockets of a session that is signed out', async () => {
    const cookie = await served.signIn();
    const socket = new WebSocket(`${served.server.origin.replace('http', 'ws')}/api`, {
      headers: { cookie, origin: served.server.origin },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const headers = {
      cookie,
      origin: served.server.origin,
      host: served.server.origin.slice('http://'.length),
    };
    await served.ask('/session', { method: 'DELETE', headers });
    expect(await closed).toBe(4401);
  });

  it('does not listen where other PCs could connect', async () => {
    for (const listen of ['0.0.0.0:0', '192.0.2.1:0', '[::]:0', 'example.org:80']) {
      await expect(served.start({ listen })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
    for (const listen of ['', '4380', 'localhost', '127.0.0.1:70000', '[abc]:1', 'a:b:1']) {
      await expect(served.start({ listen })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });

  it('tells when its port is taken', async () => {
    await expect(served.start({ listen: `127.0.0.1:${served.server.port}` })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
