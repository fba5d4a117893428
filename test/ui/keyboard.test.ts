// The main job by keyboard alone: send a file to echo, follow it, see it return, read it, delete it, bring it back.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { FILES_PATH } from '../../protocol/api/http.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { SOON, goTo, openContext, openUi, startBrowser, startUiServer, type UiServer } from './uiStage.ts';

let browser: Browser;
let server: UiServer;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  server = await startUiServer();
  context = await openContext(browser);
  ({ page, complaints } = await openUi(context, server));
});
afterEach(async () => {
  expect(complaints).toEqual([]);
  await context.close();
  await server.close();
});

const FILE = { name: 'Figures.txt', mimeType: 'text/plain', buffer: Buffer.from('Third quarter: 4 % up.') };

test('a file goes to echo, is followed page by page, and comes back to be read', async () => {
  await page.keyboard.press('n');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type('ech');
  await page.getByRole('option', { name: /Echo/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /Echo/ }).waitFor();
  // Asked for before the steps to the button: a busy browser would take the key before it has learnt to hand over its file dialog.
  const chooser = page.waitForEvent('filechooser');
  await tabTo('Choose files');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(FILE);
  await page.getByRole('region', { name: 'Pages as they will arrive' }).getByRole('img').first().waitFor();
  await page.keyboard.press('Control+Enter');

  await page.getByRole('heading', { name: 'Figures.txt' }).waitFor();
  const [sent] = server.services.listOutgoing({ folder: 'outbox', limit: 1 }).items;
  const id = sent?.id ?? '';
  expect(sent?.deliveries.map((delivery) => delivery.destination)).toEqual(['echo']);
  server.control.startCall(id);
  await page.getByText('Sending page 1 of 2').first().waitFor();
  server.control.confirmPage(id);
  await page.getByText('1 of 2 pages confirmed').waitFor();
  server.control.confirmPage(id);
  await page.getByText('Delivered: the other office confirmed that it has every page.').waitFor();

  const returned = server.control.beginIncoming('echo', 2, { fromName: 'Echo', subject: 'Figures.txt' });
  server.control.receivePage(returned);
  server.control.receivePage(returned);
  await page.keyboard.press('F6');
  await followRail('Inbox');
  const row = page.getByRole('option', { name: /Figures\.txt/ });
  await row.waitFor();
  await page.keyboard.press('F6');
  await page.keyboard.press('Home');
  await page.locator('[role=option][aria-selected=true]', { hasText: 'Figures.txt' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[data-pane=pages] [role=region]:focus').waitFor();
  await page.locator('[data-pane=pages] [role=region] img').first().waitFor();
  const top = await scrollTop();
  await page.keyboard.press('Space');
  await expect.poll(scrollTop, SOON).toBeGreaterThan(top);
});

test('the chosen fax can be zoomed, turned and reversed by single keys', async () => {
  const image = page.locator('[data-pane=pages] [role=region] img').first();
  // The window has its final layout by the time that a picture stands in it.
  await expect
    .poll(() => image.evaluate((it: HTMLImageElement) => it.complete && it.naturalWidth > 0), SOON)
    .toBe(true);
  const before = await image.boundingBox();
  await page.keyboard.press('+');
  await expect.poll(async () => (await image.boundingBox())?.width, SOON).toBeGreaterThan(before?.width ?? 0);
  await page.keyboard.press('0');
  await expect.poll(async () => (await image.boundingBox())?.width, SOON).toBeCloseTo(before?.width ?? 0, 0);
  await page.keyboard.press('r');
  await expect
    .poll(async () => {
      const box = await image.boundingBox();
      return box !== null && box.width > box.height;
    }, SOON)
    .toBe(true);
  await page.keyboard.press('i');
  await page.locator('[data-inverted=true]').waitFor();
});

test('deleting chooses the next fax, keeps the focus in the list, and can be undone', async () => {
  const list = page.getByRole('listbox', { name: 'Received faxes' });
  const [first, second, third] = server.services.listInbox({ limit: 3 }).items;
  await chosen(first?.subject ?? '').waitFor();
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await chosen(second?.subject ?? '').waitFor();
  await page.keyboard.press('Delete');
  await chosen(third?.subject ?? '').waitFor();
  expect(await list.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(() => server.services.getIncoming(second?.id ?? '')).toThrow('no such document');
  await page.keyboard.press('Control+z');
  await chosen(second?.subject ?? '').waitFor();
  expect(server.services.getIncoming(second?.id ?? '').id).toBe(second?.id);
});

test('J and K walk through the faxes, U marks the open one unread', async () => {
  const items = server.services.listInbox({ limit: 8 }).items;
  await page.getByRole('option', { selected: true }).first().waitFor();
  await page.keyboard.press('j');
  await chosen(items[1]?.subject ?? '').waitFor();
  await page.keyboard.press('j');
  await chosen(items[2]?.subject ?? '').waitFor();
  await page.keyboard.press('k');
  await chosen(items[1]?.subject ?? '').waitFor();
  await expect.poll(() => server.services.getIncoming(items[1]?.id ?? '').read, SOON).toBe(true);
  await page.getByRole('button', { name: 'Mark as unread' }).waitFor();
  await page.keyboard.press('u');
  await expect.poll(() => server.services.getIncoming(items[1]?.id ?? '').read, SOON).toBe(false);
});

test('search narrows the list, Escape takes it back', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type('renewal');
  await expect.poll(() => page.locator('[data-pane=list] [role=option]').count(), SOON).toBeLessThan(8);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('[data-pane=list] [role=option]').count(), SOON).toBeGreaterThan(8);
});

test('Hang up in the status strip cancels only the recipient of that call', async () => {
  await page.getByRole('button', { name: 'Hang up' }).press('Enter');
  await page.getByText('The fax to 山田商会 was cancelled.').waitFor();
  expect(server.services.getOutgoing('out-000001').status).toBe('cancelled');
});

test('unsaved settings hold the window until they are discarded', async () => {
  await goTo(page, 'settings');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Hayashi Trading');
  await followRail('Sent');
  await page.getByRole('alertdialog').waitFor();
  await page.getByRole('button', { name: 'Stay here' }).press('Enter');
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save changes' }).first().press('Enter');
  await page.getByText('The settings were saved.').waitFor();
  expect(server.services.settings().displayName).toBe('Hayashi Trading');
  await followRail('Sent');
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
});

test('changed options make a new draft, and leaving drops it', async () => {
  await page.keyboard.press('n');
  await page.locator('form input[type=file]').setInputFiles(FILE);
  const image = page.getByRole('region', { name: 'Pages as they will arrive' }).getByRole('img').first();
  await image.waitFor();
  // The address of a picture names its draft; its width may change for other reasons.
  const draftShown = async (): Promise<string | undefined> =>
    (await image.getAttribute('src'))?.split('/').at(-2);
  const first = await draftShown();
  await page.getByRole('radio', { name: 'Superfine' }).press('Space');
  await expect.poll(draftShown, SOON).not.toBe(first);
  await followRail('Inbox');
  await expect
    .poll(() => server.control.calls.filter((name) => name === 'removeOutgoing').length, SOON)
    .toBe(2);
});

test('a sent fax is sent again with its very pages, until a file takes their place', async () => {
  await followRail('Sent');
  const article = page.getByRole('article');
  await article.waitFor();
  const title = await article.getByRole('heading', { level: 2 }).textContent();
  const [sent] = server.services.listOutgoing({ folder: 'sent', limit: 1 }).items;
  await article.getByRole('button', { name: 'Send again' }).press('Enter');
  await page.getByText(`Pages of “${title}”`).waitFor();
  await page.getByRole('region', { name: 'Pages as they will arrive' }).getByRole('img').first().waitFor();
  await page.getByText('These pages are made already.').waitFor();
  await expect.poll(() => page.getByRole('radio', { name: 'Superfine' }).isDisabled(), SOON).toBe(true);
  expect(server.control.calls).not.toContain('createDraft');

  await page.locator('form input[type=file]').setInputFiles(FILE);
  await page.getByText(`Pages of “${title}”`).waitFor({ state: 'detached' });
  await page.getByRole('radio', { name: 'Superfine' }).press('Space');
  await page.getByRole('radio', { name: 'Superfine', checked: true }).waitFor();
  await page.getByRole('button', { name: 'Remove Figures.txt' }).press('Enter');
  await page.getByText(`Pages of “${title}”`).waitFor();
  await expect
    .poll(() => server.control.calls.filter((name) => name === 'createDraftFrom').length, SOON)
    .toBe(2);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: title ?? '', level: 2 }).waitFor();
  const [again] = server.services.listOutgoing({ folder: 'outbox', limit: 1 }).items;
  expect(again).toMatchObject({ title, pages: sent?.pages, options: sent?.options });
  expect(again?.deliveries.map((delivery) => delivery.destination)).toEqual(
    sent?.deliveries.map((delivery) => delivery.destination),
  );
});

