// Takes the pictures of every screen for docs/screenshots: `node test/ui/screenshots.ts [--origin URL --key KEY] [--out FOLDER]
// [--language en|ja] [--theme light|dark] [--size 1280x800] [--only NAME]`. Without an origin it shows the fake gateway.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { Page } from 'playwright-core';
import { openContext, openUi, startBrowser, startUiServer, type UiLook, type UiServer } from './uiStage.ts';

interface Shot {
  name: string;
  take(page: Page): Promise<void>;
  /** Needs the fake gateway before its first fax. */
  empty?: boolean;
  welcome?: boolean;
}

const SHOTS: readonly Shot[] = [
  { name: 'inbox', take: (page) => openFirst(page, 'inbox', 1) },
  { name: 'new-fax', take: newFax },
  { name: 'outbox', take: (page) => openFirst(page, 'outbox', 0) },
  { name: 'sent', take: (page) => openFirst(page, 'sent', 0) },
  { name: 'failed', take: (page) => openFirst(page, 'failed', 0) },
  { name: 'address-book', take: (page) => openFirst(page, 'contacts', 0) },
  { name: 'lines', take: (page) => go(page, 'lines') },
  { name: 'line-calls', take: (page) => openFirst(page, 'lines/calls', 3) },
  { name: 'line-machines', take: (page) => openFirst(page, 'lines/machines', 1) },
  { name: 'line-fetching', take: (page) => go(page, 'lines/polling') },
  { name: 'line-dialling', take: (page) => go(page, 'lines/dialling') },
  { name: 'line-add', take: (page) => lineDialog(page, /^(Add a line|回線を追加)$/) },
  { name: 'line-edit', take: (page) => lineDialog(page, /^(Edit|編集)$/) },
  { name: 'line-test', take: testLine },
  { name: 'inbox-telephone', take: (page) => openByAddress(page, 'inbox/in-tel-1') },
  { name: 'outbox-telephone', take: (page) => openByAddress(page, 'outbox/out-tel-1') },
  { name: 'sent-telephone', take: attempts },
  { name: 'call-story', take: story },
  { name: 'new-fax-number', take: newNumber },
  { name: 'settings', take: (page) => go(page, 'settings') },
  {
    name: 'relay-details',
    take: async (page) => {
      await go(page, 'inbox');
      await page.locator('footer [data-pane-focus]').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'help',
    take: async (page) => {
      await go(page, 'inbox');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'welcome', empty: true, welcome: true, take: (page) => page.getByRole('dialog').waitFor() },
  { name: 'inbox-empty', empty: true, take: (page) => go(page, 'inbox') },
];

await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      origin: { type: 'string' },
      key: { type: 'string' },
      out: { type: 'string', default: join(import.meta.dirname, '../../docs/screenshots') },
      language: { type: 'string', multiple: true, default: ['en', 'ja'] },
      theme: { type: 'string', multiple: true, default: ['light', 'dark'] },
      size: { type: 'string', multiple: true, default: ['1280x800'] },
      only: { type: 'string', multiple: true },
    },
  });
  await mkdir(values.out, { recursive: true });
  const given = values.origin === undefined ? undefined : { origin: values.origin, key: values.key ?? '' };
  const office = given ?? (await startUiServer({ telephone: true }));
  const empty = given ?? (await startUiServer({ filledWith: 'empty' }));
  const browser = await startBrowser();
  try {
    for (const look of looksOf(values.language, values.theme, values.size)) {
      for (const shot of SHOTS) {
        if (values.only !== undefined && !values.only.includes(shot.name)) continue;
        // A real gateway is shown as it is; what needs an empty one is left out.
        if (given !== undefined && shot.empty === true) continue;
        const file = join(values.out, `${nameOf(shot, look, values.size.length > 1)}.webp`);
        await shoot(browser, shot.empty === true ? empty : office, shot, look, file);
        process.stdout.write(`${file}\n`);
      }
    }
  } finally {
    await browser.close();
    for (const server of [office, empty]) if (isServer(server)) await server.close();
  }
}

