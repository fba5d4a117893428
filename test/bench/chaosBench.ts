// The chaos scenario at full size, for its figures.

import { chooseSeed } from '../harness/seededRandom.ts';
import { FULL_CHAOS } from '../system/chaos/chaosPlan.ts';
import { runChaos } from '../system/chaos/chaosRun.ts';
import { chaosTable } from '../system/chaos/chaosTable.ts';
import type { Benchmark } from './bench.ts';

export const chaosBench: Benchmark = {
  name: 'chaos',
  describe: `${FULL_CHAOS.documents} documents, ${FULL_CHAOS.cuts} cuts, ${FULL_CHAOS.killsPerRole} kills of each role`,
  onlyByName: true,
  async run(stage) {
    const seed = chooseSeed();
    console.log(`HIKYAKU_SEED=${seed}`);
    const report = await runChaos(stage, FULL_CHAOS, seed);
    console.log(chaosTable(report));
    if (report.violations.length > 0) throw new Error(report.violations.join('\n'));
    return [
      { figure: 'Delivered', value: report.delivered, unit: 'documents', note: 'each exactly once' },
      {
        figure: 'Not delivered',
        value: report.notDelivered.length,
        unit: 'documents',
        note: 'shown as such',
      },
      { figure: 'Faults', value: report.faultsMs / 1000, unit: 's', note: 'cuts and kills' },
      { figure: 'Settled after the last', value: report.settleMs / 1000, unit: 's', note: '' },
    ];
  },
};
