// Faxes out to a telephone number and in from one, through the real gateway, a modem that is not ours and fax machines
// that are not ours: what arrives is what was sent, pixel for pixel, and nothing is called delivered that is not.

import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingDocument } from '../../protocol/api/types.ts';
import type { CallRecord } from '../../protocol/api/lines.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import { tiffPixels, type TiffPage } from '../harness/tiffPixels.ts';
import type { TestGateway } from '../harness/testGateway.ts';
import { isEvent, type Exchange } from '../peers/exchange/exchange.ts';
import { ageHeaders, pagesOfCall } from './headerOfCall.ts';
import { OFFICE_NUMBER, openTelephoneOffice } from './telephoneOffice.ts';

const FAR = '0755551234';
const FAR_ID = '+81 75 555 1234';
const TEN_PAGES = fixtureFile('ten-pages.pdf');
const ONE_PAGE = fixtureFile('one-page.pdf');
const LONG = 120_000;

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
  status: string;
  recipients: {
    status: string;
    code: string;
    pagesConfirmed: number;
    attempts: number;
    callId: string;
    durationMs: number;
    outcome: { code: string; detail?: string };
  }[];
}

async function send(gateway: TestGateway, ...args: string[]): Promise<Sent> {
  const result = await gateway.command('send', ...args);
  return result.json() as Sent;
}

/** The pages as they stand in the gateway. */
async function exported(gateway: TestGateway, id: string): Promise<TiffPage[]> {
  const file = path.join(stage.folder, `${id}.tif`);
  await gateway.command('export', id, file);
  return await tiffPixels(file);
}

/** The pages that a machine received in its calls so far, in order. */
async function arrived(exchange: Exchange, number: string): Promise<TiffPage[]> {
  const ends = exchange.events.filter(isEvent('end', { number }));
  const files = ends.flatMap(({ file }) => (file === null ? [] : [file]));
  return (await Promise.all(files.map((file) => tiffPixels(file)))).flat();
}

async function untilReceived(gateway: TestGateway): Promise<IncomingDocument> {
  return await gateway.until(
    'a fax in the inbox',
    async () => {
      const [document] = (await gateway.command('inbox')).json() as IncomingDocument[];
      return document === undefined || document.state === 'receiving' ? undefined : document;
    },
    60_000,
  );
}

