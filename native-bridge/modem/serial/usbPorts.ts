// Which device is behind a serial port, by what it says of itself on USB, and under which name it is found now. On Linux,
// where a modem that is plugged in again may get another name; Windows and macOS name a port after its device.

import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface UsbPorts {
  /** `undefined` where it is not on USB, cannot be known, or another port says the same of itself. Never rejects. */
  identityOf(path: string): Promise<string | undefined>;
  /** The one port of this identity; `undefined` when there is none, or more than one. Never rejects. */
  find(identity: string): Promise<string | undefined>;
}

/** From a tty up to the USB device that it belongs to: its interface, and at most two more. */
const MOST_LEVELS = 4;

export function createUsbPorts({ ttys = '/sys/class/tty', devices = '/dev' } = {}): UsbPorts {
  return {
    async identityOf(path) {
      const device = await realpath(path).catch(() => undefined);
      if (device === undefined || process.platform !== 'linux') return undefined;
      const name = basename(device);
      const all = await identities(ttys);
      const identity = all.get(name);
      const alike = [...all.values()].filter((other) => other === identity);
      return identity !== undefined && alike.length === 1 ? identity : undefined;
    },
    async find(identity) {
      if (process.platform !== 'linux') return undefined;
      const names = [...(await identities(ttys))].filter(([, other]) => other === identity);
      const [only] = names;
      return only !== undefined && names.length === 1 ? join(devices, only[0]) : undefined;
    },
  };
}

/** Of all ttys on USB, by name. */
async function identities(ttys: string): Promise<Map<string, string>> {
  const names = await readdir(ttys).catch(() => []);
  const found = new Map<string, string>();
  // Consoles and built-in ports are many.
  for (const name of names.filter((one) => /^tty(?:ACM|USB)\d+$/.test(one))) {
    const identity = await identityBehind(join(ttys, name, 'device'));
    if (identity !== undefined) found.set(name, identity);
  }
  return found;
}

/** `0572:1329 24680246 00`: vendor and product, serial number, interface. */
async function identityBehind(link: string): Promise<string | undefined> {
  let folder = await realpath(link).catch(() => undefined);
  let itsInterface = '';
  for (let level = 0; folder !== undefined && level < MOST_LEVELS; level += 1) {
    itsInterface ||= await textOf(folder, 'bInterfaceNumber');
    const vendor = await textOf(folder, 'idVendor');
    if (vendor !== '') {
      const product = await textOf(folder, 'idProduct');
      return `${vendor}:${product} ${await textOf(folder, 'serial')} ${itsInterface}`;
    }
    folder = join(folder, '..');
  }
  return undefined;
}

async function textOf(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  return text.trim().slice(0, 200);
}
