// The gateway's HTTP routes beside the API's WebSocket: page images, downloads, uploads, sign-in.
// Under Electron the same paths are served at `hikyaku://app/`, where main passes them on to the gateway.

/** The API's WebSocket (tRPC). Asks for the session cookie or `Authorization: Bearer <key>`. */
export const API_PATH = '/api';

/** `POST` with JSON `{ key }` sets the session cookie (204) or answers 401; `DELETE` takes it back. */
export const SIGN_IN_PATH = '/session';

/**
 * `POST` one file as the raw body with `X-File-Name` (URI-encoded). Answers `UploadedFile` as JSON; errors are
 * `{ code, message }` with an ApiErrorCode. Files not used in a draft are dropped after a day.
 */
export const FILES_PATH = '/files';
export interface UploadedFile {
  fileId: string;
  name: string;
  byteLength: number;
}

export type Folder = 'incoming' | 'outgoing';

/**
 * A page as PNG; `width` asks for a smooth reduction to at most so many pixels, else the page's own bits. Never changes:
 * cache for ever. 204 when a client has just removed the fax.
 */
export function pageImagePath(
  folder: Folder,
  documentId: string,
  index: number,
  options: { width?: number; rotate?: 0 | 90 | 180 | 270 } = {},
): string {
  const query = new URLSearchParams();
  if (options.width !== undefined) query.set('width', String(options.width));
  if (options.rotate !== undefined && options.rotate !== 0) query.set('rotate', String(options.rotate));
  const text = query.toString();
  return `/pages/${folder}/${encodeURIComponent(documentId)}/${index}.png${text === '' ? '' : `?${text}`}`;
}

/** A whole document as a file, with a `Content-Disposition` that names it. */
export function exportPath(folder: Folder, documentId: string, format: 'pdf' | 'tif' | 'png'): string {
  return `/export/${folder}/${encodeURIComponent(documentId)}.${format}`;
}
