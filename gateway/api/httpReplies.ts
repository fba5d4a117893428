// How the API server answers over HTTP: security headers, JSON, errors.

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONTENT_SECURITY_POLICY } from '../../protocol/api/contentSecurityPolicy.ts';
import { UNEXPECTED_FAILURE } from '../../protocol/api/router.ts';
import { ApiError } from '../../protocol/api/types.ts';
import type { ApiErrorCode } from '../../protocol/api/types.ts';
import type { Log } from '../log.ts';

const STATUS_OF_CODE = {
  NOT_FOUND: 404,
  INVALID_INPUT: 400,
  NOT_ALLOWED: 403,
  CONFLICT: 409,
  RELAY_OFFLINE: 503,
  DISK_FULL: 507,
  TOO_LARGE: 413,
  FAILED: 500,
} satisfies Record<ApiErrorCode, number>;

/** An error with another HTTP status than its code's. */
export class HttpError extends ApiError {
  readonly status: number;
  readonly headers: Record<string, string>;
  constructor(status: number, code: ApiErrorCode, message: string, headers: Record<string, string> = {}) {
    super(code, message);
    this.name = 'HttpError';
    this.status = status;
    this.headers = headers;
  }
}

/** Headers of every answer. */
export function setCommonHeaders(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cache-Control', 'no-store');
}

export function sendEmpty(response: ServerResponse, status: 204 | 304): void {
  response.writeHead(status).end();
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', bytes.length);
  response.writeHead(status).end(bytes);
}

/** Sends a file of which `byteLength` bytes were promised. One that has become shorter breaks the connection, so that nobody takes it for whole or waits for the rest. */
export async function streamFile(path: string, byteLength: number, response: ServerResponse): Promise<void> {
  if (byteLength === 0) {
    response.end();
    return;
  }
  const source = createReadStream(path, { end: byteLength - 1 });
  await pipeline(source, response, { end: false });
  if (source.bytesRead === byteLength) response.end();
  else response.destroy();
}

/** Answers with what a person may know of `error`; a bug is logged with its stack and told without. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  log: Log,
): void {
  const known = error instanceof ApiError ? error : undefined;
  const gone = response.destroyed || request.socket.destroyed;
  if (known === undefined && !gone) {
    log.error('An HTTP request failed', {
      method: request.method,
      path: (request.url ?? '').split('?')[0],
      stack: error instanceof Error ? error.stack : String(error),
    });
  }
  if (gone || response.headersSent) {
    // Half an answer must not look like a whole one.
    response.destroy();
    return;
  }
  for (const name of ['ETag', 'Content-Disposition', 'Content-Length']) response.removeHeader(name);
  response.setHeader('Cache-Control', 'no-store');
  if (error instanceof HttpError) {
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  }
  const status = error instanceof HttpError ? error.status : STATUS_OF_CODE[known?.code ?? 'FAILED'];
  if (!request.complete) closeAfterAnswer(request, response);
  sendJson(response, status, {
    code: known?.code ?? 'FAILED',
    message: known?.message ?? UNEXPECTED_FAILURE,
  });
}

/** The rest of an upload that is refused is thrown away for two seconds, so that the sender gets to read why. */
function closeAfterAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Connection', 'close');
  request.resume();
  response.once('finish', () => {
    const timer = setTimeout(() => request.socket.destroy(), 2_000);
    request.socket.once('close', () => {
      clearTimeout(timer);
    });
  });
}
