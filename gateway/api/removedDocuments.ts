// The documents that clients have removed: who asked for a picture of one at the same time has made no mistake.

import type { Folder } from '../../protocol/api/http.ts';
import type { GatewayServices } from '../../protocol/api/services.ts';

/** Far more than can be removed while a picture is on its way. */
const MOST_REMEMBERED = 1_000;

export interface RemovedDocuments {
  /** What the clients are to use, so that their removals are noted. */
  services: GatewayServices;
  /** Whether a client has asked for its removal, lately and since the start. */
  has(folder: Folder, documentId: string): boolean;
}

/**
 * Notes what is removed by way of `services`. Removals and pictures come over different connections, from one window
 * or several: nothing keeps a picture's request from arriving after the removal of its document.
 */
export function noteRemovals(services: GatewayServices): RemovedDocuments {
  const removed = new Set<string>();
  const nameOf = (folder: Folder, documentId: string): string => `${folder} ${documentId}`;
  const note = (folder: Folder, documentId: string): void => {
    removed.add(nameOf(folder, documentId));
    for (const oldest of removed) {
      if (removed.size <= MOST_REMEMBERED) break;
      removed.delete(oldest);
    }
  };
  // Everything else is left to `services`.
  const noting = Object.create(services) as GatewayServices;
  // Noted before it is done: afterwards, a picture could be asked for in between.
  noting.removeOutgoing = (documentId) => {
    note('outgoing', documentId);
    return services.removeOutgoing(documentId);
  };
  noting.removeIncoming = (documentId) => {
    note('incoming', documentId);
    return services.removeIncoming(documentId);
  };
  return { services: noting, has: (folder, documentId) => removed.has(nameOf(folder, documentId)) };
}
