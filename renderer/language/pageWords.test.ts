import { expect, test } from 'vitest';
import type { PageQualityReport } from '../../protocol/modem.ts';
import type { Translate } from './language.tsx';
import { qualityMarks } from './pageWords.ts';

const t: Translate = (id, values) => (values === undefined ? id : `${id} ${JSON.stringify(values)}`);
const good: PageQualityReport = { rows: 900, badRows: 0, longestBadRun: 0, ecm: true };

test.each([
  [undefined, []],
  [good, []],
  [{ ...good, badRows: 3 }, ['quality.damaged {"count":3}']],
  [{ ...good, partial: true as const }, ['quality.perhapsPart']],
  [{ ...good, badRows: 3, partial: true as const }, ['quality.perhapsPart', 'quality.damaged {"count":3}']],
])('a page with %o is marked so', (quality, marks) => {
  expect(qualityMarks(quality, t)).toEqual(marks);
});
