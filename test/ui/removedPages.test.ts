// Pictures of pages that are removed while they are still loading: they are asked for no more, nobody is shown a broken one,
// and those that cannot be called back any more are no error.

import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Folder } from '../../protocol/api/http.ts';
import { ApiError } from '../../protocol/api/types.ts';
import { SOON, goTo, openContext, openUi, startBrowser, startUiServer, type UiServer } from './uiStage.ts';

const FILE = { name: 'Figures.txt', mimeType: 'text/plain', buffer: Buffer.from('Third quarter: 4 % up.') };

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
  await context.close();
  await server.close();
});

test('a draft that another takes the place of takes its pictures with it', async () => {
  const [sent] = server.services.listOutgoing({ folder: 'sent', limit: 1 }).items;
  await goTo(page, `sent/${sent?.id ?? ''}`);
  const held = await holdPictures('outgoing', 'out-new-');
  await page.getByRole('article').getByRole('button', { name: 'Send again' }).click();
  await held.came(3);
  await page.locator('form input[type=file]').setInputFiles(FILE);
  const [first] = held.requests();
  const id = documentOf(first);
  await gone(() => server.services.getOutgoing(id));
  await expectGivenUp(
    held.requests().filter((request) => documentOf(request) === id),
    held.letGo,
  );
});

test('a draft that is left takes its pictures with it', async () => {
  const held = await holdPictures('outgoing', 'out-new-');
  await page.keyboard.press('n');
  await page.locator('form input[type=file]').setInputFiles(FILE);
  await held.came(3);
  const [first] = held.requests();
  await goTo(page, 'contacts');
  await gone(() => server.services.getOutgoing(documentOf(first)));
  await expectGivenUp(held.requests(), held.letGo);
});

test('a received fax that is deleted takes its pictures with it', async () => {
  await page.locator('[data-pane=list] [role=option][aria-selected=true]').waitFor();
  const second = server.services.listInbox({ limit: 2 }).items[1];
  const id = second?.id ?? '';
  const held = await holdPictures('incoming', id);
  await page.keyboard.press('j');
  await held.came(1);
  await page.keyboard.press('Delete');
  await gone(() => server.services.getIncoming(id));
  await expectGivenUp(held.requests(), held.letGo);
});

test('a sent fax that is deleted takes its pictures with it', async () => {
  const [sent] = server.services.listOutgoing({ folder: 'sent', limit: 1 }).items;
  const held = await holdPictures('outgoing', sent?.id ?? '');
  await goTo(page, `sent/${sent?.id ?? ''}`);
  await held.came(2);
  await page.getByRole('article').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await gone(() => server.services.getOutgoing(sent?.id ?? ''));
  await expectGivenUp(held.requests(), held.letGo);
});

test('a sent fax that cannot be deleted goes on loading its pictures', async () => {
  const [sent] = server.services.listOutgoing({ folder: 'sent', limit: 1 }).items;
  const held = await holdPictures('outgoing', sent?.id ?? '');
  await goTo(page, `sent/${sent?.id ?? ''}`);
  await held.came(2);
  await page.getByRole('article').getByRole('button', { name: 'Delete' }).click();
  const question = page.getByRole('alertdialog').getByRole('button', { name: 'Delete' });
  await question.waitFor();
  server.control.failNext(new ApiError('CONFLICT', 'This fax is still being sent. Cancel it first.'));
  await question.click();
  await page.getByRole('status', { name: 'Messages' }).getByRole('button', { name: 'Close' }).waitFor();
  held.letGo();
  await expect
    .poll(
      () =>
        page.evaluate(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)),
      SOON,
    )
    .toBe(true);
});

test('a window too busy to call its pictures back before the draft is removed complains of nothing', async () => {
  // A browser gives up a request some time after it was told to; the removal may well overtake that.
  await page.addInitScript(() => {
    globalThis.WebSocket = class extends WebSocket {
      override send(message: Parameters<WebSocket['send']>[0]): void {
        super.send(message);
        if (typeof message !== 'string' || !message.includes('outgoing.remove')) return;
        const since = performance.now();
        while (performance.now() - since < 500);
      }
    };
  });
  await page.reload();
  const [sent] = server.services.listOutgoing({ folder: 'sent', limit: 1 }).items;
  await goTo(page, `sent/${sent?.id ?? ''}`);
  const letGo = holdFirstPages('out-new-');
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/pages/outgoing/out-new-')) requests.push(request);
  });
  const first = page.waitForRequest('**/pages/outgoing/out-new-*/0.png*');
  await page.getByRole('article').getByRole('button', { name: 'Send again' }).click();
  const id = documentOf(await first);
  await page.locator('form input[type=file]').setInputFiles(FILE);
  await gone(() => server.services.getOutgoing(id));
  letGo();
  const ofRemoved = requests.filter((request) => documentOf(request) === id);
  const answers = await Promise.all(ofRemoved.map((request) => request.response()));
  expect(answers.filter((answer) => answer !== null && !answer.ok())).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a picture that is no longer there is told of in its place', async () => {
  await page.route('**/pages/incoming/*/*.png*', (route) => route.fulfill({ status: 204 }));
  await page.reload();
  await page.getByText('This page could not be shown.').first().waitFor();
  expect(complaints).toEqual([]);
});

/** The gateway looks for the first pages of the documents whose id begins so only when what is returned is called. */
function holdFirstPages(idPrefix: string): () => void {
  const { files } = server;
  const pageImage = files.pageImage.bind(files);
  const gate = Promise.withResolvers<void>();
  files.pageImage = async (folder, documentId, index, options) => {
    if (documentId.startsWith(idPrefix) && index === 0) await gate.promise;
    return pageImage(folder, documentId, index, options);
  };
  return gate.resolve;
}

/** Pictures of the documents whose id begins so stay on their way until they are let go. */
async function holdPictures(
  folder: Folder,
  idPrefix: string,
): Promise<{ requests(): Request[]; came(count: number): Promise<void>; letGo: () => void }> {
  const requests: Request[] = [];
  const gate = Promise.withResolvers<void>();
  await page.route(`**/pages/${folder}/${idPrefix}*/*.png*`, async (route, request) => {
    requests.push(request);
    await gate.promise;
    await route.continue();
  });
  return {
    requests: () => [...requests],
    came: (count) => expect.poll(() => requests.length, SOON).toBeGreaterThanOrEqual(count),
    letGo: gate.resolve,
  };
}

function documentOf(request: Request | undefined): string {
  return new URL(request?.url() ?? '').pathname.split('/').at(-2) ?? '';
}

/** Waits until the gateway no longer has the document. */
async function gone(get: () => unknown): Promise<void> {
  const isGone = (): boolean => {
    try {
      get();
      return false;
    } catch {
      return true;
    }
  };
  await expect.poll(isGone, SOON).toBe(true);
}

/** The window gives each of them up by itself: none is answered once it could be. */
async function expectGivenUp(requests: readonly Request[], letGo: () => void): Promise<void> {
  expect(requests).not.toEqual([]);
  await expect
    .poll(() => requests.map((request) => request.failure()?.errorText), SOON)
    .toEqual(requests.map(() => 'net::ERR_ABORTED'));
  letGo();
  const answers = await Promise.all(requests.map((request) => request.response()));
  expect(answers.map((answer) => answer?.status())).toEqual(requests.map(() => undefined));
  expect(complaints).toEqual([]);
}
