// Serves the built user interface: its files, and index.html for the routes it has in the browser.

import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError, sendEmpty, streamFile } from './httpReplies.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Vite puts a hash of the content into the names under assets/. */
const HASHED_ASSET = /^\/assets\/[^/]+-[\w-]{8,}\.\w+$/;

/** Sends the file for `path` (decoded nowhere yet, without query). Throws HttpError 404 when there is none. */
export async function sendStaticFile(
  folder: string | undefined,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (folder === undefined) throw new HttpError(404, 'NOT_FOUND', 'This gateway has no user interface.');
  const file = await findFile(folder, path);
  if (file === undefined) throw new HttpError(404, 'NOT_FOUND', 'There is nothing at this address.');

  response.setHeader('Content-Type', file.type);
  response.setHeader('ETag', file.etag);
  const immutable = HASHED_ASSET.test(path);
  response.setHeader('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === file.etag) {
    sendEmpty(response, 304);
    return;
  }
  response.setHeader('Content-Length', file.byteLength);
  if (request.method === 'HEAD') {
    response.writeHead(200).end();
    return;
  }
  await streamFile(file.path, file.byteLength, response);
}

interface StaticFile {
  path: string;
  type: string;
  byteLength: number;
  etag: string;
}

async function findFile(folder: string, path: string): Promise<StaticFile | undefined> {
  const segments = decodeSegments(path);
  if (segments === undefined) return undefined;
  // A name without a dot is a place in the interface, not a file.
  const isRoute = !(segments.at(-1) ?? '').includes('.');
  return await readStaticFile(folder, isRoute ? ['index.html'] : segments);
}

/** `undefined` for everything that is not a plain path below the folder. */
function decodeSegments(path: string): string[] | undefined {
  const segments = [];
  for (const encoded of path.split('/').filter((segment) => segment !== '')) {
    const segment = decode(encoded);
    // A leading dot covers `..` and hidden files alike.
    if (segment === undefined || segment.startsWith('.') || /[/\\:\0]/.test(segment)) return undefined;
    segments.push(segment);
  }
  return segments;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

async function readStaticFile(folder: string, segments: string[]): Promise<StaticFile | undefined> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, ...segments));
    // Links may not lead out of the folder either.
    if (!path.startsWith(root + sep)) return undefined;
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    return {
      path,
      type: TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
      byteLength: found.size,
      etag: `"${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}"`,
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}
