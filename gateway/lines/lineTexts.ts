// A line's state in plain English, for scripts, logs and the command line; the UI has its own words.

import type { Line } from '../../protocol/api/lines.ts';
import type { ModemIdentity } from '../../protocol/modem.ts';

type Shown = Pick<Line, 'state' | 'path' | 'modem' | 'detail' | 'ringing' | 'faxClass'>;

/** What is the matter, and what a person can do about it. */
export function lineText(line: Shown): string {
  const { path } = line;
  switch (line.state) {
    case 'disabled':
      return 'Switched off.';
    case 'starting':
      return line.detail === undefined
        ? 'Being started.'
        : 'The program part that drives this modem ended. It is being started again.';
    case 'opening':
      return 'The modem is being asked what it can do.';
    case 'ready':
      return line.modem === undefined ? 'Ready.' : `Ready: ${modemName(line.modem)}.`;
    case 'ringing':
      return `Ringing${callerText(line.ringing)}.`;
    case 'inCall':
      return 'A call is up.';
    case 'absent':
      return `There is no port ${path}. Plug the modem in; the line is ready by itself then.`;
    case 'held':
      if (line.detail?.startsWith(SAME_PORT) === true) {
        return `Another line has the port ${path} already, under another name. Remove one of the two.`;
      }
      return `Another program uses ${path}. End that program; the line is ready by itself then.`;
    case 'denied':
      return `You are not allowed to open ${path}. ${DENIED_HELP[process.platform] ?? 'Ask whoever looks after this computer.'}`;
    case 'silent':
      if (line.detail?.endsWith(NO_PORT) === true) {
        return `${path} is not a serial port. Look for the modem’s port with a scan, and give the line that one.`;
      }
      return `Nothing answers on ${path}. Switch the modem on, check its cable, and whether this is its port.`;
    case 'unfit': {
      const asked = line.faxClass === 'auto' ? '' : ` in class ${line.faxClass}; try class auto`;
      const why = line.detail === undefined ? '' : ` ${line.detail}`;
      return `What answers on ${path} cannot send or receive faxes${asked}.${why}`;
    }
  }
}

/** What the modem host says of a port that another line got hold of: two names turned out to be one port's. */
const SAME_PORT = 'Another line has this port';
/** What the modem host says of a file, a folder and the like. */
const NO_PORT = 'is not a serial port.';

const DENIED_HELP: Partial<Record<NodeJS.Platform, string>> = {
  linux:
    'Add this user to the group that owns the port, mostly: sudo usermod -a -G dialout NAME. Then log in again.',
  win32: 'Another program may hold it, or it needs an administrator.',
};

/** `U.S. Robotics 5637, class 1, 14,400 bit/s, error correction`. */
export function modemName(modem: ModemIdentity): string {
  const name = `${modem.maker} ${modem.model}`.trim();
  const rate = Math.max(0, ...modem.sendRatesBps);
  return [
    name === '' ? 'a modem that does not give its name' : name,
    `class ${modem.faxClass}`,
    ...(rate === 0 ? [] : [`${rate.toLocaleString('en')} bit/s`]),
    ...(modem.ecm ? ['error correction'] : []),
  ].join(', ');
}

function callerText(ringing: Line['ringing']): string {
  const caller = ringing?.callerName ?? ringing?.callerNumber;
  return caller === undefined ? '' : `: ${caller}`;
}
