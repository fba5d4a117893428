// Files between the command line and its gateway: uploads, and downloads that are whole or not there.

import { createWriteStream, openAsBlob } from 'node:fs';
import { access, constants, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import { FILES_PATH } from '../../protocol/api/http.ts';
import type { UploadedFile } from '../../protocol/api/http.ts';
import { API_ERROR_CODES, ApiError } from '../../protocol/api/types.ts';
import { CommandError, EXIT, isSystemError, usageError } from './commandError.ts';
import type { Endpoint } from './endpoint.ts';

export type ExportFormat = 'pdf' | 'tif' | 'png';

const uploadedFileSchema = z.object({ fileId: z.string(), name: z.string(), byteLength: z.number() });
const httpErrorSchema = z.object({ code: z.enum(API_ERROR_CODES), message: z.string() });

/** Throws CommandError for files that nobody could send, before anything is uploaded. */
export async function checkReadable(paths: string[]): Promise<void> {
  for (const path of paths) {
    const found = await stat(path);
    if (found.isDirectory()) {
      throw new CommandError(EXIT.failed, 'EISDIR', `This is a folder, not a file: ${path}`);
    }
    if (!found.isFile()) throw new CommandError(EXIT.failed, 'FILE_NOT_SUPPORTED', `Not a file: ${path}`);
    await access(path, constants.R_OK);
  }
}

export async function uploadFile(endpoint: Endpoint, path: string): Promise<UploadedFile> {
  const response = await request(endpoint, FILES_PATH, {
    method: 'POST',
    headers: { 'x-file-name': encodeURIComponent(basename(path).toWellFormed()) },
    body: await openAsBlob(path),
  });
  return uploadedFileSchema.parse(await response.json());
}

/** Which kind of file a name asks for. Throws a usage error for others. */
export function exportFormatOf(path: string): ExportFormat {
  const extension = extname(path).toLowerCase();
  if (extension === '.pdf') return 'pdf';
  if (extension === '.tif' || extension === '.tiff') return 'tif';
  if (extension === '.png') return 'png';
  throw usageError(`The name of the file to write ends in .pdf, .tif or .png, unlike ${path}.`);
}

/** Writes what `urlPath` gives to `target`: under another name first, so that `target` is never half a file. */
export async function downloadFile(endpoint: Endpoint, urlPath: string, target: string): Promise<void> {
  const folder = dirname(target);
  await access(folder, constants.W_OK);
  const response = await request(endpoint, urlPath, { method: 'GET' });
  const part = join(folder, `.${basename(target).slice(0, 180)}.${process.pid}.part`);
  try {
    if (response.body === null) throw new Error('The gateway sent an empty answer.');
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream<Uint8Array>),
      createWriteStream(part, { flush: true }),
    );
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw isSystemError(error) ? error : connectionBroke(error);
  }
}

async function request(endpoint: Endpoint, path: string, init: RequestInit): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${endpoint.key}` };
  let response: Response;
  try {
    response = await fetch(new URL(path, endpoint.origin), { ...init, headers, redirect: 'error' });
  } catch (error) {
    throw connectionBroke(error);
  }
  if (response.ok) return response;
  const parsed = httpErrorSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) throw new ApiError(parsed.data.code, parsed.data.message);
  throw new Error(`The gateway answered with HTTP ${response.status}.`);
}

function connectionBroke(cause: unknown): CommandError {
  return new CommandError(
    EXIT.notRunning,
    'NOT_RUNNING',
    'The connection to the gateway broke while a file was being transferred.',
    { cause },
  );
}
