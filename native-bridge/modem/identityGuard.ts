// The wrong-number guard: whether the identity that a machine gives can be that of the number we mean.

export type IdentityMatch =
  | 'match'
  | 'mismatch'
  /** Nothing to compare: no one is expected, or the machine gives no number. */
  | 'unknown';

/** So many digits at the end are one subscriber's: enough to tell numbers apart, few enough for the shortest ones. */
const LEAST_COMMON_DIGITS = 4;
/** A country and a trunk or area prefix are no longer than this together: `+81 (0)75`, `+49 (0)30`. */
const MOST_PREFIX_DIGITS = 8;

/**
 * Compares what a machine says of itself (CSI) with the identities that are expected, by their digits alone and from the
 * end, so that `+81 75 123 4567`, `0081-75-1234567`, `075 123 4567` and `1234567` are the same. A trunk 0 between country
 * and area code counts as nothing. `heard` null or without digits: unknown.
 */
export function matchIdentity(heard: string | null, expected: readonly string[]): IdentityMatch {
  const wanted = expected.map(digitsOf).filter((digits) => digits.length > 0);
  const given = digitsOf(heard ?? '');
  if (wanted.length === 0 || given.length === 0) return 'unknown';
  return wanted.some((digits) => isSameNumber(given, digits)) ? 'match' : 'mismatch';
}

function isSameNumber(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = [withoutTrunk(one), withoutTrunk(other)].toSorted((a, b) => a.length - b.length);
  if (short === undefined || long === undefined) return false;
  if (short === long) return true;
  return (
    short.length >= LEAST_COMMON_DIGITS &&
    long.length - short.length <= MOST_PREFIX_DIGITS &&
    long.endsWith(short)
  );
}

/** Without the zeros before it: the trunk prefix of `075 …`, the international one of `0081 …`. */
function withoutTrunk(digits: string): string {
  return digits.replace(/^0+/u, '');
}

/** Full-width digits, as Japanese machines are given them, are digits too; so is the 0 in `+49 (0)30`, which nobody dials. */
function digitsOf(text: string): string {
  return text.slice(0, 200).normalize('NFKC').replace(/\(0\)/gu, '').replace(/\D/gu, '');
}
