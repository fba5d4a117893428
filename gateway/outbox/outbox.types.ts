// What the outbox is given: its surroundings, and whom it tells.

import type { Settings } from '../../protocol/api/types.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Route } from './route.types.ts';

export interface OutboxEvents {
  outgoingChanged(documentId: string): void;
  outgoingRemoved(documentId: string): void;
  /** A call began, went on or ended, or a count changed. */
  statusChanged(): void;
  /** All deliveries of a document are over. */
  finished(documentId: string): void;
}

export interface OutboxOptions {
  store: Store;
  settings(): Settings;
  /** Every destination belongs to exactly one of these. */
  routes: Routes;
  /** No document uses this preparation any more. */
  discardPreparation(preparationId: string): Promise<void>;
  /** Nobody waits for its pages now, though its documents are still there. */
  withdrawPreparation(preparationId: string): Promise<void>;
  /** A failed preparation is to be tried again. */
  wakePreparer(): void;
  events: OutboxEvents;
  log: Log;
  random?: () => number;
}

export interface Routes {
  relay: Route;
  telephone: Route;
}