describe('out to a number', () => {
  test(
    'a PDF arrives as it was shown, is confirmed with all facts, and the call tells its story',
    async () => {
      const { exchange, gateway } = await openTelephoneOffice(stage);
      await exchange.addMachine({ number: FAR, localId: FAR_ID, receiveTo: stage.folder });
      const sent = await send(gateway, ONE_PAGE, '--to', 'tel:075-555-1234', '--wait');
      expect(sent).toMatchObject({
        status: 'confirmed',
        recipients: [
          {
            to: `tel:${FAR}`,
            code: 'CONFIRMED',
            pagesConfirmed: 1,
            rateBps: 14_400,
            modulation: 'V.17',
            coding: 'MMR',
            ecm: true,
            remoteId: FAR_ID,
          },
        ],
      });
      expect(sent.recipients[0]?.durationMs).toBeGreaterThan(0);
      expect(await arrived(exchange, FAR)).toEqual(await exported(gateway, sent.id));

      const story = (await gateway.command('call', 'journal', sent.id)).json() as CallRecord & {
        journal: { text: string }[];
      };
      expect(story.outgoingIds).toEqual([sent.id]);
      const words = story.journal.map(({ text }) => text).join('\n');
      expect(words).toContain(`They call themselves “${FAR_ID}”`);
      expect(words).toMatch(/V\.17 at 14 400 bit\/s[\s\S]*They confirmed page 1/);
      const remote = await gateway.command('remote', 'show', FAR);
      expect(remote.json()).toMatchObject({ identity: FAR_ID, abilities: { ecm: true }, callsConfirmed: 1 });
    },
    LONG,
  );

  test(
    'several documents for one number go in one call, whose time they bear',
    async () => {
      const { exchange, gateway } = await openTelephoneOffice(stage, { headerLine: true });
      await exchange.addMachine({ number: FAR, receiveTo: stage.folder });
      await exchange.setLine(FAR, 'busy');
      await gateway.command('line', 'retry', 'busy', '--delay', '5', '--tries', '20');
      const first = await send(gateway, ONE_PAGE, '--to', `tel:${FAR}`);
      const second = await send(gateway, fixtureFile('text-utf8.txt'), '--to', `tel:${FAR}`);
      await gateway.until('both have met the busy line', async () => {
        const waiting = await gateway.api().outgoing.list.query({ folder: 'outbox', limit: 10 });
        const causes = waiting.items.map(({ deliveries }) => deliveries[0]?.outcome?.code);
        return causes.length === 2 && causes.every((code) => code === 'TEL_BUSY') ? causes : undefined;
      });
      ageHeaders(gateway);
      await exchange.setLine(FAR, 'normal');
      await gateway.untilStatus('both are sent', ({ counts }) => counts.outboxActive === 0, 60_000);
      const answered = exchange.events.filter(isEvent('answered'));
      expect(answered).toHaveLength(1);
      const { startedAt } = (await gateway.command('call', 'journal', first.id)).json() as CallRecord;
      const { displayName } = await gateway.api().settings.get.query();
      await exported(gateway, first.id);
      await exported(gateway, second.id);
      const files = [first.id, second.id].map((id) => path.join(stage.folder, `${id}.tif`));
      expect(await arrived(exchange, FAR)).toEqual(
        await pagesOfCall(files, displayName, new Date(startedAt)),
      );
    },
    LONG,
  );

  test.each([
    ['busy', 'busy', 'TEL_BUSY', 2],
    ['noAnswer', 'noAnswer', 'TEL_NO_ANSWER', 1],
    ['silent', 'noFax', 'TEL_NO_FAX', 1],
  ] as const)(
    'a number that is %s is tried by the rule of its cause',
    async (kind, cause, code, tries) => {
      const { exchange, gateway } = await openTelephoneOffice(stage);
      await exchange.addSubscriber({ number: FAR, kind });
      await gateway.command('line', 'retry', cause, '--delay', '5', '--tries', String(tries));
      await gateway.command('line', 'settings', '--answer-within', '20');
      const sent = await send(gateway, ONE_PAGE, '--to', `tel:${FAR}`, '--wait');
      expect(sent).toMatchObject({
        status: 'failed',
        recipients: [{ code: 'GIVEN_UP', attempts: tries, pagesConfirmed: 0, outcome: { detail: code } }],
      });
      expect((await gateway.command('line', 'list')).json()).toMatchObject([{ state: 'ready' }]);
    },
    LONG,
  );

  test(
    'a call that is cut in mid document goes on at the page that was not confirmed, and no page comes twice',
    async () => {
      const { exchange, gateway } = await openTelephoneOffice(stage);
      await exchange.addMachine({ number: FAR, receiveTo: stage.folder });
      await gateway.command('line', 'retry', 'broken', '--delay', '5', '--tries', '5');
      await exchange.cut({ number: FAR, how: 'release', at: 'pageData', page: 4 });
      const sent = await send(gateway, TEN_PAGES, '--to', `tel:${FAR}`, '--wait');
      expect(sent).toMatchObject({ status: 'confirmed', recipients: [{ attempts: 2, pagesConfirmed: 10 }] });
      const pages = exchange.events.filter(isEvent('page', { number: FAR }));
      expect(pages).toHaveLength(10);
      const received = (await arrived(exchange, FAR)).map(({ sha256 }) => sha256);
      const expected = (await exported(gateway, sent.id)).map(({ sha256 }) => sha256);
      // The file of the broken call may end with what came of page 4.
      expect(received.slice(0, 3)).toEqual(expected.slice(0, 3));
      expect(received.slice(-7)).toEqual(expected.slice(-7));
    },
    LONG,
  );

  test(
    'a modem that is unplugged in mid call comes back by itself, and so does the fax',
    async () => {
      const { exchange, modem, gateway } = await openTelephoneOffice(stage, { speed: 25 });
      await exchange.addMachine({ number: FAR, receiveTo: stage.folder });
      await gateway.command('line', 'retry', 'broken', '--delay', '5', '--tries', '5');
      const { id } = await send(gateway, TEN_PAGES, '--to', `tel:${FAR}`);
      await exchange.nextEvent(isEvent('page', { number: FAR }), 60_000);
      await exchange.unplug(modem);
      await gateway.until('the line is known to be gone', async () => {
        const [line] = await gateway.api().lines.list.query();
        return line?.state === 'absent' ? line : undefined;
      });
      await exchange.plug(modem);
      await gateway.until(
        'the fax is confirmed',
        async () => {
          const document = await gateway.api().outgoing.get.query({ documentId: id });
          return document.status === 'confirmed' ? document : undefined;
        },
        90_000,
      );
      const received = new Set((await arrived(exchange, FAR)).map(({ sha256 }) => sha256));
      for (const { sha256 } of await exported(gateway, id)) expect(received).toContain(sha256);
    },
    LONG,
  );

  test(
    'a gateway that is killed in mid call hangs up, and goes on after the last confirmed page',
    async () => {
      const { exchange, gateway } = await openTelephoneOffice(stage, { speed: 25 });
      await exchange.addMachine({ number: FAR, receiveTo: stage.folder });
      const { id } = await send(gateway, TEN_PAGES, '--to', `tel:${FAR}`);
      await exchange.nextEvent(isEvent('page', { number: FAR }), 60_000);
      await gateway.until('a page is confirmed', async () => {
        const document = await gateway.api().outgoing.get.query({ documentId: id });
        return (document.deliveries[0]?.pagesConfirmed ?? 0) >= 1 ? document : undefined;
      });
      await gateway.kill();
      await exchange.nextEvent(isEvent('released'), 60_000);
      await gateway.start();
      await gateway.until(
        'the fax is confirmed',
        async () => {
          const document = await gateway.api().outgoing.get.query({ documentId: id });
          return document.status === 'confirmed' ? document : undefined;
        },
        90_000,
      );
      const received = (await arrived(exchange, FAR)).map(({ sha256 }) => sha256);
      const expected = (await exported(gateway, id)).map(({ sha256 }) => sha256);
      for (const sha256 of expected) expect(received).toContain(sha256);
      const [delivery] = (await gateway.api().outgoing.get.query({ documentId: id })).deliveries;
      expect(delivery).toMatchObject({ pagesConfirmed: 10, attempts: 2 });
    },
    LONG,
  );
});

