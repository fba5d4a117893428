// Telephone lines in the real window before the real gateway: two virtual modems on one exchange, a fax from the one to
// the other, watched while it goes, read where it arrives, with the story of its call.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { programCommand } from '../harness/commandLine.ts';
import { startProcess } from '../harness/runningProcess.ts';
import type { Stage } from '../harness/stage.ts';
import { stagedTest } from '../harness/stagedTest.ts';
import { startVirtualExchange } from '../virtual-modem/virtualExchange.ts';
import { goTo, openContext, openUi, startBrowser } from './uiStage.ts';

/** A page takes its time on a telephone line, and other tests may keep the machine busy. */
const PATIENCE_MS = 90_000;
const TEXT = {
  name: 'Notice.txt',
  mimeType: 'text/plain',
  buffer: Buffer.from('Closed on Monday.\n'.repeat(40)),
};

interface Office {
  stage: Stage;
  page: Page;
  complaints: string[];
}

/** A gateway without lines, its window, and two modems; both tests wait for signals in real time, side by side. */
const test = stagedTest.extend<{ office: Office }>({
  office: async ({ stage }, use) => {
    await use({ stage, ...(await openOffice(stage)) });
  },
});

async function openOffice(stage: Stage): Promise<Pick<Office, 'page' | 'complaints'>> {
  const exchange = await startVirtualExchange({
    modems: [
      { number: '101', port: join(stage.folder, 'modem-101') },
      { number: '102', port: join(stage.folder, 'modem-102'), classes: ['2.0'] },
    ],
    oddNumbers: { 300: 'busy' },
  });
  stage.onClose(() => exchange.close());
  const dataFolder = join(stage.folder, 'office');
  const running = await startProcess({
    name: 'gateway',
    ...programCommand('hikyaku', ['serve', '--data', dataFolder, '--listen', '127.0.0.1:0']),
    env: stage.env,
    readyLine: /is ready: http/,
  });
  stage.own(running, 'gateway');
  const endpoint = JSON.parse(await readFile(join(dataFolder, 'endpoint.json'), 'utf8')) as {
    origin: string;
    key: string;
  };
  const browser = await startBrowser();
  stage.onClose(() => browser.close());
  const context = await openContext(browser);
  context.setDefaultTimeout(PATIENCE_MS);
  return await openUi(context, endpoint);
}

test.concurrent('two modems become lines, a fax goes from one to the other, and both ends tell its story', async ({
  office,
  expect,
}) => {
  const { page, complaints } = office;
  await addLine(office, 'Sender', 'modem-101');
  await addLine(office, 'Receiver', 'modem-102');
  const strip = page.getByRole('contentinfo', { name: 'Status' });
  await strip.getByText('Sender: Ready').waitFor();
  await strip.getByText('Receiver: Ready').waitFor();
  const receiver = page.getByRole('listitem', { name: 'Receiver' });
  await receiver.getByRole('button', { name: 'Technical details' }).press('Enter');
  await receiver.getByText('2.0; in use: 2.0').waitFor();

  await newFaxTo(page, '102');
  const article = page.getByRole('article', { name: 'Notice.txt' });
  await strip.getByText('Sending to 102, page 1 of 1').waitFor();
  await article
    .getByText(/bit\/s/)
    .first()
    .waitFor();
  await article.getByText('Delivered: the other office confirmed that it has every page.').waitFor();
  await article.getByRole('button', { name: '1 attempt' }).press('Enter');
  await article.getByRole('button', { name: 'Story of the call: 1' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('102 was called over “Sender”.').waitFor();
  await dialog.getByText('The other machine confirmed 1 page.').waitFor();
  await dialog.getByRole('button', { name: 'Technical record' }).press('Enter');
  const record = dialog.getByRole('region', { name: 'Technical record' });
  await expect.poll(() => record.getByRole('listitem').count()).toBeGreaterThan(5);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await goTo(page, 'inbox');
  const details = page.getByRole('complementary', { name: 'Details' });
  await details.getByText('Receiver', { exact: true }).waitFor();
  await details.getByText(/bit\/s/).waitFor();
  await page.locator('[data-pane=pages] [role=region] img').first().waitFor();

  await goTo(page, 'lines/machines');
  await page.getByRole('article', { name: '102' }).getByText('1 went well, 0 failed').waitFor();
  await goTo(page, 'lines/calls');
  await expect.poll(() => page.getByRole('option').count()).toBe(2);
  await page.getByRole('article').getByRole('list', { name: 'What happened, in order' }).waitFor();
  expect(complaints).toEqual([]);
});

test.concurrent('a busy number is told in words with the time of the next attempt, a port that is not there with what helps', async ({
  office,
  expect,
}) => {
  const { page, complaints } = office;
  await addLine(office, 'Sender', 'modem-101');
  await newFaxTo(page, '300');
  const article = page.getByRole('article', { name: 'Notice.txt' });
  await article.getByText('The number is busy. Hikyaku tries again in a while.').waitFor();
  await article
    .getByText(/^Next attempt at /)
    .first()
    .waitFor();
  await article.getByRole('button', { name: 'Cancel fax' }).press('Enter');
  await article.getByText('Cancelled. Nothing more will be sent.').waitFor();

  await addLine(office, 'Missing', 'modem-999');
  const missing = page.getByRole('listitem', { name: 'Missing' });
  await missing.getByText('Plug the modem in: the line is ready by itself then.').waitFor();
  expect(complaints).toEqual([]);
});

async function addLine({ stage, page }: Office, name: string, port: string): Promise<void> {
  await goTo(page, 'lines');
  await page.getByRole('button', { name: 'Add a line' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Enter the port by hand' }).press('Enter');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByRole('textbox', { name: 'Port' }).fill(join(stage.folder, port));
  await page.keyboard.press('Enter');
  await page.getByText(`The line ${name} was added.`).waitFor();
  await dialog.waitFor({ state: 'detached' });
}

async function newFaxTo(page: Page, number: string): Promise<void> {
  await page.keyboard.press('n');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  const again = page.getByRole('textbox', { name: `${number} is new: type it once more` });
  await again.waitFor();
  await again.fill(number);
  await page.keyboard.press('Enter');
  await again.waitFor({ state: 'detached' });
  await page.locator('form input[type=file]').setInputFiles(TEXT);
  await page.getByText(/^1 page · .* on the telephone$/).waitFor();
  await page.keyboard.press('Control+Enter');
}
