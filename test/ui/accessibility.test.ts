// Every screen and dialog under axe, in both themes.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goTo, openContext, openUi, startBrowser, startUiServer, type UiServer } from './uiStage.ts';
import { violations } from './violations.ts';

let browser: Browser;
let office: UiServer;
let empty: UiServer;

beforeAll(async () => {
  [browser, office, empty] = await Promise.all([
    startBrowser(),
    startUiServer(),
    startUiServer({ filledWith: 'empty' }),
  ]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([office.close(), empty.close()]);
});

/** `within`: only this part is looked at. While a list of choices is open, everything else is hidden from assistive technology on purpose. */
const SCREENS: readonly { name: string; within?: string; open: (page: Page) => Promise<void> }[] = [
  ...['inbox', 'outbox', 'sent', 'failed', 'contacts', 'settings', 'new'].map((path) => ({
    name: path,
    open: async (page: Page) => {
      await goTo(page, path);
      await page.waitForFunction(() => [...document.images].every((image) => image.complete));
    },
  })),
  {
    name: 'pages of a sent fax',
    open: async (page) => {
      await goTo(page, 'sent');
      await page.getByRole('button', { name: /^Page 1\b/ }).click();
      await page.getByRole('toolbar').waitFor();
    },
  },
  {
    name: 'attempts of a failed fax',
    open: async (page) => {
      await goTo(page, 'failed');
      await page.locator('article li button[aria-expanded]').first().click();
      await page.locator('article ol li').first().waitFor();
    },
  },
  {
    name: 'a fax sent again',
    open: async (page) => {
      await goTo(page, 'sent');
      await page.getByRole('button', { name: 'Send again' }).click();
      await page.getByText('These pages are made already.').waitFor();
      await page.locator('main section[data-pane=pages] img').first().waitFor();
    },
  },
  {
    name: 'new fax with errors',
    open: async (page) => {
      await goTo(page, 'new');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('combobox').fill('Not an id!');
      await page.keyboard.press('Enter');
      await page.getByText('is neither a fax number nor a device id').waitFor();
    },
  },
  {
    name: 'recipient list',
    within: '[role=combobox], [role=listbox]',
    open: async (page) => {
      await goTo(page, 'new');
      await page.getByRole('combobox').fill('o');
      await page.getByRole('option').first().waitFor();
    },
  },
  { name: 'keyboard help', open: (page) => openDialog(page, () => page.keyboard.press('?')) },
  {
    name: 'relay details',
    open: (page) => openDialog(page, () => page.locator('footer [data-pane-focus]').click()),
  },
  {
    name: 'question before deleting',
    open: async (page) => {
      await goTo(page, 'sent');
      await page.getByRole('option', { selected: true }).waitFor();
      await openDialog(page, () => page.keyboard.press('Delete'));
    },
  },
  {
    name: 'save menu',
    open: async (page) => {
      await page.getByRole('button', { name: 'Save as' }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
];

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.each(SCREENS)('$name has no accessibility violations', async ({ open, within }) => {
    const context = await openContext(browser, { theme });
    try {
      const { page, complaints } = await openUi(context, office);
      await page.getByRole('option', { selected: true }).first().waitFor();
      await open(page);
      expect(await violations(page, within)).toEqual([]);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });

  test('the welcome of an empty gateway has no accessibility violations', async () => {
    const context = await openContext(browser, { theme, welcome: true });
    try {
      const { page } = await openUi(context, empty);
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await violations(page)).toEqual([]);
    } finally {
      await context.close();
    }
  });

  test('the sign-in page has no accessibility violations', async () => {
    const context = await openContext(browser, { theme });
    try {
      const page = await context.newPage();
      await page.goto(office.origin);
      await page.getByRole('heading', { name: 'This browser is not signed in' }).waitFor();
      expect(await violations(page)).toEqual([]);
    } finally {
      await context.close();
    }
  });
});

async function openDialog(page: Page, act: () => Promise<void>): Promise<void> {
  await act();
  await page.locator('[role=dialog], [role=alertdialog]').waitFor();
}
