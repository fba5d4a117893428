import { expect, test } from 'vitest';
import type { PageQualityReport } from '../../protocol/modem.ts';
import { damageText, pageMarks } from './pageDamage.ts';

const good: PageQualityReport = { rows: 900, badRows: 0, longestBadRun: 0, ecm: true };
const damaged = { ...good, badRows: 2 };
const partial = { ...good, partial: true } as const;

test('what did not come as it was sent is told of each page', () => {
  expect(pageMarks(undefined)).toEqual([]);
  expect(pageMarks(good)).toEqual([]);
  expect(pageMarks(damaged)).toEqual(['2 of 900 lines damaged']);
  expect(pageMarks(partial)).toEqual(['perhaps only part of the page']);
  expect(pageMarks({ ...damaged, partial: true })).toEqual([
    'perhaps only part of the page',
    '2 of 900 lines damaged',
  ]);
});

test('and of a document in one line', () => {
  expect(damageText([good, good])).toBe('');
  expect(damageText([good, partial])).toBe('perhaps only part of 1 page');
  expect(damageText([damaged, { ...damaged, partial: true }])).toBe(
    'perhaps only part of 1 page, 2 damaged pages (4 lines)',
  );
});
