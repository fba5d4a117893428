// Devices behind serial ports, on a tree as the system shows its own.

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createUsbPorts, type UsbPorts } from './usbPorts.ts';

let folder: string;
let usb: UsbPorts;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-usb-'));
  await Promise.all(['ttys', 'dev'].map((name) => mkdir(join(folder, name))));
  usb = createUsbPorts({ ttys: join(folder, 'ttys'), devices: join(folder, 'dev') });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const dev = (name: string): string => join(folder, 'dev', name);

/** A modem in a socket: with its port's name, and as it calls itself. */
async function plug(socket: string, name: string, serial?: string): Promise<void> {
  const device = join(folder, 'usb', socket);
  const port = name.startsWith('ttyACM') ? 'if' : join('if', name);
  await mkdir(join(device, port), { recursive: true });
  await writeFile(join(device, 'idVendor'), '0572\n');
  await writeFile(join(device, 'idProduct'), '1329\n');
  if (serial !== undefined) await writeFile(join(device, 'serial'), `${serial}\n`);
  await writeFile(join(device, 'if', 'bInterfaceNumber'), '00\n');
  await mkdir(join(folder, 'ttys', name));
  await symlink(join(device, port), join(folder, 'ttys', name, 'device'));
  await writeFile(dev(name), '');
}

async function unplug(socket: string, name: string): Promise<void> {
  for (const gone of [join(folder, 'usb', socket), join(folder, 'ttys', name), dev(name)]) {
    await rm(gone, { recursive: true });
  }
}

test.each(['ttyACM', 'ttyUSB'])('a modem on %s is found under its new name', async (kind) => {
  await plug('1-1', `${kind}0`, 'A');
  await plug('1-2', `${kind}1`, 'B');
  const identity = await usb.identityOf(dev(`${kind}0`));
  expect(identity).toBe('0572:1329 A 00');
  await symlink(dev(`${kind}0`), join(folder, 'link'));
  expect(await usb.identityOf(join(folder, 'link'))).toBe(identity);
  await unplug('1-1', `${kind}0`);
  expect(await usb.find(identity ?? '')).toBeUndefined();
  await plug('1-3', `${kind}7`, 'A');
  expect(await usb.find(identity ?? '')).toBe(dev(`${kind}7`));
});

test('two modems that say the same of themselves are not taken for one another', async () => {
  await plug('1-1', 'ttyACM0', '24680246');
  const alone = await usb.identityOf(dev('ttyACM0'));
  expect(alone).toBeDefined();
  await plug('1-2', 'ttyACM1', '24680246');
  expect(await usb.identityOf(dev('ttyACM0'))).toBeUndefined();
  expect(await usb.find(alone ?? '')).toBeUndefined();
});

test('a modem without a serial number is known while it is the only one', async () => {
  await plug('1-1', 'ttyACM0');
  expect(await usb.identityOf(dev('ttyACM0'))).toBe('0572:1329  00');
});

test('what is not on USB has no identity', async () => {
  await mkdir(join(folder, 'ttys', 'ttyS0'));
  await writeFile(dev('ttyS0'), '');
  expect(await usb.identityOf(dev('ttyS0'))).toBeUndefined();
  expect(await usb.identityOf(dev('nothing'))).toBeUndefined();
  expect(await createUsbPorts({ ttys: join(folder, 'none') }).find('x')).toBeUndefined();
});
