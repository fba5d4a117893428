// The path dies without a word in the middle of a document, as when a cable is pulled: nobody sends a reset or a FIN.

import { afterEach, beforeEach, expect, onTestFailed, test } from 'vitest';
import { startCutProxy } from '../harness/cutProxy.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import { connectToRelay } from '../harness/testGateway.ts';
import { expectOutcome, startOffices } from './refusals/offices.ts';

const KEEPALIVE_SECONDS = 2;

let stage: Stage;
beforeEach(() => {
  stage = openStage();
  onTestFailed(() => console.log(stage.logs()));
});
afterEach(() => stage.close());

test.each(['sender', 'receiver'] as const)(
  'a cable pulled at the %s is noticed, and the document goes on where it was once the cable is back',
  async (side) => {
    const { relay, kyoto, osaka } = await startOffices(stage, ['--keepalive', String(KEEPALIVE_SECONDS)]);
    const cable = await startCutProxy({ targetPort: relay.port, bytesPerSecond: 150_000 });
    stage.onClose(() => cable.close());
    const cutOff = side === 'sender' ? kyoto : osaka;
    await connectToRelay(cutOff, { url: `ws://127.0.0.1:${cable.port}` });

    const sent = await kyoto.command('send', fixtureFile('ten-pages.pdf'), '--to', 'osaka');
    const { id } = sent.json() as { id: string };
    const delivery = async () => (await kyoto.api().outgoing.get.query({ documentId: id })).deliveries[0];
    await kyoto.until('a page is confirmed', async () => {
      return ((await delivery())?.pagesConfirmed ?? 0) > 0 ? true : undefined;
    });
    cable.stall();
    const pulledAt = performance.now();
    await cutOff.untilStatus('cut off', (status) => status.relay.state !== 'online', 30_000);
    const noticedMs = performance.now() - pulledAt;
    console.log(`${side}: noticed after ${(noticedMs / 1000).toFixed(1)} s`);
    // Two and a half keepalives, and a moment for a busy machine.
    expect(noticedMs).toBeLessThan(KEEPALIVE_SECONDS * 2.5 * 1000 + 3_000);
    const confirmed = (await delivery())?.pagesConfirmed ?? 0;
    expect(confirmed).toBeLessThan(10);

    const resumedAt = Date.now();
    cable.resume();
    await cutOff.online(60_000);
    await kyoto.command('retry', id);
    await expectOutcome(kyoto, id, 'CONFIRMED', 60_000);
    const inbox = await osaka.api().inbox.list.query({ limit: 10 });
    expect(inbox.items.map(({ pages, state }) => ({ pages, state }))).toEqual([
      { pages: 10, state: 'complete' },
    ]);
    // What was confirmed before the cable was pulled was not sent again.
    const pages = await osaka.api().inbox.pages.query({ documentId: inbox.items[0]?.id ?? '' });
    const times = pages.map(({ storedAt }) => Date.parse(storedAt));
    expect(Math.max(...times.slice(0, confirmed))).toBeLessThan(resumedAt);
    expect(times.at(-1)).toBeGreaterThan(resumedAt);
  },
);
