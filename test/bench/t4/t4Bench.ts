// The T.4 and T.6 coders beside libtiff: one thread each, the same pages, turn and turn about in one run.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Coding } from '../../../fax/t4/coding.ts';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import type { Stage } from '../../harness/stage.ts';
import { charts } from '../../t4/pages/charts.ts';
import type { Page } from '../../t4/pages/page.ts';
import { finePhotograph, fineTextPages } from '../../t4/pages/realPages.ts';
import { GROUP_3, GROUP_4, PLAIN, writeTiff } from '../../t4/tiffFile.ts';
import type { TiffImage } from '../../t4/tiffFile.ts';
import { median } from '../bench.ts';
import type { Benchmark, Figure } from '../bench.ts';
import { startLibtiffLoop } from './libtiffLoop.ts';
import type { LibtiffLoop, Timed } from './libtiffLoop.ts';
import { tiffcpFigures } from './tiffcp.ts';

const CODINGS: readonly Coding[] = ['MH', 'MR', 'MMR'];
const ROUNDS = 15;
/** Calls of each of ours before anything counts: the engine compiles and recompiles while it learns. */
const WARM_UP_CALLS = 60;
/** How long one side may work before it is the other's turn. */
const TURN_MS = 40;

/** One page in one coding, known to both sides. */
interface Case {
  page: Page;
  coding: Coding;
  data: Uint8Array;
  /** Sum of the raster's bytes, which both decoders must come to. */
  sum: number;
  plain: number;
  coded: number;
}

interface Measured {
  /** Ours ÷ libtiff's of each round. */
  ratios: number[];
  oursMs: number[];
  libtiffMs: number[];
}

export const t4Bench: Benchmark = {
  name: 't4',
  describe: 'Fax pages in memory beside libtiff in the same run: processor time, ours ÷ libtiff',
  async run(stage) {
    const sets: [name: string, pages: readonly Page[]][] = [
      ['A4 fine text', await fineTextPages()],
      ['charts but for halftones', charts().filter((chart) => !isHalftone(chart))],
      ['halftones', [...charts().filter(isHalftone), await finePhotograph()]],
    ];
    let libtiff: LibtiffLoop;
    try {
      libtiff = await startLibtiffLoop(stage);
    } catch (error) {
      console.log(`  ${error instanceof Error ? error.message : String(error)}`);
      console.log(
        '  Falling back to the time of whole tiffcp processes less one that does next to nothing: much less exact.',
      );
      return tiffcpFigures(stage.folder, sets);
    }
    const figures: Figure[] = [];
    let textMmrMs = Number.NaN;
    for (const [name, pages] of sets) {
      for (const coding of CODINGS) {
        const cases = await prepareCases(stage, libtiff, pages, coding);
        const decoded = await measure(cases, decodeOurs, ({ coded }, loops) => libtiff.decode(coded, loops));
        const encoded = await measure(cases, encodeOurs, ({ plain }, loops) =>
          libtiff.encode(plain, coding, loops),
        );
        figures.push(
          toFigure(`decode ${coding}, ${name}`, decoded),
          toFigure(`encode ${coding}, ${name}`, encoded),
        );
        if (coding === 'MMR' && pages === sets[0]?.[1]) textMmrMs = median(decoded.oursMs);
      }
    }
    return [
      ...figures,
      {
        figure: 'decode MMR, one A4 fine text page',
        value: textMmrMs,
        unit: 'ms',
        note: 'goal: less than 2',
      },
    ];
  },
};

/** Dithered pages take ten times as long as others, and would be all that is seen of a set. */
function isHalftone({ name }: Page): boolean {
  return name.includes('halftone');
}

