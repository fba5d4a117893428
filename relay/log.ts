// The relay's log: one JSON line per event. Never a password, a token, or a byte of a call.

export type LogFields = Record<string, string | number | boolean | undefined>;

export interface RelayLog {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export const SILENT_LOG: RelayLog = { info() {}, warn() {}, error() {} };

/** Writes to `stream` (standard error when serving); a stream that is gone is no reason to stop. */
export function createJsonLog(stream: { write(text: string): unknown }): RelayLog {
  function write(level: 'info' | 'warn' | 'error', event: string, fields: LogFields = {}): void {
    stream.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
  }
  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}
