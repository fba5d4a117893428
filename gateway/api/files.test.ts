// Uploads, page images and exports, over real sockets.

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { connect as netConnect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { createApiClient } from '../../protocol/api/carrier.ts';
import { exportPath, pageImagePath } from '../../protocol/api/http.ts';
import { ApiError } from '../../protocol/api/types.ts';
import { bearer, KEY, serveFakeGateway } from '../../test/fakes/servedGateway.ts';
import type { ServedGateway } from '../../test/fakes/servedGateway.ts';

let served: ServedGateway;

beforeEach(async () => {
  served = await serveFakeGateway();
});
afterEach(() => served.close());

const aPage = () => {
  const document = served.gateway.services.listInbox({ limit: 1 }).items[0];
  if (document === undefined) throw new Error('the office has no fax');
  return document.id;
};

const aSentFax = () => {
  const document = served.gateway.services.listOutgoing({ folder: 'sent', limit: 1 }).items[0];
  if (document === undefined) throw new Error('the office has sent no fax');
  return document.id;
};

class WebSocketWithKey extends NodeWebSocket {
  constructor(url: string) {
    super(url, { headers: bearer });
  }
}

describe('files', () => {
  it('takes an upload with its name', async () => {
    const answer = await served.ask('/files', {
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
      expect((await served.ask('/files', { method: 'POST', headers, body: 'x' })).status).toBe(400);
    }
  });

  it('tells why it does not take a file, even in the middle of it', async () => {
    served.gateway.files.addFile = async (_name, bytes) => {
      let byteLength = 0;
      for await (const chunk of bytes) {
        byteLength += chunk.byteLength;
        if (byteLength > 100_000) throw new ApiError('TOO_LARGE', 'The file is too large.');
      }
      throw new Error('it was short');
    };
    const answer = await served.ask('/files', {
      method: 'POST',
      headers: { ...bearer, 'x-file-name': 'a.pdf' },
      body: randomBytes(5_000_000),
    });
    expect(answer.status).toBe(413);
    expect(answer.json()).toEqual({ code: 'TOO_LARGE', message: 'The file is too large.' });
  });

  it('ends an upload that breaks off with an error, without logging one', async () => {
    const failed = new Promise<unknown>((resolve) => {
      served.gateway.files.addFile = async (name, bytes) => {
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
    const socket = netConnect(served.server.port, '127.0.0.1');
    socket.write(
      `POST /files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${KEY}\r\nX-File-Name: a\r\nContent-Length: 1000\r\n\r\nonly this`,
      () => socket.destroy(),
    );
    expect(await failed).toBeInstanceOf(Error);
    expect(served.logged).toEqual([]);
  });

  it('sends page images that may be kept for ever', async () => {
    const path = pageImagePath('incoming', aPage(), 0, { width: 200 });
    const answer = await served.ask(path, { headers: bearer });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('image/png');
    expect(answer.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect(answer.body.subarray(1, 4).toString()).toBe('PNG');
    const again = await served.ask(path, {
      headers: { ...bearer, 'if-none-match': answer.headers.etag ?? '' },
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const other = await served.ask(pageImagePath('incoming', aPage(), 0, { width: 201 }), {
      headers: bearer,
    });
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
      const answer = await served.ask(path, { headers: bearer });
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it('answers with nothing, and no error, for the pages of a fax that a client has just removed', async () => {
    const [incoming, outgoing] = [aPage(), aSentFax()];
    const paths = [pageImagePath('incoming', incoming, 0), pageImagePath('outgoing', outgoing, 0)];
    const statuses = () =>
      Promise.all(paths.map(async (path) => (await served.ask(path, { headers: bearer })).status));
    const client = createApiClient({
      url: `${served.server.origin.replace('http', 'ws')}/api`,
      WebSocket: WebSocketWithKey as unknown as typeof WebSocket,
    });
    try {
      const { api } = client;
      await api.inbox.remove.mutate({ documentId: incoming });
      await api.outgoing.remove.mutate({ documentId: outgoing });
      expect(await statuses()).toEqual([204, 204]);
      const answer = await served.ask(paths[0] ?? '', { headers: bearer });
      expect([answer.body.length, answer.headers['cache-control']]).toEqual([0, 'no-store']);
      expect((await served.ask(paths[0] ?? '')).status).toBe(401);
      await api.inbox.restore.mutate({ documentId: incoming });
      expect(await statuses()).toEqual([200, 204]);
    } finally {
      client.close();
    }
  });

  it('sends exports under a name that every browser understands, and tidies up', async () => {
    let disposed = 0;
    const path = join(served.folder, 'export.pdf');
    await writeFile(path, randomBytes(200_000));
    served.gateway.files.exportFile = async () => ({
      path,
      fileName: '注文 "7" 100%.pdf',
      dispose: async () => void (disposed += 1),
    });
    const answer = await served.ask(exportPath('incoming', aPage(), 'pdf'), { headers: bearer });
    expect(answer.headers['content-type']).toBe('application/pdf');
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="__ _7_ 100_.pdf"; filename*=UTF-8''%E6%B3%A8%E6%96%87%20%227%22%20100%25.pdf`,
    );
    expect(answer.body).toHaveLength(200_000);
    const head = await served.ask(exportPath('incoming', aPage(), 'pdf'), {
      method: 'HEAD',
      headers: bearer,
    });
    expect([head.headers['content-length'], head.body.length]).toEqual(['200000', 0]);
    expect(disposed).toBe(2);
  });

  it('tidies up after a client that goes away in the middle of a download', async () => {
    const path = join(served.folder, 'big.pdf');
    await writeFile(path, Buffer.alloc(50_000_000));
    const disposed = new Promise<void>((resolve) => {
      served.gateway.files.exportFile = async () => ({
        path,
        fileName: 'big.pdf',
        dispose: async () => {
          resolve();
        },
      });
    });
    const socket = netConnect(served.server.port, '127.0.0.1');
    socket.write(
      `GET /export/incoming/x.pdf HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${KEY}\r\n\r\n`,
    );
    socket.once('data', () => socket.destroy());
    await disposed;
    expect(served.logged).toEqual([]);
  });

  it('tells the service’s reasons by status and code, and a bug without details', async () => {
    const codes = { NOT_FOUND: 404, CONFLICT: 409, DISK_FULL: 507, RELAY_OFFLINE: 503, FAILED: 500 } as const;
    for (const [code, status] of Object.entries(codes)) {
      served.gateway.files.exportFile = () =>
        Promise.reject(new ApiError(code as keyof typeof codes, 'Because.'));
      const answer = await served.ask('/export/outgoing/x.tif', { headers: bearer });
      expect([answer.status, answer.json()]).toEqual([status, { code, message: 'Because.' }]);
    }
    expect(served.logged).toEqual([]);
    served.gateway.files.exportFile = () => Promise.reject(new Error('inner secret'));
    const bug = await served.ask('/export/outgoing/x.tif', { headers: bearer });
    expect(bug.json()).toMatchObject({ code: 'FAILED' });
    expect(bug.body.toString()).not.toContain('inner secret');
    expect(served.logged.join()).toContain('inner secret');
  });
});
