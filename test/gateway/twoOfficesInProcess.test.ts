// Two whole gateways in this process and a real relay between them: a document goes from one inbox to the other.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../relay/accounts/passwords.ts';
import { openSqliteAccounts } from '../../relay/accounts/sqliteAccounts.ts';
import { startRelay, type RunningRelay } from '../../relay/server.ts';
import { openOffice, type Office } from './office.ts';

const THREE_PAGES = Array.from(
  { length: 150 },
  (_, line) => `Line ${line + 1}: the couriers ran by night.`,
).join('\n');

describe('two offices at one relay', () => {
  let folder: string;
  let relay: RunningRelay;
  let kyoto: Office;
  let osaka: Office;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hikyaku-offices-'));
    const accounts = openSqliteAccounts(join(folder, 'accounts.sqlite'));
    for (const deviceId of ['kyoto', 'osaka']) {
      accounts.add({ deviceId, passwordHash: await hashPassword(`${deviceId}-password`) });
    }
    relay = await startRelay({ store: { accounts }, host: '127.0.0.1', port: 0 });
    kyoto = await openOffice(join(folder, 'kyoto'));
    osaka = await openOffice(join(folder, 'osaka'));
    for (const [deviceId, office] of [
      ['kyoto', kyoto],
      ['osaka', osaka],
    ] as const) {
      await office.api.settings.setRelay.mutate({
        url: relay.url,
        deviceId,
        password: `${deviceId}-password`,
      });
      await office.online();
    }
  });

  afterAll(async () => {
    await Promise.all([kyoto.stop(), osaka.stop()]);
    await relay.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a text arrives pixel for pixel as it was prepared, and is confirmed only then', async () => {
    const sent = await kyoto.sendText('couriers.txt', THREE_PAGES, ['osaka']);
    const done = await kyoto.until('confirmed', async () => {
      const document = await kyoto.api.outgoing.get.query({ documentId: sent.id });
      return document.finishedAt === undefined ? undefined : document;
    });
    expect(done.status).toBe('confirmed');
    expect(done.pages).toBeGreaterThan(1);
    expect(done.deliveries).toMatchObject([
      {
        destination: 'osaka',
        status: 'confirmed',
        pagesConfirmed: done.pages,
        outcome: { code: 'CONFIRMED' },
      },
    ]);

    const { items } = await osaka.api.inbox.list.query({ limit: 10 });
    expect(items).toMatchObject([
      { from: 'kyoto', subject: 'couriers.txt', state: 'complete', read: false, pages: done.pages },
    ]);
    const received = items[0];
    if (received === undefined) throw new Error('nothing in the inbox');
    const out = await kyoto.api.outgoing.pages.query({ documentId: sent.id });
    const came = await osaka.api.inbox.pages.query({ documentId: received.id });
    expect(came.map((page) => page.sha256)).toEqual(out.map((page) => page.sha256));
    expect(await osaka.pageImage('incoming', received.id, 0)).toEqual(
      await kyoto.pageImage('outgoing', sent.id, 0),
    );
  });

  test('the same file previewed and sent has the same pages, header line included', async () => {
    const make = async () => {
      const { fileId } = await kyoto.upload('memo.txt', 'A short memo.');
      const draft = await kyoto.api.drafts.create.mutate({
        fileIds: [fileId],
        options: { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' },
      });
      return kyoto.until('prepared', async () => {
        const document = await kyoto.api.outgoing.get.query({ documentId: draft.id });
        return document.prepared ? document : undefined;
      });
    };
    const preview = await make();
    await kyoto.api.outgoing.remove.mutate({ documentId: preview.id });
    const first = await make();
    const second = await make();
    const pagesOf = async (documentId: string) =>
      (await kyoto.api.outgoing.pages.query({ documentId })).map((page) => [page.sha256, page.storedAt]);
    expect(await pagesOf(second.id)).toEqual(await pagesOf(first.id));
    // Prepared once: the time of the page is that of the first preview.
    expect(
      Date.parse((await kyoto.api.outgoing.pages.query({ documentId: second.id }))[0]?.storedAt ?? ''),
    ).toBeLessThanOrEqual(Date.parse(first.createdAt));
  });

  test('an unknown device and a file that is no document fail with their causes', async () => {
    const unknown = await kyoto.sendText('memo.txt', 'To nobody.', ['nagoya']);
    const broken = await kyoto.sendText('memo.pdf', '%PDF-1.7 this is not one', ['osaka']);
    const over = async (documentId: string) =>
      kyoto.until('over', async () => {
        const document = await kyoto.api.outgoing.get.query({ documentId });
        return document.finishedAt === undefined ? undefined : document;
      });
    expect((await over(unknown.id)).deliveries).toMatchObject([
      { status: 'failed', outcome: { code: 'DEVICE_UNKNOWN' } },
    ]);
    const failed = await over(broken.id);
    expect(failed).toMatchObject({
      status: 'failed',
      preparation: { code: 'FILE_BROKEN' },
      failedFileName: 'memo.pdf',
    });
    expect(failed.deliveries).toMatchObject([{ status: 'failed', outcome: { code: 'FILE_BROKEN' } }]);
  });

  test('an office that accepts nobody refuses, and what waits for an office offline goes when it comes', async () => {
    await osaka.api.settings.change.mutate({ accept: 'nobody' });
    const refused = await kyoto.sendText('memo.txt', 'May I?', ['osaka']);
    await kyoto.until('refused', async () => {
      const [delivery] = (await kyoto.api.outgoing.get.query({ documentId: refused.id })).deliveries;
      return delivery?.outcome?.code === 'DEVICE_REFUSED' ? true : undefined;
    });
    await osaka.api.settings.change.mutate({ accept: 'everyone' });
    await osaka.stop();

    const later = await kyoto.sendText('later.txt', 'When you are back.', ['osaka']);
    await kyoto.until('waiting for the office', async () => {
      const [delivery] = (await kyoto.api.outgoing.get.query({ documentId: later.id })).deliveries;
      return delivery?.status === 'waiting' && delivery.outcome?.code === 'DEVICE_OFFLINE' ? true : undefined;
    });
    osaka = await openOffice(join(folder, 'osaka'));
    await kyoto.until(
      'confirmed',
      async () => {
        const document = await kyoto.api.outgoing.get.query({ documentId: later.id });
        return document.status === 'confirmed' ? true : undefined;
      },
      9_000,
    );
  });
});

test('on the very first start the echo device sends back what it gets', { timeout: 90_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-first-'));
  const office = await openOffice(folder, { embeddedRelay: true });
  try {
    await office.online();
    const contacts = await office.api.contacts.list.query();
    expect(contacts.map((contact) => contact.deviceId)).toEqual(['demo-office', 'echo']);
    const sent = await office.sendText('hello.txt', 'Is anybody there?', ['echo', 'demo-office']);
    const echoed = await office.until('the echo', async () => {
      const { items } = await office.api.inbox.list.query({ limit: 10 });
      return items.find((item) => item.state === 'complete');
    });
    expect(echoed).toMatchObject({ from: 'echo', purpose: 'echo', subject: 'hello.txt' });
    const out = await office.api.outgoing.pages.query({ documentId: sent.id });
    const back = await office.api.inbox.pages.query({ documentId: echoed.id });
    expect(back.map((page) => page.sha256)).toEqual(out.map((page) => page.sha256));
    await office.until('both confirmed', async () => {
      const document = await office.api.outgoing.get.query({ documentId: sent.id });
      return document.status === 'confirmed' ? true : undefined;
    });
  } finally {
    await office.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
