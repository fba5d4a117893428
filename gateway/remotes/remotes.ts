// What is known of the fax machines at telephone numbers: learned from calls, shown, edited, forgotten.

import { numberOf, telephoneDestination, telephoneFault } from '../../protocol/destination.ts';
import { ApiError, type Listing } from '../../protocol/api/types.ts';
import {
  remoteEditSchema,
  remoteProfileSchema,
  type RemoteEdit,
  type RemoteProfile,
} from '../../protocol/api/lines.ts';
import type { CallReport, RemoteHints } from '../../protocol/modem.ts';
import { withoutUndefined } from '../store/row.ts';
import type { RemoteTable, StoredRemote } from '../store/remoteTable.ts';
import { hintsOf, learn, unknownRemote } from './learning.ts';

export interface RemotesOptions {
  table: RemoteTable;
  /** The form under which a number is known: `03-1234-5678` and `+81312345678` are one machine. */
  canonicalNumber(number: string): string;
  changed(): void;
}

export interface Remotes {
  list(request: {
    limit: number;
    cursor?: number | undefined;
    search?: string | undefined;
  }): Listing<RemoteProfile>;
  /** Throws ApiError NOT_FOUND. */
  get(number: string): RemoteProfile;
  /** Sets what to avoid, by hand. Throws ApiError INVALID_INPUT. */
  change(number: string, change: RemoteEdit): RemoteProfile;
  /** Throws ApiError NOT_FOUND. */
  reset(number: string): void;
  hints(number: string): RemoteHints;
  /** Identities that this number gave before; empty while none is known. */
  expectedIdentities(number: string): string[];
  learn(number: string, report: CallReport): void;
}

export function createRemotes(options: RemotesOptions): Remotes {
  const { table } = options;
  /** Of a number as a person writes it, too; what is none finds nothing. */
  const canonicalNumber = (number: string): string => {
    const destination = telephoneDestination(number);
    return destination === undefined ? number : options.canonicalNumber(numberOf(destination));
  };
  const known = (number: string): StoredRemote | undefined => table.get(canonicalNumber(number));
  return {
    list({ limit, cursor, search }) {
      const rows = table.list({ limit: limit + 1, before: cursor, search });
      const last = rows.length > limit ? rows[limit - 1]?.changedAt : undefined;
      const items = rows.slice(0, limit).map(({ remote }) => shown(remote));
      return withoutUndefined({ items, nextCursor: last?.toString() });
    },
    get(number) {
      const remote = known(number);
      if (remote === undefined) throw new ApiError('NOT_FOUND', 'Nothing is known of this number yet.');
      return shown(remote);
    },
    change(number, change) {
      const checked = remoteEditSchema.safeParse(change);
      if (!checked.success) {
        const [first] = checked.error.issues;
        const isOwn = first?.path[0] === 'identity';
        throw new ApiError(
          'INVALID_INPUT',
          isOwn ? first.message : 'These are no settings of a fax machine.',
        );
      }
      if (telephoneDestination(number) === undefined) {
        throw new ApiError('INVALID_INPUT', telephoneFault(number));
      }
      const before = known(number) ?? unknownRemote(canonicalNumber(number));
      const now = Date.now();
      const after = edited(before, checked.data, now);
      table.put(after, now);
      options.changed();
      return shown(after);
    },
    reset(number) {
      if (known(number) === undefined) {
        throw new ApiError('NOT_FOUND', 'Nothing is known of this number yet.');
      }
      table.remove(canonicalNumber(number));
      options.changed();
    },
    hints: (number) => hintsOf(known(number), Date.now()),
    expectedIdentities(number) {
      const identity = known(number)?.identity;
      return identity === undefined || identity === '' ? [] : [identity];
    },
    learn(number, report) {
      const now = Date.now();
      // Nobody was met: nothing is learned of the machine there.
      if (report.remoteId === undefined && report.abilities === undefined && known(number) === undefined)
        return;
      table.put(learn(known(number) ?? unknownRemote(canonicalNumber(number)), report, now), now);
      options.changed();
    },
  };
}

/** What somebody set is kept until it is set otherwise; who lets it learn again takes back what was set by hand before. */
function edited(before: StoredRemote, change: RemoteEdit, now: number): StoredRemote {
  const { maxRateBps: rate, ...others } = withoutUndefined(change);
  const { maxRateBps: kept, ...rest } = change.fixed === false ? learnedAlone(before) : before;
  const wanted = rate === undefined ? kept : (rate ?? undefined);
  const { avoidModulations, avoidCodings, avoidEcm } = others;
  const isLesson = [rate, avoidModulations, avoidCodings, avoidEcm].some((value) => value !== undefined);
  return {
    ...rest,
    fixed: true,
    ...others,
    ...(wanted === undefined ? {} : { maxRateBps: wanted }),
    ...(others.identity === undefined ? {} : { identityByHand: true }),
    // What is said while it learns is forgotten like any other lesson.
    ...(change.fixed === false && isLesson ? { learnedAt: now } : {}),
  };
}

function learnedAlone(remote: StoredRemote): StoredRemote {
  if (!remote.fixed && remote.learnedAt !== undefined) return remote;
  const { maxRateBps: _rate, learnedAt: _at, identity, identityByHand, ...rest } = remote;
  return {
    ...rest,
    avoidModulations: [],
    avoidCodings: [],
    avoidEcm: false,
    ...(identity === undefined || identityByHand === true ? {} : { identity }),
  };
}

function shown(remote: StoredRemote): RemoteProfile {
  return remoteProfileSchema.parse(remote);
}
