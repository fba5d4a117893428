// Drawing PDF pages as fax pages, held against the system's own tools in the same run.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fixtureFile } from '../harness/fixtures.ts';
import { runTool } from '../harness/runTool.ts';
import { startGateway } from '../harness/testGateway.ts';
import { median, repeat, type Benchmark } from './bench.ts';
import { preparedDraft } from './twoOffices.ts';

const ROUNDS = 3;

export const imagingBench: Benchmark = {
  name: 'imaging',
  describe: 'PDF to T.6 pages at 204 × 196, beside pdftoppm -mono and Ghostscript tiffg4',
  async run(stage) {
    const file = fixtureFile('ten-pages.pdf');
    const content = new Uint8Array(await readFile(file));
    const gateway = await startGateway(stage, 'office');
    let pages = 1;
    const ours = await repeat(ROUNDS, async (round) => {
      const own = new Uint8Array([...content, ...new TextEncoder().encode(`\n% round ${round}\n`)]);
      const begun = performance.now();
      pages = (await preparedDraft(gateway, `round-${round}.pdf`, own)).pages;
      return performance.now() - begun;
    });
    const timed = async (command: string, args: string[]) => {
      const rounds = await repeat(ROUNDS, async () => {
        const begun = performance.now();
        await runTool(command, args);
        return performance.now() - begun;
      });
      return median(rounds);
    };
    const out = (name: string) => path.join(stage.folder, name);
    const poppler = await timed('pdftoppm', ['-mono', '-rx', '204', '-ry', '196', file, out('poppler')]);
    const ghostscript = await timed('gs', [
      '-q',
      '-dNOPAUSE',
      '-dBATCH',
      '-dSAFER',
      '-sDEVICE=tiffg4',
      '-r204x196',
      `-sOutputFile=${out('gs.tif')}`,
      file,
    ]);
    const note = `${pages} pages, median of ${ROUNDS}`;
    const mine = median(ours);
    return [
      { figure: 'Hikyaku, upload to durable pages', value: mine / pages, unit: 'ms/page', note },
      { figure: 'pdftoppm -mono', value: poppler / pages, unit: 'ms/page', note: 'whole process' },
      { figure: 'gs tiffg4', value: ghostscript / pages, unit: 'ms/page', note: 'whole process' },
      { figure: 'Hikyaku ÷ pdftoppm', value: mine / poppler, unit: '×', note: 'same run' },
      { figure: 'Hikyaku ÷ gs', value: mine / ghostscript, unit: '×', note: 'same run' },
    ];
  },
};
