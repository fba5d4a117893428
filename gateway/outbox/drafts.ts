// Drafts: which pages are made of which files. The same files with the same options and header within an hour are
// the same pages, so that what was previewed is what is sent, bit for bit.

import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import type { HeaderLine, PageOptions } from '../../protocol/imaging.ts';
import { ApiError, type Settings } from '../../protocol/api/types.ts';
import { newId } from '../store/newId.ts';
import type { Store } from '../store/store.ts';
import type { Upload } from '../store/uploadTable.ts';
import { localStamp } from './localStamp.ts';

/** How long pages are used again for the same files. */
export const REUSE_MS = 60 * 60 * 1_000;

/** Writes a draft down; its pages are made by the preparer, unless they are there already. Returns its id. Throws ApiError NOT_FOUND. */
export function createDraft(
  store: Store,
  request: { fileIds: readonly string[]; options: PageOptions },
  settings: Settings,
): string {
  const uploads = request.fileIds.map((fileId) => {
    const upload = store.uploads.get(fileId);
    if (upload === undefined) {
      throw new ApiError('NOT_FOUND', 'An uploaded file is no longer there. Choose it again.');
    }
    return upload;
  });
  if (uploads.length === 0) throw new ApiError('INVALID_INPUT', 'Choose at least one file.');
  const now = Date.now();
  const key = preparationKey(uploads, request.options, settings);
  return store.db.transaction(() => {
    let preparationId = store.preparations.findReusable(key, now - REUSE_MS)?.id;
    if (preparationId === undefined) {
      preparationId = newId();
      store.preparations.insert(
        {
          id: preparationId,
          key,
          options: request.options,
          header: headerLine(settings, new Date(now)),
          createdAt: now,
        },
        request.fileIds,
      );
    }
    const id = newId();
    store.outgoing.insert({ id, preparationId, title: titleOf(uploads), purpose: 'fax', createdAt: now });
    return id;
  });
}

/**
 * Writes down a draft that shares the pages of an outgoing document; a telephone call gives them a header line of its own.
 * Returns its id. Throws ApiError NOT_FOUND; CONFLICT when its pages could not be made.
 */
export function createDraftFrom(store: Store, documentId: string): string {
  return store.db.transaction(() => {
    const row = store.outgoing.get(documentId);
    if (row === undefined) throw new ApiError('NOT_FOUND', 'This fax is no longer there.');
    const { preparationId, title } = row;
    if (store.preparations.get(preparationId)?.state === 'failed') {
      throw new ApiError('CONFLICT', 'This fax has no pages to send again. Choose its files anew.');
    }
    const id = newId();
    store.outgoing.insert({ id, preparationId, title, purpose: 'fax', createdAt: Date.now() });
    return id;
  });
}

/** Everything that decides what the pages look like, except the time in the header line. */
function preparationKey(uploads: readonly Upload[], options: PageOptions, settings: Settings): string {
  const header = settings.headerLine ? [settings.displayName, settings.faxNumber] : [];
  const files = uploads.map((upload) => [upload.sha256, extname(upload.name).toLowerCase()]);
  const { resolution, paper, placement, mode } = options;
  return createHash('sha256')
    .update(JSON.stringify([files, resolution, paper, placement, mode, header]))
    .digest('hex');
}

function headerLine(settings: Settings, now: Date): HeaderLine | undefined {
  if (!settings.headerLine) return undefined;
  return {
    stamp: localStamp(now),
    from: settings.displayName,
    ...(settings.faxNumber === '' ? {} : { number: settings.faxNumber }),
  };
}

function titleOf(uploads: readonly Upload[]): string {
  const title = uploads.map((upload) => upload.name).join(', ');
  return title.length <= 200 ? title : `${title.slice(0, 199)}…`;
}
