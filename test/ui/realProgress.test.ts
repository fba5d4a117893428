// A fax in mid-document between two real gateways, held still on its way: both windows say how far it is.

import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCutProxy } from '../harness/cutProxy.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import { connectToRelay, startGateway, type TestGateway } from '../harness/testGateway.ts';
import { startRelay } from '../harness/testRelay.ts';
import { SOON, goTo, openContext, openUi, startBrowser } from './uiStage.ts';

const PAGES = 10;
/** So many pages are let through whole, and half of the next. */
const LET_THROUGH = 3;

let stage: Stage;
let browser: Browser;

beforeEach(async () => {
  stage = openStage();
  browser = await startBrowser();
  stage.onClose(() => browser.close());
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(stage.logs());
  await stage.close();
});

test('three pages are confirmed and the fourth is on its way: both offices say so, then it is delivered', async () => {
  const relay = await startRelay(stage);
  await relay.addDevice('kyoto');
  await relay.addDevice('osaka');
  const uplink = await startCutProxy({ targetPort: relay.port });
  stage.onClose(() => uplink.close());
  const kyoto = await startGateway(stage, 'kyoto');
  const osaka = await startGateway(stage, 'osaka');
  await kyoto.api().settings.change.mutate({ displayName: 'Kyoto office' });
  await osaka.api().settings.change.mutate({ displayName: 'Osaka office' });
  await connectToRelay(kyoto, { url: `ws://127.0.0.1:${uplink.port}` });
  await connectToRelay(osaka, relay);

  const sender = await openWindow(kyoto);
  await goTo(sender.page, 'new');
  await sender.page.locator('input[role=combobox]:focus').waitFor();
  await sender.page.keyboard.type('osaka,');
  await sender.page.getByRole('row', { name: 'Osaka office' }).waitFor();
  await sender.page.locator('form input[type=file]').setInputFiles(fixtureFile('ten-pages.pdf'));
  await sender.page.getByText(/^10 pages · /).waitFor();
  uplink.allowUplink(await bytesLetThrough(sender.page, kyoto));
  await sender.page.keyboard.press('Control+Enter');

  await sender.page.getByRole('heading', { name: 'ten-pages.pdf' }).waitFor();
  const card = sender.page.getByRole('region', { name: 'Recipients' });
  await card.getByText(`Sending page ${LET_THROUGH + 1} of ${PAGES}`).waitFor();
  await card.getByText(`${LET_THROUGH} of ${PAGES} pages confirmed`).waitFor();
  await sender.page.getByText(`Sending to osaka, page ${LET_THROUGH + 1} of ${PAGES}`).waitFor();

  const receiver = await openWindow(osaka);
  const row = receiver.page.getByRole('option', { name: /ten-pages\.pdf/ });
  await row.getByText(`Arriving, page ${LET_THROUGH + 1} of ${PAGES}`).waitFor();
  await receiver.page.getByText(`Receiving from Kyoto office, page ${LET_THROUGH + 1} of ${PAGES}`).waitFor();

  uplink.resume();
  await sender.page.getByText('Delivered: the other office confirmed that it has every page.').waitFor();
  await row.getByText(`${PAGES} pages`).waitFor();
  await expect.poll(() => row.getByText('Arriving').count(), SOON).toBe(0);
  expect([...sender.complaints, ...receiver.complaints]).toEqual([]);
});

async function openWindow(gateway: TestGateway): Promise<{ page: Page; complaints: string[] }> {
  const context = await openContext(browser);
  context.setDefaultTimeout(60_000);
  return openUi(context, gateway.endpoint());
}

/** Bytes of the pages to be let through, of the draft that is shown. What is said between pages is far less than half a page. */
async function bytesLetThrough(page: Page, gateway: TestGateway): Promise<number> {
  const picture = page.getByRole('region', { name: 'Pages as they will arrive' }).getByRole('img').first();
  const documentId = (await picture.getAttribute('src'))?.split('/').at(-2) ?? '';
  const pages = await gateway.api().outgoing.pages.query({ documentId });
  const whole = pages.slice(0, LET_THROUGH).reduce((sum, { byteLength }) => sum + byteLength, 0);
  return whole + Math.round((pages[LET_THROUGH]?.byteLength ?? 0) / 2);
}
