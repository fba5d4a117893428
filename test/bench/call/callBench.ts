// The duration of calls, modelled, ours beside HylaFAX's on the same modem with the same pages, and beside the shortest
// that there can be.

import type { Coding } from '../../../fax/t4/coding.ts';
import { openStage } from '../../harness/stage.ts';
import { mayRunHylafax } from '../../peers/hylafax/hylafaxSpool.ts';
import type { Benchmark, Figure } from '../bench.ts';
import { callPages, codedPages } from './callPages.ts';
import type { CallPages } from './callPages.ts';
import { callTimes, ecmBursts, plainBursts, standardDurationMs } from './durationBound.ts';
import type { CallTimes } from './durationBound.ts';
import { hylafaxCall, ourCall } from './measuredCall.ts';
import type { MeasuredCall, Way } from './measuredCall.ts';

const WAYS: readonly { way: Way; coding: Coding }[] = [
  { way: 'ECM + MMR', coding: 'MMR' },
  { way: 'MH without ECM', coding: 'MH' },
];
const PAGE_COUNTS = [1, 3, 10] as const;

interface Row {
  name: string;
  octets: number;
  ours: MeasuredCall;
  times: CallTimes;
  standardMs: number;
  hylafax: { durationMs: number; times: CallTimes } | null;
}

export const callBench: Benchmark = {
  name: 'call',
  describe:
    'A call of A4 fine pages at 14 400 bit/s, answer to release, modelled: ours beside HylaFAX and the bound',
  async run() {
    if (!mayRunHylafax()) console.log('  HylaFAX runs as root only: its calls are left out.');
    const rows: Row[] = [];
    for (const { way, coding } of WAYS) {
      for (const count of PAGE_COUNTS) rows.push(await measureRow(await callPages(count), way, coding));
    }
    print(rows);
    return rows.flatMap(toFigures);
  },
};

async function measureRow(pages: CallPages, way: Way, coding: Coding): Promise<Row> {
  const coded = codedPages(pages, coding);
  const bursts = way === 'ECM + MMR' ? ecmBursts(coded) : plainBursts(coded);
  const ours = await onStage(async (stage) => await ourCall(stage, pages, way));
  const theirs = mayRunHylafax()
    ? await onStage(async (stage) => await hylafaxCall(stage, pages, way))
    : null;
  return {
    name: `${way}, ${pages.length} ${pages.length === 1 ? 'page' : 'pages'}`,
    octets: coded.reduce((total, { length }) => total + length, 0),
    ours,
    times: callTimes(ours, bursts),
    standardMs: standardDurationMs(ours, bursts),
    hylafax: theirs === null ? null : { durationMs: theirs.durationMs, times: callTimes(theirs, bursts) },
  };
}

/** Each call has its own exchange, ports and folder. */
async function onStage<Result>(
  work: (stage: ReturnType<typeof openStage>) => Promise<Result>,
): Promise<Result> {
  const stage = openStage();
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

function print(rows: readonly Row[]): void {
  const line = (cells: readonly string[]): void =>
    console.log(
      `  ${cells.map((cell, index) => (index === 0 ? cell.padEnd(25) : cell.padStart(11))).join('')}`,
    );
  line(['', 'octets', 'ours', 'HylaFAX', 'bound', '÷ HylaFAX', '÷ bound', 'T.30 alone']);
  for (const { name, octets, ours, times, hylafax, standardMs } of rows) {
    line([
      name,
      String(octets),
      seconds(ours.durationMs),
      hylafax === null ? '' : seconds(hylafax.durationMs),
      seconds(times.boundMs),
      hylafax === null ? '' : (ours.durationMs / hylafax.durationMs).toFixed(4),
      (ours.durationMs / times.boundMs).toFixed(4),
      seconds(standardMs),
    ]);
  }
  console.log('');
  line([
    'beyond the bound, ms',
    'pauses',
    'signals',
    'per pause',
    'HylaFAX',
    'pauses',
    'signals',
    'per pause',
  ]);
  for (const { name, times, hylafax } of rows) {
    line([name, ...beyond(times), '', ...(hylafax === null ? [] : beyond(hylafax.times))]);
  }
  const [row] = rows;
  if (row === undefined) return;
  const { farMs, preambleMs, carrierEndMs } = row.times;
  console.log(
    [
      '',
      `  Bound: pauses of 75 ms and our signals at their necessary length; as measured, since no host can change them:`,
      `  the far machine with its pauses (${seconds(farMs)} of the one page with ECM), our modem's preambles of`,
      `  ${Math.round(preambleMs)} ms (T.30: 850 to 1150) and ends of fast carriers (${Math.round(carrierEndMs)} ms). T.30 alone: the same`,
      `  pages with preambles of 1 s, CED of 2.6 s and no end of a carrier at either machine. Time is modelled in steps`,
      `  of 20 ms: the modem's OK, +FTS or +FRS and the command behind it each wait for the next one, and the far signal`,
      `  takes 40 ms to the modem. That is what a pause has beyond 75 ms. Modelled time stands while a host decides: its`,
      `  own milliseconds are in none of these figures.`,
      '',
    ].join('\n'),
  );
}

function beyond(times: CallTimes): string[] {
  const pausesMs = times.pausesMs - times.necessaryPausesMs;
  const signalsMs = times.signalsMs - times.necessarySignalsMs;
  return [pausesMs, signalsMs, (pausesMs * 75) / times.necessaryPausesMs].map((ms) => ms.toFixed(0));
}

function toFigures({ name, ours, times, hylafax }: Row): Figure[] {
  const percent = (baseMs: number): number => (ours.durationMs / baseMs - 1) * 100;
  return [
    ...(hylafax === null
      ? []
      : [
          {
            figure: `${name}: over HylaFAX`,
            value: percent(hylafax.durationMs),
            unit: '%',
            note: `${seconds(ours.durationMs)} and ${seconds(hylafax.durationMs)}; goal: below 0`,
          },
        ]),
    {
      figure: `${name}: over the bound`,
      value: percent(times.boundMs),
      unit: '%',
      note: `${seconds(ours.durationMs)} and ${seconds(times.boundMs)}; goal: at most 2`,
    },
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
