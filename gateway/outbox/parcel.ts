// A delivery made ready for a call: the document's pages from the store, and where its confirmations go.

import type { Settings } from '../../protocol/api/types.ts';
import type { DeliveryRow } from '../store/deliveryTable.ts';
import { pagePath } from '../store/durableFile.ts';
import { readPageFile } from '../store/pageFile.ts';
import type { Store } from '../store/store.ts';
import type { Parcel } from './route.types.ts';

/** Throws when the pages are not ready, which is a bug. */
export function createParcel(
  store: Store,
  delivery: DeliveryRow,
  settings: Settings,
  confirmed: (pages: number) => void,
): Parcel {
  const document = store.outgoing.get(delivery.documentId);
  const preparation = document === undefined ? undefined : store.preparations.get(document.preparationId);
  if (document === undefined || preparation?.state !== 'ready') throw new Error('the pages are not ready');
  const folder = `${store.folder.outgoingPages}/${preparation.id}`;
  return {
    delivery,
    document,
    preparation,
    pages: store.preparations.pages(preparation.id),
    source: {
      documentId: delivery.id,
      fromName: settings.displayName,
      ...(settings.faxNumber === '' ? {} : { fromNumber: settings.faxNumber }),
      to: delivery.destination,
      pageCount: preparation.pages,
      subject: document.title,
      purpose: document.purpose,
      createdAt: new Date(document.createdAt).toISOString(),
      async page(index) {
        const page = store.preparations.page(preparation.id, index);
        if (page === undefined) throw new Error(`page ${index} is not there`);
        return { info: page, data: await readPageFile(pagePath(folder, index), page) };
      },
      confirmed,
    },
  };
}