async function shoot(
  browser: Awaited<ReturnType<typeof startBrowser>>,
  server: Pick<UiServer, 'origin' | 'key'>,
  shot: Shot,
  look: UiLook,
  file: string,
): Promise<void> {
  const context = await openContext(browser, { ...look, welcome: shot.welcome === true });
  try {
    const { page, complaints } = await openUi(context, server);
    await shot.take(page);
    await allImages(page);
    await painted(page);
    const png = await page.screenshot();
    await sharp(png).webp({ quality: 88 }).toFile(file);
    if (complaints.length > 0) process.stderr.write(`${file}: ${complaints.join(' | ')}\n`);
  } finally {
    await context.close();
  }
}

async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => (location.hash = `#/${to}`), path);
  await page.locator(`main[data-screen="${path.split('/')[0] ?? ''}"] h1`).waitFor({ state: 'attached' });
}

async function openFirst(page: Page, folder: string, index: number): Promise<void> {
  await go(page, folder);
  const rows = page.locator('[data-pane=list] [role=option]');
  await rows.first().waitFor();
  await rows.nth(Math.min(index, (await rows.count()) - 1)).click();
  await page.locator('main article, main aside').first().waitFor({ state: 'attached' });
}

async function newFax(page: Page): Promise<void> {
  await page.keyboard.press('n');
  const to = page.getByRole('combobox');
  await to.fill('echo');
  await page.keyboard.press(',');
  await page.locator('form input[type=file]').setInputFiles({
    name: 'Letter to the board.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('Dear colleagues,\n\nplease find below the figures of the third quarter.\n'),
  });
  await page.locator('main section[data-pane=pages] img').first().waitFor();
}

async function openByAddress(page: Page, path: string): Promise<void> {
  await go(page, path);
  await page.locator('main article, main aside').first().waitFor({ state: 'attached' });
}

async function lineDialog(page: Page, button: RegExp): Promise<void> {
  await go(page, 'lines');
  await page.getByRole('button', { name: button }).first().click();
  await page.getByRole('dialog').waitFor();
  await page.getByRole('dialog').getByRole('textbox').first().waitFor();
}

async function testLine(page: Page): Promise<void> {
  await go(page, 'lines');
  await page
    .getByRole('listitem', { name: 'Back office' })
    .getByRole('button', { name: /^(Test|テスト)$/ })
    .click();
  await page.getByRole('dialog').getByRole('textbox').press('Enter');
  await page.getByRole('dialog').getByRole('heading', { level: 3 }).first().waitFor();
}

async function attempts(page: Page): Promise<void> {
  await openByAddress(page, 'sent/out-tel-3');
  await page.locator('article li button[aria-expanded]').first().click();
  await page.locator('article ol li').first().waitFor();
}

async function story(page: Page): Promise<void> {
  await attempts(page);
  await page.locator('article ol li button').first().click();
  await page.getByRole('dialog').locator('ol li').first().waitFor();
}

async function newNumber(page: Page): Promise<void> {
  await page.keyboard.press('n');
  await page.getByRole('combobox').fill('yamada-shokai');
  await page.keyboard.press(',');
  await page.getByRole('combobox').fill('+81 78 555 0111');
  await page.keyboard.press(',');
  await page.getByRole('combobox').fill('０３－５５５５－０１００');
  await page.keyboard.press(',');
  await page.locator('form input[type=tel]').waitFor();
}

async function allImages(page: Page): Promise<void> {
  if ((await page.locator('[data-pane=pages] [data-pane-focus]').count()) > 0)
    await page.locator('[data-pane=pages] [data-pane-focus] img').first().waitFor();
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
}

function looksOf(languages: string[], themes: string[], sizes: string[]): UiLook[] {
  return languages.flatMap((language) =>
    themes.flatMap((theme) =>
      sizes.map((size): UiLook => {
        const [width, height] = size.split('x').map(Number);
        return {
          language: language === 'ja' ? 'ja' : 'en',
          theme: theme === 'dark' ? 'dark' : 'light',
          width: width ?? 1280,
          height: height ?? 800,
        };
      }),
    ),
  );
}

function nameOf(shot: Shot, look: UiLook, withSize: boolean): string {
  return [shot.name, look.language, look.theme, ...(withSize ? [`${look.width}`] : [])].join('-');
}

function isServer(server: object): server is UiServer {
  return 'close' in server;
}

/** What was last drawn stands on the screen: a picture taken before that lacks letters. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 4; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}
