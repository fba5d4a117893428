// The header line of a call, by the real imaging host and the gateway's own hand: a page sent later is bit for bit the
// page that would have been made at that time.

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readT6Tiff } from '../../fax/t4/tiff.ts';
import { createCallHeader } from '../../gateway/outbox/callHeader.ts';
import { pageOptionsSchema } from '../../protocol/imaging.ts';
import type { PreparedPage } from '../../protocol/imaging.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { startImaging } from './imagingProcess.ts';
import type { ImagingProcess } from './imagingProcess.ts';

const OFFICE = { from: '京都事務所 Kyoto', number: '+81 75 000 0000' };
const MADE = { ...OFFICE, stamp: '2026-11-22 15:30' };
const CALLED = { ...OFFICE, stamp: '2026-12-01 06:07' };
const at = new Date(2026, 11, 1, 6, 7).getTime();
/** One with a blank top, and one that grows by its header; three pages. */
const FILES = [fixtureFile('text-utf8.txt'), fixtureFile('photo-exif-rotated.jpg')];

let imaging: ImagingProcess;
let jobs = 0;
beforeAll(async () => {
  imaging = await startImaging();
});
afterAll(() => imaging.stop());

const callHeader = createCallHeader({
  imaging: {
    async drawHeaders(request) {
      const reply = await imaging.run({ type: 'headers', jobId: `headers-${jobs++}`, ...request });
      if (reply.type !== 'headers') throw new Error(`a reply ${reply.type}`);
      return reply;
    },
  },
  log: { info() {}, warn: (message) => expect.fail(message), error() {} },
});

async function stored(page: PreparedPage) {
  const { width, height, xDpi, yDpi, byteLength, sha256, path } = page;
  const [first] = readT6Tiff(await readFile(path));
  if (first === undefined) throw new Error(`no page in ${path}`);
  return { info: { width, height, xDpi, yDpi, byteLength, sha256 }, data: Buffer.from(first.data) };
}

describe('a page that is sent later', () => {
  test.each([
    ['standard', 'a4', 17],
    ['fine', 'letter', 35],
    ['superfine', 'a4', 69],
  ] as const)('in %s on %s is as if made then', async (resolution, paper, rows) => {
    const options = pageOptionsSchema.parse({ resolution, paper });
    const [made, wanted, bare] = [
      await imaging.prepare(FILES, { ...options, header: MADE }),
      await imaging.prepare(FILES, { ...options, header: CALLED }),
      await imaging.prepare(FILES, options),
    ];
    expect(made.pages).toHaveLength(3);
    // Pages stored by earlier versions have strips of these heights: others would cover their content.
    expect((made.pages[2]?.height ?? 0) - (bare.pages[2]?.height ?? 0)).toBe(rows);
    const preparation = { header: MADE, options, pages: 3 };
    const whole = callHeader(preparation, { firstPage: 0, at, withinMs: 1_000 });
    const resumed = callHeader(preparation, { firstPage: 1, at, withinMs: 1_000 });
    for (const [index, page] of made.pages.entries()) {
      const wantedPage = wanted.pages[index];
      if (wantedPage === undefined) throw new Error('a page is missing');
      const then = await stored(wantedPage);
      const now = await stored(page);
      expect(now.info.sha256).not.toBe(then.info.sha256);
      expect(await whole(now, index)).toMatchObject({ info: then.info });
      expect(Buffer.compare((await whole(now, index)).data, then.data)).toBe(0);
      if (index > 0) expect((await resumed(now, index)).info.sha256).toBe(then.info.sha256);
    }
  });
});
