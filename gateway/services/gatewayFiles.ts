// Bytes in and out for the HTTP routes: uploads, page pictures, whole documents as files.

import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder, UploadedFile } from '../../protocol/api/http.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { ApiError } from '../../protocol/api/types.ts';
import type { GatewayFiles } from '../api/gatewayFiles.types.ts';
import type { Imaging, ImagingFailure } from '../imaging/imaging.ts';
import { isDiskFull } from '../store/database.ts';
import { pagePath, TEMPORARY_SUFFIX } from '../store/durableFile.ts';
import { newId } from '../store/newId.ts';
import type { Store } from '../store/store.ts';

export const MOST_UPLOAD_BYTES = 256 * 1024 * 1024;

export function createGatewayFiles(
  store: Store,
  imaging: Pick<Imaging, 'pageImage' | 'exportDocument'>,
  mostUploadBytes = MOST_UPLOAD_BYTES,
): GatewayFiles {
  return { addFile, pageImage, exportFile };

  async function addFile(name: string, bytes: AsyncIterable<Uint8Array>): Promise<UploadedFile> {
    const space = await store.readDiskSpace(store.folder.path);
    if (space.freeBytes < space.reserveBytes) throw diskFull();
    const id = newId();
    const path = join(store.folder.uploads, id);
    const temporary = `${path}${TEMPORARY_SUFFIX}`;
    try {
      const { byteLength, sha256 } = await receive(temporary, bytes);
      await rename(temporary, path);
      const upload = { id, name: shortName(name), byteLength, sha256 };
      store.uploads.insert(upload, Date.now());
      return { fileId: id, name: upload.name, byteLength };
    } catch (error) {
      await rm(temporary, { force: true });
      await rm(path, { force: true });
      throw isDiskFull(error) ? diskFull() : error;
    }
  }

  async function receive(
    path: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ byteLength: number; sha256: string }> {
    const file = await open(path, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      let byteLength = 0;
      for await (const chunk of bytes) {
        byteLength += chunk.byteLength;
        if (byteLength > mostUploadBytes) {
          const most = Math.floor(mostUploadBytes / 1024 / 1024);
          throw new ApiError(
            'TOO_LARGE',
            `The file is larger than ${most} MB. Split it or lower its resolution.`,
          );
        }
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
      return { byteLength, sha256: hash.digest('hex') };
    } finally {
      await file.close();
    }
  }

  async function pageImage(
    folder: Folder,
    documentId: string,
    index: number,
    options: { width?: number | undefined; rotate: 0 | 90 | 180 | 270 },
  ): Promise<Uint8Array> {
    const document = documentOf(folder, documentId);
    if (!Number.isInteger(index) || index < 0 || index >= document.pages) {
      throw new ApiError('NOT_FOUND', 'This page is not there.');
    }
    const result = await imaging.pageImage({
      path: pagePath(document.pageFolder, index),
      maxWidth: options.width,
      rotate: options.rotate,
    });
    if ('failure' in result) throw failed(result.failure);
    return result.png;
  }

  async function exportFile(
    folder: Folder,
    documentId: string,
    format: 'pdf' | 'tif' | 'png',
  ): Promise<{ path: string; fileName: string; dispose(): Promise<void> }> {
    const document = documentOf(folder, documentId);
    if (document.pages === 0) throw new ApiError('NOT_FOUND', 'This fax has no pages yet.');
    const path = join(store.folder.exports, `${newId()}.${format}`);
    const dispose = (): Promise<void> => rm(path, { force: true });
    const result = await imaging.exportDocument({
      pages: Array.from({ length: document.pages }, (_, index) => pagePath(document.pageFolder, index)),
      format,
      title: document.title.slice(0, 200),
      outputPath: path,
    });
    if ('failure' in result) {
      await dispose();
      throw failed(result.failure);
    }
    return { path, fileName: fileNameOf(document.title, format), dispose };
  }

  function documentOf(
    folder: Folder,
    documentId: string,
  ): { pageFolder: string; pages: number; title: string } {
    if (folder === 'outgoing') {
      const row = store.outgoing.get(documentId);
      const preparation = row === undefined ? undefined : store.preparations.get(row.preparationId);
      if (row !== undefined && preparation !== undefined) {
        const pageFolder = join(store.folder.outgoingPages, preparation.id);
        return { pageFolder, pages: preparation.pages, title: row.title };
      }
    } else {
      const row = store.incoming.get(documentId);
      if (row !== undefined) {
        const pageFolder = join(store.folder.incomingPages, row.id);
        const title = row.subject ?? `${row.document.contactName ?? row.fromName} ${row.document.receivedAt}`;
        return { pageFolder, pages: row.pages, title };
      }
    }
    throw new ApiError('NOT_FOUND', 'This fax is no longer there.');
  }
}

function diskFull(): ApiError {
  return new ApiError('DISK_FULL', outcomeText('DISK_FULL', 'en'));
}

function failed(failure: ImagingFailure): ApiError {
  return failure.code === 'DISK_FULL' ? diskFull() : new ApiError('FAILED', outcomeText(failure.code, 'en'));
}

/** The last part of whatever path a browser gave, without control characters. */
function shortName(name: string): string {
  const last = name.split(/[\\/]/u).at(-1) ?? '';
  const clean = last.replaceAll(/\p{Cc}/gu, '').trim();
  return clean === '' ? 'file' : clean.slice(-200);
}

/** A name that every file system takes. */
function fileNameOf(title: string, format: string): string {
  const stem = title
    .replace(/\.(?:pdf|tiff?|png|jpe?g|webp|txt)$/iu, '')
    .replaceAll(/[\p{Cc}<>:"/\\|?*]/gu, '-')
    .replaceAll(/^[. ]+|[. ]+$/gu, '')
    .slice(0, 100);
  return `${stem === '' ? 'fax' : stem}.${format}`;
}
