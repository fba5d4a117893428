// `hikyaku://app/`: the window's own origin. Serves the built UI from disk and passes page images, downloads and
// uploads on to the gateway with its access key, which the page itself never has.

import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import type { CustomScheme } from 'electron';
import { CONTENT_SECURITY_POLICY } from '../protocol/api/contentSecurityPolicy.ts';
import { FILES_PATH } from '../protocol/api/http.ts';
import type { GatewayReady } from '../gateway/starter/hostStarter.ts';

const SCHEME = 'hikyaku';
export const APPLICATION_ORIGIN = `${SCHEME}://app`;

/** To be registered before Electron is ready. */
export const APPLICATION_SCHEME: CustomScheme = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
};

interface ApplicationSources {
  /** Folder of the built UI. */
  rendererFolder: string;
  /** Where the gateway serves now; `undefined` while it is starting or has just ended. */
  gateway(): GatewayReady | undefined;
}

/** The handler for `protocol.handle`. Answers every request; never throws. */
export function applicationScheme(sources: ApplicationSources): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    if (`${url.protocol}//${url.host}` !== APPLICATION_ORIGIN) return plainAnswer(404);
    if (isGatewayRequest(request.method, url.pathname)) return passOn(request, url, sources.gateway());
    if (request.method !== 'GET' && request.method !== 'HEAD') return plainAnswer(405);
    return rendererFile(sources.rendererFolder, url.pathname);
  };
}

/** Whether a navigation to this address is a download from the gateway and not a page. */
export function isDownload(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && `${url.protocol}//${url.host}` === APPLICATION_ORIGIN && isExport(url.pathname);
}

const SAFETY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.pdf': 'application/pdf',
};

/** What the gateway may know of a request, and the page of the answer: no cookies, no keys, no server names. */
const REQUEST_HEADERS = ['accept', 'content-type', 'if-none-match', 'range', 'x-file-name'];
const ANSWER_HEADERS = [
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-length',
  'content-range',
  'content-type',
  'etag',
];
/** The gateway makes an export of a long document while it answers. */
const GATEWAY_ANSWER_LIMIT_MS = 600_000;

function isExport(path: string): boolean {
  return path.startsWith('/export/');
}

function isGatewayRequest(method: string, path: string): boolean {
  if (method === 'POST') return path === FILES_PATH;
  return (method === 'GET' || method === 'HEAD') && (path.startsWith('/pages/') || isExport(path));
}

async function passOn(request: Request, url: URL, gateway: GatewayReady | undefined): Promise<Response> {
  if (gateway === undefined) return plainAnswer(503);
  const headers = new Headers({ authorization: `Bearer ${gateway.key}` });
  copyHeaders(REQUEST_HEADERS, request.headers, headers);
  const init: RequestInit & { duplex?: 'half' } = {
    method: request.method,
    headers,
    redirect: 'error',
    signal: AbortSignal.any([request.signal, AbortSignal.timeout(GATEWAY_ANSWER_LIMIT_MS)]),
  };
  if (request.body !== null) {
    init.body = request.body;
    init.duplex = 'half';
  }
  try {
    const answer = await fetch(`${gateway.origin}${url.pathname}${url.search}`, init);
    const answerHeaders = new Headers(SAFETY_HEADERS);
    copyHeaders(ANSWER_HEADERS, answer.headers, answerHeaders);
    return new Response(answer.body, { status: answer.status, headers: answerHeaders });
  } catch {
    // The gateway ended in the middle, or took too long: the page shows its own words for a failed request.
    return plainAnswer(502);
  }
}

function copyHeaders(names: readonly string[], from: Headers, to: Headers): void {
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) to.set(name, value);
  }
}

async function rendererFile(rendererFolder: string, path: string): Promise<Response> {
  const root = resolve(rendererFolder);
  // A path without an extension is one of the UI's own screens.
  const wanted = extname(path) === '' ? 'index.html' : decodePath(path);
  const file = wanted === undefined ? undefined : resolve(join(root, wanted));
  if (file === undefined || !file.startsWith(root + sep)) return plainAnswer(404);
  const type = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream';
  try {
    return new Response(await readFile(file), { headers: { ...SAFETY_HEADERS, 'Content-Type': type } });
  } catch {
    return plainAnswer(404);
  }
}

function decodePath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}

function plainAnswer(status: 404 | 405 | 502 | 503): Response {
  return new Response(null, { status, headers: SAFETY_HEADERS });
}