describe('in from a number', () => {
  test.each([
    { name: 'with error correction', ecm: true, coding: 'MMR' },
    { name: 'without', ecm: false, coding: 'MR' },
  ])(
    'a fax $name stands in the inbox as it was sent, with who sent it and what the line did',
    async ({ ecm, coding }) => {
      const { exchange, gateway } = await openTelephoneOffice(stage);
      const file = fixtureFile('fax-fine.tif');
      const caller = await exchange.addMachine({ number: FAR, localId: FAR_ID, send: file, ecm });
      await exchange.call(caller, OFFICE_NUMBER);
      const document = await untilReceived(gateway);
      const expected = await tiffPixels(file);
      expect(document).toMatchObject({
        state: 'complete',
        // Whom the exchange names, not whom the machine says that it is.
        from: `tel:${FAR}`,
        fromName: FAR_ID,
        remoteId: FAR_ID,
        pages: expected.length,
        quality: expected.map(({ height }) => ({ rows: height, badRows: 0, ecm })),
        call: { rateBps: 14_400, coding, ecm },
      });
      expect(await exported(gateway, document.id)).toEqual(expected);
    },
    LONG,
  );

  test(
    'what came before a call broke is kept and marked as incomplete',
    async () => {
      const { exchange, gateway } = await openTelephoneOffice(stage);
      const source = await openTenPages(gateway);
      const caller = await exchange.addMachine({ number: FAR, localId: FAR_ID, send: source });
      await exchange.cut({ number: FAR, how: 'release', at: 'pageData', page: 3 });
      await exchange.call(caller, OFFICE_NUMBER);
      const document = await untilReceived(gateway);
      expect(document).toMatchObject({ state: 'partial', pages: 2, read: false });
      expect(await exported(gateway, document.id)).toEqual((await tiffPixels(source)).slice(0, 2));
    },
    LONG,
  );
});

describe('polling', () => {
  test(
    'a document that another machine keeps is fetched into the inbox',
    async () => {
      const { exchange, gateway } = await openTelephoneOffice(stage);
      const file = fixtureFile('fax-fine.tif');
      await exchange.addMachine({ number: FAR, localId: FAR_ID, serve: file });
      const fetched = await gateway.command('poll', 'fetch', FAR, '--wait');
      expect(fetched.json(), fetched.stderr).toMatchObject({
        outcome: { code: 'CONFIRMED' },
        pagesReceived: 1,
      });
      const document = await untilReceived(gateway);
      expect(document).toMatchObject({ state: 'complete', remoteId: FAR_ID });
      expect(await exported(gateway, document.id)).toEqual(await tiffPixels(file));
    },
    LONG,
  );

  test(
    'a document that is kept here goes to whoever polls, once',
    async () => {
      const { exchange, gateway } = await openTelephoneOffice(stage);
      const poller = await exchange.addMachine({ number: FAR, receiveTo: stage.folder });
      const kept = (await gateway.command('poll', 'offer', ONE_PAGE)).json() as { documentId: string };
      await exchange.call(poller, OFFICE_NUMBER);
      const end = await exchange.nextEvent(isEvent('end', { number: FAR }), 60_000);
      expect(end).toMatchObject({ status: 0, pagesReceived: 1 });
      expect(await arrived(exchange, FAR)).toEqual(await exported(gateway, kept.documentId));
      await gateway.until('it is kept no longer', async () => {
        const offers = await gateway.api().polling.offers.query();
        return offers.length === 0 ? offers : undefined;
      });
    },
    LONG,
  );
});

/** Ten pages as a fax file, made by the gateway itself from a PDF. */
async function openTenPages(gateway: TestGateway): Promise<string> {
  const file = path.join(stage.folder, 'ten.tif');
  const made = await gateway.command('preview', TEN_PAGES, file);
  expect(made.exitCode, made.stderr).toBe(0);
  return file;
}
