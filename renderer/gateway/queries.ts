// What the screens ask the gateway for, as hooks over the query cache.

import { skipToken, useInfiniteQuery, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type {
  Attempt,
  Contact,
  DocumentPage,
  GatewayStatus,
  IncomingDocument,
  Listing,
  OnlineDevice,
  OutgoingDocument,
  RelayAccount,
  Settings,
} from '../../protocol/api/types.ts';
import type {
  CallRecord,
  Line,
  PollOffer,
  RemoteProfile,
  TelephoneSettings,
} from '../../protocol/api/lines.ts';
import { searchedNumber } from '../../protocol/canonicalNumber.ts';
import type { JournalLine } from '../../protocol/modem.ts';
import { useApi } from './gateway.tsx';
import { itemsOf } from './listPatch.ts';
import { type OutgoingFolder, queryKeys } from './queryKeys.ts';

/** Documents per request of a list. */
const LIST_PAGE = 100;
/** More devices than this are not asked for; the recipient field says so by filtering. */
const MAX_ONLINE = 1_000;

export interface DocumentList<T> {
  items: T[];
  /** Nothing is known yet. */
  loading: boolean;
  failed: Error | undefined;
  hasMore: boolean;
  loadMore: () => void;
  tryAgain: () => void;
}

/** `undefined` until the gateway has answered for the first time. */
export function useStatus(): GatewayStatus | undefined {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.status, queryFn: () => api.status.query() }).data;
}

export function useInbox(search: string): DocumentList<IncomingDocument> {
  const api = useApi();
  return useList(queryKeys.inboxList(search), (cursor) =>
    api.inbox.list.query({ limit: LIST_PAGE, ...withCursor(cursor), ...withSearch(search) }),
  );
}

export function useOutgoingFolder(folder: OutgoingFolder, search: string): DocumentList<OutgoingDocument> {
  const api = useApi();
  return useList(queryKeys.outgoingList(folder, search), (cursor) =>
    api.outgoing.list.query({ folder, limit: LIST_PAGE, ...withCursor(cursor), ...withSearch(search) }),
  );
}

export interface Asked<T> {
  data: T | undefined;
  error: Error | null;
}

export function useIncoming(documentId: string | undefined): Asked<IncomingDocument> {
  const api = useApi();
  const queries = useQueryClient();
  return useQuery({
    queryKey: queryKeys.incoming(documentId ?? ''),
    queryFn: documentId === undefined ? skipToken : () => api.inbox.get.query({ documentId }),
    // The list knows it already; the request only confirms.
    placeholderData: () =>
      queries
        .getQueriesData<Parameters<typeof itemsOf<IncomingDocument>>[0]>({ queryKey: queryKeys.inboxLists })
        .flatMap(([, list]) => itemsOf(list))
        .find((item) => item.id === documentId),
  });
}

export function useIncomingPages(documentId: string | undefined): Asked<DocumentPage[]> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.incomingPages(documentId ?? ''),
    queryFn: documentId === undefined ? skipToken : () => api.inbox.pages.query({ documentId }),
  });
}

export function useOutgoing(documentId: string | undefined): Asked<OutgoingDocument> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.outgoing(documentId ?? ''),
    queryFn: documentId === undefined ? skipToken : () => api.outgoing.get.query({ documentId }),
  });
}

export function useOutgoingPages(documentId: string | undefined): Asked<DocumentPage[]> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.outgoingPages(documentId ?? ''),
    queryFn: documentId === undefined ? skipToken : () => api.outgoing.pages.query({ documentId }),
  });
}

export function useAttempts(documentId: string): Attempt[] | undefined {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.attempts(documentId),
    queryFn: () => api.outgoing.attempts.query({ documentId }),
  }).data;
}

export function useContacts(): Asked<Contact[]> {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.contacts, queryFn: () => api.contacts.list.query() });
}

/** Devices online at the relay; empty while the relay is not connected. */
export function useOnline(): OnlineDevice[] {
  const api = useApi();
  const relayOnline = useStatus()?.relay.state === 'online';
  const { data } = useQuery({
    queryKey: queryKeys.online,
    queryFn: relayOnline ? () => allOnline(api) : skipToken,
  });
  return useMemo(() => (relayOnline ? (data ?? []) : []), [relayOnline, data]);
}