async function prepareCases(
  stage: Stage,
  libtiff: LibtiffLoop,
  pages: readonly Page[],
  coding: Coding,
): Promise<Case[]> {
  const cases: Case[] = [];
  for (const page of pages) {
    const data = encodePage(page.raster, page.width, page.height, { coding, k: 4, endOfPage: false });
    const { width, height, xDpi, yDpi, raster } = page;
    const shape = { width, height, xDpi, yDpi, fillOrder: 1, photometric: 0, rowsPerStrip: height } as const;
    const load = async (image: Pick<TiffImage, 'compression' | 't4Options' | 'strips'>) => {
      const file = path.join(stage.folder, 'page.tif');
      await writeFile(file, writeTiff([{ ...shape, ...image }]));
      return libtiff.load(file);
    };
    cases.push({
      page,
      coding,
      data,
      sum: raster.reduce((sum, byte) => sum + byte, 0),
      plain: await load({ compression: PLAIN, t4Options: 0, strips: [raster] }),
      coded: await load({
        compression: coding === 'MMR' ? GROUP_4 : GROUP_3,
        t4Options: coding === 'MR' ? 1 : 0,
        strips: [data],
      }),
    });
  }
  return cases;
}

function decodeOurs({ page, coding, data, sum }: Case, loops: number): Timed {
  const begun = process.cpuUsage();
  let raster: Uint8Array = new Uint8Array();
  for (let loop = 0; loop < loops; loop++) {
    raster = decodePage(data, { coding, width: page.width }).raster;
  }
  const ns = nsSince(begun);
  const result = raster.reduce((total, byte) => total + byte, 0);
  if (result !== sum) throw new Error(`${page.name} in ${coding} is decoded wrongly`);
  return { ns, result };
}

function encodeOurs({ page, coding }: Case, loops: number): Timed {
  const begun = process.cpuUsage();
  let length = 0;
  for (let loop = 0; loop < loops; loop++) {
    length = encodePage(page.raster, page.width, page.height, { coding, k: 4, endOfPage: false }).length;
  }
  return { ns: nsSince(begun), result: length };
}

/** All threads of the process: what the engine compiles and collects beside us counts as ours. */
function nsSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) * 1000;
}

/** Milliseconds per page on both sides, page by page and round by round, the side that begins changing. */
async function measure(
  cases: readonly Case[],
  ours: (one: Case, loops: number) => Timed,
  theirs: (one: Case, loops: number) => Promise<Timed>,
): Promise<Measured> {
  for (let call = 0; call < WARM_UP_CALLS; call++) {
    for (const one of cases) ours(one, 1);
    if (call * cases.length > WARM_UP_CALLS * 2) break;
  }
  const loops: number[] = [];
  for (const one of cases) {
    const { ns, result } = await theirs(one, 3);
    if (result !== one.sum && ours === decodeOurs)
      throw new Error(`libtiff decodes ${one.page.name} differently`);
    loops.push(Math.max(1, Math.round((TURN_MS * 1e6) / cases.length / (ns / 3))));
  }
  const measured: Measured = { ratios: [], oursMs: [], libtiffMs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    let oursMs = 0;
    let libtiffMs = 0;
    for (const [index, one] of cases.entries()) {
      const times = loops[index] ?? 1;
      const perLoopMs = ({ ns }: Timed) => ns / times / 1e6;
      if ((round + index) % 2 === 0) oursMs += perLoopMs(ours(one, times));
      libtiffMs += perLoopMs(await theirs(one, times));
      if ((round + index) % 2 === 1) oursMs += perLoopMs(ours(one, times));
    }
    measured.ratios.push(oursMs / libtiffMs);
    measured.oursMs.push(oursMs / cases.length);
    measured.libtiffMs.push(libtiffMs / cases.length);
  }
  return measured;
}

function toFigure(figure: string, { ratios, oursMs, libtiffMs }: Measured): Figure {
  const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  return {
    figure,
    value: median(ratios),
    unit: '×',
    note: `${spread}; ${median(oursMs).toFixed(2)} ms beside ${median(libtiffMs).toFixed(2)} ms a page, ${ROUNDS} rounds`,
  };
}