test('a fax that is sent again keeps its draft when the settings change', async () => {
  await followRail('Sent');
  await page.getByRole('article').getByRole('button', { name: 'Send again' }).press('Enter');
  await page.getByRole('region', { name: 'Pages as they will arrive' }).getByRole('img').first().waitFor();
  const asked = (): number => server.control.calls.filter((name) => name === 'settings').length;
  const before = asked();
  server.services.changeSettings({ paper: 'letter' });
  await expect.poll(asked, SOON).toBeGreaterThan(before);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('article').waitFor();
  expect(server.control.calls.filter((name) => name === 'createDraftFrom')).toHaveLength(1);
});

test('Send while the file is uploading is remembered, said, can be taken back, and done in the end', async () => {
  const upload = Promise.withResolvers<void>();
  await page.route(`**${FILES_PATH}`, async (route) => {
    await upload.promise;
    await route.continue();
  });
  await page.keyboard.press('n');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type('echo,');
  await page.locator('form input[type=file]').setInputFiles(FILE);
  await page.getByRole('button', { name: 'Remove Figures.txt' }).waitFor();
  const status = page.getByRole('status').filter({ hasText: 'Sending as soon as the file is uploaded' });
  await page.keyboard.press('Control+Enter');
  await status.waitFor();
  await page.getByRole('button', { name: 'Do not send yet' }).press('Enter');
  await status.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Send', exact: true }).press('Enter');
  await status.waitFor();
  expect(server.control.calls).not.toContain('send');
  upload.resolve();
  await page.getByRole('heading', { name: 'Figures.txt', level: 2 }).waitFor();
  expect(server.control.calls.filter((name) => name === 'send')).toHaveLength(1);
});

