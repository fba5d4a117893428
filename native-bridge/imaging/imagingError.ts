// Why a job could not be done, as one of the outcome codes the gateway knows.

import type { OutcomeCode } from '../../protocol/outcome.ts';

export class ImagingError extends Error {
  readonly code: OutcomeCode;
  /** The person's name of the file that is to blame, when it is one of several. */
  fileName: string | undefined;

  constructor(code: OutcomeCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ImagingError';
    this.code = code;
  }
}

/** Turns whatever was thrown into an ImagingError, a full disk and lost files included. */
export function toImagingError(error: unknown): ImagingError {
  if (error instanceof ImagingError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ImagingError('DISK_FULL', message, { cause: error });
  if (code === 'ENOENT') return new ImagingError('FILE_MISSING', message, { cause: error });
  if (error instanceof RangeError && /allocation|memory|array length/i.test(message)) {
    return new ImagingError('FILE_TOO_LARGE', message, { cause: error });
  }
  if (error instanceof Error && error.name === 'RuntimeError') {
    // A WebAssembly trap within PDFium: the worker is thrown away after it.
    return new ImagingError('FILE_BROKEN', `PDFium: ${message}`, { cause: error });
  }
  return new ImagingError('INTERNAL_ERROR', message, { cause: error });
}
