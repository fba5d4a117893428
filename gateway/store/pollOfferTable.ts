// Rows of documents that are kept to be fetched by whoever polls.

import type { Database, Row } from './database.ts';
import { numberOf, optionalTextOf, textOf } from './row.ts';

export interface PollOfferRow {
  id: string;
  outgoingId: string;
  title: string;
  preparationId: string;
  pages: number;
  address: string | undefined;
  password: string | undefined;
  once: boolean;
  fetched: number;
  createdAt: number;
}

export interface PollOfferTable {
  insert(
    offer: Pick<PollOfferRow, 'id' | 'outgoingId' | 'address' | 'password' | 'once'>,
    createdAt: number,
  ): void;
  get(id: string): PollOfferRow | undefined;
  /** Oldest first. */
  list(): PollOfferRow[];
  /** One more has fetched it; an offer for one is gone then. */
  noteFetched(id: string): void;
}

const OFFERS = `SELECT f.*, o.title, o.preparation_id, p.pages FROM poll_offers f
  JOIN outgoing o ON o.id = f.outgoing_id JOIN preparations p ON p.id = o.preparation_id`;

export function createPollOfferTable(db: Database): PollOfferTable {
  return {
    insert(offer, createdAt) {
      db.prepare(
        'INSERT INTO poll_offers (id, outgoing_id, address, password, once, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(
        offer.id,
        offer.outgoingId,
        offer.address ?? null,
        offer.password ?? null,
        offer.once ? 1 : 0,
        createdAt,
      );
    },
    get(id) {
      const row = db.prepare(`${OFFERS} WHERE f.id = ?`).get(id);
      return row === undefined ? undefined : pollOfferRowOf(row);
    },
    list: () => db.prepare(`${OFFERS} ORDER BY f.created_at, f.id`).all().map(pollOfferRowOf),
    noteFetched(id) {
      db.transaction(() => {
        db.prepare('UPDATE poll_offers SET fetched = fetched + 1 WHERE id = ?').run(id);
        db.prepare('DELETE FROM poll_offers WHERE id = ? AND once = 1').run(id);
      });
    },
  };
}

function pollOfferRowOf(row: Row): PollOfferRow {
  return {
    id: textOf(row, 'id'),
    outgoingId: textOf(row, 'outgoing_id'),
    title: textOf(row, 'title'),
    preparationId: textOf(row, 'preparation_id'),
    pages: numberOf(row, 'pages'),
    address: optionalTextOf(row, 'address'),
    password: optionalTextOf(row, 'password'),
    once: numberOf(row, 'once') === 1,
    fetched: numberOf(row, 'fetched'),
    createdAt: numberOf(row, 'created_at'),
  };
}
