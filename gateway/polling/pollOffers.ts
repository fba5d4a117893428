// Documents kept to be fetched: what a caller who polls is offered, and what became of it.

import { ApiError } from '../../protocol/api/types.ts';

import type { NewPollOffer, PollOffer } from '../../protocol/api/lines.ts';
import type { CallDocument } from '../../protocol/modem.ts';
import type { PageInfo } from '../../protocol/page.ts';
import { errorText, type Log } from '../log.ts';
import type { CallHeader } from '../outbox/callHeader.ts';
import { createDraftFrom } from '../outbox/drafts.ts';
import { pagePath } from '../store/durableFile.ts';
import { newId } from '../store/newId.ts';
import { readPageFile } from '../store/pageFile.ts';
import type { PollOfferRow } from '../store/pollOfferTable.ts';
import { withoutUndefined } from '../store/row.ts';
import type { Store } from '../store/store.ts';

/** Who polls says DTC three times, and hangs up some 9 s after the first. */
const HEADER_WITHIN_MS = 6_000;

/** What one call offers. */
export interface Offered {
  documents: CallDocument[];
  address: string | undefined;
  password: string | undefined;
  page(index: number): Promise<{ info: PageInfo; data: Uint8Array }>;
  /** Pages below `pages`, over all of them, are confirmed by the caller. */
  confirmed(pages: number): void;
}

export interface PollOffers {
  list(): PollOffer[];
  /** Throws ApiError NOT_FOUND, CONFLICT. */
  add(offer: NewPollOffer): PollOffer;
  /** Throws ApiError NOT_FOUND. */
  remove(id: string): void;
  /**
   * For the next call: all documents that anyone may fetch. When there is none, the oldest one that asks for an address
   * or password; a call can ask for one of those only.
   */
  present(): Offered;
}

export function createPollOffers({
  store,
  changed,
  log,
  callHeader,
}: {
  store: Store;
  /** The list is another one now. */
  changed: () => void;
  log: Log;
  callHeader: CallHeader;
}): PollOffers {
  const table = store.pollOffers;
  return {
    list: () => table.list().map(shown),
    add({ documentId, address, password, once }) {
      const document = store.outgoing.get(documentId);
      const preparation = document === undefined ? undefined : store.preparations.get(document.preparationId);
      if (preparation === undefined) throw new ApiError('NOT_FOUND', 'This fax is no longer there.');
      if (preparation.state !== 'ready') {
        throw new ApiError('CONFLICT', 'The pages of this fax are not ready yet. Try again in a moment.');
      }
      const id = newId();
      // A copy of its own, with the same pages: whatever becomes of the document that it was made of.
      const outgoingId = createDraftFrom(store, documentId);
      table.insert(
        { id, outgoingId, address: orNone(address), password: orNone(password), once },
        Date.now(),
      );
      changed();
      return shown(existing(id));
    },
    remove(id) {
      const { outgoingId } = existing(id);
      // The offer goes with its document.
      store.outgoing.remove(outgoingId);
      changed();
    },
    present() {
      const all = table.list();
      const open = all.filter(({ address, password }) => address === undefined && password === undefined);
      return offered(open.length > 0 ? open : all.slice(0, 1));
    },
  };

  function existing(id: string): PollOfferRow {
    const row = table.get(id);
    if (row === undefined) throw new ApiError('NOT_FOUND', 'This document is no longer kept to be fetched.');
    return row;
  }

  function offered(rows: readonly PollOfferRow[]): Offered {
    const call = { firstPage: 0, at: Date.now(), withinMs: HEADER_WITHIN_MS };
    const pages = rows.flatMap((row) => {
      const preparation = store.preparations.get(row.preparationId);
      const stamp = preparation === undefined ? undefined : callHeader(preparation, call);
      return store.preparations.pages(row.preparationId).map((page) => ({ row, page, stamp }));
    });
    const fetched = new Set<string>();
    return {
      documents: rows.map(({ preparationId }) => ({
        pages: store.preparations
          .pages(preparationId)
          .map(({ width, height, xDpi, yDpi }) => ({ width, height, xDpi, yDpi })),
      })),
      address: rows[0]?.address,
      password: rows[0]?.password,
      async page(index) {
        const wanted = pages[index];
        if (wanted === undefined) throw new Error(`page ${index} is not offered`);
        const folder = `${store.folder.outgoingPages}/${wanted.row.preparationId}`;
        const { index: ofDocument } = wanted.page;
        const page = {
          info: wanted.page,
          data: await readPageFile(pagePath(folder, ofDocument), wanted.page),
        };
        return wanted.stamp?.(page, ofDocument) ?? page;
      },
      confirmed(count) {
        for (const row of rows) {
          const last = pages.findLastIndex((page) => page.row === row);
          if (count <= last || fetched.has(row.id)) continue;
          fetched.add(row.id);
          try {
            table.noteFetched(row.id);
            changed();
            log.info('document fetched by polling', { offer: row.id });
          } catch (error) {
            log.error('fetching not noted', { offer: row.id, error: errorText(error) });
          }
        }
      },
    };
  }
}

function shown(row: PollOfferRow): PollOffer {
  return withoutUndefined({
    id: row.id,
    documentId: row.outgoingId,
    title: row.title,
    pages: row.pages,
    address: row.address,
    hasPassword: row.password !== undefined,
    once: row.once,
    fetched: row.fetched,
    createdAt: new Date(row.createdAt).toISOString(),
  });
}

function orNone(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
