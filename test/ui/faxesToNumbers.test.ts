// Faxes to numbers by keyboard alone: a new number is confirmed before a fax goes there; damaged faxes are marked; calls,
// known machines and what is kept to be fetched.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  SOON,
  followPart,
  followRail,
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

const FILE = { name: 'Figures.txt', mimeType: 'text/plain', buffer: Buffer.from('Third quarter: 4 % up.') };
const dialog = () => page.getByRole('dialog');
const strip = () => page.getByRole('contentinfo', { name: 'Status' });

beforeEach(async () => {
  server = await startUiServer({ telephone: true });
  context = await openContext(browser);
  ({ page, complaints } = await openUi(context, server));
  // The window chooses the first fax by itself; only then may a test go elsewhere.
  await page.getByRole('option', { selected: true }).first().waitFor();
});

test('a fax on its way shows phase, page, speed and coding, and after it the story of each call', async () => {
  await page.evaluate(() => (location.hash = '#/outbox/out-tel-1'));
  const article = page.getByRole('article', { name: 'Catalogue autumn 2026.pdf' });
  await article.getByText('14,400 bit/s (V.17)').waitFor();
  await article.getByText('62 % of this page').waitFor();
  server.control.progress('call-out-tel-1-d1', { phase: 'training', pagePercent: 0 });
  await article.getByText('Testing the line').first().waitFor();

  await page.evaluate(() => (location.hash = '#/sent/out-tel-3'));
  const sent = page.getByRole('article', { name: '契約書 第三版' });
  await sent.getByText('by machine +81 78 555 0111').waitFor();
  await sent.getByRole('button', { name: '2 attempts' }).press('Enter');
  await sent.getByText('Nobody answered.').waitFor();
  await sent.getByRole('button', { name: 'Story of the call: 2' }).press('Enter');
  const steps = dialog().getByRole('list', { name: 'What happened, in order' });
  await steps.getByText('田中法律事務所 was called over “Front desk”.').waitFor();
  await steps.getByText('The other machine confirmed 4 pages.').waitFor();
  await dialog().getByRole('button', { name: 'Technical record' }).press('Enter');
  const story = dialog().getByRole('region', { name: 'Technical record' });
  await story.getByText('Dialling 0785550111.').waitFor();
  await story.getByText('00:00.0').waitFor();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await dialog().getByRole('button', { name: 'Copy' }).press('Enter');
  await page.getByText('The story of the call was copied.').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^00:00\.0 {2}Dialling 0785550111\.\n/,
  );
});

test('a new number is typed once more before a fax goes there; a known one is not', async () => {
  await page.keyboard.press('n');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type('＋８１ ７８ ５５５ ０１１１');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /田中法律事務所/ }).waitFor();
  await page.locator('form input[type=file]').setInputFiles(FILE);
  await page.getByRole('region', { name: 'Pages as they will arrive' }).getByRole('img').first().waitFor();
  await page.getByRole('combobox').focus();
  await page.keyboard.type('03-5555-0100');
  await page.keyboard.press('Enter');
  const again = page.getByRole('textbox', { name: '0355550100 is new: type it once more' });
  await again.waitFor();
  await expect.poll(() => again.evaluate((input) => input === document.activeElement), SOON).toBe(true);
  await page.keyboard.press('Control+Enter');
  await page.getByText('Type the new number once more, then send.').waitFor();
  await again.fill('03-5555-0110');
  await page.keyboard.press('Enter');
  await page.getByText('The two numbers differ.').waitFor();
  expect(server.control.calls).not.toContain('send');
  await again.fill('03 5555 0100');
  await page.keyboard.press('Enter');
  await again.waitFor({ state: 'detached' });
  await page.getByText('on the telephone for 2 calls').waitFor();
  await page.getByRole('radio', { name: 'In cheap hours' }).press('Space');
  await page.getByText('To telephone numbers between 22:00 and 06:00').waitFor();
  await page.getByRole('button', { name: 'More options' }).press('Enter');
  await page.getByRole('textbox', { name: 'Subaddress' }).fill('12#');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Figures.txt', level: 2 }).waitFor();
  const [sent] = server.services.listOutgoing({ folder: 'outbox', limit: 1 }).items;
  expect(sent?.deliveries.map(({ destination }) => destination)).toEqual([
    'tel:+81785550111',
    'tel:0355550100',
  ]);
  expect(sent?.sending).toEqual({ priority: 'normal', cheapHours: true, subaddress: '12#' });
});

