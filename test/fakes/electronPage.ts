// A Chromium page as Electron's window would show it: the application's scheme answered by main's own handler, the
// built preload really run in the page, and message ports bridged into it.

import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page, Request as PageRequest, Route } from 'playwright-core';
import { chromiumPath } from '../setup/requirements.ts';
import { preloadScript } from './electronPreloadShim.ts';
import type { FromPage, ToPage } from './electronPreloadShim.ts';

/** Chromium knows no `hikyaku:`; the page stands at this origin instead, which no name server can answer. */
const PAGE_ORIGIN = 'https://application.hikyaku.invalid';

export type SchemeHandler = (request: Request) => Response | Promise<Response>;

export interface PageOwner {
  page: Page;
  /** Whether the page may go there; asked for every navigation that the page itself begins. */
  mayNavigate(url: string): boolean;
  windowOpened(url: string): void;
  fromPage(message: FromPage): void;
}

/** One browser with one profile, as one Electron application has. */
export class FakeBrowser {
  readonly #owners = new Map<Page, PageOwner>();
  readonly #expected = new Set<string>();
  readonly #scheme: { prefix: string; handler: SchemeHandler };
  readonly #context: Promise<BrowserContext>;
  #browser: Browser | undefined;

  /** `applicationOrigin` as the application writes it: `hikyaku://app`. */
  constructor(applicationOrigin: string, handler: SchemeHandler, preload: string) {
    this.#scheme = { prefix: applicationOrigin, handler };
    this.#context = this.#launch(preload);
  }

  async openPage(size: { width: number; height: number }): Promise<Page> {
    const page = await (await this.#context).newPage();
    await page.setViewportSize(size);
    return page;
  }

  own(owner: PageOwner): void {
    this.#owners.set(owner.page, owner);
    owner.page.once('close', () => this.#owners.delete(owner.page));
  }

  /** A navigation that the application itself begins: not asked for. */
  async load(page: Page, applicationUrl: string): Promise<void> {
    const url = this.#pageUrl(applicationUrl);
    this.#expected.add(url);
    await page.goto(url);
  }

  async send(page: Page, message: ToPage): Promise<void> {
    await page.evaluate((text) => {
      (window as unknown as { electronShimReceive(text: string): void }).electronShimReceive(text);
    }, JSON.stringify(message));
  }

  async close(): Promise<void> {
    await this.#context.catch(() => undefined);
    await this.#browser?.close();
  }

  /** As the application knows it. */
  applicationUrl(pageUrl: string): string {
    return pageUrl.startsWith(PAGE_ORIGIN)
      ? `${this.#scheme.prefix}${pageUrl.slice(PAGE_ORIGIN.length)}`
      : pageUrl;
  }

  #pageUrl(applicationUrl: string): string {
    if (!applicationUrl.startsWith(this.#scheme.prefix)) {
      throw new Error(`Only ${this.#scheme.prefix} can be shown here, not ${applicationUrl}.`);
    }
    return `${PAGE_ORIGIN}${applicationUrl.slice(this.#scheme.prefix.length)}`;
  }

  async #launch(preload: string): Promise<BrowserContext> {
    this.#browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    const context = await this.#browser.newContext();
    await context.exposeBinding('electronShimSend', ({ page }, text: string) => {
      this.#owners.get(page)?.fromPage(JSON.parse(text) as FromPage);
    });
    await context.addInitScript({ content: preloadScript(await readFile(preload, 'utf8'), PAGE_ORIGIN) });
    await context.route('**/*', (route, request) => this.#answer(route, request));
    context.on('page', (page) => {
      // A popup: the application has been asked when its address was requested, and opens nothing itself.
      void page.opener().then((opener) => (opener === null ? undefined : page.close()));
    });
    return context;
  }

  async #answer(route: Route, request: PageRequest): Promise<void> {
    const url = this.applicationUrl(request.url());
    if (request.isNavigationRequest() && !this.#navigationAllowed(request, url)) {
      await route.abort('aborted').catch(() => undefined);
      return;
    }
    if (!url.startsWith(`${this.#scheme.prefix}/`)) {
      await route.abort('addressunreachable').catch(() => undefined);
      return;
    }
    // The page may be closed at any moment; nobody waits for the answer then.
    const headers = await request.allHeaders().catch(() => undefined);
    if (headers === undefined) return;
    const body = request.postDataBuffer();
    const answer = await this.#scheme.handler(
      new Request(url, {
        method: request.method(),
        headers,
        ...(body === null ? {} : { body: new Uint8Array(body), duplex: 'half' }),
      }),
    );
    await route
      .fulfill({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      })
      .catch(() => undefined);
  }

  #navigationAllowed(request: PageRequest, url: string): boolean {
    if (this.#expected.delete(request.url())) return true;
    const owner = this.#ownerOf(request);
    if (owner !== undefined) return owner.mayNavigate(url);
    // Not a page of ours: somebody opened a window. The only page there is has done it.
    for (const opener of this.#owners.values()) opener.windowOpened(url);
    return false;
  }

  #ownerOf(request: PageRequest): PageOwner | undefined {
    try {
      return this.#owners.get(request.frame().page());
    } catch {
      // The frame of a window's very first request is not there yet.
      return undefined;
    }
  }
}
