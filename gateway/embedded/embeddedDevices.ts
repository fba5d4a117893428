// The three devices of the embedded relay and their passwords, made once and kept in the data folder.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder, writeDurably } from '../store/durableFile.ts';
import { addRelayDevices } from './relayProcess.ts';

export const EMBEDDED_DEVICES = {
  office: { deviceId: 'this-office', name: 'This office' },
  echo: { deviceId: 'echo', name: 'Echo (test)' },
  demo: { deviceId: 'demo-office', name: 'Demo office' },
} as const;

const passwordsSchema = z.object({ office: z.string(), echo: z.string(), demo: z.string() });
export type EmbeddedPasswords = z.infer<typeof passwordsSchema>;

/** Registers the devices at the relay's data folder when that was not done before. `anew` does it again with other passwords. */
export async function embeddedPasswords(relayFolder: string, anew: boolean): Promise<EmbeddedPasswords> {
  const path = join(relayFolder, 'gateway-devices.json');
  const known = anew ? undefined : await readPasswords(path);
  if (known !== undefined) return known;
  const passwords = { office: newPassword(), echo: newPassword(), demo: newPassword() };
  await makeFolder(relayFolder);
  const roles = ['office', 'echo', 'demo'] as const;
  await addRelayDevices(
    relayFolder,
    roles.map((role) => ({ ...EMBEDDED_DEVICES[role], password: passwords[role] })),
  );
  await writeDurably(path, Buffer.from(JSON.stringify(passwords)));
  return passwords;
}

async function readPasswords(path: string): Promise<EmbeddedPasswords | undefined> {
  try {
    const parsed = passwordsSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Missing or damaged: the devices get new passwords.
    return undefined;
  }
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
