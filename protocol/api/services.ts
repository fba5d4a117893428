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
  Sending,
  Settings,
} from './types.ts';
import type { JournalLine } from '../modem.ts';
import type {
  CallRecord,
  FoundPort,
  Line,
  LineChange,
  LineTestReport,
  NewLine,
  NewPollOffer,
  PollFetch,
  PollOffer,
  RemoteEdit,
  RemoteProfile,
  TelephoneSettings,
} from './lines.ts';

export interface ListRequest {
  limit: number;
  cursor?: string | undefined;
  /** Words that must be in title, subject, or the other end's name or device id. */
  search?: string | undefined;
}

/** Every method throws `ApiError` for what the person can be told; anything else is a bug. */
export interface GatewayServices extends LineServices {
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
    /** Device ids and `tel:` numbers. */
    recipients: string[];
    title?: string | undefined;
    sending?: Partial<Sending> | undefined;
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

/** Telephone lines, the calls over them, and what is known of the machines at the other end. */
export interface LineServices {
  listLines(): Line[];
  /**
   * Every serial port with what answers on it, and the paths named (a PTY is looked at only when named); takes seconds.
   * Ports of lines are not disturbed.
   */
  scanLines(request?: { paths?: string[] | undefined }): Promise<FoundPort[]>;
  /** Throws CONFLICT when another line has the port. Resolves when the modem was found, or why not is known (at most 30 s). */
  addLine(line: NewLine): Promise<Line>;
  /** Throws NOT_FOUND, CONFLICT, INVALID_INPUT. A call that is up goes on with the old set-up. */
  changeLine(request: { lineId: string; change: LineChange }): Promise<Line>;
  /** Throws CONFLICT while a call is up. */
  removeLine(lineId: string): Promise<void>;
  /** `number`: also calls it, and sends nothing if it answers as a fax machine. Throws NOT_FOUND, CONFLICT. */
  testLine(request: { lineId: string; number?: string | undefined }): Promise<LineTestReport>;
  /** Answers a line that rings, or takes a call over that a person has begun. Throws NOT_FOUND, CONFLICT. */
  answerLine(lineId: string): Promise<void>;
  /** Ends a call politely. Throws NOT_FOUND when it is over. */
  hangUp(callId: string): Promise<void>;

  telephoneSettings(): TelephoneSettings;
  changeTelephoneSettings(change: Partial<TelephoneSettings>): TelephoneSettings;

  listRemotes(request: ListRequest): Listing<RemoteProfile>;
  /** Throws NOT_FOUND. */
  getRemote(number: string): RemoteProfile;
  changeRemote(request: { number: string; change: RemoteEdit }): RemoteProfile;
  /** Forgets what was learned. */
  resetRemote(number: string): void;

  /** Newest first. */
  listCalls(request: ListRequest): Listing<CallRecord>;
  /** Throws NOT_FOUND. */
  getCall(callId: string): CallRecord;
  callJournal(callId: string): JournalLine[];

  /** Documents kept to be fetched by whoever polls. */
  listPollOffers(): PollOffer[];
  addPollOffer(offer: NewPollOffer): PollOffer;
  removePollOffer(offerId: string): void;
  /** Calls a number and fetches what it keeps; what comes stands in the inbox. Returns the call's id once it is dialled. */
  fetchByPolling(request: PollFetch): Promise<{ callId: string }>;
}
