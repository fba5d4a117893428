// Where libtiff cannot be built against: whole `tiffcp` processes, less one whose page has a single row.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Coding } from '../../../fax/t4/coding.ts';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { runTool } from '../../harness/runTool.ts';
import type { Page } from '../../t4/pages/page.ts';
import { GROUP_3, GROUP_4, PLAIN, writeTiff } from '../../t4/tiffFile.ts';
import { median } from '../bench.ts';
import type { Figure } from '../bench.ts';

const ROUNDS = 5;
/** Pages of one file, so that the start of the process weighs little. */
const PAGES = 30;
const TIFFCP_CODINGS = { MH: 'g3:1d', MR: 'g3:2d', MMR: 'g4' } as const satisfies Record<Coding, string>;

/** Ours ÷ tiffcp's for each coding, direction and set of pages. `tiffcp` also reads and writes the files. */
export async function tiffcpFigures(
  folder: string,
  sets: readonly (readonly [name: string, pages: readonly Page[]])[],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, some] of sets) {
    const pages = Array.from({ length: PAGES }, (_, index) => some[index % some.length]).filter(
      (page) => page !== undefined,
    );
    const empty = pages.slice(0, 1).map((page) => ({ ...page, height: 1 }));
    for (const [coding, tiffcpCoding] of Object.entries(TIFFCP_CODINGS) as [Coding, string][]) {
      const encode = (page: Page) =>
        encodePage(page.raster, page.width, page.height, { coding, k: 4, endOfPage: false });
      const coded = pages.map(encode);
      const plainFile = await writePages(folder, 'plain.tif', pages);
      const codedFile = await writePages(folder, 'coded.tif', pages, coding, encode);
      const emptyPlain = await writePages(folder, 'empty-plain.tif', empty);
      const emptyCoded = await writePages(folder, 'empty-coded.tif', empty, coding, encode);
      const out = path.join(folder, 'out.tif');
      const tiffcp = (to: string, file: string) => async () =>
        void (await runTool('tiffcp', ['-c', to, file, out]));
      figures.push(
        await compare(
          `decode ${coding}, ${name}`,
          () =>
            pages.forEach(({ width }, index) =>
              decodePage(coded[index] ?? new Uint8Array(), { coding, width }),
            ),
          tiffcp('none', codedFile),
          tiffcp('none', emptyCoded),
        ),
        await compare(
          `encode ${coding}, ${name}`,
          () => pages.forEach(encode),
          tiffcp(tiffcpCoding, plainFile),
          tiffcp(tiffcpCoding, emptyPlain),
        ),
      );
    }
  }
  return figures;
}

async function compare(
  figure: string,
  ours: () => void,
  theirs: () => Promise<void>,
  idle: () => Promise<void>,
): Promise<Figure> {
  const timeMs = async (run: () => void | Promise<void>) => {
    const begun = performance.now();
    await run();
    return performance.now() - begun;
  };
  ours();
  const rounds: { oursMs: number; theirsMs: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const oursMs = await timeMs(ours);
    rounds.push({ oursMs, theirsMs: (await timeMs(theirs)) - (await timeMs(idle)) });
  }
  const oursMs = median(rounds.map((round) => round.oursMs)) / PAGES;
  const theirsMs = median(rounds.map((round) => round.theirsMs)) / PAGES;
  return {
    figure,
    value: oursMs / theirsMs,
    unit: '×',
    note: `${oursMs.toFixed(2)} ms beside ${theirsMs.toFixed(2)} ms a page of a whole tiffcp less an empty run`,
  };
}

async function writePages(
  folder: string,
  name: string,
  pages: readonly Page[],
  coding?: Coding,
  encode: (page: Page) => Uint8Array = ({ raster }) => raster,
): Promise<string> {
  const file = path.join(folder, name);
  const images = pages.map((page) => ({
    ...page,
    compression: coding === undefined ? PLAIN : coding === 'MMR' ? GROUP_4 : GROUP_3,
    fillOrder: 1 as const,
    photometric: 0,
    t4Options: coding === 'MR' ? 1 : 0,
    rowsPerStrip: page.height,
    strips: [encode(page)],
  }));
  await writeFile(file, writeTiff(images));
  return file;
}
