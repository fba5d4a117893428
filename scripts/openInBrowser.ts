// Opens a link with a secret in it in the person's browser. Command lines can be read by everyone on the machine, so
// the browser is given the address of a redirect that works once.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const USE_WITHIN_MS = 60_000;

/** Does nothing when the system has no opener; the link stands in the terminal too. */
export async function openInBrowser(link: string): Promise<void> {
  const redirect = await redirectOnce(link);
  const [command, ...commandArguments] = opener(redirect.address);
  const child = spawn(command, commandArguments, { stdio: 'ignore', detached: true });
  child.once('error', () => redirect.close());
  child.unref();
}

/** An address that leads to `link` the first time it is asked for, within a minute. Does not keep the process alive. */
export async function redirectOnce(link: string): Promise<{ address: string; close(): void }> {
  const path = `/${randomBytes(24).toString('base64url')}`;
  const server = createServer((request, response) => {
    if (request.url !== path) {
      response.writeHead(404, { Connection: 'close' }).end();
      return;
    }
    server.close();
    response.writeHead(302, { Location: link, 'Cache-Control': 'no-store', Connection: 'close' }).end();
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const limit = setTimeout(() => server.close(), USE_WITHIN_MS).unref();
  server.once('close', () => clearTimeout(limit));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The redirect has no port.');
  return { address: `http://127.0.0.1:${address.port}${path}`, close: () => server.close() };
}

function opener(address: string): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', address];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '""', address];
  return ['xdg-open', address];
}
