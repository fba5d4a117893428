// Which line is taken for which number.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LineSetup } from '../../protocol/api/lines.ts';
import { linesFor, type ChoosableLine } from './lineChoice.ts';

type Setup = Pick<LineSetup, 'name' | 'pool' | 'kind' | 'direction' | 'enabled'>;

function line(id: string, used = 0, more: Partial<Setup> = {}): ChoosableLine {
  const setup: Setup = {
    name: id.toUpperCase(),
    pool: '',
    kind: 'telephone',
    direction: 'both',
    enabled: true,
    ...more,
  };
  return { id, setup: () => setup, lastUsed: () => used };
}
const ids = (lines: ChoosableLine[]): string[] => lines.map(({ id }) => id);
const none = { rules: [], country: '' };

describe('without a rule', () => {
  test('the line that rested longest comes first', () => {
    expect(ids(linesFor('100', [line('a', 5), line('b', 2), line('c', 9)], none))).toEqual(['b', 'a', 'c']);
  });

  test('lines for receiving only, switched off, or wired to a machine call nobody', () => {
    const lines = [
      line('a', 0, { direction: 'receive' }),
      line('b', 0, { enabled: false }),
      line('c', 0, { kind: 'machine' }),
      line('d', 0, { direction: 'send' }),
    ];
    expect(ids(linesFor('100', lines, none))).toEqual(['d']);
  });
});

describe('with rules', () => {
  const lines = [line('a'), line('b', 4, { pool: 'abroad' }), line('c', 3, { pool: 'abroad' })];

  test('the first that fits counts, whichever way the number is written', () => {
    const settings = {
      country: 'jp',
      rules: [
        { prefix: '+1', lines: ['abroad'] },
        { prefix: '03', lines: ['a'] },
        { prefix: '+81', lines: ['b'] },
      ],
    };
    expect(ids(linesFor('+12125550100', lines, settings))).toEqual(['c', 'b']);
    expect(ids(linesFor('01012125550100', lines, settings))).toEqual(['c', 'b']);
    expect(ids(linesFor('+81312345678', lines, settings))).toEqual(['a']);
    expect(ids(linesFor('0612345678', lines, settings))).toEqual(['b']);
    expect(ids(linesFor('201', lines, settings))).toEqual(['a', 'c', 'b']);
  });

  test('the order of a rule goes before rest, and rest counts within a pool', () => {
    const rules = [{ prefix: '1', lines: ['B', 'abroad', 'a'] }];
    expect(ids(linesFor('1', lines, { country: '', rules }))).toEqual(['b', 'c', 'a']);
  });

  test('a rule whose lines are gone lets nothing out elsewhere', () => {
    expect(linesFor('1', lines, { country: '', rules: [{ prefix: '1', lines: ['gone'] }] })).toEqual([]);
  });

  test('used in turn, lines of a pool share the work evenly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 60 }), (count, calls) => {
        const used = Array.from({ length: count }, () => 0);
        const taken = Array.from({ length: count }, () => 0);
        const pool = used.map((_, index) => ({
          ...line(String(index), 0, { pool: 'all' }),
          lastUsed: () => used[index] ?? 0,
        }));
        for (let call = 1; call <= calls; call += 1) {
          const [first] = linesFor('1', pool, { country: '', rules: [{ prefix: '1', lines: ['all'] }] });
          const index = Number(first?.id);
          used[index] = call;
          taken[index] = (taken[index] ?? 0) + 1;
        }
        expect(Math.max(...taken) - Math.min(...taken)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