test('a number in its national form is the contact, the machine and the call of its international one', async () => {
  server.services.changeTelephoneSettings({ country: 'jp' });
  await page.reload();
  await page.getByRole('navigation').waitFor();
  await page.keyboard.press('n');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type('０７８－５５５－０１１１');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /田中法律事務所/ }).waitFor();
  expect(await page.getByText('type it once more').count()).toBe(0);
  await page.keyboard.type('+81 78 555 0111');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('combobox').inputValue(), SOON).toBe('');
  expect(await page.getByRole('row').count()).toBe(1);
  await page.getByRole('button', { name: /田中法律事務所/ }).press('Delete');
  await page.evaluate(() => (location.hash = '#/lines/calls'));
  await page
    .getByRole('option', { name: /田中法律事務所/ })
    .first()
    .waitFor();
  await page.getByRole('searchbox').fill('078-555-01');
  await expect
    .poll(() => page.getByRole('option').allTextContents(), SOON)
    .toEqual([expect.stringContaining('田中法律事務所'), expect.stringContaining('田中法律事務所')]);
});

test('a contact with device and number offers both, the device first', async () => {
  await page.keyboard.press('n');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type('京都');
  const options = page.getByRole('option');
  await expect
    .poll(() => options.allTextContents(), SOON)
    .toEqual([expect.stringContaining('kyoto-office'), expect.stringContaining('+81755550190')]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: '京都支店' }).getByText('Telephone').waitFor({ state: 'attached' });
});

