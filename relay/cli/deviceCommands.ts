// `device add | import | list | remove | password | enable | disable`: the accounts, also while the relay is running.

import type { Command } from 'commander';
import { deviceIdSchema } from '../../protocol/relay.ts';
import type { Account, AccountStore } from '../accounts/accountStore.ts';
import { hashPassword } from '../accounts/passwords.ts';
import { RelayError } from '../relayError.ts';
import { addImportCommand } from './importCommand.ts';
import { answer, withCommonOptions, type CommonOptions } from './output.ts';
import { readPassword } from './passwordInput.ts';
import { withAccounts } from './withAccounts.ts';

interface PasswordOptions extends CommonOptions {
  passwordStdin?: boolean;
}

interface AddOptions extends PasswordOptions {
  name?: string;
  owner?: string;
  replace?: boolean;
}

export function addDeviceCommands(program: Command): void {
  const device = program.command('device').description('the devices that may log in');

  withCommonOptions(device.command('add <id>'))
    .description('register a device')
    .option('--password-stdin', 'read the password from standard input')
    .option('--name <text>', 'the name that others see when the device gives none itself')
    .option('--owner <text>', 'devices see and call only those of the same owner')
    .option('--replace', 'when the device exists already, give it the new password and enable it')
    .action(addDevice);

  addImportCommand(device);

  withCommonOptions(device.command('list')).description('list the devices').action(listDevices);

  withCommonOptions(device.command('remove <id>'))
    .description('remove a device; its connections end')
    .action((id: string, options: CommonOptions) =>
      change(options, id, 'removed', (accounts) => accounts.remove(id)),
    );

  withCommonOptions(device.command('password <id>'))
    .description('give a device another password; its connections end')
    .option('--password-stdin', 'read the password from standard input')
    .action(async (id: string, options: PasswordOptions) => {
      withAccounts(options, false, (accounts) => mustExist(accounts, id));
      const hash = await hashPassword(await readPassword(options.passwordStdin === true));
      change(options, id, 'given another password', (accounts) => accounts.setPasswordHash(id, hash));
    });

  withCommonOptions(device.command('enable <id>'))
    .description('let a device log in again')
    .action((id: string, options: CommonOptions) =>
      change(options, id, 'enabled', (accounts) => accounts.setEnabled(id, true)),
    );

  withCommonOptions(device.command('disable <id>'))
    .description('let a device log in no more; its connections end')
    .action((id: string, options: CommonOptions) =>
      change(options, id, 'disabled', (accounts) => accounts.setEnabled(id, false)),
    );
}

async function addDevice(id: string, options: AddOptions): Promise<void> {
  if (!deviceIdSchema.safeParse(id).success) {
    throw new RelayError(
      'badArgument',
      `“${id}” is not a device id: lower-case letters, digits, “-”, “_” and “.”, at most 64 of them, a letter or digit first and last.`,
    );
  }
  if (options.name !== undefined && options.name.length > 200) {
    throw new RelayError('badArgument', 'The name is longer than 200 characters.');
  }
  const passwordHash = await hashPassword(await readPassword(options.passwordStdin === true));
  const isNew = withAccounts(options, true, (accounts) => {
    if (accounts.add({ deviceId: id, passwordHash, displayName: options.name, owner: options.owner })) {
      return true;
    }
    if (options.replace !== true) throw new RelayError('deviceExists', `There is a device ${id} already.`);
    accounts.setPasswordHash(id, passwordHash);
    accounts.setEnabled(id, true);
    return false;
  });
  answer(options, `Device ${id} ${isNew ? 'added' : 'given another password'}.`, { id, added: isNew });
}

function listDevices(options: CommonOptions): void {
  const accounts = withAccounts(options, false, (store) => store.list());
  const json = accounts.map(({ deviceId, displayName, owner, enabled, createdAt, lastLoginAt }) => ({
    id: deviceId,
    displayName: displayName ?? null,
    owner: owner ?? null,
    enabled,
    createdAt,
    lastLoginAt: lastLoginAt ?? null,
  }));
  answer(options, accounts.length === 0 ? 'There are no devices.' : accounts.map(lineOf).join('\n'), json);
}

function lineOf({ deviceId, displayName, enabled, lastLoginAt }: Account): string {
  const login = lastLoginAt === undefined ? 'never logged in' : `last login ${lastLoginAt}`;
  return [deviceId, displayName ?? '', enabled ? '' : 'disabled', login]
    .filter((part) => part !== '')
    .join('  ');
}

function change(
  options: CommonOptions,
  id: string,
  what: string,
  work: (accounts: AccountStore) => boolean,
): void {
  withAccounts(options, false, (accounts) => {
    if (!work(accounts)) throw unknownDevice(id);
  });
  answer(options, `Device ${id} ${what}.`, { id, done: true });
}

function mustExist(accounts: AccountStore, id: string): void {
  if (accounts.find(id) === undefined) throw unknownDevice(id);
}

function unknownDevice(id: string): RelayError {
  return new RelayError('unknownDevice', `There is no device ${id}.`);
}
