// Hands documents to gateways that may be killed at any moment, so that each is sent once and it is known which was.

import { apiErrorOf } from '../../../protocol/api/carrier.ts';
import { DEFAULT_PAGE_OPTIONS, sendFile } from '../../harness/gatewayHttp.ts';
import { textOf, type PlannedDocument } from './chaosPlan.ts';
import type { Office } from './chaosWorld.ts';

/** Sends the document; comes back when the gateway has it for certain, however often the gateway died meanwhile. */
export async function handOver(document: PlannedDocument, office: Office): Promise<void> {
  let lastError: unknown;
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    await office.whenUp();
    // A gateway that died while it was asked may have taken the document before: never send without looking.
    try {
      if (await isTaken(document, office)) return;
      await sendFile(
        office.gateway,
        { name: `${document.title}.txt`, content: textOf(document) },
        [document.to],
        {
          title: document.title,
          pageOptions: { ...DEFAULT_PAGE_OPTIONS, resolution: 'standard', mode: 'text' },
        },
      );
      return;
    } catch (error) {
      // Its own word is a defect; no word at all is its death.
      if (apiErrorOf(error) !== undefined) throw error;
      lastError = error;
    }
  }
  throw new Error(`"${document.title}" could not be handed to its gateway`, { cause: lastError });
}

async function isTaken(document: PlannedDocument, office: Office): Promise<boolean> {
  const listing = await office.gateway
    .api()
    .outgoing.list.query({ folder: 'all', limit: 500, search: document.title });
  return listing.items.some((item) => item.title === document.title);
}
