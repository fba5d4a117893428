// Telephone lines by keyboard alone: a modem is found and added, tested, edited and removed; a call is answered, followed
// and ended; the retry rules are changed.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from '../../protocol/api/types.ts';
import {
  SOON,
  followPart,
  followRail,
  goTo,
  openContext,
  openUi,
  startBrowser,
  startUiServer,
  type UiServer,
} from './uiStage.ts';

let browser: Browser;
let server: UiServer;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(complaints).toEqual([]);
  await context.close();
  await server.close();
});

async function open(options: Parameters<typeof startUiServer>[0]): Promise<void> {
  server = await startUiServer(options);
  context = await openContext(browser);
  ({ page, complaints } = await openUi(context, server));
  // The window chooses the first fax by itself; only then may a test go elsewhere.
  if (options?.filledWith !== 'empty') await page.getByRole('option', { selected: true }).first().waitFor();
}

const FILE = { name: 'Figures.txt', mimeType: 'text/plain', buffer: Buffer.from('Third quarter: 4 % up.') };
const dialog = () => page.getByRole('dialog');
const card = (name: string) => page.getByRole('listitem', { name, exact: true });
const strip = () => page.getByRole('contentinfo', { name: 'Status' });

describe('without a line', () => {
  beforeEach(() => open({ filledWith: 'empty' }));

  test('the empty inbox leads to the lines, a modem is found there and becomes a line', async () => {
    await page.getByRole('button', { name: 'Set up a telephone line' }).press('Enter');
    await page.getByRole('heading', { name: 'No telephone line yet' }).waitFor();
    const release = server.control.holdScans();
    await page.getByRole('button', { name: 'Add a line' }).press('Enter');
    await dialog()
      .getByRole('status')
      .filter({ hasText: 'Looking for modems on every serial port.' })
      .waitFor();
    release();
    await dialog().getByText('One fax modem was found').waitFor();
    await dialog().getByText('Access to a port is denied.').waitFor();
    await dialog().getByRole('textbox', { name: 'Name' }).focus();
    await page.keyboard.type('Reception');
    await dialog()
      .getByRole('button', { name: /^Use this modem: .*Conexant/ })
      .press('Enter');
    await page.getByText('The line Reception was added.').waitFor();
    await card('Reception').getByText('Conexant CX93010').waitFor();
    await card('Reception').getByRole('button', { name: 'Technical details' }).press('Enter');
    await card('Reception').getByText('1, 1.0, 2; in use: 1').waitFor();
    await strip().getByText('Reception: Ready').waitFor();
    expect(server.services.listLines()).toMatchObject([{ name: 'Reception', kind: 'telephone' }]);
  });

  test('when nothing is found, plain advice is given, and a port can be entered by hand', async () => {
    server.control.setFoundPorts([]);
    await goTo(page, 'lines');
    await page.getByRole('button', { name: 'Add a line' }).press('Enter');
    await dialog().getByText('No serial port was found').waitFor();
    await dialog().getByText('Plug the modem in and wait a few seconds').waitFor();
    await dialog().getByRole('button', { name: 'Enter the port by hand' }).press('Enter');
    await dialog().getByRole('button', { name: 'Add this line' }).press('Enter');
    await dialog().getByText('Enter the port.').waitFor();
    await dialog().getByRole('textbox', { name: 'Port' }).fill('/dev/pts/7');
    await page.keyboard.press('Enter');
    await page.getByText('The line Line 1 was added.').waitFor();
    await card('Line 1').getByText('/dev/pts/7').waitFor();
  });

  test('a fax to a number says that there is no line yet, and is kept', async () => {
    await page.keyboard.press('n');
    await page.locator('input[role=combobox]:focus').waitFor();
    await page.keyboard.type('03-5555-0100');
    await page.keyboard.press('Enter');
    await page.getByText('No telephone line is set up yet.').waitFor();
  });
});

