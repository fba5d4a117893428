// A call must not suffer from the rest of the program: three pages go out in real time while the imaging host renders a
// document of 200 pages and clients list and search without a pause. Nothing is trained or sent again, nothing is lost.

import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import PdfWriter from 'pdfkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFaxTiff } from '../../fax/t4/tiffReader.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import type { TestGateway } from '../harness/testGateway.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';
import { isEvent, type Exchange } from '../peers/exchange/exchange.ts';
import { openTelephoneOffice } from './telephoneOffice.ts';

const FAR = '0755551234';
const THREE_PAGES = fixtureFile('cairo-landscape-and-letter.pdf');
const MANY_PAGES = 200;
/** The modem had nothing to send, or could not get rid of what it had. */
const STARVED = ['underrun', 'noData', 'outputLost', 'stuck'];
/** T.30: pages refused, trained anew, asked for again, waited for. */
const TROUBLE = ['FTT', 'PPR', 'CTC', 'EOR', 'RTN', 'RTP', 'RNR', 'CRP'];

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.log(stage.logs());
  await stage.close();
});

interface Sent {
  id: string;
  recipients: { code: string; pagesConfirmed: number; ecm: boolean; attempts: number }[];
}

test(
  'a call while the program is busy is never trained anew and loses nothing',
  { timeout: 600_000 },
  async () => {
    const { exchange, gateway } = await openTelephoneOffice(stage, { fast: false });
    await exchange.addMachine({ number: FAR, receiveTo: stage.folder });

    const work = keepBusy(gateway);
    let call: Call;
    try {
      await work.begun;
      call = await sendThreePages(gateway, exchange);
    } finally {
      await work.stop();
    }

    expect(call.trouble).toEqual([]);
    expect(call.trainings).toBe(1);
    // The figures, for whoever reads the log.
    console.log(
      `${call.durationMs} ms; meanwhile ${work.done.pagesRendered} pages rendered, ${work.done.questions} questions of ` +
        `clients, ${work.done.commands} commands`,
    );
    expect(work.done.pagesRendered).toBeGreaterThanOrEqual(MANY_PAGES);
    expect(work.done.questions).toBeGreaterThan(20);
    expect(work.done.commands).toBeGreaterThan(2);
  },
);

interface Call {
  durationMs: number;
  /** What must not have happened, by name. */
  trouble: string[];
  trainings: number;
}

/** Sends, waits for the end, and compares what arrived. */
async function sendThreePages(gateway: TestGateway, exchange: Exchange): Promise<Call> {
  const from = exchange.events.length;
  const { id } = (
    await gateway.command('send', THREE_PAGES, '--resolution', 'standard', '--to', `tel:${FAR}`)
  ).json() as Sent;
  const delivery = await gateway.until(
    'the fax is over',
    async () => {
      const [one] = (await gateway.api().outgoing.get.query({ documentId: id })).deliveries;
      return one?.status === 'confirmed' || one?.status === 'failed' ? one : undefined;
    },
    200_000,
  );
  expect(delivery).toMatchObject({ status: 'confirmed', pagesConfirmed: 3, attempts: 1 });
  await exchange.nextEvent(isEvent('released'), 30_000);
  const events = exchange.events.slice(from);
  const file = path.join(stage.folder, `${id}.tif`);
  expect((await gateway.command('export', id, file)).exitCode).toBe(0);
  const end = events.find(isEvent('end', { number: FAR }));
  expect(end).toMatchObject({ status: 0, ecm: true, pagesReceived: 3 });
  expect(await tiffPixels(end?.file ?? '')).toEqual(await tiffPixels(file));
  const trouble = events.flatMap((event): string[] => {
    if (event.event === 'frame') return TROUBLE.includes(event.name) ? [event.name] : [];
    if (event.event === 'page') return event.ecmRetries > 0 ? [`${event.ecmRetries} frames again`] : [];
    return STARVED.includes(event.event) ? [event.event] : [];
  });
  const trainings = events.filter(isEvent('frame', { direction: 'received', name: 'DCS' })).length;
  const durationMs = events.find(isEvent('released'))?.durationMs ?? Number.NaN;
  return { durationMs, trouble, trainings };
}

/** Pages full of text, lines and tinted areas. */
async function writeBook(file: string, edition: number): Promise<void> {
  const pdf = new PdfWriter({ size: 'A4', margin: 40, autoFirstPage: false });
  const written = pipeline(pdf, createWriteStream(file));
  for (let page = 1; page <= MANY_PAGES; page++) {
    pdf.addPage().fontSize(8).fillColor('black');
    for (let line = 0; line < 70; line++) {
      pdf.text(
        `Edition ${edition}, page ${page}, line ${line}: the quick brown fox jumps over the lazy dog. `.repeat(
          2,
        ),
        {
          lineBreak: false,
        },
      );
    }
    for (let box = 0; box < 20; box++) {
      pdf
        .rect(40 + box * 25, 720, 20, 60)
        .fillOpacity(0.3)
        .fill(`#${(0x10_10_10 * (box % 15)).toString(16).padStart(6, '0')}`);
    }
    pdf.fillOpacity(1);
  }
  pdf.end();
  await written;
}

interface Work {
  /** The first pages are being rendered, and clients have been answered. */
  begun: Promise<void>;
  done: { books: number; pagesRendered: number; questions: number; commands: number };
  stop(): Promise<void>;
}

function keepBusy(gateway: TestGateway): Work {
  const done = { books: 0, pagesRendered: 0, questions: 0, commands: 0 };
  const state = { over: false };
  const begun = Promise.withResolvers<void>();
  const work = [
    async () => {
      done.books += 1;
      // Each is another one, so that nothing is rendered already.
      const [book, file] = ['pdf', 'tif'].map((kind) => path.join(stage.folder, `book${done.books}.${kind}`));
      if (book === undefined || file === undefined) return;
      await writeBook(book, done.books);
      const made = await gateway.commandWith({ timeoutMs: 400_000 }, 'preview', book, file);
      if (made.exitCode !== 0) throw new Error(`preview: ${made.stderr}`);
      done.pagesRendered += readFaxTiff(await readFile(file)).length;
      await Promise.all([rm(book), rm(file)]);
    },
    async () => {
      const { outgoing, inbox, calls } = gateway.api();
      await Promise.all([
        outgoing.list.query({ folder: 'all', limit: 100, search: 'cairo' }),
        inbox.list.query({ limit: 100, search: 'letter' }),
        calls.list.query({ limit: 100 }),
      ]);
      done.questions += 3;
      if (done.questions >= 6) begun.resolve();
    },
    async () => {
      await gateway.command('inbox', '--search', 'fox');
      await gateway.command('line', 'list');
      done.commands += 2;
    },
  ].map(async (step) => {
    while (!state.over) await step();
  });
  const all = Promise.all(work);
  all.catch(begun.reject);
  return {
    begun: begun.promise,
    done,
    stop: async () => {
      state.over = true;
      await all;
    },
  };
}
