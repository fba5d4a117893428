// The whole program by keyboard alone: the real `hikyaku serve` with its built-in relay, the real window in Chromium.
// A PDF goes to echo, is confirmed, returns, is read and saved.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PAGE_MARGIN_PX } from '../../renderer/viewer/pageGeometry.ts';
import { programCommand } from '../harness/commandLine.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { startProcess } from '../harness/runningProcess.ts';
import { runTool } from '../harness/runTool.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import { SOON, openContext, openUi, startBrowser } from './uiStage.ts';
import { violations } from './violations.ts';

const PAGES = 10;
/** Ten pages are made, sent, confirmed and sent back, while other tests may keep the machine busy. */
const PATIENCE_MS = 60_000;

let stage: Stage;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeEach(async () => {
  stage = openStage();
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
  browser = await startBrowser();
  stage.onClose(() => browser.close());
  context = await openContext(browser);
  context.setDefaultTimeout(PATIENCE_MS);
  ({ page, complaints } = await openUi(context, endpoint));
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(stage.logs());
  await stage.close();
});

test('a PDF goes to echo in superfine, is confirmed, returns, is paged through and saved', async () => {
  // Who is online is known from here on, so that the list of recipients stays as it is.
  await page.getByText('Connected to the built-in test relay').waitFor();
  await page.keyboard.press('n');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type('ech');
  await page.getByRole('option', { name: /echo/i }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.locator('input[role=combobox][aria-activedescendant]').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /echo/i }).waitFor();

  // Asked for before the steps to the button: a busy browser would take the key before it has learnt to hand over its file dialog.
  const chooser = page.waitForEvent('filechooser');
  await tabTo('Choose files');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(fixtureFile('ten-pages.pdf'));
  const preview = page.getByRole('region', { name: 'Pages as they will arrive' });
  const firstPage = preview.getByRole('region').getByRole('img').first();
  await firstPage.waitFor();
  await page.getByText(/^10 pages · /).waitFor();
  const fine = await firstPage.getAttribute('src');

  // The same files make the pages anew in another resolution.
  await tabTo('Fine');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => firstPage.getAttribute('src'), { timeout: PATIENCE_MS }).not.toBe(fine);
  await page.getByText(/^10 pages · /).waitFor();
  await expect.poll(allImagesStand, SOON).toBe(true);
  expect(await violations(page)).toEqual([]);

  // Ten pages can be over between two looks at the progress, which realProgress.test.ts holds still.
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'ten-pages.pdf' }).waitFor();
  await page.getByText('Delivered: the other office confirmed that it has every page.').waitFor();
  await tabTo('Sent');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();
  await page.getByRole('article', { name: 'ten-pages.pdf' }).getByText('204 × 391').waitFor();
  await expect.poll(allImagesStand, SOON).toBe(true);
  expect(await violations(page)).toEqual([]);

  await tabTo(/^Inbox/);
  await page.keyboard.press('Enter');
  const row = page.getByRole('option', { name: /ten-pages\.pdf.*10 pages/s });
  await row.waitFor();
  await page.keyboard.press('F6');
  await page.keyboard.press('Home');
  await page.locator('[role=option][aria-selected=true]', { hasText: 'ten-pages.pdf' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[data-pane=pages] [role=region]:focus').waitFor();
  await expect.poll(allImagesStand, SOON).toBe(true);
  expect(await violations(page)).toEqual([]);
  expect(await pageThrough()).toEqual(Array.from({ length: PAGES }, (_, index) => `Page ${index + 1}`));

  expect(await runTool('pdfinfo', [await save('PDF', 'inbox.pdf')])).toMatch(/^Pages: +10$/m);
  const tiff = await runTool('tiffinfo', [await save('TIFF', 'inbox.tif')]);
  expect(tiff.match(/^=== TIFF directory/gm)).toHaveLength(PAGES);
  expect(tiff.match(/Resolution: 204, 391 pixels\/inch/g)).toHaveLength(PAGES);
  expect(complaints).toEqual([]);
});

/** Walks with Tab until what bears this name has the focus. */
async function tabTo(name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 60; step += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
      return (element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '').trim();
    });
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
    passed.push(focused.slice(0, 30));
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach “${String(name)}”, but ${passed.join(', ')}`);
}

/** Saves the fax that is open, through the menu and by keys, and hands back the file. */
async function save(format: string, name: string): Promise<string> {
  await tabTo('Save as');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: format }).waitFor();
  for (let step = 0; step < 3; step += 1) {
    if (await page.getByRole('menuitem', { name: format }).evaluate((item) => item.matches(':focus'))) break;
    await page.keyboard.press('ArrowDown');
  }
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const file = join(stage.folder, name);
  await (await download).saveAs(file);
  return file;
}

function allImagesStand(): Promise<boolean> {
  return page.evaluate(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
}

/** Reads on with the space bar until the last page is reached; the names of the page pictures that were in sight. */
async function pageThrough(): Promise<string[]> {
  const scroller = page.locator('[data-pane=pages] [role=region]:focus');
  const top = (): Promise<number> => scroller.evaluate((element) => element.scrollTop);
  const names = new Set<string>();
  for (;;) {
    let inSight: string[] = [];
    const look = async (): Promise<number> => {
      inSight = await scroller.evaluate(picturesInSight, PAGE_MARGIN_PX);
      return inSight.length;
    };
    await expect.poll(look, SOON).toBeGreaterThan(0);
    for (const name of inSight) names.add(name);
    const before = await top();
    if (await scroller.evaluate((area) => area.scrollTop + area.clientHeight >= area.scrollHeight - 1)) {
      await page.getByRole('toolbar').getByText('10 of 10', { exact: true }).waitFor();
      return [...names];
    }
    await page.keyboard.press('Space');
    await expect.poll(top, SOON).toBeGreaterThan(before);
  }
}

/** None while a page that belongs here is still missing: rows follow the scrolling a moment later. */
function picturesInSight(scroller: Element, marginPx: number): string[] {
  const area = scroller.getBoundingClientRect();
  const found = [...scroller.querySelectorAll('img')]
    .map((image) => ({ image, box: image.getBoundingClientRect() }))
    .filter(({ box }) => box.bottom > area.top && box.top < area.bottom)
    .toSorted((a, b) => a.box.top - b.box.top);
  let shownTo = area.top;
  for (const { image, box } of found) {
    if (!image.complete || image.naturalWidth === 0 || box.top > shownTo + marginPx + 1) return [];
    shownTo = box.bottom;
  }
  return shownTo < area.bottom - marginPx - 1 ? [] : found.map(({ image }) => image.alt);
}
