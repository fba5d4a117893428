// Who can be chosen as a recipient, and what counts as a device id.

import type { Contact, OnlineDevice } from '../../protocol/api/types.ts';
import { deviceIdSchema } from '../../protocol/relay.ts';

export type Presence = 'online' | 'busy' | 'offline';

export interface Candidate {
  /** Device id. */
  id: string;
  name: string;
  presence: Presence;
}

/** The address book first, then who else is online; each device once. */
export function candidatesOf(contacts: readonly Contact[], online: readonly OnlineDevice[]): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const { name, deviceId } of contacts) {
    if (deviceId !== undefined && !candidates.has(deviceId))
      candidates.set(deviceId, { id: deviceId, name, presence: presenceOf(deviceId, online) });
  }
  for (const device of online) {
    if (candidates.has(device.deviceId)) continue;
    candidates.set(device.deviceId, {
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

/** Those whose name or id contains what is typed. */
export function matching(candidates: readonly Candidate[], typed: string): Candidate[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [...candidates];
  return candidates.filter(
    (candidate) => candidate.name.toLowerCase().includes(wanted) || candidate.id.includes(wanted),
  );
}

/** Ids as people paste them: separated by commas, semicolons or spaces, with capitals. */
export function splitIds(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,;、，；]+/)
    .filter((part) => part !== '');
}

export const isDeviceId = (text: string): boolean => deviceIdSchema.safeParse(text).success;
