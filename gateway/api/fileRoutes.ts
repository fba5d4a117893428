// Bytes by URL: uploads in; page images and exported documents out.

import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../../protocol/api/types.ts';
import type { Folder } from '../../protocol/api/http.ts';
import type { Log } from '../log.ts';
import type { GatewayFiles } from './gatewayFiles.types.ts';
import { sendEmpty, sendJson, streamFile } from './httpReplies.ts';
import type { RemovedDocuments } from './removedDocuments.ts';

const MAX_IMAGE_WIDTH = 4_000;
const EXPORT_TYPES = { pdf: 'application/pdf', tif: 'image/tiff', png: 'image/png' };
const ID = '([A-Za-z0-9_-]{1,64})';
const PAGE_PATH = new RegExp(`^/pages/(incoming|outgoing)/${ID}/(\\d{1,5})\\.png$`);
const EXPORT_PATH = new RegExp(`^/export/(incoming|outgoing)/${ID}\\.(pdf|tif|png)$`);

export interface PageImageRequest {
  folder: Folder;
  documentId: string;
  index: number;
  width: number | undefined;
  rotate: 0 | 90 | 180 | 270;
}

export interface ExportRequest {
  folder: Folder;
  documentId: string;
  format: 'pdf' | 'tif' | 'png';
}

/** Reads `/pages/…`. Throws ApiError NOT_FOUND, INVALID_INPUT. */
export function parsePageImagePath(path: string, query: URLSearchParams): PageImageRequest {
  const [, folder, documentId, index] = PAGE_PATH.exec(path) ?? [];
  if (folder === undefined || documentId === undefined) {
    throw new ApiError('NOT_FOUND', 'There is no such page.');
  }
  const widthText = query.get('width');
  const width = widthText === null ? undefined : Number(widthText);
  if (width !== undefined && !(Number.isInteger(width) && width >= 1 && width <= MAX_IMAGE_WIDTH)) {
    throw new ApiError('INVALID_INPUT', `The width of a page image is 1 to ${MAX_IMAGE_WIDTH} pixels.`);
  }
  const rotateText = query.get('rotate') ?? '0';
  const rotate = ([0, 90, 180, 270] as const).find((angle) => String(angle) === rotateText);
  if (rotate === undefined) throw new ApiError('INVALID_INPUT', 'A page turns by 0, 90, 180 or 270 degrees.');
  return { folder: asFolder(folder), documentId, index: Number(index), width, rotate };
}

/** Reads `/export/…`. Throws ApiError NOT_FOUND. */
export function parseExportPath(path: string): ExportRequest {
  const [, folder, documentId, formatText] = EXPORT_PATH.exec(path) ?? [];
  const format = (['pdf', 'tif', 'png'] as const).find((known) => known === formatText);
  if (folder === undefined || documentId === undefined || format === undefined) {
    throw new ApiError('NOT_FOUND', 'There is no such document.');
  }
  return { folder: asFolder(folder), documentId, format };
}

/** Takes one uploaded file. An upload that breaks off ends the iteration with an error, so nothing of it is kept. */
export async function receiveUpload(
  files: GatewayFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = readFileName(request.headers['x-file-name']);
  // The stream stays open when the file is refused midway: the answer has to go back on the same socket.
  const bytes: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  sendJson(response, 200, await files.addFile(name, bytes));
}

/** Sends a page's picture; nothing (204) when the document was removed meanwhile. */
export async function sendPageImage(
  files: GatewayFiles,
  removed: Pick<RemovedDocuments, 'has'>,
  wanted: PageImageRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // The page never changes, so its address says everything about its content.
  const etag = `"${wanted.folder}-${wanted.documentId}-${wanted.index}-${wanted.width ?? 'full'}-${wanted.rotate}"`;
  const matches = request.headers['if-none-match'] === etag;
  const png = matches ? undefined : await pageImageOrRemoved(files, removed, wanted);
  if (png === 'removed') {
    sendEmpty(response, 204);
    return;
  }
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
  if (png === undefined) {
    sendEmpty(response, 304);
    return;
  }
  response.setHeader('Content-Type', 'image/png');
  response.setHeader('Content-Length', png.byteLength);
  response.writeHead(200).end(png);
}

async function pageImageOrRemoved(
  files: GatewayFiles,
  removed: Pick<RemovedDocuments, 'has'>,
  { folder, documentId, index, width, rotate }: PageImageRequest,
): Promise<Uint8Array | 'removed'> {
  try {
    return await files.pageImage(folder, documentId, index, { width, rotate });
  } catch (error) {
    if (error instanceof ApiError && removed.has(folder, documentId)) return 'removed';
    throw error;
  }
}

export async function sendExport(
  files: GatewayFiles,
  wanted: ExportRequest,
  request: IncomingMessage,
  response: ServerResponse,
  log: Log,
): Promise<void> {
  const file = await files.exportFile(wanted.folder, wanted.documentId, wanted.format);
  try {
    const { size } = await stat(file.path);
    response.setHeader('Content-Type', EXPORT_TYPES[wanted.format]);
    response.setHeader('Content-Length', size);
    response.setHeader('Content-Disposition', contentDisposition(file.fileName));
    response.writeHead(200);
    if (request.method === 'HEAD') response.end();
    else await streamFile(file.path, size, response);
  } finally {
    try {
      await file.dispose();
    } catch (error) {
      log.warn('An exported file could not be removed', { error: String(error) });
    }
  }
}

/** Names a download for every browser: plain ASCII for old ones, RFC 5987 for the rest. */
export function contentDisposition(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function readFileName(header: string | string[] | undefined): string {
  const name = typeof header === 'string' ? decodeName(header) : undefined;
  // Only the last part counts, and no character that a file system or a terminal would take amiss.
  const clean = name
    ?.split(/[/\\]/)
    .at(-1)
    ?.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '')
    .trim()
    .slice(0, 200);
  if (clean === undefined || clean === '' || clean === '.' || clean === '..') {
    throw new ApiError('INVALID_INPUT', 'An uploaded file needs a name (X-File-Name, URI-encoded).');
  }
  return clean.toWellFormed();
}

function decodeName(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function asFolder(text: string): Folder {
  return text === 'incoming' ? 'incoming' : 'outgoing';
}
