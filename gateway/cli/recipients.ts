// Whom a command means by what was written: a contact, a telephone number, or a device.

import { apiErrorOf } from '../../protocol/api/carrier.ts';
import type { Contact } from '../../protocol/api/types.ts';
import {
  lacksCountry,
  likelyTelephone,
  numberOf,
  telephoneDestination,
  telephoneFault,
} from '../../protocol/destination.ts';
import { deviceIdSchema } from '../../protocol/relay.ts';
import type { GatewayCommand } from './commandContext.ts';
import { CommandError, EXIT, usageError } from './commandError.ts';
import type { GatewayClient } from './gatewayClient.ts';

/**
 * Destinations for what was written after `--to`: `tel:` and a number, a contact's exact name, or a device id. An id that
 * looks like a telephone number is one only when it is a contact's, or among `devices`. Throws CommandError.
 */
export function findRecipients(
  names: string[],
  contacts: Contact[],
  devices: readonly string[] = [],
): string[] {
  const isDevice = (id: string): boolean =>
    devices.includes(id) || contacts.some(({ deviceId }) => deviceId === id);
  const found = names.map((name) => {
    if (/^\s*tel:/i.test(name)) return telephoneOf(name);
    const named = contacts.filter((contact) => contact.name === name);
    const reached = new Set(named.flatMap((contact) => destinationOf(contact) ?? []));
    const [destination, another] = reached;
    if (another !== undefined) {
      throw new CommandError(
        EXIT.failed,
        'CONFLICT',
        `Several contacts are called “${name}”. Use the device id or number of the right one.`,
      );
    }
    if (destination !== undefined) return destination;
    if (named.length > 0) {
      throw new CommandError(
        EXIT.failed,
        'INVALID_INPUT',
        `The contact “${name}” has neither a device id nor a telephone number.`,
      );
    }
    const telephone = likelyTelephone(name);
    const canBeDevice = deviceIdSchema.safeParse(name).success;
    if (canBeDevice && (telephone === undefined || isDevice(name))) return name;
    if (telephone !== undefined) throw usageError(telephoneHint(name, telephone, canBeDevice));
    throw new CommandError(
      EXIT.failed,
      'INVALID_INPUT',
      `“${name}” is neither a contact nor a device id (small letters, digits, “-”, “_”, “.”). ` +
        'A telephone number is written as tel:0312345678.',
    );
  });
  return [...new Set(found)];
}

/** Which of the names that look like telephone numbers are devices all the same, as far as the relay knows. */
export async function devicesAmong(gateway: GatewayClient, names: string[]): Promise<string[]> {
  const doubtful = names.filter(
    (name) => likelyTelephone(name) !== undefined && deviceIdSchema.safeParse(name).success,
  );
  try {
    const asked = doubtful.map((filter) => gateway.api.online.query({ filter, limit: 100 }));
    return (await Promise.all(asked)).flatMap(({ devices }) => devices.map(({ deviceId }) => deviceId));
  } catch (error) {
    if (apiErrorOf(error) === undefined) throw error;
    return [];
  }
}

/** Without a country a number with + is dialled as it stands, which is hardly what was meant. */
export async function warnWithoutCountry(
  { gateway, output }: GatewayCommand,
  destinations: readonly string[],
): Promise<void> {
  if (!destinations.some((destination) => lacksCountry(destination, ''))) return;
  const { country } = await gateway.api.settings.telephone.query();
  for (const destination of destinations) {
    if (!lacksCountry(destination, country)) continue;
    const number = numberOf(destination);
    output.warn(
      `No country is set, so ${number} is dialled as ${number.slice(1)}. Set yours with: hikyaku line settings --country CODE`,
    );
  }
}

function telephoneHint(name: string, telephone: string, canBeDevice: boolean): string {
  const hint = `“${name}” looks like a telephone number. Did you mean ${telephone}?`;
  if (!canBeDevice) return hint;
  return `${hint} If it is the id of a device, make it a contact: hikyaku contacts add NAME --device ${name}`;
}

function telephoneOf(text: string): string {
  const destination = telephoneDestination(text);
  if (destination !== undefined) return destination;
  throw new CommandError(EXIT.failed, 'INVALID_INPUT', telephoneFault(text));
}

/** The relay before the telephone: it costs nothing and confirms each page. */
function destinationOf({ deviceId, telephone }: Contact): string | undefined {
  return deviceId ?? (telephone === undefined ? undefined : telephoneDestination(telephone));
}
