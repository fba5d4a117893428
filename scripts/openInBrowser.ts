// Opens a link with a secret in it in the person's browser. Command lines can be read by everyone on the machine, so
// the browser is given the address of a redirect that works once.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const USE_WITHIN_MS = 60_000;

/** Does nothing when the system has no opener; the link stands in the terminal too. */
export async function openInBrowser(link: string): Promise<void> {
  const path = `/${randomBytes(24).toString('base64url')}`;
  const server = createServer((request, response) => {
    if (request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(302, { Location: link, 'Cache-Control': 'no-store', Connection: 'close' }).end();
    server.close();
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  setTimeout(() => server.close(), USE_WITHIN_MS).unref();
  server.unref();

  const address = server.address();
  if (address === null || typeof address === 'string') return;
  const [command, ...commandArguments] = opener(`http://127.0.0.1:${address.port}${path}`);
  const child = spawn(command, commandArguments, { stdio: 'ignore', detached: true });
  child.once('error', () => server.close());
  child.unref();
}

function opener(address: string): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', address];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '""', address];
  return ['xdg-open', address];
}
