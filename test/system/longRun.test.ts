// What a year of uptime would show: memory that does not grow, and a receiver that stands still without hurting others.

import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { startCutProxy } from '../harness/cutProxy.ts';
import { DEFAULT_PAGE_OPTIONS, sendFile } from '../harness/gatewayHttp.ts';
import { isAlive, residentMiB } from '../harness/processTree.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { stagedTest as test } from '../harness/stagedTest.ts';
import { connectToRelay, startGateway, type TestGateway } from '../harness/testGateway.ts';
import { expectOutcome, startOffices } from './refusals/offices.ts';

const WARM_UP = 30;
const DOCUMENTS = 200;
/** Garbage not collected yet, caches that fill: more than this over the documents is growth. */
const TOLERANCE_MIB = 48;

// The first two side by side: the second one waits, above all.

test.concurrent(
  'two hundred documents leave neither gateways nor relay larger',
  { timeout: 300_000 },
  async ({ stage }) => {
    const { relay, kyoto, osaka } = await startOffices(stage);
    const processes = { relay, kyoto, osaka };
    const memory = () =>
      Object.entries(processes).map(([name, part]) => ({ name, mebibytes: residentMiB(part.process().pid) }));
    await sendMany(kyoto, WARM_UP);
    const before = memory();
    await sendMany(kyoto, DOCUMENTS);
    const after = memory();
    for (const [index, { name, mebibytes }] of after.entries()) {
      const start = before[index]?.mebibytes ?? 0;
      console.log(
        `${name}: ${start.toFixed(0)} MiB before, ${mebibytes.toFixed(0)} MiB after ${DOCUMENTS} documents`,
      );
      expect(mebibytes - start, name).toBeLessThan(TOLERANCE_MIB);
    }
    const inbox = await osaka.api().inbox.list.query({ limit: 500 });
    expect(inbox.items).toHaveLength(WARM_UP + DOCUMENTS);
  },
);

test.concurrent(
  'a receiver that stands still ends the call with its cause, others are served meanwhile, and it recovers',
  { timeout: 240_000 },
  async ({ stage }) => {
    const { relay, kyoto, osaka } = await startOffices(stage);
    await relay.addDevice('nagoya');
    const nagoya = await startGateway(stage, 'nagoya');
    await connectToRelay(nagoya, relay);
    // Slow enough that the receiver can be stopped in the middle of the document.
    const uplink = await startCutProxy({ targetPort: relay.port, bytesPerSecond: 100_000 });
    stage.onClose(() => uplink.close());
    await connectToRelay(kyoto, { url: `ws://127.0.0.1:${uplink.port}` });

    const sent = await kyoto.command('send', fixtureFile('ten-pages.pdf'), '--to', 'osaka');
    const { id } = sent.json() as { id: string };
    const deliveryOf = async () => (await kyoto.api().outgoing.get.query({ documentId: id })).deliveries[0];
    await kyoto.until(
      'a page is confirmed',
      async () => ((await deliveryOf())?.pagesConfirmed ?? 0) > 0 || undefined,
    );
    osaka.process().signal('SIGSTOP');
    const other = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'nagoya', '--wait');
    expect(other.exitCode, other.stderr).toBe(0);
    const stalled = await expectOutcome(kyoto, id, 'CALL_STALLED', 90_000);
    const confirmed = stalled.deliveries[0]?.pagesConfirmed ?? 0;
    expect(confirmed).toBeGreaterThan(0);
    expect(confirmed).toBeLessThan(10);

    osaka.process().signal('SIGCONT');
    await osaka.online(90_000);
    await kyoto.command('retry', id);
    await expectOutcome(kyoto, id, 'CONFIRMED', 90_000);
    const inbox = await osaka.api().inbox.list.query({ limit: 10 });
    expect(inbox.items.map(({ pages, state }) => ({ pages, state }))).toEqual([
      { pages: 10, state: 'complete' },
    ]);
  },
);

test('what the gateway started does not outlive it, and a new gateway goes on with the document', async ({
  stage,
}) => {
  const { kyoto, osaka } = await startOffices(stage);
  const draft = await sendFile(
    kyoto,
    { name: 'ten-pages.pdf', content: new Uint8Array(await readFile(fixtureFile('ten-pages.pdf'))) },
    ['osaka'],
  );
  const hosts = await kyoto.until('an imaging host is at work', async () => {
    const children = kyoto.children();
    return children.length > 0 ? children : undefined;
  });
  await kyoto.kill();
  await expect.poll(() => hosts.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  await kyoto.start();
  await expectOutcome(kyoto, draft.id, 'CONFIRMED', 60_000);
  const inbox = await osaka.api().inbox.list.query({ limit: 10 });
  expect(inbox.items.map(({ pages, state }) => ({ pages, state }))).toEqual([
    { pages: 10, state: 'complete' },
  ]);
});

/** Small documents, awaited to their confirmation. */
async function sendMany(gateway: TestGateway, howMany: number): Promise<void> {
  const before = (await confirmedCount(gateway)) + howMany;
  for (let number = 0; number < howMany; number += 1) {
    await sendFile(gateway, { name: 'note.txt', content: `Document ${before - number}` }, ['osaka'], {
      pageOptions: { ...DEFAULT_PAGE_OPTIONS, resolution: 'standard', mode: 'text' },
    });
  }
  await gateway.untilStatus('all are over', (status) => status.counts.outboxActive === 0, 240_000);
  expect(await confirmedCount(gateway)).toBe(before);
}

async function confirmedCount(gateway: TestGateway): Promise<number> {
  return (await gateway.api().outgoing.list.query({ folder: 'sent', limit: 500 })).items.length;
}
