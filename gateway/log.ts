// The gateway's technical log. Fields are plain values; passwords, keys and page contents never go in.

import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

type LogFields = Record<string, string | number | boolean | undefined>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface FileLogOptions {
  folder: string;
  /** Also to the standard error stream. */
  toStderr?: boolean;
  maxFileBytes?: number;
  /** The newest file counts too. */
  maxFiles?: number;
}

const MAX_FILE_BYTES = 2 * 1024 * 1024;
const MAX_FILES = 5;
const MAX_LINE_LENGTH = 4_000;

/** `gateway.log` in `folder`; when it is full it becomes `gateway.log.1`, that one `gateway.log.2`, and so on. A log that cannot be written never stops the gateway. */
export function createFileLog(options: FileLogOptions): Log {
  const path = join(options.folder, 'gateway.log');
  const maxFileBytes = options.maxFileBytes ?? MAX_FILE_BYTES;
  const maxFiles = options.maxFiles ?? MAX_FILES;
  let byteLength = sizeOf(path);
  let folderMade = false;

  const write = (level: string, message: string, fields: LogFields = {}): void => {
    const line = formatLine(new Date(), level, message, fields);
    if (options.toStderr === true) process.stderr.write(line);
    const lineBytes = Buffer.byteLength(line);
    try {
      if (!folderMade) mkdirSync(options.folder, { recursive: true, mode: 0o700 });
      folderMade = true;
      if (byteLength > 0 && byteLength + lineBytes > maxFileBytes) {
        rotate(path, maxFiles);
        byteLength = 0;
      }
      appendFileSync(path, line, { mode: 0o600 });
      byteLength += lineBytes;
    } catch (error) {
      // A full disk stops the log, nothing else; it is said where somebody may look.
      process.stderr.write(
        `log not written (${error instanceof Error ? error.message : 'unknown'}): ${line}`,
      );
    }
  };
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

/** A log with some fields on every line. */
export function logWith(log: Log, fixed: LogFields): Log {
  return {
    info: (message, fields) => log.info(message, { ...fixed, ...fields }),
    warn: (message, fields) => log.warn(message, { ...fixed, ...fields }),
    error: (message, fields) => log.error(message, { ...fixed, ...fields }),
  };
}

/** An error as one line for the log. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function formatLine(now: Date, level: string, message: string, fields: LogFields): string {
  const known = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  // What comes from outside must not break the log's lines.
  const text = `${message}${known.join('')}`.replaceAll(/[\r\n]+/gu, ' ⏎ ').slice(0, MAX_LINE_LENGTH);
  return `${now.toISOString()} ${level} ${text}\n`;
}

function rotate(path: string, maxFiles: number): void {
  rmSync(`${path}.${maxFiles - 1}`, { force: true });
  for (let number = maxFiles - 2; number >= 0; number -= 1) {
    const from = number === 0 ? path : `${path}.${number}`;
    if (sizeOf(from) > 0) renameSync(from, `${path}.${number + 1}`);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
