// `device import`: registers many devices at once, one JSON object a line on standard input; all of them or none.

import type { Command } from 'commander';
import { z } from 'zod';
import { deviceIdSchema } from '../../protocol/relay.ts';
import type { NewAccount } from '../accounts/accountStore.ts';
import { hashPassword } from '../accounts/passwords.ts';
import { RelayError } from '../relayError.ts';
import { answer, withCommonOptions, type CommonOptions } from './output.ts';
import { MAX_PASSWORD_CHARACTERS } from './passwordInput.ts';
import { withAccounts } from './withAccounts.ts';

const MOST_CHARACTERS = 8 * 1024 * 1024;
/** Each hash takes 16 MiB while it is made. */
const HASHES_AT_ONCE = 4;

const deviceSchema = z.strictObject({
  id: deviceIdSchema,
  password: z.string().min(1).max(MAX_PASSWORD_CHARACTERS),
  name: z.string().max(200).optional(),
  owner: z.string().optional(),
});
type Device = z.infer<typeof deviceSchema>;

export function addImportCommand(device: Command): void {
  withCommonOptions(device.command('import'))
    .description('register many devices: {"id","password","name"?,"owner"?} a line on standard input')
    .action(importDevices);
}

/** Those that exist already get the new password and are enabled. */
async function importDevices(options: CommonOptions): Promise<void> {
  const devices = parseDevices(await readInput());
  const accounts: NewAccount[] = [];
  for (let next = 0; next < devices.length; next += HASHES_AT_ONCE) {
    const group = devices.slice(next, next + HASHES_AT_ONCE);
    accounts.push(...(await Promise.all(group.map(toAccount))));
  }
  const added = withAccounts(options, true, (store) => store.putAll(accounts));
  const replaced = accounts.length - added;
  answer(options, `${added} added, ${replaced} given another password.`, { added, replaced });
}

async function toAccount({ id, password, name, owner }: Device): Promise<NewAccount> {
  return { deviceId: id, passwordHash: await hashPassword(password), displayName: name, owner };
}

/** Names the line that is wrong, and nothing of what stands in it: it has a password. */
function parseDevices(text: string): Device[] {
  const devices: Device[] = [];
  const ids = new Set<string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const parsed = deviceSchema.safeParse(parseJson(line));
    if (!parsed.success) {
      const fields = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? 'the whole')));
      throw new RelayError('badArgument', `Line ${index + 1} is no device: see ${[...fields].join(', ')}.`);
    }
    if (ids.has(parsed.data.id)) {
      throw new RelayError('badArgument', `Line ${index + 1} has a device that came before.`);
    }
    ids.add(parsed.data.id);
    devices.push(parsed.data);
  }
  return devices;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function readInput(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > MOST_CHARACTERS) {
      throw new RelayError('badArgument', 'That is more than 8 MiB: import it in parts.');
    }
  }
  return text;
}
