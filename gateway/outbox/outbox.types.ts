// What the outbox is given: its surroundings, and whom it tells.

import type { Outcome } from '../../protocol/outcome.ts';
import type { RelayStatus, Settings } from '../../protocol/api/types.ts';
import type { DocumentSource } from '../call/documentCall.types.ts';
import type { Log } from '../log.ts';
import type { RelayCall, RelaySession } from '../relaySession/relaySession.types.ts';
import type { Store } from '../store/store.ts';

export interface OutboxEvents {
  outgoingChanged(documentId: string): void;
  outgoingRemoved(documentId: string): void;
  /** A call began, went on or ended, or a count changed. */
  statusChanged(): void;
  /** All deliveries of a document are over. */
  finished(documentId: string): void;
}

export interface OutboxOptions extends SendOverRelay {
  store: Store;
  settings(): Settings;
  /** No document uses this preparation any more. */
  discardPreparation(preparationId: string): Promise<void>;
  /** Nobody waits for its pages now, though its documents are still there. */
  withdrawPreparation(preparationId: string): Promise<void>;
  /** A failed preparation is to be tried again. */
  wakePreparer(): void;
  events: OutboxEvents;
  log: Log;
  software: string;
  /** Calls at once, one per destination. */
  mostCalls?: number;
  random?: () => number;
}

/** What the outbox needs of the relay session and the call protocol. */
export interface SendOverRelay {
  relayStatus(): RelayStatus;
  call: RelaySession['call'];
  sendDocument(
    call: RelayCall,
    source: DocumentSource,
    options: { software: string; log: Log; signal: AbortSignal },
  ): Promise<Outcome>;
}
