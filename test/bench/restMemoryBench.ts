// Memory of each process when nothing happens.

import { setTimeout as delay } from 'node:timers/promises';
import { residentMiB } from '../harness/processTree.ts';
import type { Benchmark } from './bench.ts';
import { startTwoOffices } from './twoOffices.ts';

const REST_MS = 5_000;

export const restMemoryBench: Benchmark = {
  name: 'memory',
  describe: 'Resident memory at rest',
  async run(stage) {
    const { relay, kyoto } = await startTwoOffices(stage);
    await delay(REST_MS);
    const note = `${REST_MS / 1000} s after both offices came online`;
    return [
      { figure: 'Relay', value: residentMiB(relay.process().pid), unit: 'MiB', note },
      { figure: 'Gateway', value: residentMiB(kyoto.process().pid), unit: 'MiB', note },
      {
        figure: 'Gateway’s helper processes',
        value: kyoto.children().reduce((sum, pid) => sum + residentMiB(pid), 0),
        unit: 'MiB',
        note: `${kyoto.children().length} running`,
      },
    ];
  },
};
