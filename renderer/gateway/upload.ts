// Puts a file from this PC into the gateway, with progress.

import { FILES_PATH, type UploadedFile } from '../../protocol/api/http.ts';
import { API_ERROR_CODES, type ApiErrorCode } from '../../protocol/api/types.ts';

/** `unreachable`: no answer at all. */
export type UploadFailure = ApiErrorCode | 'unreachable';

export class UploadError extends Error {
  readonly failure: UploadFailure;
  constructor(failure: UploadFailure) {
    super(`upload failed: ${failure}`);
    this.name = 'UploadError';
    this.failure = failure;
  }
}

/** `onProgress` is told the share done, 0 to 1. Throws UploadError, or the signal's reason when it aborts. */
export function uploadFile(
  file: Blob,
  name: string,
  signal: AbortSignal,
  onProgress: (share: number) => void = () => {},
): Promise<UploadedFile> {
  return new Promise((resolve, reject: (reason: Error) => void) => {
    // fetch cannot tell how far a body has been sent.
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    const settle = (): void => signal.removeEventListener('abort', abort);
    request.open('POST', FILES_PATH);
    request.setRequestHeader('X-File-Name', encodeURIComponent(name));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      settle();
      const answer: unknown = request.response;
      if (request.status >= 200 && request.status < 300 && isUploadedFile(answer)) resolve(answer);
      else reject(new UploadError(failureOf(answer)));
    });
    request.addEventListener('error', () => {
      settle();
      reject(new UploadError('unreachable'));
    });
    request.addEventListener('abort', () => {
      settle();
      reject(signal.reason instanceof Error ? signal.reason : new UploadError('unreachable'));
    });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) reject(new UploadError('unreachable'));
    else request.send(file);
  });
}

function isUploadedFile(answer: unknown): answer is UploadedFile {
  return (
    typeof answer === 'object' && answer !== null && 'fileId' in answer && typeof answer.fileId === 'string'
  );
}

function failureOf(answer: unknown): UploadFailure {
  if (typeof answer !== 'object' || answer === null || !('code' in answer)) return 'FAILED';
  return API_ERROR_CODES.find((code) => code === answer.code) ?? 'FAILED';
}