describe('with lines', () => {
  beforeEach(() => open({ telephone: true }));

  test('each state is told in words, with what helps', async () => {
    await followRail(page, 'Lines');
    await card('Front desk').getByText('In a call').waitFor();
    await card('Back office').getByText('Ready', { exact: true }).waitFor();
    await card('Warehouse').getByText('You may not open /dev/ttyS0.').waitFor();
    await card('Spare').getByText('Switched off').waitFor();
    await card('Spare').getByRole('button', { name: 'Switch on' }).press('Enter');
    await card('Spare').getByText('Ready', { exact: true }).waitFor();
    server.control.setLine('line-3', { state: 'absent' });
    await card('Back office').getByText('There is no port /dev/ttyUSB0.').waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: 'The line Back office cannot be used: No modem.' })
      .waitFor({
        state: 'attached',
      });
  });

  test('a ringing line shows who calls and is answered by hand', async () => {
    await followRail(page, 'Lines');
    await card('受注専用').getByText('大阪物流センター, +81655500177 is calling (1 ring so far)').waitFor();
    server.control.ring('line-2', { callerNumber: '+81655500177' });
    await card('受注専用').getByText('2 rings so far').waitFor();
    await card('受注専用').getByRole('button', { name: 'Answer' }).press('Enter');
    await card('受注専用').getByText('Call with 大阪物流センター').waitFor();
    expect(server.control.calls).toContain('answerLine');
    await card('受注専用').getByRole('button', { name: 'Hang up' }).press('Enter');
    await page.getByText('The call was ended.').waitFor();
    await card('受注専用').getByText('Ready', { exact: true }).waitFor();
  });

  test('a caller who gave up is told of in words', async () => {
    await followRail(page, 'Lines');
    await card('受注専用').getByRole('button', { name: 'Answer' }).waitFor();
    server.control.failNext(new ApiError('CONFLICT', 'Nobody is calling.'));
    await card('受注専用').getByRole('button', { name: 'Answer' }).press('Enter');
    await page.getByText('Nobody is calling on this line any more.').waitFor();
  });

  test('a line is tested, with a call if wished, and the result is plain', async () => {
    await followRail(page, 'Lines');
    await card('Back office').getByRole('button', { name: 'Test' }).press('Enter');
    await dialog().getByRole('textbox', { name: 'Number for a test call' }).fill('not a number');
    await page.keyboard.press('Enter');
    await dialog().getByText('This is not a telephone number.').waitFor();
    await dialog().getByRole('textbox', { name: 'Number for a test call' }).fill('03 5555 0100');
    await page.keyboard.press('Enter');
    const result = dialog().getByRole('region', { name: 'Result of the test' });
    await result.getByText('The line works').waitFor();
    await result.getByText('it calls itself “+81 3 5555 0100”').waitFor();
    await result.getByRole('button', { name: 'What was asked and answered' }).press('Enter');
    await result.getByText('> AT+FCLASS=?').waitFor();
    await page.keyboard.press('Escape');
    await card('Warehouse').getByRole('button', { name: 'Test' }).press('Enter');
    await dialog().getByRole('textbox', { name: 'Number for a test call' }).press('Enter');
    await dialog().getByText('The line does not work yet').waitFor();
  });

  test('a line is edited, what is wrong is named, and removing it is asked for', async () => {
    await followRail(page, 'Lines');
    await card('Back office').getByRole('button', { name: 'Edit' }).press('Enter');
    await dialog().getByRole('textbox', { name: 'Name' }).fill('Sending');
    await dialog().getByRole('button', { name: 'Dialling' }).press('Enter');
    await dialog().getByRole('textbox', { name: 'Dialled before every number' }).fill('0-');
    await page.keyboard.press('Enter');
    await dialog().getByText('It has digits, *, #, w and commas only').waitFor();
    await dialog().getByRole('textbox', { name: 'Dialled before every number' }).fill('0,');
    await page.keyboard.press('Enter');
    await page.getByText('The line Sending was saved.').waitFor();
    expect(server.services.listLines()[2]).toMatchObject({ name: 'Sending', dialPrefix: '0,', pool: 'out' });

    await card('Sending').getByRole('button', { name: 'Remove' }).press('Enter');
    const question = page.getByRole('alertdialog');
    await question.getByText('“Sending” will no longer send or answer.').waitFor();
    await question.getByRole('button', { name: 'Remove' }).press('Enter');
    await page.getByText('The line Sending was removed.').waitFor();
    await expect.poll(() => server.services.listLines().length, SOON).toBe(4);
    await card('Front desk').getByRole('button', { name: 'Remove' }).press('Enter');
    await question.getByRole('button', { name: 'Remove' }).press('Enter');
    await page.getByText('A call is up on this line.').waitFor();
  });

  test('the strip follows the call, and Hang up there cancels its fax', async () => {
    await strip().getByText('Sending to 山田商会, page 3 of 12, about 3 min left').waitFor();
    server.control.progress('call-out-tel-1-d1', { pagePercent: 95 }, 40);
    await strip().getByText('less than a minute left').waitFor();
    await strip().getByRole('button', { name: 'Hang up' }).press('Enter');
    await page.getByText('The fax to 山田商会 was cancelled.').waitFor();
    expect(server.services.getOutgoing('out-tel-1').status).toBe('cancelled');
    await expect.poll(() => server.services.listLines()[0]?.state, SOON).toBe('ready');
  });

  test('the retry rules are changed in their table, and restored', async () => {
    await followRail(page, 'Lines');
    await followPart(page, 'Dialling');
    await page.getByRole('textbox', { name: 'Seconds to wait: Busy' }).fill('2');
    await page.keyboard.press('Enter');
    await page.getByText('Waiting is 5 to 86,400 seconds').waitFor();
    await page.getByRole('textbox', { name: 'Seconds to wait: Busy' }).fill('90');
    await page.getByText('usually 60 s, 12 times').waitFor();
    await page.getByRole('button', { name: 'Country' }).press('Enter');
    await page.getByRole('option', { name: 'Japan' }).press('Enter');
    await page.getByRole('button', { name: 'Save changes' }).press('Enter');
    await page.getByText('The telephone settings were saved.').waitFor();
    expect(server.services.telephoneSettings()).toMatchObject({
      country: 'jp',
      retry: { busy: { delaySeconds: 90, tries: 12 } },
    });
    await page.getByRole('button', { name: 'Restore the defaults' }).press('Enter');
    await followPart(page, 'Calls');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stay here' }).press('Enter');
    await page.getByRole('button', { name: 'Save changes' }).press('Enter');
    await expect.poll(() => server.services.telephoneSettings().retry.busy.delaySeconds, SOON).toBe(60);
  });
});

