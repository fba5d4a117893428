// Pages per second through relay and both gateways: one document, and several queued at once.

import { readFile } from 'node:fs/promises';
import { fixtureFile } from '../harness/fixtures.ts';
import type { Benchmark } from './bench.ts';
import { preparedDraft, sendAndWait, startTwoOffices } from './twoOffices.ts';

const QUEUED = 4;

export const pagesPerSecondBench: Benchmark = {
  name: 'pages',
  describe: 'Pages per second through the relay, each page durable and confirmed',
  async run(stage) {
    const { kyoto } = await startTwoOffices(stage);
    const content = new Uint8Array(await readFile(fixtureFile('ten-pages.pdf')));
    const drafts = [];
    for (let number = 0; number < QUEUED + 1; number += 1) {
      drafts.push(await preparedDraft(kyoto, `copy-${number}.pdf`, content));
    }
    const [first, ...rest] = drafts;
    if (first === undefined) throw new Error('nothing to send');
    const oneMs = await sendAndWait(kyoto, first.id, 'osaka');
    const begun = performance.now();
    await Promise.all(rest.map((draft) => sendAndWait(kyoto, draft.id, 'osaka')));
    const manyMs = performance.now() - begun;
    const pages = rest.reduce((sum, draft) => sum + draft.pages, 0);
    return [
      {
        figure: 'One document',
        value: (first.pages * 1000) / oneMs,
        unit: 'pages/s',
        note: `${first.pages} pages, ${Math.round(first.totalBytes / 1024)} KiB of T.6`,
      },
      {
        figure: `${QUEUED} documents queued at once`,
        value: (pages * 1000) / manyMs,
        unit: 'pages/s',
        note: `${pages} pages`,
      },
    ];
  },
};
