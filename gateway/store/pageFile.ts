// One page as a file: a single-page T.6 TIFF, whose T.6 block is exactly what travels.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readT6Tiff, writeT6Tiff } from '../../fax/t4/tiff.ts';
import type { PageInfo } from '../../protocol/page.ts';
import { writeDurably } from './durableFile.ts';

/** Resolves when the page is on disk under `path`. */
export async function writePageFile(path: string, info: PageInfo, data: Uint8Array): Promise<void> {
  await writeDurably(path, writeT6Tiff([{ info, data }]));
}

/** The page's T.6 data. Throws when the file no longer holds the page that was written. */
export async function readPageFile(path: string, info: PageInfo): Promise<Uint8Array> {
  const [page] = readT6Tiff(await readFile(path));
  if (page === undefined || !matches(info, page.data)) {
    throw new Error(`the page file ${path} is damaged`);
  }
  return page.data;
}

/** Whether `data` is what `info` says by length and checksum. */
export function matches(info: PageInfo, data: Uint8Array): boolean {
  return (
    data.byteLength === info.byteLength && createHash('sha256').update(data).digest('hex') === info.sha256
  );
}