export function useSettings(): Settings | undefined {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.settings, queryFn: () => api.settings.get.query() }).data;
}

/** `null`: no relay is configured. */
export function useRelayAccount(): RelayAccount | null | undefined {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.relayAccount, queryFn: () => api.settings.relay.query() }).data;
}

export function useLines(): Line[] | undefined {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.lines, queryFn: () => api.lines.list.query() }).data;
}

export function useTelephoneSettings(): TelephoneSettings | undefined {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.telephoneSettings,
    queryFn: () => api.settings.telephone.query(),
  }).data;
}

/** Whose numbers are dialled without a calling code; empty while nobody has chosen one. */
export function useCountry(): string {
  return useTelephoneSettings()?.country ?? '';
}

/** Of a list every entry has an id: a machine's is its number. */
export type KnownMachine = RemoteProfile & { id: string };

export function useRemotes(search: string): DocumentList<KnownMachine> {
  const api = useApi();
  const wanted = searchedNumber(search, useCountry());
  return useList(queryKeys.remoteList(wanted), async (cursor) => {
    const listing = await api.remotes.list.query({
      limit: LIST_PAGE,
      ...withCursor(cursor),
      ...withSearch(wanted),
    });
    return { ...listing, items: listing.items.map((remote) => ({ ...remote, id: remote.number })) };
  });
}

/** What is known of the machines at these numbers; `null`: nothing, `undefined`: not asked yet. */
export function useRemotesOf(numbers: readonly string[]): Map<string, RemoteProfile | null | undefined> {
  const api = useApi();
  return useQueries({
    queries: numbers.map((number) => ({
      queryKey: queryKeys.remote(number),
      // Of whom nothing can be learned now, nothing is known.
      queryFn: () => api.remotes.get.query({ number }).catch(() => null),
    })),
    combine: (answers) => new Map(answers.map((answer, index) => [numbers[index] ?? '', answer.data])),
  });
}

export function useCalls(search: string): DocumentList<CallRecord> {
  const api = useApi();
  const wanted = searchedNumber(search, useCountry());
  return useList(queryKeys.callList(wanted), (cursor) =>
    api.calls.list.query({ limit: LIST_PAGE, ...withCursor(cursor), ...withSearch(wanted) }),
  );
}

export function useCall(callId: string | undefined): Asked<CallRecord> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.call(callId ?? ''),
    queryFn: callId === undefined ? skipToken : () => api.calls.get.query({ callId }),
  });
}

/** What was said and heard in a call, in order. */
export function useJournal(callId: string): Asked<JournalLine[]> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.journal(callId),
    queryFn: () => api.calls.journal.query({ callId }),
  });
}

export function usePollOffers(): PollOffer[] | undefined {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.pollOffers, queryFn: () => api.polling.offers.query() }).data;
}

async function allOnline(api: ReturnType<typeof useApi>): Promise<OnlineDevice[]> {
  const devices: OnlineDevice[] = [];
  for (;;) {
    const after = devices.at(-1)?.deviceId;
    const answer = await api.online.query({ limit: 100, ...(after === undefined ? {} : { after }) });
    devices.push(...answer.devices);
    if (!answer.more || answer.devices.length === 0 || devices.length >= MAX_ONLINE) return devices;
  }
}

function useList<T extends { id: string }>(
  queryKey: readonly string[],
  ask: (cursor: string | undefined) => Promise<Listing<T>>,
): DocumentList<T> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  });
  const items = useMemo(() => itemsOf(query.data), [query.data]);
  return {
    items,
    loading: query.isPending,
    failed: query.error ?? undefined,
    hasMore: query.hasNextPage,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
    },
    tryAgain: () => void query.refetch(),
  };
}

const withCursor = (cursor: string | undefined): { cursor?: string } =>
  cursor === undefined ? {} : { cursor };
const withSearch = (search: string): { search?: string } => (search === '' ? {} : { search });
