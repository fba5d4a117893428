// Rows of fax pages made of files: which files and options, how far, and the pages.

import type { HeaderLine, PageOptions, PreparedPage } from '../../protocol/imaging.ts';
import { headerLineSchema, imagingWarningSchema, pageOptionsSchema } from '../../protocol/imaging.ts';
import { outcome, outcomeSchema, type Outcome } from '../../protocol/outcome.ts';
import type { DocumentPage } from '../../protocol/api/types.ts';
import type { PageInfo } from '../../protocol/page.ts';
import type { Database, Row } from './database.ts';
import { numberOf, optionalNumberOf, optionalTextOf, textOf, timeOf } from './row.ts';

export interface Preparation {
  id: string;
  key: string;
  state: 'open' | 'ready' | 'failed';
  options: PageOptions;
  header: HeaderLine | undefined;
  createdAt: number;
  pages: number;
  pagesExpected: number | undefined;
  totalBytes: number;
  substitutedFonts: string[];
  outcome: Outcome | undefined;
  failedFileName: string | undefined;
}

export interface PreparationFile {
  uploadId: string;
  name: string;
  sha256: string;
}

export interface PreparationTable {
  insert(
    preparation: Pick<Preparation, 'id' | 'key' | 'options' | 'header' | 'createdAt'>,
    uploadIds: readonly string[],
  ): void;
  get(id: string): Preparation | undefined;
  /** The newest one of the same files, options and header that was begun after `since` and has not failed. */
  findReusable(key: string, since: number): Preparation | undefined;
  /** The one whose turn it is to be made of its files; pages that are copied of a received document have none. */
  oldestOpen(): Preparation | undefined;
  /** In order; a file that is gone is missing. */
  files(id: string): PreparationFile[];
  fileCount(id: string): number;
  pages(id: string): DocumentPage[];
  page(id: string, index: number): PageInfo | undefined;
  addPage(id: string, page: PageInfo & Pick<PreparedPage, 'index' | 'warnings'>, storedAt: number): void;
  clearPages(id: string): void;
  expectPages(id: string, pages: number): void;
  markReady(id: string, substitutedFonts: readonly string[]): void;
  markFailed(id: string, outcome: Outcome, fileName: string | undefined): void;
  reopen(id: string): void;
  documentIds(id: string): string[];
  /** Those that no document uses any more and that are older than `before`. */
  unused(before: number): string[];
  remove(id: string): void;
  exists(id: string): boolean;
}

