// `npm run fuzz [-- --target NAME] [--streams N] [--seconds S] [--seed X] [--from STREAM]`: damaged bytes for every reader
// of outside bytes. A failure names the seed and the stream with which it is had again.

import { parseArgs } from 'node:util';
import { chooseSeed } from '../harness/seededRandom.ts';
import { runFuzz } from './runFuzz.ts';
import { FUZZ_TARGETS } from './targets.ts';

const DEFAULT_STREAMS = 1_000_000;
/** Where there is no terminal, progress is a line now and then. */
const LOG_EVERY_MS = 30_000;

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    coding: { type: 'string', multiple: true },
    streams: { type: 'string', default: String(DEFAULT_STREAMS) },
    seconds: { type: 'string', default: 'Infinity' },
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
    list: { type: 'boolean', default: false },
  },
});

if (values.list) for (const { name } of FUZZ_TARGETS) console.log(name);
else process.exitCode = await main();

async function main(): Promise<number> {
  const names = FUZZ_TARGETS.map(({ name }) => name);
  const chosen = [...(values.target ?? []), ...(values.coding ?? [])];
  const unknown = chosen.filter((name) => !names.includes(name));
  const [streams, seconds, from] = [values.streams, values.seconds, values.from].map(Number);
  const seed = values.seed === undefined ? chooseSeed() : Number(values.seed);
  if (unknown.length > 0 || [streams, seconds, from, seed].some((value) => !((value ?? Number.NaN) >= 0))) {
    console.error(`--streams, --seconds, --seed and --from take numbers; targets are ${names.join(', ')}.`);
    return 2;
  }
  let failures = 0;
  console.log(`seed ${seed}`);
  for (const target of chosen.length > 0 ? chosen : names) {
    const begun = performance.now();
    const perSecond = (done: number) => Math.round((done * 1000) / (performance.now() - begun));
    let saidMs = begun;
    const progress = (done: number, rssMiB: number) => {
      const line = `${target}: ${done} streams, ${perSecond(done)}/s, ${rssMiB.toFixed(0)} MiB`;
      if (process.stdout.isTTY) process.stdout.write(`\r${line} `);
      else if (performance.now() - saidMs > LOG_EVERY_MS) {
        saidMs = performance.now();
        console.log(`  ${line}`);
      }
    };
    const run = { target, seed, from: from ?? 0, streams: streams ?? 0, seconds: seconds ?? 0 };
    const { done, failure, ...measured } = await runFuzz({ ...run, onProgress: progress });
    if (process.stdout.isTTY) process.stdout.write('\r');
    if (failure === undefined) {
      const { slowestMs, slowestStream, liveMiB, rssMiB } = measured;
      console.log(
        `${target}: ${done} streams, ${perSecond(done)}/s, slowest ${slowestMs.toFixed(1)} ms ` +
          `(stream ${slowestStream}), ${liveMiB} MiB live of ${rssMiB} MiB`,
      );
    } else {
      failures++;
      console.log(`${target}: stream ${failure.stream} failed after ${done} good ones: ${failure.message}`);
      if (failure.bytes !== '') console.log(`its bytes: ${failure.bytes}`);
      console.log(
        `again: npm run fuzz -- --target '${target}' --seed ${seed} --from ${failure.stream} --streams 1`,
      );
    }
  }
  return failures > 0 ? 1 : 0;
}
