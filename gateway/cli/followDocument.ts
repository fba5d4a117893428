// Follows one outgoing document: shows it anew whenever it, or the relay, has changed.

import type { GatewayStatus, OutgoingDocument, RelayStatus } from '../../protocol/api/types.ts';
import type { GatewayClient } from './gatewayClient.ts';

/** How often to look even when nothing was heard: times pass, and an event may be lost with its gateway. */
const LOOK_EVERY_MS = 1_000;

export interface DocumentSight {
  document: OutgoingDocument;
  relay: RelayStatus | undefined;
  /** When the document last changed, in ms. */
  unchangedSince: number;
}

/**
 * Yields the document now and after every change, and every second. Survives a restart of the gateway.
 * Throws ApiError NOT_FOUND (as the client's error) when the document is gone, NOT_RUNNING when the gateway is.
 */
export async function* followDocument(
  gateway: GatewayClient,
  documentId: string,
): AsyncGenerator<DocumentSight, void, void> {
  let status: GatewayStatus | undefined;
  let changed = true;
  let wake: () => void = () => undefined;
  const noteChange = (): void => {
    changed = true;
    wake();
  };
  const subscription = gateway.api.events.subscribe(undefined, {
    onData: (event) => {
      if (event.type === 'status') status = event.status;
      if (event.type === 'status' || (event.type === 'outgoing' && event.documentId === documentId)) {
        noteChange();
      }
    },
  });
  let last = '';
  let unchangedSince = Date.now();
  try {
    for (;;) {
      changed = false;
      const document = await gateway.persistently(() => gateway.api.outgoing.get.query({ documentId }));
      const present = JSON.stringify(document);
      if (present !== last) unchangedSince = Date.now();
      last = present;
      yield { document, relay: status?.relay, unchangedSince };
      if (!changed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOOK_EVERY_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  } finally {
    subscription.unsubscribe();
  }
}
