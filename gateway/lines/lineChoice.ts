// Which line for which number: rules by prefix, direction, pools, and the line that rested longest. Pure.

import type { LineSetup, TelephoneSettings } from '../../protocol/api/lines.ts';
import { ApiError } from '../../protocol/api/types.ts';
import { canonicalNumber } from '../../protocol/canonicalNumber.ts';
import { dialString } from './dialString.ts';

export interface ChoosableLine {
  readonly id: string;
  setup(): Pick<LineSetup, 'name' | 'pool' | 'kind' | 'direction' | 'enabled'>;
  /** When it was last taken; only to be compared. */
  lastUsed(): number;
}

/**
 * Lines that may call a number, the best first: in the order of the rule that counts, and within a pool (or without a rule,
 * among all) the one that was used longest ago.
 */
export function linesFor<T extends ChoosableLine>(
  number: string,
  lines: readonly T[],
  { rules, country }: Pick<TelephoneSettings, 'rules' | 'country'>,
): T[] {
  const able = lines.filter((line) => {
    const { enabled, kind, direction } = line.setup();
    return enabled && kind === 'telephone' && direction !== 'receive';
  });
  const rule = rules.find(({ prefix }) => formsOf(number, country).some((form) => form.startsWith(prefix)));
  const rank = (line: T): number =>
    rule === undefined ? 0 : rule.lines.findIndex((name) => names(name, line));
  return able
    .map((line) => ({ line, rank: rank(line) }))
    .filter(({ rank }) => rank >= 0)
    .sort((one, other) => one.rank - other.rank || one.line.lastUsed() - other.line.lastUsed())
    .map(({ line }) => line);
}

type Rules = TelephoneSettings['rules'];

/**
 * The rules when `line` is gone and `others` are left; `undefined` when they stay as they are. A rule that would be left
 * without a line keeps it: dropped, its numbers would go over lines that nobody meant for them. Throws ApiError CONFLICT.
 */
export function rulesWithoutLine(
  rules: Rules,
  line: ChoosableLine,
  others: readonly ChoosableLine[],
): Rules | undefined {
  const isLeft = (name: string): boolean => others.some((other) => names(name, other));
  const bereft = rules.find(
    (rule) => rule.lines.some((name) => names(name, line)) && !rule.lines.some(isLeft),
  );
  if (bereft !== undefined) {
    throw new ApiError(
      'CONFLICT',
      `Numbers that begin with ${bereft.prefix} go over this line only. Change or remove that rule first.`,
    );
  }
  if (!rules.some(({ lines }) => lines.includes(line.id))) return undefined;
  return rules.map((rule) => ({ ...rule, lines: rule.lines.filter((name) => name !== line.id) }));
}

/** A rule names a line by its id or name, or all lines of a pool. */
function names(name: string, line: ChoosableLine): boolean {
  const { name: lineName, pool } = line.setup();
  return name === line.id || name === lineName || (pool !== '' && name === pool);
}

/** A rule's prefix may be of the number as written, as dialled at home, or in its international form. */
function formsOf(number: string, country: string): string[] {
  const dialled = dialString(number, { country, dialPrefix: '' });
  return [number, canonicalNumber(number, country), ...('dial' in dialled ? [dialled.dial] : [])];
}
