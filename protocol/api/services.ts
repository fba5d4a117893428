// What the API's router needs from the gateway. The router is built over this interface, so that it can be
// served by the real gateway, by a fake in a test, over any carrier.

import type { Outcome } from '../outcome.ts';
import type { PageOptions } from '../imaging.ts';
import type {
  Attempt,
  Contact,
  DocumentPage,
  GatewayEvent,
  GatewayStatus,
  IncomingDocument,
  Listing,
  NewContact,
  NewRelayAccount,
  OnlineDevice,
  OutgoingDocument,
  RelayAccount,
  Settings,
} from './types.ts';

export interface ListRequest {
  limit: number;
  cursor?: string | undefined;
  /** Words that must be in title, subject, or the other end's name or device id. */
  search?: string | undefined;
}

/** Every method throws `ApiError` for what the person can be told; anything else is a bug. */
export interface GatewayServices {
  status(): GatewayStatus;
  /** Ends when `signal` aborts. The first event is the present status. */
  events(signal: AbortSignal): AsyncIterable<GatewayEvent>;

  /** Devices online at the relay, by device id. Throws RELAY_OFFLINE. */
  online(request: {
    filter?: string | undefined;
    limit: number;
    after?: string | undefined;
  }): Promise<{ devices: OnlineDevice[]; more: boolean }>;

  /** Begins a draft from uploaded files (see the HTTP route `POST /files`). Its pages appear one by one. */
  createDraft(request: { fileIds: string[]; options: PageOptions }): Promise<OutgoingDocument>;
  /**
   * A draft with the very pages of an outgoing document, header line and all: no file is needed. Throws NOT_FOUND, and
   * CONFLICT when its pages could not be made.
   */
  createDraftFrom(request: { documentId: string }): Promise<OutgoingDocument>;
  /** Queues a draft for its recipients; the pages sent are the pages shown. May be called while pages are still being made. */
  send(request: {
    documentId: string;
    recipients: string[];
    title?: string | undefined;
  }): Promise<OutgoingDocument>;
  /** `outbox`: not over yet. `sent`: every recipient confirmed. `failed`: over, but not confirmed by all. `all`: all three. Newest first. */
  listOutgoing(
    request: ListRequest & { folder: 'outbox' | 'sent' | 'failed' | 'all' },
  ): Listing<OutgoingDocument>;
  getOutgoing(documentId: string): OutgoingDocument;
  outgoingPages(documentId: string): DocumentPage[];
  attempts(documentId: string): Attempt[];
  /** Deliveries not over yet become `cancelled`; confirmed ones stay. All, or those named. */
  cancel(request: { documentId: string; deliveryIds?: string[] | undefined }): Promise<OutgoingDocument>;
  /** Failed, cancelled or waiting deliveries are tried again at once. */
  retry(request: { documentId: string; deliveryIds?: string[] | undefined }): Promise<OutgoingDocument>;
  /** Only drafts and documents whose deliveries are all over. */
  removeOutgoing(documentId: string): Promise<void>;

  listInbox(request: ListRequest): Listing<IncomingDocument>;
  getIncoming(documentId: string): IncomingDocument;
  incomingPages(documentId: string): DocumentPage[];
  markRead(request: { documentId: string; read: boolean }): IncomingDocument;
  /** To the trash; `restoreIncoming` brings it back. */
  removeIncoming(documentId: string): Promise<void>;
  restoreIncoming(documentId: string): IncomingDocument;

  listContacts(search?: string): Contact[];
  saveContact(contact: NewContact & { id?: string | undefined }): Contact;
  removeContact(id: string): void;

  settings(): Settings;
  changeSettings(change: Partial<Settings>): Settings;
  /** The configured relay; `undefined` while none is (the embedded relay may run then). */
  relayAccount(): RelayAccount | undefined;
  setRelayAccount(account: NewRelayAccount): Promise<RelayAccount>;
  /** Tries an account without keeping it. */
  testRelayAccount(account: NewRelayAccount): Promise<Outcome | 'online'>;
  forgetRelayAccount(): Promise<void>;
}
