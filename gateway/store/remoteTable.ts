// Rows of what is known of the machines at telephone numbers.

import { z } from 'zod';
import { remoteProfileSchema } from '../../protocol/api/lines.ts';
import type { Database, Row } from './database.ts';
import { numberOf, textOf } from './row.ts';
import { searchable, searchPatterns } from './searchText.ts';

export const storedRemoteSchema = remoteProfileSchema.extend({
  /** When something to avoid was learned last; ms since 1970. */
  learnedAt: z.number().optional(),
  /** Typed in by a person, not heard in a call. */
  identityByHand: z.boolean().optional(),
});
export type StoredRemote = z.infer<typeof storedRemoteSchema>;

export interface RemoteTable {
  get(number: string): StoredRemote | undefined;
  put(remote: StoredRemote, now: number): void;
  remove(number: string): void;
  /** Those changed last first; `before` is the place of the last one shown. */
  list(request: { limit: number; before: number | undefined; search: string | undefined }): {
    remote: StoredRemote;
    changedAt: number;
  }[];
}

export function createRemoteTable(db: Database): RemoteTable {
  return {
    get(number) {
      const row = db.prepare('SELECT profile FROM remotes WHERE number = ?').get(number);
      return row === undefined ? undefined : remoteOf(row);
    },
    put(remote, now) {
      // Every place in the list is taken once, so that a listing can go on from it.
      db.prepare(
        `INSERT INTO remotes (number, profile, search_text, changed_at)
         VALUES (?, ?, ?, (SELECT max(?, coalesce(max(changed_at), 0) + 1) FROM remotes))
         ON CONFLICT (number) DO UPDATE SET profile = excluded.profile, search_text = excluded.search_text,
           changed_at = excluded.changed_at`,
      ).run(
        remote.number,
        JSON.stringify(remote),
        searchable(remote.number, remote.identity, remote.maker),
        now,
      );
    },
    remove(number) {
      db.prepare('DELETE FROM remotes WHERE number = ?').run(number);
    },
    list({ limit, before, search }) {
      const patterns = searchPatterns(search);
      const matching = patterns.map(() => String.raw` AND search_text LIKE ? ESCAPE '\'`).join('');
      return db
        .prepare(
          `SELECT profile, changed_at FROM remotes WHERE changed_at < ?${matching} ORDER BY changed_at DESC LIMIT ?`,
        )
        .all(before ?? Number.MAX_SAFE_INTEGER, ...patterns, limit)
        .flatMap((row) => {
          const remote = remoteOf(row);
          return remote === undefined ? [] : [{ remote, changedAt: numberOf(row, 'changed_at') }];
        });
    },
  };
}

/** What another version wrote and this one cannot read counts as unknown; it is learned anew. */
function remoteOf(row: Row): StoredRemote | undefined {
  const parsed = storedRemoteSchema.safeParse(JSON.parse(textOf(row, 'profile')));
  return parsed.success ? parsed.data : undefined;
}
