// Which HTTP request does what, and who may make it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { API_PATH, FILES_PATH, SIGN_IN_PATH } from '../../protocol/api/http.ts';
import { inputFault } from '../../protocol/api/inputFault.ts';
import type { Log } from '../log.ts';
import type { GatewayFiles } from './gatewayFiles.types.ts';
import {
  parseExportPath,
  parsePageImagePath,
  receiveUpload,
  sendExport,
  sendPageImage,
} from './fileRoutes.ts';
import { HttpError, sendEmpty } from './httpReplies.ts';
import { originOf } from './listenAddress.ts';
import type { RemovedDocuments } from './removedDocuments.ts';
import type { Identity, Sessions } from './sessions.ts';
import { sendStaticFile } from './staticFiles.ts';

export const HEADERS_TIMEOUT_MS = 10_000;
const MAX_SIGN_IN_BYTES = 4 * 1024;
/** Making a file of two thousand pages takes a while, and nothing moves on the socket meanwhile. */
const EXPORT_TIMEOUT_MS = 15 * 60_000;

export interface HttpContext {
  files: GatewayFiles;
  removed: Pick<RemovedDocuments, 'has'>;
  sessions: Sessions;
  staticFolder: string | undefined;
  log: Log;
  /** A session is over: its WebSockets too. */
  onSignOut: (sessionId: string) => void;
}

const signInSchema = z.object({ key: z.string().min(1).max(500) });

/** Answers one request whose Host is ours. Throws HttpError and ApiError, and whatever a bug throws. */
export async function answer(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path, query } = splitUrl(request.url ?? '/');
  const { files, removed } = context;

  if (path === SIGN_IN_PATH) {
    await answerSession(context, request, response);
  } else if (path === FILES_PATH) {
    allowMethods(request, ['POST']);
    requireIdentity(context, request);
    await receiveUpload(files, request, response);
  } else if (path.startsWith('/pages/')) {
    allowMethods(request, ['GET', 'HEAD']);
    requireIdentity(context, request);
    await sendPageImage(files, removed, parsePageImagePath(path, query), request, response);
  } else if (path.startsWith('/export/')) {
    allowMethods(request, ['GET', 'HEAD']);
    requireIdentity(context, request);
    request.socket.setTimeout(EXPORT_TIMEOUT_MS);
    await sendExport(files, parseExportPath(path), request, response, context.log);
  } else if (path === API_PATH) {
    requireIdentity(context, request);
    throw new HttpError(426, 'INVALID_INPUT', 'The API is a WebSocket.', { Upgrade: 'websocket' });
  } else {
    allowMethods(request, ['GET', 'HEAD']);
    await sendStaticFile(context.staticFolder, path, request, response);
  }
}

async function answerSession(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { sessions } = context;
  allowMethods(request, ['GET', 'HEAD', 'POST', 'DELETE']);
  refuseForeignOrigin(request);
  if (request.method === 'POST') {
    const { key } = await readJson(request, signInSchema);
    const result = sessions.signIn(key, request.socket.remoteAddress ?? '');
    if (result === 'wrongKey') throw new HttpError(401, 'NOT_ALLOWED', 'This key is not right.');
    if ('retryAfterSeconds' in result) {
      throw new HttpError(429, 'NOT_ALLOWED', 'Too many wrong keys. Wait a minute and try again.', {
        'Retry-After': String(result.retryAfterSeconds),
      });
    }
    response.setHeader('Set-Cookie', result.cookie);
  } else {
    const identity = requireIdentity(context, request);
    if (request.method === 'DELETE') {
      response.setHeader('Set-Cookie', sessions.signOut(identity));
      if (identity.by === 'session') context.onSignOut(identity.sessionId);
    }
  }
  sendEmpty(response, 204);
}

function allowMethods(request: IncomingMessage, methods: string[]): void {
  if (request.method !== undefined && methods.includes(request.method)) return;
  throw new HttpError(405, 'NOT_ALLOWED', 'This cannot be done with this address.', {
    Allow: methods.join(', '),
  });
}

function requireIdentity(context: HttpContext, request: IncomingMessage): Identity {
  const identity = context.sessions.identify(request);
  if (identity === undefined) throw new HttpError(401, 'NOT_ALLOWED', 'Sign in first.');
  const changesSomething = request.method !== 'GET' && request.method !== 'HEAD';
  if (changesSomething) {
    refuseForeignOrigin(request);
    // Browsers name the page with every such request; one that does not is no page of ours.
    if (identity.by === 'session' && originOf(request) !== 'ours') throw foreignPage();
  }
  return identity;
}

function refuseForeignOrigin(request: IncomingMessage): void {
  if (originOf(request) === 'foreign') throw foreignPage();
}

function foreignPage(): HttpError {
  return new HttpError(403, 'NOT_ALLOWED', 'Another web page may not use the gateway.');
}

function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  if (!path.startsWith('/')) {
    throw new HttpError(400, 'INVALID_INPUT', 'This is not an address of the gateway.');
  }
  return { path, query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)) };
}

async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  const timer = setTimeout(() => request.socket.destroy(), HEADERS_TIMEOUT_MS);
  try {
    const bytes: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
    for await (const chunk of bytes) {
      byteLength += chunk.length;
      if (byteLength > MAX_SIGN_IN_BYTES) {
        throw new HttpError(413, 'TOO_LARGE', 'This request is too long.');
      }
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
  const parsed = schema.safeParse(parseJson(Buffer.concat(chunks).toString('utf8')));
  if (!parsed.success) throw new HttpError(400, 'INVALID_INPUT', inputFault(parsed.error));
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
