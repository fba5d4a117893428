// The `export` job: stored pages to one file that any program opens, without loss.

import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { ImagingRequest } from '../../../protocol/imaging.ts';
import { writePdf } from './writePdf.ts';
import { writePng } from './writePng.ts';
import { writeTiff } from './writeTiff.ts';

type ExportRequest = Extract<ImagingRequest, { type: 'export' }>;

/** Appends bytes to the file that is being made. */
export type Append = (bytes: Uint8Array) => Promise<void>;

/** Returns the file's length in bytes. Leaves no half a file behind. Throws ImagingError. */
export async function exportPages(
  request: ExportRequest,
  step: (pagesDone: number, pagesTotal: number) => void,
): Promise<number> {
  const { pages, format, title, outputPath } = request;
  await using file = await open(outputPath, 'w');
  const isFile = (await file.stat()).isFile();
  try {
    const { append, length } = appendTo(file);
    if (format === 'pdf') await writePdf(pages, title, append, step);
    else if (format === 'tif') await writeTiff(pages, append, step);
    else await writePng(pages, append, step);
    await file.sync();
    return length();
  } catch (error) {
    // Never a device or a pipe that one was told to write to.
    if (isFile) await rm(outputPath, { force: true });
    throw error;
  }
}

function appendTo(file: FileHandle): { append: Append; length: () => number } {
  let length = 0;
  return {
    length: () => length,
    async append(bytes) {
      await file.writeFile(bytes);
      length += bytes.length;
    },
  };
}
