// The tables, as numbered steps. A step that has been released never changes; a new one follows it.

import type { Database } from './database.ts';
import { numberOf } from './row.ts';

/** The database was written by a newer version of the program. */
export class NewerDatabaseError extends Error {
  readonly code = 'DATA_FOLDER_NEWER';
  constructor(found: number, known: number) {
    super(
      `These data were written by a newer version of Hikyaku (format ${found}; this version knows up to ${known}). ` +
        'Install the newer version again; nothing was changed.',
    );
    this.name = 'NewerDatabaseError';
  }
}

/** Brings the database to the newest format, each step in one transaction. Throws NewerDatabaseError. */
export function migrate(database: Database, steps: readonly string[] = MIGRATIONS): void {
  const version = userVersion(database);
  if (version > steps.length) throw new NewerDatabaseError(version, steps.length);
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

export function userVersion(database: Database): number {
  const row = database.prepare('PRAGMA user_version').get();
  return row === undefined ? 0 : numberOf(row, 'user_version');
}

// Times are milliseconds since 1970. Lists are read newest first by `position` or `seq`, which only ever grow.
export const MIGRATIONS = [
  `
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE contacts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    device_id TEXT,
    telephone TEXT,
    note TEXT
  ) STRICT;
  CREATE INDEX contacts_by_device ON contacts (device_id);

  CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    byte_length INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX uploads_by_age ON uploads (created_at);

  -- Fax pages made, or to be made, of files. Documents that ask for the same pages share them.
  CREATE TABLE preparations (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'ready', 'failed')),
    options TEXT NOT NULL,
    header TEXT,
    created_at INTEGER NOT NULL,
    pages INTEGER NOT NULL DEFAULT 0,
    pages_expected INTEGER,
    total_bytes INTEGER NOT NULL DEFAULT 0,
    substituted_fonts TEXT NOT NULL DEFAULT '[]',
    outcome TEXT,
    failed_file_name TEXT
  ) STRICT;
  CREATE INDEX preparations_by_key ON preparations (key, created_at);
  CREATE INDEX preparations_open ON preparations (created_at) WHERE state = 'open';

  CREATE TABLE preparation_files (
    preparation_id TEXT NOT NULL REFERENCES preparations (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    upload_id TEXT NOT NULL,
    PRIMARY KEY (preparation_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX preparation_files_by_upload ON preparation_files (upload_id);

  CREATE TABLE preparation_pages (
    preparation_id TEXT NOT NULL REFERENCES preparations (id) ON DELETE CASCADE,
    page_index INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    x_dpi INTEGER NOT NULL,
    y_dpi INTEGER NOT NULL,
    byte_length INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    warnings TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (preparation_id, page_index)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE outgoing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    preparation_id TEXT NOT NULL REFERENCES preparations (id),
    title TEXT NOT NULL,
    search_text TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('fax', 'echo')),
    -- The incoming document that this one sends back.
    echo_of TEXT UNIQUE,
    status TEXT NOT NULL,
    folder TEXT NOT NULL CHECK (folder IN ('draft', 'outbox', 'sent', 'failed')),
    position INTEGER UNIQUE,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    finished_at INTEGER
  ) STRICT;
  CREATE INDEX outgoing_by_folder ON outgoing (folder, position);
  CREATE INDEX outgoing_by_preparation ON outgoing (preparation_id);
  CREATE INDEX outgoing_failed ON outgoing (status) WHERE status IN ('failed', 'partly');
  CREATE INDEX outgoing_drafts ON outgoing (created_at) WHERE folder = 'draft';

  CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES outgoing (id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'calling', 'sending', 'confirmed', 'failed', 'cancelled')),
    pages_confirmed INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,
    outcome_code TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Attempts in a row that ended for the same kind of cause without getting further.
    failures INTEGER NOT NULL DEFAULT 0,
    -- When it is tried next; null while its pages are being made and when it is over.
    next_attempt_at INTEGER,
    give_up_from INTEGER NOT NULL,
    confirmed_at INTEGER
  ) STRICT;
  CREATE INDEX deliveries_by_document ON deliveries (document_id, seq);
  CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE status = 'waiting';
  CREATE INDEX deliveries_waiting_for ON deliveries (device_id) WHERE status = 'waiting';
  CREATE INDEX deliveries_running ON deliveries (status) WHERE status IN ('calling', 'sending');

  CREATE TABLE attempts (
    delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    pages_confirmed INTEGER NOT NULL,
    outcome TEXT,
    PRIMARY KEY (delivery_id, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE incoming (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    caller TEXT NOT NULL,
    document_id TEXT NOT NULL,
    from_name TEXT NOT NULL,
    from_number TEXT,
    addressed_to TEXT NOT NULL,
    subject TEXT,
    purpose TEXT NOT NULL CHECK (purpose IN ('fax', 'echo')),
    sent_at TEXT NOT NULL,
    search_text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('receiving', 'broken', 'complete', 'cancelled')),
    read INTEGER NOT NULL DEFAULT 0,
    pages INTEGER NOT NULL DEFAULT 0,
    pages_expected INTEGER,
    received_at INTEGER NOT NULL,
    completed_at INTEGER,
    deleted_at INTEGER,
    UNIQUE (caller, document_id)
  ) STRICT;
  CREATE INDEX incoming_present ON incoming (seq) WHERE deleted_at IS NULL;
  CREATE INDEX incoming_trash ON incoming (deleted_at) WHERE deleted_at IS NOT NULL;
  CREATE INDEX incoming_unread ON incoming (read) WHERE read = 0 AND deleted_at IS NULL;
  CREATE INDEX incoming_running ON incoming (state) WHERE state = 'receiving';

  CREATE TABLE incoming_pages (
    incoming_id TEXT NOT NULL REFERENCES incoming (id) ON DELETE CASCADE,
    page_index INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    x_dpi INTEGER NOT NULL,
    y_dpi INTEGER NOT NULL,
    byte_length INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (incoming_id, page_index)
  ) STRICT, WITHOUT ROWID;

  -- Documents that stood complete in the inbox and are gone: a late repeat is told "stored", never kept twice.
  CREATE TABLE incoming_tombstones (
    caller TEXT NOT NULL,
    document_id TEXT NOT NULL,
    pages INTEGER NOT NULL,
    PRIMARY KEY (caller, document_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Telephone lines: a destination is a device id or 'tel:' and a number.
  ALTER TABLE deliveries RENAME COLUMN device_id TO destination;
  ALTER TABLE deliveries ADD COLUMN route TEXT
    GENERATED ALWAYS AS (CASE WHEN destination GLOB 'tel:*' THEN 'telephone' ELSE 'relay' END) VIRTUAL;
  -- Of its document: 1 before 0 before -1.
  ALTER TABLE deliveries ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
  DROP INDEX deliveries_due;
  CREATE INDEX deliveries_due ON deliveries (route, priority, next_attempt_at) WHERE status = 'waiting';
  CREATE INDEX deliveries_next ON deliveries (route, next_attempt_at) WHERE status = 'waiting';
  ALTER TABLE attempts ADD COLUMN call_id TEXT;
  ALTER TABLE contacts ADD COLUMN telephone_destination TEXT;
  CREATE INDEX contacts_by_telephone ON contacts (telephone_destination);

  ALTER TABLE outgoing ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outgoing ADD COLUMN send_at INTEGER;
  ALTER TABLE outgoing ADD COLUMN cheap_hours INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outgoing ADD COLUMN subaddress TEXT;
  ALTER TABLE outgoing ADD COLUMN password TEXT;

  -- A fax whose telephone call ended early stands complete in the inbox, marked as partial.
  ALTER TABLE incoming ADD COLUMN partial INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE incoming ADD COLUMN remote_id TEXT;
  ALTER TABLE incoming ADD COLUMN caller_number TEXT;
  ALTER TABLE incoming ADD COLUMN caller_name TEXT;
  ALTER TABLE incoming ADD COLUMN subaddress TEXT;
  ALTER TABLE incoming ADD COLUMN call_id TEXT;
  CREATE INDEX incoming_by_call ON incoming (call_id) WHERE call_id IS NOT NULL;
  -- What the line did to a page; null for pages that came over a relay.
  ALTER TABLE incoming_pages ADD COLUMN quality TEXT;

  CREATE TABLE lines (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    setup TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  -- What is known of the machine at a number.
  CREATE TABLE remotes (
    number TEXT PRIMARY KEY,
    profile TEXT NOT NULL,
    search_text TEXT NOT NULL,
    changed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX remotes_by_change ON remotes (changed_at);

  CREATE TABLE calls (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    line_id TEXT NOT NULL,
    line_name TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('outgoing', 'incoming')),
    number TEXT NOT NULL,
    search_text TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    report TEXT
  ) STRICT;
  CREATE INDEX calls_running ON calls (started_at) WHERE ended_at IS NULL;
  CREATE INDEX attempts_by_call ON attempts (call_id) WHERE call_id IS NOT NULL;

  CREATE TABLE call_journal (
    call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (call_id, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE poll_offers (
    id TEXT PRIMARY KEY,
    outgoing_id TEXT NOT NULL REFERENCES outgoing (id) ON DELETE CASCADE,
    address TEXT,
    password TEXT,
    once INTEGER NOT NULL,
    fetched INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
  ) STRICT;
  `,
] as const;
