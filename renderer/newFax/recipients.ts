// Who can be chosen as a recipient, and what counts as a device id or a telephone number.

import type { Contact, OnlineDevice } from '../../protocol/api/types.ts';
import { canonicalDestination, canonicalNumber, numberAsDialled } from '../../protocol/canonicalNumber.ts';
import { isTelephone, numberOf, telephoneDestination } from '../../protocol/destination.ts';
import { deviceIdSchema } from '../../protocol/relay.ts';

export type Presence = 'online' | 'busy' | 'offline';

export interface Candidate {
  /** Device id, or `tel:` and a number. */
  id: string;
  name: string;
  /** Of a telephone nobody knows. */
  presence?: Presence;
  /** Of the contact that it belongs to; a contact may be reached in two ways. */
  contactId?: string;
}

/**
 * The address book first, then who else is online; each device and number once. A contact with both is offered twice,
 * the device first: the relay confirms and costs nothing.
 */
export function candidatesOf(
  contacts: readonly Contact[],
  online: readonly OnlineDevice[],
  country = '',
): Candidate[] {
  const candidates = new Map<string, Candidate>();
  const add = (candidate: Candidate): void => {
    const id = canonicalDestination(candidate.id, country);
    if (!candidates.has(id)) candidates.set(id, candidate);
  };
  for (const { id: contactId, name, deviceId, telephone } of contacts) {
    if (deviceId !== undefined)
      add({ id: deviceId, name, presence: presenceOf(deviceId, online), contactId });
    const number = telephone === undefined ? undefined : telephoneDestination(telephone);
    if (number !== undefined) add({ id: number, name, contactId });
  }
  for (const device of online) {
    add({
      id: device.deviceId,
      name: device.contactName ?? device.displayName ?? device.deviceId,
      presence: device.busy ? 'busy' : 'online',
    });
  }
  return [...candidates.values()];
}

export function presenceOf(deviceId: string | undefined, online: readonly OnlineDevice[]): Presence {
  const device = online.find((candidate) => candidate.deviceId === deviceId);
  return device === undefined ? 'offline' : device.busy ? 'busy' : 'online';
}

/** `more` without those whom `chosen` has already, each once: a number in two forms is one. */
export function notAmong(more: readonly string[], chosen: readonly string[], country: string): string[] {
  const taken = new Set(chosen.map((id) => canonicalDestination(id, country)));
  return more.filter((id) => {
    const canonical = canonicalDestination(id, country);
    return taken.has(canonical) ? false : taken.add(canonical);
  });
}

/** Those whose name, id or number contains what is typed; the number in any of its forms. */
export function matching(candidates: readonly Candidate[], typed: string, country = ''): Candidate[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [...candidates];
  const digits = digitsOf(typed);
  const formsOf = (id: string): string => {
    const number = canonicalNumber(numberOf(id), country);
    return [numberOf(id), number, numberAsDialled(number, country)].join(' ');
  };
  return candidates.filter(
    ({ id, name }) =>
      name.toLowerCase().includes(wanted) ||
      (isTelephone(id) ? digits.length > 1 && formsOf(id).includes(digits) : id.includes(wanted)),
  );
}

/** Nothing when other characters than those of a telephone number are among what is typed. */
function digitsOf(typed: string): string {
  const plain = typed.normalize('NFKC').replaceAll(/[\s()./‐-―-]/g, '');
  return /^\+?\d+$/.test(plain) ? plain : '';
}

/** Ids as people paste them: separated by commas, semicolons or spaces, with capitals. */
export function splitIds(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,;、，；]+/)
    .filter((part) => part !== '');
}

export const isDeviceId = (text: string): boolean => deviceIdSchema.safeParse(text).success;

/**
 * The destinations in a text as people type or paste it; `bad` is the first part that is none. What can be a number is
 * one, unless `known` has a device of that id.
 */
export function destinationsIn(
  text: string,
  known: (deviceId: string) => boolean = () => false,
): { destinations: string[]; bad: string | undefined } {
  const destinations: string[] = [];
  let bad: string | undefined;
  const take = (part: string): boolean => {
    // Japanese keyboards write the long vowel mark for a hyphen.
    const plain = part.replaceAll(/(?<=[0-9０-９])[ーｰ]/g, '-');
    const number = known(part.toLowerCase()) ? undefined : telephoneDestination(plain);
    const found = number ?? (isDeviceId(part.toLowerCase()) ? part.toLowerCase() : undefined);
    if (found !== undefined) destinations.push(found);
    return found !== undefined;
  };
  for (const part of text.split(/[\n,;、，；]+/).map((piece) => piece.trim())) {
    // Blanks stand within numbers, but between ids.
    if (part === '' || take(part)) continue;
    for (const piece of splitIds(part)) if (!take(piece)) bad ??= piece;
  }
  return { destinations: [...new Set(destinations)], bad };
}
