// Telephone lines as they were set up.

import { lineSetupSchema, type LineSetup } from '../../protocol/api/lines.ts';
import type { Database, Row } from './database.ts';
import { textOf } from './row.ts';

export interface LineRow {
  id: string;
  setup: LineSetup;
}

export interface LineTable {
  /** In the order in which they were added. Rows that cannot be read are left where they are, and out. */
  list(): LineRow[];
  insert(row: LineRow): void;
  update(row: LineRow): void;
  remove(id: string): void;
}

export function createLineTable(db: Database): LineTable {
  return {
    list: () =>
      db
        .prepare('SELECT * FROM lines ORDER BY created_at, rowid')
        .all()
        .flatMap((row) => rowOf(row) ?? []),
    insert({ id, setup }) {
      db.prepare('INSERT INTO lines (id, path, setup, created_at) VALUES (?, ?, ?, ?)').run(
        id,
        setup.path,
        JSON.stringify(setup),
        Date.now(),
      );
    },
    update({ id, setup }) {
      db.prepare('UPDATE lines SET path = ?, setup = ? WHERE id = ?').run(
        setup.path,
        JSON.stringify(setup),
        id,
      );
    },
    remove(id) {
      db.prepare('DELETE FROM lines WHERE id = ?').run(id);
    },
  };
}

function rowOf(row: Row): LineRow | undefined {
  const setup = lineSetupSchema.safeParse(JSON.parse(textOf(row, 'setup')));
  return setup.success ? { id: textOf(row, 'id'), setup: setup.data } : undefined;
}
