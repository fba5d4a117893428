// The built user interface in a real Chromium over the fake gateway: served as in life, closed in order.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { startApiServer } from '../../gateway/api/apiServer.ts';
import { createFakeGateway, type FakeGateway, type FakeGatewayOptions } from '../fakes/gatewayServices.ts';
import { chromiumPath } from '../setup/requirements.ts';

const UI_FOLDER = join(import.meta.dirname, '../../build/renderer');
/** How long a change may take to show on a busy machine; for `expect.poll`. */
export const SOON = { timeout: 20_000 };
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const quietLog = { info: () => {}, warn: () => {}, error: () => {} };

export interface UiServer extends FakeGateway {
  origin: string;
  key: string;
  close(): Promise<void>;
}

export interface UiLook {
  language: 'en' | 'ja';
  theme: 'light' | 'dark';
  width: number;
  height: number;
}

/** `listen` names a port when the same address shall come back after a stop. */
export async function startUiServer(
  options: FakeGatewayOptions & { listen?: string; key?: string } = {},
): Promise<UiServer> {
  if (!existsSync(join(UI_FOLDER, 'index.html')))
    throw new Error('The user interface is not built. Run: npm run build');
  const gateway = createFakeGateway(options);
  const key = options.key ?? randomBytes(24).toString('base64url');
  const server = await startApiServer({
    ...gateway,
    listen: options.listen ?? '127.0.0.1:0',
    key,
    staticFolder: UI_FOLDER,
    log: quietLog,
  });
  return { ...gateway, origin: server.origin, key, close: () => server.close() };
}

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS });
}

/** A window of its own with chosen language and theme; the welcome counts as seen unless `welcome`. */
export async function openContext(
  browser: Browser,
  look: Partial<UiLook> & { welcome?: boolean } = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
    locale: look.language === 'ja' ? 'ja-JP' : 'en-GB',
    colorScheme: look.theme ?? 'light',
    reducedMotion: 'reduce',
  });
  if (look.welcome !== true)
    await context.addInitScript(() => localStorage.setItem('hikyaku.welcomeSeen', 'yes'));
  return context;
}

export interface OpenPage {
  page: Page;
  /** What the page has complained of: errors, and warnings of the content policy. */
  complaints: string[];
}

/** Opens the UI by its sign-in link and waits for its rail. */
export async function openUi(
  context: BrowserContext,
  server: Pick<UiServer, 'origin' | 'key'>,
): Promise<OpenPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // What could not be loaded is named by the place of the message only, not by its words.
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  await page.goto(`${server.origin}/#key=${server.key}`);
  await page.getByRole('navigation').waitFor();
  return { page, complaints };
}

/** Goes to a screen by its address and waits until it stands. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => (location.hash = `#/${to}`), path);
  await page.locator(`main[data-screen="${path.split('/')[0] ?? ''}"] h1`).waitFor({ state: 'attached' });
  if (['inbox', 'outbox', 'sent', 'failed', 'contacts', 'lines/calls', 'lines/machines'].includes(path))
    await page.locator('[data-pane=list] [role=option][aria-selected=true]').waitFor();
}

/** By keyboard, to a screen of the rail. */
export async function followRail(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Folders' }).getByRole('link', { name }).press('Enter');
}

/** By keyboard, to a part of the screen. */
export async function followPart(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Parts of this screen' })
    .getByRole('link', { name })
    .press('Enter');
}
