// Lets the command line ask the running relay how it is: HTTP on loopback, with a token that only whoever may
// read the data folder knows.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RelayServerStatus } from '../server.ts';

export interface AdminEndpoint {
  close(): Promise<void>;
}

export async function openAdminEndpoint(
  file: string,
  status: () => RelayServerStatus,
): Promise<AdminEndpoint> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const isAllowed = isSame(request.headers.authorization ?? '', `Bearer ${token}`);
    const isStatus = request.method === 'GET' && request.url === '/status';
    response.writeHead(isAllowed ? (isStatus ? 200 : 404) : 401, {
      'content-type': 'application/json',
      connection: 'close',
    });
    response.end(isAllowed && isStatus ? JSON.stringify(status()) : '{}');
  });
  server.maxConnections = 16;
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('Not a network address'));
      else resolve(address.port);
    });
  });
  // Whole or not at all: a reader never sees half of it.
  writeFileSync(`${file}.new`, JSON.stringify({ port, token, pid: process.pid }), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return {
    async close() {
      rmSync(file, { force: true });
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