test('Send right after a change of options sends the pages of the new options', async () => {
  await page.keyboard.press('n');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type('echo,');
  await page.locator('form input[type=file]').setInputFiles(FILE);
  await page.getByRole('region', { name: 'Pages as they will arrive' }).getByRole('img').first().waitFor();
  await page.getByRole('radio', { name: 'Superfine' }).press('Space');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Figures.txt', level: 2 }).waitFor();
  const [sent] = server.services.listOutgoing({ folder: 'outbox', limit: 1 }).items;
  expect(sent?.options.resolution).toBe('superfine');
});

test('Send with a file that cannot be faxed sends nothing, and says so', async () => {
  await page.keyboard.press('n');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type('echo,');
  await page
    .locator('form input[type=file]')
    .setInputFiles([
      FILE,
      { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    ]);
  await page.getByText('This kind of file cannot be faxed.').waitFor();
  await page.keyboard.press('Control+Enter');
  await page
    .getByRole('alert')
    .filter({ hasText: 'One file cannot be faxed. Remove it, then send.' })
    .waitFor();
  await page.getByRole('button', { name: 'Remove setup.exe' }).press('Enter');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Figures.txt', level: 2 }).waitFor();
});

test('a file that cannot be faxed says why beside its name', async () => {
  await page.keyboard.press('n');
  await page.locator('form input[type=file]').setInputFiles([
    { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    { name: 'locked.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-') },
  ]);
  await page.getByText('This kind of file cannot be faxed.').waitFor();
  await page.getByText('The file is protected by a password.').waitFor();
});

test('a contact can be added, used, deleted and brought back', async () => {
  await goTo(page, 'contacts');
  await page.getByRole('button', { name: 'Add contact' }).press('Enter');
  await page.locator('[data-pane=document] input[value=""]:focus').waitFor();
  await page.keyboard.type('Quay Bakery');
  await page.getByRole('button', { name: 'Save changes' }).press('Enter');
  await page.getByText('Enter a device id or a fax number.').waitFor();
  await page.getByRole('textbox', { name: 'Device id' }).fill('quay-bakery');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Quay Bakery' }).waitFor();
  await page.getByRole('article').getByRole('button', { name: 'Delete' }).press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).press('Enter');
  await page.getByText('Quay Bakery was deleted.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByRole('heading', { name: 'Quay Bakery' }).waitFor();
});

const chosen = (text: string) =>
  page.locator('[data-pane=list] [role=option][aria-selected=true]', { hasText: text });

function scrollTop(): Promise<number> {
  return page.locator('[data-pane=pages] [role=region]').evaluate((element) => element.scrollTop);
}

async function followRail(name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name }).press('Enter');
}

/** Walks with Tab until the button of this name has the focus. */
async function tabTo(name: string): Promise<void> {
  for (let step = 0; step < 20; step += 1) {
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (focused === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach “${name}”`);
}
