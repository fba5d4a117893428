// The pages that the host has made ready, and those it was asked for: one question per page at a time, since an answer
// does not say which form it is in. Coded pages are large, so only those are held that may still have to be sent.

import type { Effect, Input } from '../machine.ts';
import type { PageFormat } from '../parameters.ts';

export interface PageStore {
  held: readonly HeldPage[];
  asked: readonly AskedPage[];
}

export interface HeldPage {
  page: number;
  format: PageFormat;
  data: Uint8Array;
}

export interface UnavailablePage {
  page: number;
  unavailable: string;
}

interface AskedPage {
  page: number;
  format: PageFormat;
  /** Wanted in another form meanwhile: asked for when the first answer is there. */
  afterwards: PageFormat | null;
  /** The host's word that there is none. It holds for every form. */
  unavailable: string | null;
}

export interface PageStoreStep {
  pages: PageStore;
  effects: readonly Effect[];
}

export const NO_PAGES: PageStore = { held: [], asked: [] };

/** Asks the host for a page, unless it is at hand, on its way, or known to be unavailable. */
export function askForPage(pages: PageStore, page: number, format: PageFormat): PageStoreStep {
  if (pages.held.some((one) => one.page === page && isSameFormat(one.format, format))) {
    return { pages, effects: [] };
  }
  const asked = pages.asked.find((one) => one.page === page);
  if (asked === undefined) {
    return {
      pages: { ...pages, asked: [...pages.asked, { page, format, afterwards: null, unavailable: null }] },
      effects: [{ type: 'preparePage', page, format }],
    };
  }
  const afterwards = isSameFormat(asked.format, format) ? null : format;
  return {
    pages: { ...pages, asked: pages.asked.map((one) => (one === asked ? { ...one, afterwards } : one)) },
    effects: [],
  };
}

/**
 * Takes the host's answer. Pass every `pageReady` and `pageUnavailable` here, also between two transmissions: an
 * answer that was asked for before an EOM may come after it. Unasked ones are passed over.
 */
export function takePage(pages: PageStore, input: Input): PageStoreStep {
  if (input.type !== 'pageReady' && input.type !== 'pageUnavailable') return { pages, effects: [] };
  const answered = pages.asked.find((one) => one.page === input.page && one.unavailable === null);
  if (answered === undefined) return { pages, effects: [] };
  if (input.type === 'pageUnavailable') {
    const asked = pages.asked.map((one) => (one === answered ? { ...one, unavailable: input.detail } : one));
    return { pages: { ...pages, asked }, effects: [] };
  }
  const { page, format, afterwards } = answered;
  const held: PageStore = {
    held: [...pages.held.filter((one) => one.page !== page), { page, format, data: input.data }],
    asked: pages.asked.filter((one) => one !== answered),
  };
  return afterwards === null ? { pages: held, effects: [] } : askForPage(held, page, afterwards);
}

/**
 * The page in a form that may be sent as `format`: the same, or with more fill bits per line than needed (made for a
 * higher rate before a fall-back). Null while it is not there.
 */
export function findPage(
  pages: PageStore,
  page: number,
  format: PageFormat,
): HeldPage | UnavailablePage | null {
  const held = pages.held.find(
    (one) =>
      one.page === page &&
      one.format.minScanBits >= format.minScanBits &&
      isSameFormat({ ...one.format, minScanBits: format.minScanBits }, format),
  );
  if (held !== undefined) return held;
  const unavailable = pages.asked.find((one) => one.page === page)?.unavailable ?? null;
  return unavailable === null ? null : { page, unavailable };
}

/** Lets go of the pages before `page`: they are confirmed. */
export function dropPagesBefore(pages: PageStore, page: number): PageStore {
  return { ...pages, held: pages.held.filter((one) => one.page >= page) };
}

function isSameFormat(one: PageFormat, other: PageFormat): boolean {
  return (
    one.coding === other.coding &&
    one.k === other.k &&
    one.resolution === other.resolution &&
    one.widthPixels === other.widthPixels &&
    one.maxRows === other.maxRows &&
    one.minScanBits === other.minScanBits &&
    one.ecm === other.ecm
  );
}
