// Rows of uploaded files, kept until their pages are made and for a day.

import type { Database, Row } from './database.ts';
import { numberOf, textOf } from './row.ts';

export interface Upload {
  id: string;
  name: string;
  byteLength: number;
  sha256: string;
}

export interface UploadTable {
  insert(upload: Upload, now: number): void;
  get(id: string): Upload | undefined;
  /** Older than `before` and needed by no preparation under way. */
  unused(before: number): string[];
  remove(id: string): void;
}

export function createUploadTable(db: Database): UploadTable {
  return {
    insert(upload, now) {
      db.prepare(
        'INSERT INTO uploads (id, name, byte_length, sha256, created_at) VALUES (?, ?, ?, ?, ?)',
      ).run(upload.id, upload.name, upload.byteLength, upload.sha256, now);
    },
    get(id) {
      const row = db.prepare('SELECT * FROM uploads WHERE id = ?').get(id);
      return row === undefined ? undefined : uploadOf(row);
    },
    unused: (before) =>
      db
        .prepare(
          `SELECT u.id FROM uploads u WHERE u.created_at < ? AND NOT EXISTS (
             SELECT 1 FROM preparation_files f JOIN preparations p ON p.id = f.preparation_id
             WHERE f.upload_id = u.id AND p.state = 'open')`,
        )
        .all(before)
        .map((row) => textOf(row, 'id')),
    remove(id) {
      db.prepare('DELETE FROM uploads WHERE id = ?').run(id);
    },
  };
}

function uploadOf(row: Row): Upload {
  return {
    id: textOf(row, 'id'),
    name: textOf(row, 'name'),
    byteLength: numberOf(row, 'byte_length'),
    sha256: textOf(row, 'sha256'),
  };
}
