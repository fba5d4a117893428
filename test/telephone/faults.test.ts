// A line that is cut or falls silent at any phase of a call, through the whole gateway: the call ends by name and in time,
// the line is ready again, a fax is delivered by the next call from the page on that was not confirmed, and what comes in
// is kept as far as it came. A part of it in each run; all of it with HIKYAKU_ALL_FAULTS=1.

import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IncomingDocument } from '../../protocol/api/types.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import { startGateway, type TestGateway } from '../harness/testGateway.ts';
import { tiffPixels, type TiffPage } from '../harness/tiffPixels.ts';
import { isEvent, startExchange, type Cut, type Exchange, type Machine } from '../peers/exchange/exchange.ts';

const ALL = process.env['HIKYAKU_ALL_FAULTS'] === '1';
/** Lines of the office, each on an exchange of its own: so many calls at once. */
const LINES = 4;
const TWO_PAGES = fixtureFile('text-utf8.txt');
/** T1 and all that T.30 says three times; a silent line goes in real time. */
const ENDS_WITHIN_MS = 60_000;
/** The machine's own T.30 may take as long, and the next call comes after the rule's delay. */
const SOON_MS = 110_000;

/** `frame` when it begins or has come, `delayMs` later: within what follows. */
const PHASES: readonly { name: string; ecm: readonly boolean[]; cut: Partial<Cut> }[] = [
  { name: 'identification', ecm: [true], cut: { at: 'frame', frame: 'DIS', delayMs: 100 } },
  { name: 'the training check', ecm: [true, false], cut: { at: 'frame', frame: 'DCS', delayMs: 1500 } },
  { name: 'its answer', ecm: [true], cut: { at: 'frame', frame: 'CFR', delayMs: 300 } },
  { name: 'page data', ecm: [true, false], cut: { at: 'pageData', page: 1, delayMs: 2500 } },
  { name: 'page data of page 2', ecm: [true, false], cut: { at: 'pageData', page: 2, delayMs: 500 } },
  { name: 'what follows a page', ecm: [true], cut: { at: 'frame', frame: 'PPS', delayMs: 200 } },
  { name: 'what follows a page', ecm: [false], cut: { at: 'frame', frame: 'MPS', delayMs: 200 } },
  { name: 'what follows the last page', ecm: [false], cut: { at: 'frame', frame: 'EOP', delayMs: 200 } },
  { name: 'the confirmation', ecm: [true, false], cut: { at: 'frame', frame: 'MCF', delayMs: 300 } },
  {
    name: 'the last confirmation',
    ecm: [true, false],
    cut: { at: 'frame', frame: 'MCF', count: 2, delayMs: 300 },
  },
  { name: 'the farewell', ecm: [true], cut: { at: 'frame', frame: 'DCN' } },
];

interface Case {
  name: string;
  way: 'out' | 'in';
  ecm: boolean;
  cut: Omit<Cut, 'number'>;
}

const CASES: readonly Case[] = PHASES.flatMap(({ name, ecm: both, cut }) =>
  both.flatMap((ecm) =>
    (['release', 'silence'] as const).flatMap((how) =>
      (['out', 'in'] as const).map((way) => ({
        name: `${name}, ${how}, ${way}, ${ecm ? 'with' : 'without'} error correction`,
        way,
        ecm,
        cut: { ...cut, how },
      })),
    ),
  ),
).filter((_, index) => ALL || index % 4 === Math.floor(index / 4) % 4);

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.log(stage.logs());
  await stage.close();
});

interface Line {
  exchange: Exchange;
  number: string;
  machine: Machine;
}

interface Sent {
  id: string;
  status: string;
  recipients: { status: string; code: string; pagesConfirmed: number; attempts: number }[];
}

