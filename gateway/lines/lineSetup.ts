// A line's set-up: checked as given by a person, and turned into what the modem host is told.

import { realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { ApiError } from '../../protocol/api/types.ts';
import {
  lineSetupSchema,
  newLineSchema,
  type LineChange,
  type LineSetup,
  type NewLine,
} from '../../protocol/api/lines.ts';
import { inputFault } from '../../protocol/api/inputFault.ts';
import type { ModemSetup } from '../../protocol/modem.ts';
import { MODEM_PROFILES } from '../../protocol/modemProfiles.ts';
import { withoutUndefined } from '../store/row.ts';

const LOCAL_ID_LENGTH = 20;

/** The set-up of a new line. Throws ApiError INVALID_INPUT, in a person's words. */
export function newLineSetup(line: NewLine, fallbackName: string): LineSetup {
  const checked = newLineSchema.safeParse(line);
  if (!checked.success) throw new ApiError('INVALID_INPUT', inputFault(checked.error));
  const { name, ...rest } = checked.data;
  refuseUnknownProfile(rest.profile);
  return checkedSetup({ ...rest, name: name === '' ? fallbackName : name });
}

/** The set-up with some of it changed; an empty profile and no baud rate stand for: find out. Throws ApiError INVALID_INPUT. */
export function changedSetup(setup: LineSetup, change: LineChange): LineSetup {
  const { baudRate, ...kept } = setup;
  if (change.profile !== setup.profile) refuseUnknownProfile(change.profile);
  const { baudRate: wanted = baudRate, ...others } = change;
  const rate = wanted === undefined || wanted === null ? {} : { baudRate: wanted };
  return checkedSetup({ ...kept, ...withoutUndefined(others), ...rate });
}

function refuseUnknownProfile(profile: string | undefined): void {
  if (profile === undefined || profile === '' || Object.hasOwn(MODEM_PROFILES, profile)) return;
  const names = Object.keys(MODEM_PROFILES).join(', ');
  throw new ApiError(
    'INVALID_INPUT',
    `There is no modem profile “${profile.slice(0, 40)}”. It is auto, or one of ${names}.`,
  );
}

function checkedSetup(setup: LineSetup): LineSetup {
  const checked = lineSetupSchema.safeParse(setup);
  if (!checked.success) throw new ApiError('INVALID_INPUT', inputFault(checked.error));
  const { profile, ...rest } = checked.data;
  if (process.platform !== 'win32' && !isAbsolute(rest.path)) {
    throw new ApiError('INVALID_INPUT', 'Give the whole path of the port, such as /dev/ttyACM0.');
  }
  if (rest.extraInit.some((command) => !/^[\x20-\x7e]+$/.test(command))) {
    throw new ApiError(
      'INVALID_INPUT',
      'A command for the modem has letters, digits and signs, such as AT&K4.',
    );
  }
  return profile === undefined || profile === '' ? rest : { ...rest, profile };
}

/** What the modem host is told. `faxNumber`: the office's, for lines without a number of their own. */
export function modemSetup(setup: LineSetup, faxNumber: string): ModemSetup {
  const { path, faxClass, profile, baudRate, flowControl, toneDialling, blindDial, extraInit } = setup;
  return withoutUndefined({
    path,
    faxClass,
    profile,
    baudRate,
    flowControl,
    localId: setup.localId === '' ? localIdOf(faxNumber) : setup.localId,
    toneDialling,
    blindDial,
    extraInit,
  });
}

/** A fax number as people write it, as CSI and TSI can carry it: digits, + and blanks, at most 20 (T.30 §5.3.6.2.4). */
export function localIdOf(faxNumber: string): string {
  const spaced = faxNumber
    .normalize('NFKC')
    .replaceAll(/[^0-9+]+/gu, ' ')
    .trim();
  return spaced.length <= LOCAL_ID_LENGTH ? spaced : spaced.replaceAll(' ', '').slice(0, LOCAL_ID_LENGTH);
}

/**
 * Throws ApiError INVALID_INPUT when what is at a path can never be a modem's port. Where nothing is, a port may come: a
 * modem that is not plugged in now.
 */
export async function refuseNoPort(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const found = await stat(path);
    if (found.isCharacterDevice()) return;
    const what = found.isDirectory() ? 'a folder' : found.isFile() ? 'a file' : 'something else';
    throw new ApiError('INVALID_INPUT', `${path} is ${what}, not a serial port. ${LOOK}`);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES') {
      throw new ApiError('INVALID_INPUT', `You are not allowed to look at ${path}. ${LOOK}`);
    }
    if (code !== 'ENOENT') throw new ApiError('INVALID_INPUT', `${path} cannot be a serial port. ${LOOK}`);
  }
}

const LOOK = 'Look for the modem’s port with a scan.';

/** What a path stands for, to tell whether two name one port; itself while there is nothing. */
export async function portBehind(path: string): Promise<string> {
  if (process.platform === 'win32') return path.toUpperCase();
  return realpath(path).catch(() => path);
}
