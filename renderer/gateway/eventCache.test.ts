import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { ApiError, type IncomingDocument, type OutgoingDocument } from '../../protocol/api/types.ts';
import { EventCache, folderOf } from './eventCache.ts';
import { type LoadedList, itemsOf } from './listPatch.ts';
import { queryKeys } from './queryKeys.ts';

const incoming = (
  id: string,
  receivedAt: string,
  change: Partial<IncomingDocument> = {},
): IncomingDocument => ({
  id,
  from: 'kyoto-office',
  fromName: 'Kyoto',
  purpose: 'fax',
  pages: 1,
  state: 'complete',
  read: false,
  receivedAt,
  ...change,
});
const outgoing = (id: string, status: OutgoingDocument['status']): OutgoingDocument => ({
  id,
  title: id,
  status,
  createdAt: '2026-11-22T10:00:00Z',
  options: { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' },
  pages: 1,
  prepared: true,
  substitutedFonts: [],
  totalBytes: 1,
  sending: { priority: 'normal', cheapHours: false },
  deliveries: [],
});
const listOf = <T>(items: T[]): LoadedList<T & { id: string }> =>
  ({ pages: [{ items }], pageParams: [undefined] }) as LoadedList<T & { id: string }>;

interface Stage {
  queries: QueryClient;
  cache: EventCache;
  askIncoming: ReturnType<typeof vi.fn<(input: { documentId: string }) => Promise<IncomingDocument>>>;
  askOutgoing: ReturnType<typeof vi.fn<(input: { documentId: string }) => Promise<OutgoingDocument>>>;
}

function stage(): Stage {
  const queries = new QueryClient();
  const askIncoming = vi.fn<(input: { documentId: string }) => Promise<IncomingDocument>>();
  const askOutgoing = vi.fn<(input: { documentId: string }) => Promise<OutgoingDocument>>();
  const cache = new EventCache(queries, {
    inbox: { get: { query: askIncoming } },
    outgoing: { get: { query: askOutgoing } },
  });
  return { queries, cache, askIncoming, askOutgoing };
}
const idsIn = (queries: QueryClient, key: readonly string[]): string[] =>
  itemsOf(queries.getQueryData<LoadedList<{ id: string }>>(key)).map((item) => item.id);

test('a new fax is asked for once and stands in the loaded inbox', async () => {
  const { queries, cache, askIncoming } = stage();
  queries.setQueryData(queryKeys.inboxList(''), listOf([incoming('old', '2026-11-22T08:00:00Z')]));
  askIncoming.mockResolvedValue(incoming('new', '2026-11-22T09:00:00Z'));
  cache.apply({ type: 'incoming', documentId: 'new', removed: false });
  await vi.waitFor(() => expect(idsIn(queries, queryKeys.inboxList(''))).toEqual(['new', 'old']));
  expect(queries.getQueryData(queryKeys.incoming('new'))).toMatchObject({ id: 'new' });
});

test('a storm of events for one document costs two requests, not one each', async () => {
  const { cache, askIncoming } = stage();
  const answers: ((document: IncomingDocument) => void)[] = [];
  askIncoming.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  for (let event = 0; event < 50; event += 1)
    cache.apply({ type: 'incoming', documentId: 'x', removed: false });
  expect(askIncoming).toHaveBeenCalledTimes(1);
  answers[0]?.(incoming('x', '2026-11-22T09:00:00Z'));
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.(incoming('x', '2026-11-22T09:00:00Z'));
  await Promise.resolve();
  expect(askIncoming).toHaveBeenCalledTimes(2);
});

test('a fax that was confirmed moves from the outbox to sent', async () => {
  const { queries, cache, askOutgoing } = stage();
  queries.setQueryData(queryKeys.outgoingList('outbox', ''), listOf([outgoing('a', 'active')]));
  queries.setQueryData(queryKeys.outgoingList('sent', ''), listOf([]));
  askOutgoing.mockResolvedValue(outgoing('a', 'confirmed'));
  cache.apply({ type: 'outgoing', documentId: 'a', removed: false });
  await vi.waitFor(() => expect(idsIn(queries, queryKeys.outgoingList('sent', ''))).toEqual(['a']));
  expect(idsIn(queries, queryKeys.outgoingList('outbox', ''))).toEqual([]);
});

test('a document that is gone when asked for leaves the list', async () => {
  const { queries, cache, askIncoming } = stage();
  queries.setQueryData(queryKeys.inboxList(''), listOf([incoming('a', '2026-11-22T08:00:00Z')]));
  askIncoming.mockRejectedValue(new ApiError('NOT_FOUND', 'gone'));
  cache.apply({ type: 'incoming', documentId: 'a', removed: false });
  await vi.waitFor(() => expect(idsIn(queries, queryKeys.inboxList(''))).toEqual([]));
});

test('a searched list is asked for again rather than guessed', async () => {
  const { queries, cache, askIncoming } = stage();
  const key = queryKeys.inboxList('lease');
  queries.setQueryData(key, listOf([incoming('old', '2026-11-22T08:00:00Z')]));
  askIncoming.mockResolvedValue(incoming('new', '2026-11-22T09:00:00Z'));
  cache.apply({ type: 'incoming', documentId: 'new', removed: false });
  await vi.waitFor(() => expect(queries.getQueryState(key)?.isInvalidated).toBe(true));
  expect(idsIn(queries, key)).toEqual(['old']);
});

test('a line that changed, a machine that was learned of, and telephone settings are asked for again', () => {
  const { queries, cache } = stage();
  const keys = [
    queryKeys.lines,
    queryKeys.remoteList(''),
    queryKeys.remote('+81'),
    queryKeys.telephoneSettings,
  ];
  for (const key of keys) queries.setQueryData(key, []);
  cache.apply({ type: 'lines' });
  expect(keys.map((key) => queries.getQueryState(key)?.isInvalidated)).toEqual([true, false, false, false]);
  cache.apply({ type: 'remotes' });
  cache.apply({ type: 'settings' });
  expect(keys.map((key) => queries.getQueryState(key)?.isInvalidated)).toEqual([true, true, true, true]);
});

test('a call that tells of itself many times a second is asked for twice a second', () => {
  vi.useFakeTimers();
  try {
    const { queries, cache } = stage();
    const invalidate = vi.spyOn(queries, 'invalidateQueries');
    const asked = (key: readonly string[]): number =>
      invalidate.mock.calls.filter(([filters]) => JSON.stringify(filters?.queryKey) === JSON.stringify(key))
        .length;
    for (let event = 0; event < 50; event += 1) {
      cache.apply({ type: 'call', callId: 'a' });
      vi.advanceTimersByTime(20);
    }
    expect(asked(queryKeys.callLists)).toBe(2);
    expect(asked(queryKeys.journal('a'))).toBe(2);
    expect(asked(queryKeys.call('b'))).toBe(0);
    cache.apply({ type: 'call', callId: 'a' });
    cache.stop();
    vi.advanceTimersByTime(5_000);
    expect(asked(queryKeys.callLists)).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test('after a gap everything is asked for again, long lists only in part', () => {
  const { queries, cache } = stage();
  const key = queryKeys.inboxList('');
  const pages = Array.from({ length: 30 }, () => ({ items: [] as { id: string }[] }));
  queries.setQueryData(key, { pages, pageParams: pages.map(() => undefined) });
  queries.setQueryData(queryKeys.settings, {});
  const observer = queries.getQueryCache().find({ queryKey: key });
  // A list that someone looks at is shortened, not thrown away.
  vi.spyOn(observer ?? expect.fail(), 'isActive').mockReturnValue(true);
  cache.askAgain();
  expect(queries.getQueryData<LoadedList<{ id: string }>>(key)?.pages).toHaveLength(4);
  expect(queries.getQueryState(queryKeys.settings)?.isInvalidated).toBe(true);
});

test.each([
  ['draft', undefined],
  ['preparing', 'outbox'],
  ['active', 'outbox'],
  ['confirmed', 'sent'],
  ['partly', 'failed'],
  ['failed', 'failed'],
  ['cancelled', 'failed'],
] as const)('a %s document stands in %s', (status, folder) => {
  expect(folderOf(outgoing('a', status))).toBe(folder);
});