test('a line that is cut or falls silent at any phase', { timeout: ALL ? 1_200_000 : 400_000 }, async () => {
  const gateway = await startGateway(stage, 'office');
  // It is another in each minute; here pages are compared to the pixel.
  await gateway.api().settings.change.mutate({ headerLine: false });
  const lines = await Promise.all(Array.from({ length: LINES }, (_, index) => openLine(index)));
  for (const [index, { exchange, number }] of lines.entries())
    await addLine(gateway, exchange, number, index);
  await succeed(
    gateway,
    'line',
    'settings',
    ...lines.flatMap(({ machine }, index) => ['--rule', `${machine.number}=Line ${index}`]),
  );
  for (const cause of ['broken', 'noFax', 'training', 'pageRejected', 'line']) {
    await succeed(gateway, 'line', 'retry', cause, '--delay', '5', '--tries', '3');
  }
  const file = path.join(stage.folder, 'two.tif');
  await succeed(gateway, 'preview', TWO_PAGES, file);
  const pages = await tiffPixels(file);
  expect(pages).toHaveLength(2);
  const waiting = [...CASES];
  const wrong: string[] = [];
  await Promise.all(
    lines.map(async (line) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        try {
          if (next.way === 'out') await playOutgoing(gateway, line, next, pages);
          else await playIncoming(gateway, line, next, { file, pages });
        } catch (error) {
          wrong.push(`${next.name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }),
  );
  expect(wrong.join('\n\n')).toBe('');
});

async function openLine(index: number): Promise<Line> {
  const exchange = await startExchange({ fast: true, stage, ringMs: 2_000 });
  const machine = await exchange.addMachine({ number: `075555123${index}`, receiveTo: exchange.folder });
  return { exchange, number: `031234567${index}`, machine };
}

async function addLine(
  gateway: TestGateway,
  exchange: Exchange,
  number: string,
  index: number,
): Promise<void> {
  const { path: port } = await exchange.addModem({ number });
  await succeed(gateway, 'line', 'add', '--device', port, '--kind', 'telephone', '--name', `Line ${index}`);
}

async function succeed(gateway: TestGateway, ...args: string[]): Promise<void> {
  const { exitCode, stderr, stdout } = await gateway.command(...args);
  if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
}

async function playOutgoing(
  gateway: TestGateway,
  { exchange, machine }: Line,
  { ecm, cut }: Case,
  expected: readonly TiffPage[],
): Promise<void> {
  const from = exchange.events.length;
  const far = machine.number;
  await machine.configure({ ecm });
  await exchange.cut({ ...cut, number: far });
  const sent = (await gateway.command('send', TWO_PAGES, '--to', `tel:${far}`)).json() as Sent;
  const delivery = await gateway.until(
    'the fax is confirmed',
    async () => {
      const { deliveries } = await gateway.api().outgoing.get.query({ documentId: sent.id });
      return deliveries[0]?.status === 'confirmed' || deliveries[0]?.status === 'failed'
        ? deliveries[0]
        : undefined;
    },
    SOON_MS,
  );
  expect(delivery).toMatchObject({ status: 'confirmed', pagesConfirmed: expected.length });
  expectEndInTime(exchange, from);
  // Every page came, in order; a page twice only if its confirmation was lost.
  const events = exchange.events.slice(from);
  const ends = events.filter(isEvent('end', { number: far }));
  const files = ends.flatMap((end) => (end.file === null ? [] : [end]));
  const arrived: string[] = [];
  for (const { file, pagesReceived } of files) {
    if (file === null || pagesReceived === 0) continue;
    arrived.push(...(await tiffPixels(file)).slice(0, pagesReceived).map(({ sha256 }) => sha256));
  }
  const order = arrived.map((sha256) => expected.findIndex((page) => page.sha256 === sha256));
  expect(order).not.toContain(-1);
  expect([...new Set(order)]).toEqual(expected.map((_, index) => index));
  expect(arrived.length).toBeLessThanOrEqual(expected.length + 1);
  const calls = events.filter(isEvent('answered')).length;
  expect(calls).toBe(delivery.attempts);
  if (calls > 1) await expectStory(gateway, sent.id, calls);
}

/** Each call has its story; all but the last one tell why they failed. */
async function expectStory(gateway: TestGateway, id: string, calls: number): Promise<void> {
  const stories = await gateway.until('every call is told of', async () => {
    const { items } = await gateway.api().calls.list.query({ limit: 200 });
    const found = items.filter(({ outgoingIds, report }) => outgoingIds.includes(id) && report !== undefined);
    return found.length >= calls ? found : undefined;
  });
  const failed = stories.flatMap(({ report }) =>
    report === undefined || report.outcome.code === 'CONFIRMED' ? [] : [report.outcome],
  );
  expect(failed).toHaveLength(calls - 1);
  for (const { code, disposition } of failed) {
    expect(disposition).toBe('retry');
    expect(code).toMatch(/^(LINE_BROKEN|TEL_NO_FAX|FAX_)/u);
  }
}

async function playIncoming(
  gateway: TestGateway,
  line: Line,
  { ecm, cut }: Case,
  { file, pages }: { file: string; pages: readonly TiffPage[] },
): Promise<void> {
  const { exchange, machine } = line;
  const from = exchange.events.length;
  const known = new Set((await receivedFrom(gateway, machine)).map(({ id }) => id));
  const news = async (): Promise<IncomingDocument[]> =>
    (await receivedFrom(gateway, machine)).filter(({ id }) => !known.has(id));
  await machine.configure({ ecm });
  await exchange.cut({ ...cut, number: machine.number });
  await sendToOffice(gateway, line, file);
  expectEndInTime(exchange, from);
  const end = exchange.events.slice(from).find(isEvent('end', { number: machine.number }));
  const sent = end?.pagesSent ?? 0;
  const [broken, ...more] = await news();
  expect(more).toEqual([]);
  // What the sender knows to be received is here; a page whose confirmation was lost may be, too.
  const kept = broken?.pages ?? 0;
  expect(kept).toBeGreaterThanOrEqual(sent);
  expect(kept).toBeLessThanOrEqual(sent + 1);
  if (broken !== undefined) {
    if (broken.state === 'complete') expect(kept).toBe(pages.length);
    else expect(broken.state).toBe('partial');
    const tiff = path.join(stage.folder, `${broken.id}.tif`);
    await succeed(gateway, 'export', broken.id, tiff);
    const arrived = await tiffPixels(tiff);
    const whole = broken.quality?.findIndex(({ partial }) => partial === true) ?? -1;
    const confirmed = whole < 0 ? kept : whole;
    expect(arrived.slice(0, confirmed)).toEqual(pages.slice(0, confirmed));
    // What came of the page in which the line went is the last one, and marked.
    expect(kept - confirmed).toBeLessThanOrEqual(1);
    for (const { height } of arrived.slice(confirmed)) {
      expect(height).toBeLessThanOrEqual(pages[confirmed]?.height ?? 0);
    }
  }
  // The line takes the next call.
  await sendToOffice(gateway, line, file);
  const whole = (await news()).find(({ id }) => id !== broken?.id);
  expect(whole).toMatchObject({ state: 'complete', pages: pages.length });
}

/** What came from this machine and is over. */
async function receivedFrom(gateway: TestGateway, { number }: Machine): Promise<IncomingDocument[]> {
  const { items } = await gateway.api().inbox.list.query({ limit: 200 });
  return items.filter(({ remoteId, state }) => remoteId === number && state !== 'receiving');
}

/** The machine calls and sends; until the line is ready again. */
async function sendToOffice(gateway: TestGateway, line: Line, file: string): Promise<void> {
  await line.exchange.call(line.machine, line.number, { send: file });
  await line.exchange.nextEvent(isEvent('released', { from: line.machine.number }), SOON_MS);
  await untilReady(gateway, line.number);
}

async function untilReady(gateway: TestGateway, number: string): Promise<void> {
  await gateway.until(
    'the line is ready again',
    async () => {
      const lines = await gateway.api().lines.list.query();
      const line = lines.find((one) => one.path.endsWith(number));
      return line?.state === 'ready' && line.callId === undefined ? line : undefined;
    },
    SOON_MS,
  );
}

/** From the cut to the released line, modelled. */
function expectEndInTime(exchange: Exchange, from: number): void {
  const events = exchange.events.slice(from);
  const cut = events.find(isEvent('cut'));
  expect(cut).toBeDefined();
  const released = events.find(isEvent('released', cut === undefined ? {} : { call: cut.call }));
  expect(released?.atMs).toBeLessThan((cut?.atMs ?? 0) + ENDS_WITHIN_MS);
  expect(events.filter(isEvent('stuck'))).toEqual([]);
}
