// `npm run bench [-- NAME…]`: measures the figures that the product is held to and prints one table. Writes nothing.

import { cpus } from 'node:os';
import { pathToFileURL } from 'node:url';
import { openStage } from '../harness/stage.ts';
import type { Benchmark, Figure } from './bench.ts';
import { callBench } from './call/callBench.ts';
import { chaosBench } from './chaosBench.ts';
import { gatewayStartBench } from './gatewayStartBench.ts';
import { imagingBench } from './imagingBench.ts';
import { pagesPerSecondBench } from './pagesPerSecondBench.ts';
import { relayBench } from './relayBench.ts';
import { restMemoryBench } from './restMemoryBench.ts';
import { sendToConfirmedBench } from './sendToConfirmedBench.ts';
import { t4Bench } from './t4/t4Bench.ts';

const BENCHMARKS: readonly Benchmark[] = [
  sendToConfirmedBench,
  gatewayStartBench,
  restMemoryBench,
  pagesPerSecondBench,
  imagingBench,
  t4Bench,
  callBench,
  relayBench,
  chaosBench,
];

/** Runs what the arguments name; returns the exit code. */
async function main(args: string[]): Promise<number> {
  if (args.includes('--list')) {
    for (const { name, describe } of BENCHMARKS) console.log(`${name.padEnd(18)} ${describe}`);
    return 0;
  }
  const unknown = args.filter((name) => BENCHMARKS.every((bench) => bench.name !== name));
  if (unknown.length > 0) {
    console.error(`There is no benchmark "${unknown.join('", "')}"; --list names them.`);
    return 2;
  }
  const chosen = BENCHMARKS.filter((bench) =>
    args.length === 0 ? bench.onlyByName !== true : args.includes(bench.name),
  );
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
  let failed = false;
  for (const bench of chosen) {
    const stage = openStage({ compileCache: false });
    try {
      printFigures(bench, await bench.run(stage));
    } catch (error) {
      failed = true;
      console.error(`${bench.name} failed:`, error);
    } finally {
      await stage.close();
    }
  }
  return failed ? 1 : 0;
}

function printFigures(bench: Benchmark, figures: Figure[]): void {
  console.log(bench.describe);
  for (const { figure, value, unit, note } of figures) {
    const number = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
    console.log(`  ${figure.padEnd(46)}${number.padStart(9)} ${unit.padEnd(9)} ${note}`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
