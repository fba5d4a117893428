// Signing in from a browser, losing the gateway and finding it again, long lists, both languages.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../renderer/language/en.ts';
import { SOON, goTo, openContext, openUi, startBrowser, startUiServer } from './uiStage.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test('the key leaves the address, and the browser stays signed in', async () => {
  const server = await startUiServer();
  const context = await openContext(browser);
  try {
    const { page } = await openUi(context, server);
    expect(page.url()).not.toContain(server.key);
    const second = await context.newPage();
    await second.goto(server.origin);
    await second.getByRole('option').first().waitFor();
  } finally {
    await context.close();
    await server.close();
  }
});

test('a browser with a wrong key is told where to find the right link', async () => {
  const server = await startUiServer();
  const context = await openContext(browser);
  try {
    const page = await context.newPage();
    await page.goto(`${server.origin}/#key=wrong`);
    await page.getByText('Open that link here, once.').waitFor();
  } finally {
    await context.close();
    await server.close();
  }
});

test('a lost gateway is told, found again by itself, and what was missed is shown', async () => {
  const first = await startUiServer();
  const context = await openContext(browser);
  const { page } = await openUi(context, first);
  await page.getByRole('option').first().waitFor();
  await first.close();
  await page.getByText('The gateway cannot be reached.').waitFor();
  const second = await startUiServer({
    listen: new URL(first.origin).host,
    key: first.key,
    incomingDocuments: 3,
  });
  try {
    await page.getByText('The gateway cannot be reached.').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('[data-pane=list] [role=option]').count(), SOON).toBe(3);
  } finally {
    await context.close();
    await second.close();
  }
});

test('a hundred thousand faxes need no more rows than the window shows', async () => {
  const server = await startUiServer({ incomingDocuments: 100_000 });
  const context = await openContext(browser);
  try {
    const { page } = await openUi(context, server);
    const rows = page.locator('[data-pane=list] [role=option]');
    await rows.first().waitFor();
    const list = page.getByRole('listbox', { name: 'Received faxes' });
    await list.focus();
    for (let step = 0; step < 6; step += 1) {
      await page.keyboard.press('End');
      await page.waitForFunction(
        (wanted) => document.querySelectorAll(`[aria-posinset="${wanted}"]`).length > 0,
        (step + 1) * 100,
      );
      await expect
        .poll(() => server.control.calls.filter((name) => name === 'listInbox').length, SOON)
        .toBeGreaterThan(step);
      await page.waitForFunction(
        (height) => (document.querySelector('[role=listbox] > div')?.clientHeight ?? 0) > height,
        (step + 1) * 100 * 76,
      );
    }
    expect(await rows.count()).toBeLessThan(60);
  } finally {
    await context.close();
    await server.close();
  }
});

test.each(['en', 'ja'] as const)('every screen speaks %s and no message is missing', async (language) => {
  const server = await startUiServer();
  const context = await openContext(browser, { language });
  try {
    const { page, complaints } = await openUi(context, server);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    for (const path of ['inbox', 'outbox', 'sent', 'failed', 'contacts', 'settings', 'new']) {
      await goTo(page, path);
      expect(await rawMessageIds(page), path).toEqual([]);
    }
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
    await server.close();
  }
});

/** A text that was never translated shows as its id, such as `inbox.title`, or with its ICU braces. */
async function rawMessageIds(page: Page): Promise<string[]> {
  const text = await page.evaluate(() => {
    const attributes = [...document.querySelectorAll('[aria-label], [placeholder], [title]')].flatMap(
      (element) => [
        element.getAttribute('aria-label') ?? '',
        element.getAttribute('placeholder') ?? '',
        element.getAttribute('title') ?? '',
      ],
    );
    return [document.body.innerText, ...attributes].join('\n');
  });
  return [
    ...Object.keys(en).filter((id) => id.includes('.') && text.includes(id)),
    ...(text.match(/\{\w+\}/g) ?? []),
  ];
}
