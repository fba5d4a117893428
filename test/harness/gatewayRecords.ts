// What a gateway has on disk, read from outside: its deliveries and its received documents. For a gateway that is
// dead the database is copied first, so that looking changes nothing of what it finds when it starts again.

import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DeliveryRecord {
  deliveryId: string;
  title: string;
  to: string;
  status: string;
  /** Of the last attempt; empty when there was none. */
  outcomeCode: string;
  pagesConfirmed: number;
}

export interface IncomingRecord {
  id: string;
  caller: string;
  /** What the caller calls the document. */
  documentId: string;
  state: string;
  subject: string;
  /** SHA-256 of each stored page's T.6 data, first page first. */
  pages: string[];
}

export interface GatewayRecords {
  deliveries: DeliveryRecord[];
  incoming: IncomingRecord[];
  /** How every attempt of every delivery ended, as code; empty while it runs. */
  attempts: string[];
}

/** Reads the database of a data folder. `dead`: no process has it open. */
export async function gatewayRecords(dataFolder: string, dead: boolean): Promise<GatewayRecords> {
  const database = path.join(dataFolder, 'gateway.sqlite');
  if (!dead) return readRecords(database);
  const folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-records-'));
  try {
    const copy = path.join(folder, 'gateway.sqlite');
    for (const suffix of ['', '-wal']) {
      if (existsSync(database + suffix)) await copyFile(database + suffix, copy + suffix);
    }
    return readRecords(copy, false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The page files of a received document, first page first, as a viewer without Hikyaku would find them. */
export async function incomingPageFiles(dataFolder: string, incomingId: string): Promise<string[]> {
  const folder = path.join(dataFolder, 'pages', 'incoming', incomingId);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.tif')).sort();
  return names.map((name) => path.join(folder, name));
}

function readRecords(file: string, readOnly = true): GatewayRecords {
  const database = new DatabaseSync(file, { readOnly, timeout: 5_000 });
  try {
    // One snapshot for all questions.
    database.exec('BEGIN');
    const deliveries = database
      .prepare(
        `SELECT d.id, o.title, d.destination, d.status, d.outcome_code, d.pages_confirmed
         FROM deliveries d JOIN outgoing o ON o.id = d.document_id`,
      )
      .all();
    const incoming = database.prepare('SELECT id, caller, document_id, state, subject FROM incoming').all();
    const pages = database
      .prepare('SELECT incoming_id, sha256 FROM incoming_pages ORDER BY incoming_id, page_index')
      .all();
    const attempts = database.prepare(`SELECT coalesce(outcome ->> 'code', '') AS code FROM attempts`).all();
    return {
      attempts: attempts.map((row) => String(row['code'])),
      deliveries: deliveries.map((row) => ({
        deliveryId: String(row['id']),
        title: String(row['title']),
        to: String(row['destination']),
        status: String(row['status']),
        outcomeCode: String(row['outcome_code'] ?? ''),
        pagesConfirmed: Number(row['pages_confirmed']),
      })),
      incoming: incoming.map((row) => ({
        id: String(row['id']),
        caller: String(row['caller']),
        documentId: String(row['document_id']),
        state: String(row['state']),
        subject: String(row['subject']),
        pages: pages
          .filter((page) => page['incoming_id'] === row['id'])
          .map((page) => String(page['sha256'])),
      })),
    };
  } finally {
    database.close();
  }
}
