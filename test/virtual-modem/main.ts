// `npm run virtual-modem`: fax modems and fax machines without hardware, to try the program with, until Ctrl-C.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseExchangeArguments } from './exchangeArguments.ts';
import type { ExchangeArguments } from './exchangeArguments.ts';
import { PERSONALITIES } from './modem/personalities.ts';
import { startVirtualExchange } from './virtualExchange.ts';
import type { ExchangeEvent } from './virtualExchange.ts';

const HELP = `Virtual fax modems: serial ports that behave as modems on a telephone exchange of their own.

  npm run virtual-modem -- [options]

  --modem NUMBER[:CLASS][:PERSONALITY]  a modem with this telephone number, as often as wanted; CLASS limits it to
                                        1, 1.0, 2, 2.0 or 2.1. Without any: 101 and 102
  --machine NUMBER[:echo]               a fax machine that takes every fax; with echo it sends it back to the caller.
                                        Without any: 200, and 201 with echo
  --busy NUMBER, --voice NUMBER         a number that is engaged, or that a person answers
  --folder FOLDER                       where the ports appear (default: a new folder)
  --speed N                             so many times as fast as a telephone line while no program has to act
  --noise RATE                          share of damaged bits on every line, such as 0.00001
  --verbose                             every command, result and signal

  personalities: ${Object.keys(PERSONALITIES).join(', ')}

A number that nobody has is never answered.`;

async function main(): Promise<number> {
  let parsed: ExchangeArguments;
  try {
    const { values } = parseArgs({
      options: {
        modem: { type: 'string', multiple: true },
        machine: { type: 'string', multiple: true },
        busy: { type: 'string', multiple: true },
        voice: { type: 'string', multiple: true },
        folder: { type: 'string' },
        speed: { type: 'string' },
        noise: { type: 'string' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      console.log(HELP);
      return 0;
    }
    parsed = parseExchangeArguments(values);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  const made = parsed.folder === null ? await mkdtemp(join(tmpdir(), 'virtual-modems-')) : null;
  const folder = parsed.folder ?? made ?? tmpdir();
  await mkdir(folder, { recursive: true });
  try {
    await run(parsed, folder);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    if (made !== null) await rm(made, { recursive: true, force: true });
  }
}

async function run(parsed: ExchangeArguments, folder: string): Promise<void> {
  const { modems, machines, oddNumbers, speed, bitErrorRate, verbose } = parsed;
  const exchange = await startVirtualExchange({
    modems: modems.map((modem) => ({ ...modem, port: join(folder, `modem-${modem.number}`) })),
    machines,
    oddNumbers,
    clock: speed,
    conditions: () => ({ bitErrorRate }),
  });
  exchange.onEvent = (event) => {
    if (verbose || isForPeople(event))
      console.log(`${(event.atMs / 1000).toFixed(3)} ${event.number} ${event.text}`);
  };
  console.log('The telephone exchange is open:\n');
  for (const { number, personality, classes } of modems) {
    const known = PERSONALITIES[personality];
    const offered = (classes ?? known.classes).join(', ');
    console.log(`  modem ${number}: ${join(folder, `modem-${number}`)}  (${known.model}, class ${offered})`);
  }
  for (const { number, echo } of machines) {
    console.log(`  fax machine ${number}${echo === true ? ', sends back what it gets' : ''}`);
  }
  const [first] = modems;
  const [machine] = machines;
  if (first !== undefined) {
    console.log(`
Add a modem as a line, and send to a machine or to another modem:

  hikyaku line add --device ${join(folder, `modem-${first.number}`)} --kind telephone
  hikyaku send FILE --to tel:${machine?.number ?? modems[1]?.number ?? first.number}
`);
  }
  console.log('Ctrl-C closes it.');
  try {
    await untilInterrupted();
  } finally {
    await exchange.close();
  }
}

function isForPeople({ type }: ExchangeEvent): boolean {
  return type === 'note' || type === 'fault';
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

process.exitCode = await main();
