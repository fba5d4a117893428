// Whole calls between our Class 1 driver on a modem of the exchange and spandsp's fax machine at the far end, for tests.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { testPage } from '../../fax/t30/testing/testPages.ts';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { writeFaxTiff } from '../../fax/t4/tiffWriter.ts';
import type { RasterPage } from '../../native-bridge/modem/class1/rasterPages.testSupport.ts';
import type { Stage } from '../harness/stage.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';
import { hashOf, openRig } from './class1Rig.ts';
import type { AnswerOptions, DialOptions, Rig, RigOptions } from './class1Rig.ts';
import { isEvent } from './exchange/exchange.ts';
import type { Cut, Exchange, MachineSettings } from './exchange/exchange.ts';

export type Class1Calls = ReturnType<typeof class1Calls>;

/** The modem has the number 100, the machine 200. */
export function class1Calls(stage: Stage, exchange: Exchange) {
  return { openModem, tiffOf, send, receive };

  async function openModem(options?: RigOptions): Promise<Rig> {
    const modem = await exchange.addModem({ number: '100' });
    return await openRig(modem.path, stage, options);
  }

  /** A file of fine pages, or of another number of lines per inch. */
  async function tiffOf(pages: readonly RasterPage[], yDpi: number): Promise<string> {
    const file = path.join(stage.folder, `pages-${yDpi}.tif`);
    const coded = pages.map(({ width, height, raster }) => ({
      info: { width, height, xDpi: 204, yDpi, coding: 'MMR' as const },
      data: encodePage(raster, width, height, { coding: 'MMR' }),
    }));
    await writeFile(file, writeFaxTiff(coded));
    return file;
  }

  /** We call the machine. What the machine stored, and what became of the call. */
  async function send(settings: MachineSettings, options: DialOptions, rigOptions?: RigOptions) {
    await exchange.addMachine({ number: '200', receiveTo: stage.folder, ...settings });
    const rig = await openModem(rigOptions);
    const call = rig.dial('200', options);
    const report = await call.report;
    const end = await exchange.nextEvent(isEvent('end', { number: '200' }), 5000);
    const pages = end.file === null || end.pagesReceived === 0 ? [] : await tiffPixels(end.file);
    return {
      call,
      report,
      end,
      arrived: pages.map(({ width, height, sha256 }) => ({ width, height, sha256 })),
    };
  }

  /** The machine calls us; `cut`: what becomes of its line. */
  async function receive(
    settings: MachineSettings,
    { file, cut, ...options }: AnswerOptions & { file?: string; cut?: Omit<Cut, 'number'> },
    rigOptions?: RigOptions,
  ) {
    const machine = await exchange.addMachine({ number: '200', ...settings });
    const rig = await openModem(rigOptions);
    if (cut !== undefined) await exchange.cut({ ...cut, number: '200' });
    await exchange.call(machine, '100', file === undefined ? {} : { send: file });
    await exchange.nextEvent(isEvent('ring', { to: '100' }), 10_000);
    const call = rig.answer(options);
    const report = await call.report;
    const end = await exchange.nextEvent(isEvent('end', { number: '200' }), 5000);
    return { rig, call, report, end, arrived: call.host.stored.map(hashOf) };
  }
}

export function smallPages(count: number, rows: number): RasterPage[] {
  return Array.from({ length: count }, (_, index) => ({
    width: 1728,
    height: rows,
    raster: testPage(index, rows).raster,
  }));
}
