// What an error of the system or of serialport means for the person at the line: absent, held, denied or broken.

import { realpath, stat } from 'node:fs/promises';
import type { SerialFault } from './serialConnection.types.ts';

const KINDS: readonly { kind: SerialFault['kind']; pattern: RegExp }[] = [
  // flock says EWOULDBLOCK, TIOCEXCL says EBUSY, Windows ERROR_ACCESS_DENIED.
  { kind: 'held', pattern: /cannot lock port|EBUSY|resource busy|access denied/i },
  { kind: 'denied', pattern: /EACCES|EPERM|permission denied|not permitted/i },
  {
    kind: 'absent',
    pattern:
      /ENOENT|ENXIO|ENODEV|ENOTDIR|no such (file|device)|file not found|not configured|unknown error code 433\b/i,
  },
];

/** `error`: of opening, reading or writing `path`. */
export function serialFaultOf(path: string, error: unknown): SerialFault {
  const text = error instanceof Error ? error.message : String(error);
  const kind = KINDS.find((entry) => entry.pattern.test(text))?.kind ?? 'broken';
  return { kind, detail: detailOf(kind, path, text) };
}

/**
 * What can be known of a port before it is opened: that it is not there, or is no device. Undefined where nothing speaks
 * against opening it. On Windows ports are not files: nothing is known.
 */
export async function faultBeforeOpening(path: string): Promise<SerialFault | undefined> {
  if (process.platform === 'win32') return undefined;
  try {
    const found = await stat(await realpath(path));
    if (found.isCharacterDevice()) return undefined;
    return { kind: 'broken', detail: `${path} is not a serial port.` };
  } catch (error) {
    return serialFaultOf(path, error);
  }
}

/** The fault of a port that was open: gone, when its device is gone, whatever the error said. */
export async function faultWhileOpen(path: string, error: unknown): Promise<SerialFault> {
  const before = await faultBeforeOpening(path);
  if (before?.kind === 'absent') return goneFault(path);
  // Its name may be there again already, for the device that was plugged in instead.
  if (/EIO|EBADF|i\/o error|input\/output error/i.test(String(error))) return goneFault(path);
  const fault = serialFaultOf(path, error);
  // A port that was ours can't be held or denied: these words are of the moment of its going.
  return fault.kind === 'broken' || fault.kind === 'absent' ? fault : { ...fault, kind: 'broken' };
}

/** Of a port that was open. */
export function goneFault(path: string): SerialFault {
  return { kind: 'absent', detail: `${path} has gone: was it unplugged?` };
}

function detailOf(kind: SerialFault['kind'], path: string, text: string): string {
  switch (kind) {
    case 'absent':
      return `There is no port ${path}.`;
    case 'held':
      return `Another program is using ${path}.`;
    case 'denied':
      return `This user may not open ${path}.`;
    case 'broken':
      return `${path}: ${text.replace(/^Error:\s*/, '').slice(0, 150)}`;
  }
}
