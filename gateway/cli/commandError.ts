// Why a command ends without success: an exit code for scripts, a stable code, one sentence for the person.

import { apiErrorOf, isConnectionError } from '../../protocol/api/carrier.ts';
import { UNEXPECTED_FAILURE } from '../../protocol/api/router.ts';

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  waiting: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  constructor(exitCode: ExitCode, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.code = code;
  }
}

export function usageError(message: string): CommandError {
  return new CommandError(EXIT.usage, 'USAGE', message);
}

export function notRunning(dataFolder: string): CommandError {
  return new CommandError(
    EXIT.notRunning,
    'NOT_RUNNING',
    `No gateway is running on this data folder. Start it with: hikyaku serve --data ${quoted(dataFolder)}`,
  );
}

/** What to tell of whatever was thrown. */
export function commandErrorOf(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const apiError = apiErrorOf(error);
  if (apiError !== undefined) return new CommandError(EXIT.failed, apiError.code, apiError.message);
  if (isConnectionError(error)) {
    return new CommandError(
      EXIT.notRunning,
      'NOT_RUNNING',
      'The gateway stopped before it answered. Start it again and see whether the command took effect.',
    );
  }
  if (isSystemError(error)) {
    return new CommandError(EXIT.failed, error.code, systemErrorText(error), { cause: error });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new CommandError(EXIT.failed, 'FAILED', `${UNEXPECTED_FAILURE} (${detail})`, { cause: error });
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

const SYSTEM_ERRORS: Record<string, string> = {
  EACCES: 'No permission for',
  EISDIR: 'This is a folder, not a file:',
  ENOENT: 'There is no such file or folder:',
  ENOSPC: 'No disk space is left for',
  ENOTDIR: 'Not a folder:',
  EPERM: 'No permission for',
  EROFS: 'The disk is read-only:',
};

/** One sentence on a file or folder that could not be used. */
export function systemErrorText(error: NodeJS.ErrnoException): string {
  const known = SYSTEM_ERRORS[error.code ?? ''];
  return known === undefined || error.path === undefined ? error.message : `${known} ${error.path}`;
}

function quoted(path: string): string {
  return /^[\w./\\:@%+=,-]+$/.test(path) ? path : `"${path}"`;
}
