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
  expect(pageMarks(partial)).toEqual(['perhaps incomplete']);
  expect(pageMarks({ ...damaged, partial: true })).toEqual(['perhaps incomplete', '2 of 900 lines damaged']);
});

test('and of a document in one line', () => {
  expect(damageText([good, good])).toBe('');
  expect(damageText([good, partial])).toBe('1 page perhaps incomplete');
  expect(damageText([damaged, { ...damaged, partial: true }])).toBe(
    '1 page perhaps incomplete, 2 damaged pages (4 lines)',
  );
});