test('in Japanese a line that nobody named, a call and a time stand in Japanese', async () => {
  server = await startUiServer({ telephone: true });
  context = await openContext(browser, { language: 'ja' });
  ({ page, complaints } = await openUi(context, server));
  server.services.changeTelephoneSettings({ country: 'jp' });
  server.control.setLine('line-3', { name: 'Line 3' });
  await goTo(page, 'lines');
  await card('回線 3').getByRole('button', { name: '編集' }).press('Enter');
  await expect.poll(() => dialog().getByRole('textbox', { name: '名前' }).inputValue(), SOON).toBe('回線 3');
  await page.keyboard.press('Enter');
  await dialog().waitFor({ state: 'detached' });
  expect(server.services.listLines()[2]?.name).toBe('Line 3');

  await page.evaluate(() => (location.hash = '#/lines/calls'));
  await page.getByRole('option', { name: /大阪物流センター/ }).click();
  const steps = page.getByRole('article').getByRole('list', { name: '起きたこと（時間順）' });
  await steps.getByText('3 ページが届き、保存されました。').waitFor();
  await steps.getByText('通話時間は 1:02 でした。').waitFor();
  await page.getByRole('button', { name: '技術記録（英語）' }).waitFor();

  await page.keyboard.press('n');
  await page.locator('form input[type=file]').setInputFiles(FILE);
  await page.locator('main section[data-pane=pages] img').first().waitFor();
  await page.getByRole('radio', { name: '日時指定' }).press('Space');
  await page.getByLabel('この時刻以降').fill('2031-04-05T08:30');
  // The form scrolls, the window does not.
  expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
  await page.getByText('2031年4月5日土曜日 8:30').or(page.getByText('2031年4月5日土曜日 08:30')).waitFor();
});
