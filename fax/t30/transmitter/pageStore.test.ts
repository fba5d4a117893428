import { expect, test } from 'vitest';
import type { PageFormat } from '../parameters.ts';
import { NO_PAGES, askForPage, dropPagesBefore, findPage, takePage } from './pageStore.ts';

const FORMAT: PageFormat = {
  coding: 'MH',
  k: 4,
  resolution: 'R8x7.7',
  widthPixels: 1728,
  maxRows: null,
  minScanBits: 144,
  ecm: false,
};
const data = new Uint8Array(3);
const ready = (page: number) => ({ type: 'pageReady', page, data }) as const;

test('a page is asked for once, and held in the form that was asked for', () => {
  const { pages, effects } = askForPage(NO_PAGES, 4, FORMAT);
  expect(effects).toEqual([{ type: 'preparePage', page: 4, format: FORMAT }]);
  expect(askForPage(pages, 4, FORMAT)).toEqual({ pages, effects: [] });
  expect(findPage(pages, 4, FORMAT)).toBeNull();
  const held = takePage(pages, ready(4)).pages;
  expect(findPage(held, 4, FORMAT)).toEqual({ page: 4, format: FORMAT, data });
  expect(askForPage(held, 4, FORMAT)).toEqual({ pages: held, effects: [] });
});

test.each<[Partial<PageFormat>, boolean]>([
  [{ minScanBits: 144 }, true],
  [{ minScanBits: 143 }, true],
  [{ minScanBits: 145 }, false],
  [{ coding: 'MR' }, false],
  [{ k: 2 }, false],
  [{ resolution: 'R8x3.85' }, false],
  [{ widthPixels: 2048 }, false],
  [{ maxRows: 2379 }, false],
  [{ ecm: true }, false],
])('a page may be sent where %o is wanted: %s', (wanted, may) => {
  const held = takePage(askForPage(NO_PAGES, 0, FORMAT).pages, ready(0)).pages;
  expect(findPage(held, 0, { ...FORMAT, ...wanted }) !== null).toBe(may);
});

test('another form is asked for only after the answer to the first, since an answer does not name it', () => {
  const other = { ...FORMAT, coding: 'MR' } as const;
  const asked = askForPage(askForPage(NO_PAGES, 0, FORMAT).pages, 0, other);
  expect(asked.effects).toEqual([]);
  const first = takePage(asked.pages, ready(0));
  expect(first.effects).toEqual([{ type: 'preparePage', page: 0, format: other }]);
  expect(findPage(first.pages, 0, other)).toBeNull();
  const second = takePage(first.pages, ready(0));
  expect(findPage(second.pages, 0, other)).not.toBeNull();
  expect(second.pages.held).toHaveLength(1);
});

test('a wish that was changed back is none', () => {
  const other = { ...FORMAT, coding: 'MR' } as const;
  const { pages } = askForPage(askForPage(askForPage(NO_PAGES, 0, FORMAT).pages, 0, other).pages, 0, FORMAT);
  expect(takePage(pages, ready(0)).effects).toEqual([]);
});

test('a page that there is none of is so in every form, and stays so', () => {
  const { pages } = askForPage(NO_PAGES, 0, FORMAT);
  const gone = takePage(pages, { type: 'pageUnavailable', page: 0, detail: 'deleted' }).pages;
  expect(findPage(gone, 0, { ...FORMAT, coding: 'MR' })).toEqual({ page: 0, unavailable: 'deleted' });
  expect(takePage(gone, ready(0)).pages).toBe(gone);
  expect(askForPage(gone, 0, { ...FORMAT, coding: 'MR' }).effects).toEqual([]);
});

test('what was not asked for is passed over', () => {
  expect(takePage(NO_PAGES, ready(0))).toEqual({ pages: NO_PAGES, effects: [] });
  expect(takePage(NO_PAGES, { type: 'sent' })).toEqual({ pages: NO_PAGES, effects: [] });
});

test('confirmed pages are let go', () => {
  let { pages } = askForPage(askForPage(NO_PAGES, 0, FORMAT).pages, 1, FORMAT);
  pages = takePage(takePage(pages, ready(0)).pages, ready(1)).pages;
  expect(dropPagesBefore(pages, 1).held.map(({ page }) => page)).toEqual([1]);
});
