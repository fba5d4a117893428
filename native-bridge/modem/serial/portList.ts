// The serial ports of this computer, by names that stay the same when a modem is unplugged and plugged in again.

import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SerialPort } from 'serialport';

export interface FoundPort {
  /** To be saved and opened: /dev/serial/by-id/… where there is one, /dev/ttyS0, COM3. */
  path: string;
  /** What `path` stands for now: /dev/ttyACM0. */
  device: string;
  /** As the device says, made readable. */
  maker?: string;
  /** `vendor:product`, four hexadecimal digits each, small letters. */
  usbId?: string;
  serialNumber?: string;
}

/** Folders of links, the better first: by-id follows the device, by-path the socket it is plugged into. */
const LINK_FOLDERS = ['/dev/serial/by-id', '/dev/serial/by-path'];

/** Ports with something behind them, in the order of their devices. PTYs are not among them. Never rejects. */
export async function listPorts(): Promise<FoundPort[]> {
  const links = await stableLinks();
  const listed = await SerialPort.list().catch(() => devicesByName());
  const ports: FoundPort[] = [];
  for (const found of listed) {
    // On macOS tty.* waits for a carrier at opening, cu.* does not.
    const device = found.path.replace(/^\/dev\/tty\./, '/dev/cu.');
    if (await isPhantom(device)) continue;
    const usbId =
      usbIdText(found.vendorId, found.productId) ??
      (process.platform === 'linux' ? await usbIdOf(device) : undefined);
    const maker = readable(found.manufacturer);
    const serialNumber = readable(found.serialNumber);
    ports.push({
      path: links.get(device) ?? device,
      device,
      ...(maker === undefined ? {} : { maker }),
      ...(usbId === undefined ? {} : { usbId }),
      ...(serialNumber === undefined ? {} : { serialNumber }),
    });
  }
  return ports.sort((one, other) => one.device.localeCompare(other.device, 'en', { numeric: true }));
}

/** `vendor:product` of the device behind a port (a link, too); undefined when it is not on USB or cannot be known. */
export async function usbIdOf(path: string): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const listed = await SerialPort.list().catch(() => []);
    const found = listed.find((port) => port.path === path);
    return usbIdText(found?.vendorId, found?.productId);
  }
  try {
    const name = basename(await realpath(path));
    // The tty hangs below a USB interface, that below the device which has the ids.
    let folder = await realpath(join('/sys/class/tty', name, 'device'));
    for (let up = 0; up < 4 && folder.startsWith('/sys/'); up += 1) {
      const [vendor, product] = await Promise.all([
        readFile(join(folder, 'idVendor'), 'utf8').catch(() => undefined),
        readFile(join(folder, 'idProduct'), 'utf8').catch(() => undefined),
      ]);
      if (vendor !== undefined) return usbIdText(vendor.trim(), product?.trim());
      folder = join(folder, '..');
    }
  } catch {
    // No such port, or a PTY.
  }
  return undefined;
}

/** Device → its stable name. */
async function stableLinks(): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const folder of LINK_FOLDERS) {
    for (const name of await readdir(folder).catch(() => [])) {
      const link = join(folder, name);
      const device = await realpath(link).catch(() => undefined);
      if (device !== undefined && !links.has(device)) links.set(device, link);
    }
  }
  return links;
}

interface ListedPort {
  path: string;
  manufacturer?: string | undefined;
  serialNumber?: string | undefined;
  vendorId?: string | undefined;
  productId?: string | undefined;
}

/** Without udev's help: what looks like a port by its name. */
async function devicesByName(): Promise<ListedPort[]> {
  const names = await readdir('/dev').catch(() => []);
  return names
    .filter((name) => /^tty(ACM|USB|S|AMA)\d+$/.test(name))
    .map((name) => ({ path: `/dev/${name}` }));
}

/** Linux has names for serial ports that were never built in: their UART is of type 0. */
async function isPhantom(device: string): Promise<boolean> {
  const name = /^\/dev\/(ttyS\d+)$/.exec(device)?.[1];
  if (name === undefined) return false;
  const type = await readFile(join('/sys/class/tty', name, 'type'), 'utf8').catch(() => '0');
  return type.trim() === '0';
}

function usbIdText(vendor: string | undefined, product: string | undefined): string | undefined {
  const id = `${vendor ?? ''}:${product ?? ''}`.toLowerCase();
  return /^[0-9a-f]{4}:[0-9a-f]{4}$/.test(id) ? id : undefined;
}

function readable(text: string | undefined): string | undefined {
  const shown = text
    ?.replaceAll('_', ' ')
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 100);
  return shown === undefined || shown === '' ? undefined : shown;
}