test('a damaged fax is marked in the list, at its page and in the details, and is answered by telephone', async () => {
  await page.evaluate(() => (location.hash = '#/inbox/in-tel-1'));
  await page
    .getByRole('option', { name: /大阪物流センター/ })
    .getByText('13 damaged lines')
    .waitFor();
  const details = page.getByRole('complementary', { name: 'Details' });
  await details.getByText('Page 2: 12 damaged lines').waitFor();
  await details.getByText('9,600 bit/s (V.29)').waitFor();
  await page.getByRole('listbox', { name: 'Small pages' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('toolbar').getByText('12 damaged lines').waitFor();
  await details.getByRole('button', { name: 'Story of the call' }).press('Enter');
  await dialog().getByText('大阪物流センター called, and “受注専用” answered.').waitFor();
  await dialog().getByRole('button', { name: 'Technical record' }).press('Enter');
  await dialog().getByText('Answering after 2 rings.').waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Reply' }).press('Enter');
  await page
    .getByRole('row', { name: /大阪物流センター/ })
    .getByText('Telephone')
    .waitFor({ state: 'attached' });
});

test('a fax that broke off is told incomplete, and one without a number cannot be answered', async () => {
  await page.evaluate(() => (location.hash = '#/inbox/in-tel-2'));
  const details = page.getByRole('complementary', { name: 'Details' });
  await details.getByText('Incomplete', { exact: true }).waitFor();
  await details.getByText('Page 2: Perhaps incomplete · 1 damaged line').waitFor();
  await page.getByRole('listbox', { name: 'Small pages' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('toolbar').getByText('Perhaps incomplete').waitFor();
  await page.getByRole('img', { name: 'Page 2: Perhaps incomplete' }).waitFor();
  await page.getByRole('option', { name: /Unknown caller/ }).waitFor();
  expect(await page.getByRole('button', { name: 'Reply' }).count()).toBe(0);
});

test('calls are listed with what became of them, and lead to their fax', async () => {
  await followRail(page, 'Lines');
  await followPart(page, 'Calls');
  await page.getByRole('option', { selected: true }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const article = page.getByRole('article', { name: 'Call with 大阪物流センター' });
  await article.getByText('training failed at 14,400 (V.17) · 1 repetition').waitFor();
  await article.getByRole('button', { name: 'Show the fax' }).press('Enter');
  await page.getByRole('option', { name: /大阪物流センター/, selected: true }).waitFor();
});

test('of ten thousand calls only those in sight are fetched and drawn', async () => {
  const [sample] = server.services.listCalls({ limit: 1 }).items;
  if (sample === undefined) throw new Error('The fake has no call.');
  const asked: number[] = [];
  server.services.listCalls = ({ limit, cursor }) => {
    const from = Number(cursor ?? 0);
    asked.push(from);
    const items = Array.from({ length: limit }, (_, index) => ({ ...sample, id: `many-${from + index}` }));
    return { items, ...(from + limit < 10_000 ? { nextCursor: String(from + limit) } : {}) };
  };
  await followRail(page, 'Lines');
  await followPart(page, 'Calls');
  await page.getByRole('option').first().waitFor();
  const list = page.getByRole('listbox', { name: 'Telephone calls' });
  const [shown, within] = await list.evaluate((element) => [element.clientHeight, innerHeight]);
  expect(shown).toBeLessThan(within ?? 0);
  expect(await page.getByRole('option').count()).toBeLessThan(60);
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect.poll(() => Math.max(...asked), SOON).toBe(100);
  expect(await page.getByRole('option').count()).toBeLessThan(60);
});

test('a known machine tells what it can do, is changed, and forgotten', async () => {
  await followRail(page, 'Lines');
  await followPart(page, 'Machines');
  await page.getByRole('option', { name: /大阪物流センター/ }).click();
  const article = page.getByRole('article', { name: '大阪物流センター' });
  await article.getByText('up to 9,600 bit/s (V.27ter, V.29)').waitFor();
  await article.getByRole('switch', { name: 'Avoid V.17' }).press('Space');
  await article.getByRole('button', { name: 'Save changes' }).press('Enter');
  await page.getByText('What is known of +81655500177 was saved.').waitFor();
  expect(server.services.getRemote('+81655500177').avoidModulations).toEqual([]);
  await article.getByRole('button', { name: 'Forget what was learned' }).press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Forget what was learned' }).press('Enter');
  await page.getByText('What was known of +81655500177 is forgotten.').waitFor();
  expect(() => server.services.getRemote('+81655500177')).toThrow('Nothing is known');
});

test('a document is kept to be fetched and taken away, and a fax is fetched', async () => {
  await followRail(page, 'Lines');
  await followPart(page, 'Fetching');
  await page.getByRole('button', { name: 'Keep a document' }).press('Enter');
  await dialog()
    .getByRole('button', { name: /Document/ })
    .press('Enter');
  await page.getByRole('option', { name: /Price list winter/ }).press('Enter');
  await dialog().getByRole('textbox', { name: 'Password' }).fill('4711');
  await page.keyboard.press('Enter');
  await page.getByText('“Price list winter.pdf” is kept to be fetched.').waitFor();
  await page.getByText('8 pages · Not fetched yet · with password').waitFor();
  await page.getByRole('button', { name: 'Take “Price list winter.pdf” away' }).press('Enter');
  await page.getByText('No document is kept to be fetched.').waitFor();

  await page.getByRole('button', { name: 'Call and fetch' }).press('Enter');
  await page.getByText('Enter the number to be called.').waitFor();
  await page.getByRole('textbox', { name: 'Fax number' }).fill('03 5555 0123');
  await page.keyboard.press('Enter');
  await page.getByText('Calling 0355550123. What comes stands in the inbox.').waitFor();
  await strip().getByText('Calling 0355550123').waitFor();
});
