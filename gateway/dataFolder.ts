// Which folder a gateway keeps its data in, when the command line, the environment or the platform decide.

import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** The computer as far as folders depend on it. */
export interface FolderSurroundings {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  homeFolder: string;
  workingFolder: string;
}

/** Absolute path: what was asked for, else `HIKYAKU_DATA`, else where this platform keeps a program's data. */
export function findDataFolder(
  asked: string | undefined,
  surroundings: FolderSurroundings = {
    platform: process.platform,
    env: process.env,
    homeFolder: homedir(),
    workingFolder: process.cwd(),
  },
): string {
  const { platform, env, homeFolder, workingFolder } = surroundings;
  const path = platform === 'win32' ? win32 : posix;
  const given = nonEmpty(asked) ?? nonEmpty(env['HIKYAKU_DATA']);
  if (given !== undefined) return path.resolve(workingFolder, given);
  if (platform === 'win32') {
    return path.join(nonEmpty(env['APPDATA']) ?? path.join(homeFolder, 'AppData', 'Roaming'), 'Hikyaku');
  }
  if (platform === 'darwin') return path.join(homeFolder, 'Library', 'Application Support', 'Hikyaku');
  // The XDG base directory specification: a relative path there is to be ignored.
  const dataHome = nonEmpty(env['XDG_DATA_HOME']);
  const base = dataHome !== undefined && path.isAbsolute(dataHome) ? dataHome : undefined;
  return path.join(base ?? path.join(homeFolder, '.local', 'share'), 'hikyaku');
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
