// Faxes over lines with three levels of noise, through the whole gateway: with error correction what is confirmed is what
// was sent, pixel for pixel; without it damage is told; and a call that the noise ends, ends by name.

import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { defaultCopyQualityLimits, isCopyQualityAcceptable } from '../../fax/t4/copyQuality.ts';
import { RETRY_CAUSES } from '../../protocol/api/lines.ts';
import type { IncomingDocument } from '../../protocol/api/types.ts';
import { OUTCOMES } from '../../protocol/outcome.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import { tiffPixels, type TiffPage } from '../harness/tiffPixels.ts';
import { isEvent, type Exchange, type Machine } from '../peers/exchange/exchange.ts';
import type { ExchangeEventOf } from '../peers/exchange/events.ts';
import { OFFICE_NUMBER, openTelephoneOffice, type TelephoneOffice } from './telephoneOffice.ts';

const TWO_PAGES = fixtureFile('text-utf8.txt');
const FAR = '0755551234';
const LONG = 200_000;

/** Signals of -14 dBm0 come weakened by 12 dB; above -46 noise would pass for a carrier (README of the peers). */
const LOSS_DB = 12;
const LEVELS = [
  { name: 'some noise', noiseDb: -53 },
  { name: 'much noise', noiseDb: -50 },
  { name: 'noise at the edge of what can be heard', noiseDb: -47 },
] as const;

let stage: Stage;
let office: TelephoneOffice;
let machine: Machine;
let file: string;
let pages: readonly TiffPage[];
beforeAll(async () => {
  stage = openStage();
  office = await openTelephoneOffice(stage, { lossDb: LOSS_DB, noiseDb: LEVELS[0].noiseDb });
  const { exchange, gateway } = office;
  machine = await exchange.addMachine({ number: FAR, receiveTo: exchange.folder });
  // What fails is to be seen: nothing is tried again.
  for (const cause of RETRY_CAUSES) await gateway.command('line', 'retry', cause, '--tries', '1');
  file = path.join(stage.folder, 'two.tif');
  expect((await gateway.command('preview', TWO_PAGES, file)).exitCode).toBe(0);
  pages = await tiffPixels(file);
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.log(stage.logs());
});
afterAll(() => stage.close());

describe.each(LEVELS)('$name', ({ noiseDb }) => {
  test.each([true, false])(
    'out, with error correction: %s',
    async (ecm) => {
      const { exchange, gateway } = office;
      const from = await prepare(noiseDb, ecm);
      const { id } = (await gateway.command('send', TWO_PAGES, '--to', `tel:${FAR}`)).json() as {
        id: string;
      };
      const delivery = await gateway.until(
        'the fax is over',
        async () => {
          const [one] = (await gateway.api().outgoing.get.query({ documentId: id })).deliveries;
          return one?.status === 'confirmed' || one?.status === 'failed' ? one : undefined;
        },
        LONG,
      );
      await untilReady();
      const code = delivery.outcome?.code ?? '';
      const reason = code === 'GIVEN_UP' ? (delivery.outcome?.detail ?? '') : code;
      expect(Object.keys(OUTCOMES)).toContain(reason);
      expect(reason).not.toBe('INTERNAL_ERROR');
      const { pagesConfirmed } = delivery;
      expect(delivery.status === 'confirmed').toBe(pagesConfirmed === pages.length);
      const events = exchange.events.slice(from);
      const answers = events.filter(isEvent('frame', { number: FAR, direction: 'sent' }));
      const confirmations = answers.filter(({ name }) => name === 'MCF' || name === 'RTP');
      expect(confirmations.length).toBeGreaterThanOrEqual(pagesConfirmed);
      // Without error correction spandsp says MCF even to the end of a page whose carrier it missed: nobody can know.
      if (!ecm || pagesConfirmed === 0) return;
      const end = await exchange.nextEvent(
        (event): event is ExchangeEventOf<'end'> =>
          isEvent('end', { number: FAR })(event) && isAfter(exchange, event, from),
        LONG,
      );
      expect(end.pagesReceived).toBeGreaterThanOrEqual(pagesConfirmed);
      const arrived = await tiffPixels(end.file ?? '');
      expect(arrived.slice(0, pagesConfirmed)).toEqual(pages.slice(0, pagesConfirmed));
    },
    LONG,
  );

  test.each([true, false])(
    'in, with error correction: %s',
    async (ecm) => {
      const { exchange, gateway } = office;
      const from = await prepare(noiseDb, ecm);
      const known = new Set((await inbox()).map(({ id }) => id));
      await exchange.call(machine, OFFICE_NUMBER, { send: file });
      await exchange.nextEvent((event) => event.event === 'released' && isAfter(exchange, event, from), LONG);
      await untilReady();
      // `released` is the last event of a call.
      const sent = exchange.events.slice(from).find(isEvent('end', { number: FAR }))?.pagesSent ?? 0;
      const [document, ...more] = (await inbox()).filter(({ id }) => !known.has(id));
      expect(more).toEqual([]);
      const kept = document?.pages ?? 0;
      expect(kept).toBeGreaterThanOrEqual(sent);
      expect(kept).toBeLessThanOrEqual(sent + 1);
      if (document === undefined) return;
      expect(document.state).toBe(kept === pages.length ? 'complete' : 'partial');
      const tiff = path.join(stage.folder, `${document.id}.tif`);
      expect((await gateway.command('export', document.id, tiff)).exitCode).toBe(0);
      const stored = await tiffPixels(tiff);
      const quality = document.quality ?? [];
      expect(quality).toHaveLength(kept);
      for (const [index, { rows, badRows, longestBadRun, ecm: corrected }] of quality.entries()) {
        expect(corrected).toBe(ecm);
        if (badRows === 0) expect(stored[index]).toEqual(pages[index]);
        if (ecm) expect(badRows).toBe(0);
        const measured = { rows, goodRows: rows - badRows, badRows, longestBadRun };
        expect(isCopyQualityAcceptable(measured, defaultCopyQualityLimits)).toBe(true);
      }
    },
    LONG,
  );
});

/** How many events there were before. */
async function prepare(noiseDb: number, ecm: boolean): Promise<number> {
  await office.exchange.setNoise(noiseDb);
  await machine.configure({ ecm });
  return office.exchange.events.length;
}

function isAfter(exchange: Exchange, event: Exchange['events'][number], from: number): boolean {
  return exchange.events.lastIndexOf(event) >= from;
}

async function inbox(): Promise<IncomingDocument[]> {
  const { items } = await office.gateway.api().inbox.list.query({ limit: 200 });
  return items;
}

async function untilReady(): Promise<void> {
  await office.gateway.until(
    'the line is ready again',
    async () => {
      const [line] = await office.gateway.api().lines.list.query();
      return line?.state === 'ready' && line.callId === undefined ? line : undefined;
    },
    LONG,
  );
}
