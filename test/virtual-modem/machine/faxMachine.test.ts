import { afterEach, expect, test } from 'vitest';
import { testPages } from '../../../fax/t30/testing/testPages.ts';
import { VirtualClock } from '../../../fax/t30/testing/virtualClock.ts';
import { startVirtualExchange } from '../virtualExchange.ts';
import type { ExchangeOptions, VirtualExchange } from '../virtualExchange.ts';

let exchange: VirtualExchange | null = null;
afterEach(() => exchange?.close());

async function begin(options: Partial<ExchangeOptions> = {}): Promise<[VirtualClock, VirtualExchange]> {
  const clock = new VirtualClock();
  exchange = await startVirtualExchange({
    clock,
    machines: [{ number: '200' }, { number: '201', echo: true }, { number: '202', ringsToAnswer: 0 }],
    ...options,
  });
  return [clock, exchange];
}

test('a machine that echoes calls back with the pages that it got', async () => {
  const [clock, running] = await begin();
  const pages = testPages(2);
  const call = running.machine('200').send('9,201', pages);
  clock.run(300_000);
  expect((await call).outcome).toMatchObject({ code: 'OK', pagesSent: 2 });
  // The echo begins when the promise of the first call has been kept.
  clock.run(600_000);
  await Promise.resolve();
  clock.run(600_000);
  const back = await running.machine('200').waitForCall(({ direction }) => direction === 'received');
  expect(back.outcome).toMatchObject({ code: 'OK', pagesReceived: 2 });
  expect(
    back.pages.map(({ raster }) => Buffer.from(raster).equals(Buffer.from(pages[0]?.raster ?? []))),
  ).toEqual([true, false]);
});

test('pages arrive over a line with noise, with error correction', async () => {
  const [clock, running] = await begin({ conditions: () => ({ bitErrorRate: 5e-5, seed: 7 }) });
  const pages = testPages(1, 400, 'dense');
  const call = running.machine('200').send('201', pages);
  clock.run(600_000);
  const { outcome, journal } = await call;
  expect(outcome).toMatchObject({ code: 'OK', pagesSent: 1 });
  expect(journal.some(({ event }) => event.type === 'frameReceived' && event.name === 'PPR')).toBe(true);
});

test('a machine that never answers is given up', async () => {
  const [clock, running] = await begin();
  const call = running.machine('200').send('202', testPages(1));
  clock.run(100_000);
  expect((await call).outcome).toMatchObject({ code: 'LINE_LOST', detail: 'no answer' });
});

test('a cut ends the calls of both', async () => {
  const [clock, running] = await begin();
  const call = running.machine('200').send('201', testPages(1));
  clock.run(15_000);
  running.network.cutAll();
  clock.run(20_000);
  expect((await call).outcome.code).toBe('LINE_LOST');
  expect((await running.machine('201').waitForCall()).outcome.code).toBe('LINE_LOST');
});