export function createPreparationTable(db: Database): PreparationTable {
  return {
    insert(preparation, uploadIds) {
      db.prepare(
        `INSERT INTO preparations (id, key, state, options, header, created_at) VALUES (?, ?, 'open', ?, ?, ?)`,
      ).run(
        preparation.id,
        preparation.key,
        JSON.stringify(preparation.options),
        preparation.header === undefined ? null : JSON.stringify(preparation.header),
        preparation.createdAt,
      );
      for (const [position, uploadId] of uploadIds.entries()) {
        db.prepare(
          'INSERT INTO preparation_files (preparation_id, position, upload_id) VALUES (?, ?, ?)',
        ).run(preparation.id, position, uploadId);
      }
    },
    get(id) {
      const row = db.prepare('SELECT * FROM preparations WHERE id = ?').get(id);
      return row === undefined ? undefined : preparationOf(row);
    },
    findReusable(key, since) {
      const row = db
        .prepare(
          `SELECT * FROM preparations WHERE key = ? AND created_at > ? AND state <> 'failed'
           ORDER BY created_at DESC LIMIT 1`,
        )
        .get(key, since);
      return row === undefined ? undefined : preparationOf(row);
    },
    oldestOpen() {
      const row = db
        .prepare(
          `SELECT * FROM preparations p WHERE state = 'open' AND EXISTS (
             SELECT 1 FROM preparation_files f WHERE f.preparation_id = p.id) ORDER BY created_at LIMIT 1`,
        )
        .get();
      return row === undefined ? undefined : preparationOf(row);
    },
    files: (id) =>
      db
        .prepare(
          `SELECT u.id, u.name, u.sha256 FROM preparation_files f JOIN uploads u ON u.id = f.upload_id
           WHERE f.preparation_id = ? ORDER BY f.position`,
        )
        .all(id)
        .map((row) => ({
          uploadId: textOf(row, 'id'),
          name: textOf(row, 'name'),
          sha256: textOf(row, 'sha256'),
        })),
    fileCount: (id) => count(db, 'SELECT count(*) AS n FROM preparation_files WHERE preparation_id = ?', id),
    pages: (id) =>
      db
        .prepare('SELECT * FROM preparation_pages WHERE preparation_id = ? ORDER BY page_index')
        .all(id)
        .map((row) => documentPageOf(row, parseWarnings(textOf(row, 'warnings')))),
    page(id, index) {
      const row = db
        .prepare('SELECT * FROM preparation_pages WHERE preparation_id = ? AND page_index = ?')
        .get(id, index);
      return row === undefined ? undefined : pageInfoOf(row);
    },
    addPage(id, page, storedAt) {
      db.transaction(() => {
        db.prepare(
          `INSERT INTO preparation_pages (preparation_id, page_index, width, height, x_dpi, y_dpi, byte_length,
             sha256, warnings, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ).run(
          id,
          page.index,
          page.width,
          page.height,
          page.xDpi,
          page.yDpi,
          page.byteLength,
          page.sha256,
          JSON.stringify(page.warnings),
          storedAt,
        );
        db.prepare(
          'UPDATE preparations SET pages = pages + 1, total_bytes = total_bytes + ? WHERE id = ?',
        ).run(page.byteLength, id);
      });
    },
    clearPages(id) {
      db.transaction(() => {
        db.prepare('DELETE FROM preparation_pages WHERE preparation_id = ?').run(id);
        db.prepare('UPDATE preparations SET pages = 0, total_bytes = 0 WHERE id = ?').run(id);
      });
    },
    expectPages(id, pages) {
      db.prepare('UPDATE preparations SET pages_expected = ? WHERE id = ?').run(pages, id);
    },
    markReady(id, substitutedFonts) {
      db.prepare(
        `UPDATE preparations SET state = 'ready', pages_expected = pages, substituted_fonts = ?, outcome = NULL,
           failed_file_name = NULL WHERE id = ?`,
      ).run(JSON.stringify(substitutedFonts), id);
    },
    markFailed(id, outcome, fileName) {
      db.prepare(
        `UPDATE preparations SET state = 'failed', outcome = ?, failed_file_name = ? WHERE id = ?`,
      ).run(JSON.stringify(outcome), fileName ?? null, id);
    },
    reopen(id) {
      db.prepare(
        `UPDATE preparations SET state = 'open', outcome = NULL, failed_file_name = NULL WHERE id = ?`,
      ).run(id);
    },
    documentIds: (id) =>
      db
        .prepare('SELECT id FROM outgoing WHERE preparation_id = ?')
        .all(id)
        .map((row) => textOf(row, 'id')),
    unused: (before) =>
      db
        .prepare(
          `SELECT id FROM preparations p WHERE created_at < ?
             AND NOT EXISTS (SELECT 1 FROM outgoing o WHERE o.preparation_id = p.id)`,
        )
        .all(before)
        .map((row) => textOf(row, 'id')),
    remove(id) {
      db.prepare('DELETE FROM preparations WHERE id = ?').run(id);
    },
    exists: (id) => count(db, 'SELECT count(*) AS n FROM preparations WHERE id = ?', id) > 0,
  };
}

/** The page's shape, as protocol and API speak of it. */
export function pageInfoOf(row: Row): PageInfo {
  return {
    width: numberOf(row, 'width'),
    height: numberOf(row, 'height'),
    xDpi: numberOf(row, 'x_dpi'),
    yDpi: numberOf(row, 'y_dpi'),
    byteLength: numberOf(row, 'byte_length'),
    sha256: textOf(row, 'sha256'),
  };
}

export function documentPageOf(row: Row, warnings: DocumentPage['warnings']): DocumentPage {
  return {
    ...pageInfoOf(row),
    index: numberOf(row, 'page_index'),
    warnings,
    storedAt: timeOf(row, 'stored_at'),
  };
}

export function count(db: Database, sql: string, ...values: (string | number)[]): number {
  const row = db.prepare(sql).get(...values);
  return row === undefined ? 0 : numberOf(row, 'n');
}

export function outcomeOf(row: Row, column: string): Outcome | undefined {
  const text = optionalTextOf(row, column);
  if (text === undefined) return undefined;
  // A code that this version does not know (written by another one) must not make a list unreadable.
  const parsed = outcomeSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : outcome('INTERNAL_ERROR', 'queue', text);
}

function preparationOf(row: Row): Preparation {
  const state = textOf(row, 'state');
  const header = optionalTextOf(row, 'header');
  return {
    id: textOf(row, 'id'),
    key: textOf(row, 'key'),
    state: state === 'ready' || state === 'failed' ? state : 'open',
    options: pageOptionsSchema.parse(JSON.parse(textOf(row, 'options'))),
    header: header === undefined ? undefined : headerLineSchema.parse(JSON.parse(header)),
    createdAt: numberOf(row, 'created_at'),
    pages: numberOf(row, 'pages'),
    pagesExpected: optionalNumberOf(row, 'pages_expected'),
    totalBytes: numberOf(row, 'total_bytes'),
    substitutedFonts: (JSON.parse(textOf(row, 'substituted_fonts')) as unknown[]).map(String),
    outcome: outcomeOf(row, 'outcome'),
    failedFileName: optionalTextOf(row, 'failed_file_name'),
  };
}

function parseWarnings(text: string): DocumentPage['warnings'] {
  return imagingWarningSchema.array().parse(JSON.parse(text));
}
