// `hikyaku contacts …`: names for device ids.

import type { Contact, NewContact } from '../../../protocol/api/types.ts';
import type { CommandContext } from '../commandContext.ts';
import { CommandError, EXIT, usageError } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import { table } from '../output.ts';

export async function listContacts(context: CommandContext, options: { search?: string }): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const contacts = await gateway.api.contacts.list.query(options);
    output.result(contacts, contactTable(contacts));
  });
}

export interface NewContactOptions {
  device?: string;
  telephone?: string;
  note?: string;
}

/** A contact of the same name gets the new numbers: the command may be repeated. */
export async function addContact(
  context: CommandContext,
  name: string,
  options: NewContactOptions,
): Promise<ExitCode> {
  const { device, telephone, note } = options;
  if (device === undefined && telephone === undefined) {
    throw usageError('Give --device ID, --telephone NUMBER, or both.');
  }
  return await context.withGateway(async ({ gateway, output }) => {
    const known = only(await gateway.api.contacts.list.query(), name);
    const contact: NewContact & { id?: string } = {
      ...known,
      name,
      ...(device === undefined ? {} : { deviceId: device }),
      ...(telephone === undefined ? {} : { telephone }),
      ...(note === undefined ? {} : { note }),
    };
    const saved = await gateway.api.contacts.save.mutate(contact);
    output.result(saved, contactTable([saved]));
  });
}

export async function removeContact(context: CommandContext, nameOrId: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const contact = only(await gateway.api.contacts.list.query(), nameOrId);
    if (contact === undefined) {
      throw new CommandError(EXIT.failed, 'NOT_FOUND', `There is no contact “${nameOrId}”.`);
    }
    await gateway.api.contacts.remove.mutate({ id: contact.id });
    output.result({ removed: contact.id }, '');
  });
}

function only(contacts: Contact[], nameOrId: string): Contact | undefined {
  const byId = contacts.find((contact) => contact.id === nameOrId);
  if (byId !== undefined) return byId;
  const [first, second] = contacts.filter((contact) => contact.name === nameOrId);
  if (second === undefined) return first;
  throw new CommandError(
    EXIT.failed,
    'CONFLICT',
    `Several contacts are called “${nameOrId}”. Use the id that “hikyaku contacts list” shows.`,
  );
}

function contactTable(contacts: Contact[]): string {
  const rows = contacts.map((contact) => [
    contact.id,
    contact.name,
    contact.deviceId ?? '',
    contact.telephone ?? '',
    contact.note ?? '',
  ]);
  return table(['ID', 'NAME', 'DEVICE', 'TELEPHONE', 'NOTE'], rows, 'There are no contacts yet.');
}
