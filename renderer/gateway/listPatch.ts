// Changes one document inside a list that is loaded page by page, so that an event costs one request, not a hundred.

import type { InfiniteData } from '@tanstack/react-query';
import type { Listing } from '../../protocol/api/types.ts';

export type LoadedList<T> = InfiniteData<Listing<T>>;

export interface ListRules<T> {
  /** Negative when `a` stands before `b`. */
  compare(a: T, b: T): number;
  /** Whether the document belongs into this list at all. */
  belongs(item: T): boolean;
}

/** Puts the document where it belongs: in its old place, in a new one, or out of the list. */
export function putIntoList<T extends { id: string }>(
  list: LoadedList<T>,
  item: T,
  rules: ListRules<T>,
): LoadedList<T> {
  if (!rules.belongs(item)) return removeFromList(list, item.id);
  const old = list.pages.flatMap((page) => page.items).find((candidate) => candidate.id === item.id);
  if (old !== undefined && rules.compare(old, item) === 0) {
    return mapPages(list, (items) => items.map((candidate) => (candidate.id === item.id ? item : candidate)));
  }
  return insert(removeFromList(list, item.id), item, rules);
}

export function removeFromList<T extends { id: string }>(list: LoadedList<T>, id: string): LoadedList<T> {
  if (!list.pages.some((page) => page.items.some((item) => item.id === id))) return list;
  return mapPages(list, (items) => items.filter((item) => item.id !== id));
}

/** All loaded documents in order, each once. */
export function itemsOf<T extends { id: string }>(list: LoadedList<T> | undefined): T[] {
  if (list === undefined) return [];
  const seen = new Map<string, T>();
  for (const page of list.pages) {
    for (const item of page.items) if (!seen.has(item.id)) seen.set(item.id, item);
  }
  return [...seen.values()];
}

function insert<T extends { id: string }>(list: LoadedList<T>, item: T, rules: ListRules<T>): LoadedList<T> {
  const lastIndex = list.pages.length - 1;
  const target = list.pages.findIndex((page) =>
    page.items.some((candidate) => rules.compare(item, candidate) < 0),
  );
  const more = list.pages[lastIndex]?.nextCursor !== undefined;
  // Behind everything that is loaded while there is more: it comes when that part is loaded.
  if (target === -1 && more) return list;
  const pageIndex = target === -1 ? lastIndex : target;
  const pages = list.pages.map((page, index) => {
    if (index !== pageIndex) return page;
    const place = page.items.findIndex((candidate) => rules.compare(item, candidate) < 0);
    return { ...page, items: page.items.toSpliced(place === -1 ? page.items.length : place, 0, item) };
  });
  return { ...list, pages };
}

function mapPages<T>(list: LoadedList<T>, change: (items: T[]) => T[]): LoadedList<T> {
  return { ...list, pages: list.pages.map((page) => ({ ...page, items: change(page.items) })) };
}
