// Every screen and dialog under axe, in both themes.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goTo, openContext, openUi, startBrowser, startUiServer, type UiServer } from './uiStage.ts';
import { violations } from './violations.ts';

let browser: Browser;
let office: UiServer;
let empty: UiServer;
let lines: UiServer;

beforeAll(async () => {
  [browser, office, empty, lines] = await Promise.all([
    startBrowser(),
    startUiServer(),
    startUiServer({ filledWith: 'empty' }),
    startUiServer({ telephone: true }),
  ]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([office.close(), empty.close(), lines.close()]);
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

/** The screens of a gateway with telephone lines. */
const TELEPHONE_SCREENS: typeof SCREENS = [
  ...['lines', 'lines/calls', 'lines/machines', 'lines/polling', 'lines/dialling'].map((path) => ({
    name: path,
    open: async (page: Page) => {
      await goTo(page, path);
      await page
        .locator('[data-pane=list] [role=option][aria-selected=true], main form, main ul li')
        .first()
        .waitFor();
    },
  })),
  {
    name: 'adding a line',
    open: (page) => lineDialog(page, 'Add a line', 'One fax modem was found'),
  },
  {
    name: 'editing a line',
    open: async (page) => {
      await lineDialog(page, 'Edit', 'Rings before it answers');
      await page.getByRole('dialog').getByRole('button', { name: 'Dialling' }).press('Enter');
      await page.getByRole('dialog').getByRole('button', { name: 'Modem' }).press('Enter');
      await page.getByRole('dialog').getByText('Flow control').waitFor();
    },
  },
  {
    name: 'the result of a line test',
    open: async (page) => {
      await goTo(page, 'lines');
      await page
        .getByRole('listitem', { name: 'Back office' })
        .getByRole('button', { name: 'Test' })
        .press('Enter');
      await page.getByRole('dialog').getByRole('textbox').press('Enter');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: 'What was asked and answered' })
        .press('Enter');
      await page.getByRole('dialog').locator('pre').waitFor();
    },
  },
  {
    name: 'a fax on its way by telephone',
    open: (page) => openAt(page, 'outbox/out-tel-1', '62 % of this page'),
  },
  {
    name: 'the story of a call',
    open: async (page) => {
      await openAt(page, 'sent/out-tel-3', 'by machine');
      await page.getByRole('button', { name: '2 attempts' }).press('Enter');
      await openDialog(page, () => page.getByRole('button', { name: 'Story of the call: 2' }).press('Enter'));
      await page.getByRole('button', { name: 'Technical record' }).press('Enter');
      await page.getByText('Both ends hang up.').waitFor();
    },
  },
  {
    name: 'a damaged fax',
    open: (page) => openAt(page, 'inbox/in-tel-1', 'Page 2: 12 damaged lines'),
  },
  {
    name: 'a new number to be confirmed',
    open: async (page) => {
      await goTo(page, 'new');
      await page.getByRole('combobox').fill('03 5555 0100');
      await page.keyboard.press('Enter');
      await page.getByText('0355550100 is new').waitFor();
      await page.getByRole('radio', { name: 'At a time' }).press('Space');
      await page.getByRole('button', { name: 'More options' }).press('Enter');
      await page.getByRole('textbox', { name: 'Subaddress' }).waitFor();
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

  test.each(TELEPHONE_SCREENS)(
    'with telephone lines, $name has no accessibility violations',
    async (screen) => {
      const context = await openContext(browser, { theme });
      try {
        const { page, complaints } = await openUi(context, lines);
        await page.getByRole('option', { selected: true }).first().waitFor();
        await screen.open(page);
        expect(await violations(page)).toEqual([]);
        expect(complaints).toEqual([]);
      } finally {
        await context.close();
      }
    },
  );

  test('the lines of an empty gateway have no accessibility violations', async () => {
    const context = await openContext(browser, { theme });
    try {
      const { page } = await openUi(context, empty);
      await goTo(page, 'lines');
      await page.getByRole('heading', { name: 'No telephone line yet' }).waitFor();
      expect(await violations(page)).toEqual([]);
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

async function openAt(page: Page, path: string, text: string): Promise<void> {
  await page.evaluate((to) => (location.hash = `#/${to}`), path);
  await page.getByText(text).first().waitFor();
}

async function lineDialog(page: Page, button: string, text: string): Promise<void> {
  await goTo(page, 'lines');
  await openDialog(page, () => page.getByRole('button', { name: button }).first().press('Enter'));
  await page.getByRole('dialog').getByText(text).waitFor();
}
