import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ListRules, type LoadedList, itemsOf, putIntoList, removeFromList } from './listPatch.ts';

interface Item {
  id: string;
  at: number;
  here: boolean;
}
const rules: ListRules<Item> = { compare: (a, b) => b.at - a.at, belongs: (item) => item.here };
const item = (id: string, at: number, here = true): Item => ({ id, at, here });

function list(pages: Item[][], more = false): LoadedList<Item> {
  return {
    pages: pages.map((items, index) =>
      index < pages.length - 1 || more ? { items, nextCursor: String(index) } : { items },
    ),
    pageParams: pages.map((_page, index) => (index === 0 ? undefined : String(index - 1))),
  };
}
const ids = (loaded: LoadedList<Item>): string[] => itemsOf(loaded).map((entry) => entry.id);

test('a new document stands at its place, on whichever page that is', () => {
  const loaded = list([
    [item('a', 9), item('b', 7)],
    [item('c', 5), item('d', 3)],
  ]);
  expect(ids(putIntoList(loaded, item('new', 10), rules))).toEqual(['new', 'a', 'b', 'c', 'd']);
  expect(ids(putIntoList(loaded, item('new', 6), rules))).toEqual(['a', 'b', 'new', 'c', 'd']);
  expect(ids(putIntoList(loaded, item('new', 1), rules))).toEqual(['a', 'b', 'c', 'd', 'new']);
});

test('a document behind all that is loaded waits until its part is loaded', () => {
  expect(ids(putIntoList(list([[item('a', 9)]], true), item('new', 1), rules))).toEqual(['a']);
});

test('a changed document keeps its place; one whose time changed moves', () => {
  const loaded = list([[item('a', 9), item('b', 7), item('c', 5)]]);
  expect(ids(putIntoList(loaded, { ...item('b', 7) }, rules))).toEqual(['a', 'b', 'c']);
  expect(ids(putIntoList(loaded, item('c', 10), rules))).toEqual(['c', 'a', 'b']);
});

test('a document that does not belong any more leaves', () => {
  const loaded = list([[item('a', 9), item('b', 7)]]);
  expect(ids(putIntoList(loaded, item('b', 7, false), rules))).toEqual(['a']);
  expect(removeFromList(loaded, 'unknown')).toBe(loaded);
});

test('whatever events come, each document stands once and all are in order', () => {
  const change = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    at: fc.integer({ min: 0, max: 20 }),
    here: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      let loaded = list([[item('a', 18), item('b', 12)], [item('c', 6)]]);
      for (const next of changes) loaded = putIntoList(loaded, next, rules);
      const shown = loaded.pages.flatMap((page) => page.items);
      expect(new Set(shown.map((entry) => entry.id)).size).toBe(shown.length);
      expect(shown.map((entry) => entry.at)).toEqual(
        shown.map((entry) => entry.at).toSorted((a, b) => b - a),
      );
      for (const id of new Set(changes.map((entry) => entry.id))) {
        const last = changes.findLast((entry) => entry.id === id);
        expect(shown.some((entry) => entry.id === id)).toBe(last?.here);
      }
    }),
  );
});
