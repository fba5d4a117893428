import { expect, test } from 'vitest';
import { automaticLineName, numberOfAutomaticLineName } from '../../protocol/lineName.ts';
import { lineName } from './lineName.ts';

const t = (id: string, values?: Record<string, string | number>): string => `${id} ${values?.['number']}`;

test('a line that nobody named is named in the language, and a name that a person gave is kept', () => {
  expect(lineName(automaticLineName(12), t)).toBe('line.numbered 12');
  for (const name of ['Front desk', '回線 1', 'Line', 'Line 0', 'Line 1b', 'line 1', 'Line 1 ', ''])
    expect([lineName(name, t), numberOfAutomaticLineName(name)]).toEqual([name, undefined]);
});
