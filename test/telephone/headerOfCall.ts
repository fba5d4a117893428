// The header line that the pages of a telephone call must bear: that of the minute of the call, whenever they were made.

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readT6Tiff, writeT6Tiff } from '../../fax/t4/tiff.ts';
import { createCallHeader } from '../../gateway/outbox/callHeader.ts';
import { pageOptionsSchema } from '../../protocol/imaging.ts';
import type { TestGateway } from '../harness/testGateway.ts';
import { tiffPixels, type TiffPage } from '../harness/tiffPixels.ts';
import { startImaging } from '../imaging/imagingProcess.ts';

const OLD = '2001-02-03 04:05';

/** Says of all pages that were made so far that it was long ago. */
export function ageHeaders(gateway: TestGateway): void {
  const database = new DatabaseSync(path.join(gateway.dataFolder, 'gateway.sqlite'));
  try {
    database
      .prepare(`UPDATE preparations SET header = json_set(header, '$.stamp', ?) WHERE header IS NOT NULL`)
      .run(OLD);
  } finally {
    database.close();
  }
}

/** The pages of `files`, each a document of `office`'s, as a call at `calledAt` sends them; it runs in UTC as the gateway does. */
export async function pagesOfCall(files: string[], office: string, calledAt: Date): Promise<TiffPage[]> {
  const imaging = await startImaging();
  let jobs = 0;
  const callHeader = createCallHeader({
    imaging: {
      async drawHeaders(request) {
        const stamp = calledAt.toISOString().slice(0, 16).replace('T', ' ');
        const header = { ...request.header, stamp };
        const reply = await imaging.run({ ...request, type: 'headers', jobId: `headers-${jobs++}`, header });
        if (reply.type !== 'headers') throw new Error(`a reply ${reply.type}`);
        return reply;
      },
    },
    log: { info() {}, warn() {}, error() {} },
  });
  try {
    const all: TiffPage[] = [];
    for (const file of files) {
      const pages = readT6Tiff(await readFile(file));
      const preparation = {
        header: { stamp: OLD, from: office },
        options: pageOptionsSchema.parse({}),
        pages: pages.length,
      };
      const stamp = callHeader(preparation, { firstPage: 0, at: calledAt.getTime(), withinMs: 1_000 });
      const stamped = await Promise.all(
        pages.map(({ info, data }, index) =>
          stamp({ info: { ...info, byteLength: data.byteLength, sha256: '' }, data }, index),
        ),
      );
      const target = `${file}.stamped.tif`;
      await writeFile(target, writeT6Tiff(stamped));
      all.push(...(await tiffPixels(target)));
    }
    return all;
  } finally {
    await imaging.stop();
  }
}
