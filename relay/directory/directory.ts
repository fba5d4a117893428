// Who is online: live presence behind one interface, so that several relays can share it later.

import type { DirectoryEntry } from '../../protocol/relay.ts';

export interface Presence extends DirectoryEntry {
  owner: string | undefined;
}

export interface DirectoryQuery {
  /** Who asks: neither it nor a device of another owner is shown. */
  asker: { deviceId: string; owner: string | undefined };
  /** Part of the id or the name, in any case of letters. */
  filter?: string | undefined;
  after?: string | undefined;
  limit: number;
}

export interface Directory {
  /** The device is online, or something about it changed. */
  set(presence: Presence): void;
  /** The device is offline. */
  delete(deviceId: string): void;
  find(deviceId: string): Presence | undefined;
  list(query: DirectoryQuery): { devices: DirectoryEntry[]; more: boolean };
  /** Called for every device whose entry is another than before; `undefined` when it went offline. Returns how to stop. */
  watch(listener: (before: Presence | undefined, after: Presence | undefined) => void): () => void;
  readonly size: number;
}

/** Devices see and reach the devices of their own owner. */
export function maySee(asker: { owner: string | undefined }, other: { owner: string | undefined }): boolean {
  return asker.owner === other.owner;
}

export function toEntry({ deviceId, displayName, busy }: Presence): DirectoryEntry {
  return displayName === undefined ? { deviceId, busy } : { deviceId, displayName, busy };
}
