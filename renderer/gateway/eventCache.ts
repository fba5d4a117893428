// Turns the gateway's events into changes of the query cache: one request per changed document, however many events.

import type { QueryClient } from '@tanstack/react-query';
import { apiErrorOf } from '../../protocol/api/carrier.ts';
import type { GatewayEvent, IncomingDocument, OutgoingDocument } from '../../protocol/api/types.ts';
import { type ListRules, type LoadedList, putIntoList, removeFromList } from './listPatch.ts';
import { type OutgoingFolder, queryKeys } from './queryKeys.ts';

/** What of the API is needed here. */
export interface DocumentSource {
  inbox: { get: { query(input: { documentId: string }): Promise<IncomingDocument> } };
  outgoing: { get: { query(input: { documentId: string }): Promise<OutgoingDocument> } };
}

/** After a gap in the connection at most so many loaded pages of a list are asked for again. */
const KEPT_PAGES = 4;
/** The directory may change many times a second; it is asked for again at most this often. */
const ONLINE_INTERVAL_MS = 2_000;
/** A call tells of itself many times a second; lists and stories of calls are asked for again at most this often. */
const CALL_INTERVAL_MS = 500;

export class EventCache {
  readonly #queries: QueryClient;
  readonly #source: DocumentSource;
  /** Documents being asked for; `true` when another event came meanwhile. */
  readonly #asked = new Map<string, boolean>();
  #onlineTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #callsChanged = new Set<string>();
  #callTimer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(queries: QueryClient, source: DocumentSource) {
    this.#queries = queries;
    this.#source = source;
  }

  apply(event: GatewayEvent): void {
    switch (event.type) {
      case 'status':
        this.#queries.setQueryData(queryKeys.status, event.status);
        break;
      case 'incoming':
        if (event.removed) this.#removeIncoming(event.documentId);
        else this.#ask(`in ${event.documentId}`, () => this.#refreshIncoming(event.documentId));
        break;
      case 'outgoing':
        if (event.removed) this.#removeOutgoing(event.documentId);
        else this.#ask(`out ${event.documentId}`, () => this.#refreshOutgoing(event.documentId));
        break;
      case 'contacts':
        this.#invalidate(queryKeys.contacts);
        // Names in lists come from contacts.
        this.#trimAndInvalidate();
        this.#invalidate(queryKeys.online);
        break;
      case 'settings':
        this.#invalidate(queryKeys.settings);
        this.#invalidate(queryKeys.relayAccount);
        this.#invalidate(queryKeys.telephoneSettings);
        break;
      case 'online':
        this.#onlineTimer ??= setTimeout(() => {
          this.#onlineTimer = undefined;
          this.#invalidate(queryKeys.online);
        }, ONLINE_INTERVAL_MS);
        break;
      case 'lines':
        this.#invalidate(queryKeys.lines);
        break;
      case 'remotes':
        this.#invalidate(queryKeys.remoteLists);
        this.#invalidate(queryKeys.remotes);
        break;
      case 'pollOffers':
        this.#invalidate(queryKeys.pollOffers);
        break;
      case 'call':
        this.#callsChanged.add(event.callId);
        this.#callTimer ??= setTimeout(() => {
          this.#callTimer = undefined;
          this.#invalidateCalls();
        }, CALL_INTERVAL_MS);
        break;
    }
  }

  /** Everything may have changed. */
  askAgain(): void {
    this.#trimAndInvalidate();
    void this.#queries.invalidateQueries({ predicate: (query) => !isList(query.queryKey) });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#onlineTimer);
    clearTimeout(this.#callTimer);
  }

  #invalidateCalls(): void {
    this.#invalidate(queryKeys.callLists);
    for (const callId of this.#callsChanged) {
      this.#invalidate(queryKeys.call(callId));
      this.#invalidate(queryKeys.journal(callId));
    }
    this.#callsChanged.clear();
    // A caller may have fetched a document that is taken away with that.
    this.#invalidate(queryKeys.pollOffers);
  }

  #ask(name: string, refresh: () => Promise<void>): void {
    if (this.#asked.has(name)) {
      this.#asked.set(name, true);
      return;
    }
    this.#asked.set(name, false);
    void this.#askUntilQuiet(name, refresh);
  }

  async #askUntilQuiet(name: string, refresh: () => Promise<void>): Promise<void> {
    try {
      do {
        this.#asked.set(name, false);
        await refresh();
      } while (this.#asked.get(name) === true && !this.#stopped);
    } finally {
      this.#asked.delete(name);
    }
  }

  async #refreshIncoming(documentId: string): Promise<void> {
    const document = await this.#orGone(this.#source.inbox.get.query({ documentId }));
    if (this.#stopped || document === 'unknown') return;
    if (document === 'gone') {
      this.#removeIncoming(documentId);
      return;
    }
    const key = queryKeys.incoming(documentId);
    const before = this.#queries.getQueryData<IncomingDocument>(key);
    this.#queries.setQueryData(key, document);
    if (before?.pages !== document.pages) this.#invalidate(queryKeys.incomingPages(documentId));
    this.#putIntoLists(queryKeys.inboxLists, document, () => incomingRules);
  }

  async #refreshOutgoing(documentId: string): Promise<void> {
    const document = await this.#orGone(this.#source.outgoing.get.query({ documentId }));
    if (this.#stopped || document === 'unknown') return;
    if (document === 'gone') {
      this.#removeOutgoing(documentId);
      return;
    }
    const key = queryKeys.outgoing(documentId);
    const before = this.#queries.getQueryData<OutgoingDocument>(key);
    this.#queries.setQueryData(key, document);
    if (before?.pages !== document.pages) this.#invalidate(queryKeys.outgoingPages(documentId));
    this.#invalidate(queryKeys.attempts(documentId));
    this.#putIntoLists(queryKeys.outgoingLists, document, (listKey) => outgoingRules(listKey[1]));
  }

  async #orGone<T>(request: Promise<T>): Promise<T | 'gone' | 'unknown'> {
    try {
      return await request;
    } catch (error) {
      // When the connection broke, `askAgain` follows as soon as it is back.
      return apiErrorOf(error)?.code === 'NOT_FOUND' ? 'gone' : 'unknown';
    }
  }

  #removeIncoming(documentId: string): void {
    this.#removeFromLists(queryKeys.inboxLists, documentId);
  }

  #removeOutgoing(documentId: string): void {
    this.#removeFromLists(queryKeys.outgoingLists, documentId);
  }

  #putIntoLists<T extends { id: string }>(
    lists: readonly string[],
    item: T,
    rulesOf: (key: readonly unknown[]) => ListRules<T>,
  ): void {
    for (const [key, list] of this.#queries.getQueriesData<LoadedList<T>>({ queryKey: lists })) {
      if (list === undefined) continue;
      const shown = list.pages.some((page) => page.items.some((candidate) => candidate.id === item.id));
      // Only the gateway knows whether a document matches the words searched for.
      if (key.at(-1) !== '' && !shown) {
        if (rulesOf(key).belongs(item)) this.#invalidate(key);
        continue;
      }
      this.#queries.setQueryData(key, putIntoList(list, item, rulesOf(key)));
    }
  }

  #removeFromLists(lists: readonly string[], id: string): void {
    for (const [key, list] of this.#queries.getQueriesData<LoadedList<{ id: string }>>({ queryKey: lists })) {
      if (list !== undefined) this.#queries.setQueryData(key, removeFromList(list, id));
    }
  }

  #trimAndInvalidate(): void {
    for (const lists of [queryKeys.inboxLists, queryKeys.outgoingLists]) {
      this.#queries.removeQueries({ queryKey: lists, type: 'inactive' });
      this.#queries.setQueriesData<LoadedList<{ id: string }>>({ queryKey: lists }, (list) =>
        list === undefined
          ? list
          : { pages: list.pages.slice(0, KEPT_PAGES), pageParams: list.pageParams.slice(0, KEPT_PAGES) },
      );
      this.#invalidate(lists);
    }
  }

  #invalidate(queryKey: readonly unknown[]): void {
    void this.#queries.invalidateQueries({ queryKey });
  }
}

const incomingRules: ListRules<IncomingDocument> = {
  compare: (a, b) => newestFirst(a.receivedAt, a.id, b.receivedAt, b.id),
  belongs: () => true,
};

function outgoingRules(folder: unknown): ListRules<OutgoingDocument> {
  return {
    compare: (a, b) => newestFirst(a.sentAt ?? a.createdAt, a.id, b.sentAt ?? b.createdAt, b.id),
    belongs: (document) => folderOf(document) === folder,
  };
}

/** Where a document stands; a draft stands nowhere. */
export function folderOf(document: OutgoingDocument): OutgoingFolder | undefined {
  switch (document.status) {
    case 'draft':
      return undefined;
    case 'preparing':
    case 'active':
      return 'outbox';
    case 'confirmed':
      return 'sent';
    case 'partly':
    case 'failed':
    case 'cancelled':
      return 'failed';
  }
}

function newestFirst(a: string, aId: string, b: string, bId: string): number {
  if (a !== b) return a > b ? -1 : 1;
  return aId === bId ? 0 : aId > bId ? -1 : 1;
}

function isList(key: readonly unknown[]): boolean {
  return key[0] === queryKeys.inboxLists[0] || key[0] === queryKeys.outgoingLists[0];
}
