// Electron's BrowserWindow and WebContents over a Chromium page.

import { EventEmitter } from 'node:events';
import type {
  BrowserWindowConstructorOptions,
  HandlerDetails,
  WebContents,
  WindowOpenHandlerResponse,
} from 'electron';
import type { Page } from 'playwright-core';
import type { FakeBrowser } from './electronPage.ts';
import { PortRelay } from './electronPorts.ts';
import type { FakeMessagePortMain } from './electronPorts.ts';
import type { FromPage, ToPage } from './electronPreloadShim.ts';

type OpenHandler = (details: HandlerDetails) => WindowOpenHandlerResponse;

export class FakeWebContents extends EventEmitter implements Pick<WebContents, 'getURL' | 'reload'> {
  readonly page: Promise<Page>;
  /** Addresses which the page was kept from, in order. */
  readonly refusedNavigations: string[] = [];
  readonly #browser: FakeBrowser;
  readonly #relay: PortRelay;
  #openHandler: OpenHandler | undefined;
  #url = '';
  #lastPort = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(browser: FakeBrowser, size: { width: number; height: number }) {
    super();
    this.#browser = browser;
    this.#relay = new PortRelay((traffic) => this.#send(traffic));
    this.page = browser.openPage(size).then((page) => {
      this.#attach(page);
      return page;
    });
  }

  getURL(): string {
    return this.#url;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  postMessage(channel: string, message: unknown, transfer: FakeMessagePortMain[] = []): void {
    const ports = transfer.map((port) => ({ id: (this.#lastPort += 1), port: port.transfer() }));
    this.#send({ kind: 'ipc', channel, message, ports: ports.map(({ id }) => id) });
    for (const { id, port } of ports) this.#relay.add(id, port);
  }

  reload(): void {
    void this.load(this.#url);
  }

  async load(url: string): Promise<void> {
    const page = await this.page;
    this.#url = url;
    await this.#browser.load(page, url);
  }

  #attach(page: Page): void {
    this.#browser.own({
      page,
      mayNavigate: (url) => this.#mayNavigate(url),
      windowOpened: (url) => this.#windowOpened(url),
      fromPage: (message: FromPage) => this.#relay.receive(message),
    });
    page.on('domcontentloaded', () => {
      // The ports of the page before are closed with it.
      this.#relay.closeAll();
      this.#url = this.#browser.applicationUrl(page.url());
      this.emit('did-navigate', {}, this.#url);
    });
    page.on('load', () => this.emit('did-finish-load'));
    page.on('close', () => this.#relay.closeAll());
  }

  #mayNavigate(url: string): boolean {
    let prevented = false;
    const details = {
      url,
      isMainFrame: true,
      isSameDocument: false,
      preventDefault: () => (prevented = true),
    };
    this.emit('will-frame-navigate', details);
    this.emit('will-navigate', details);
    if (prevented) this.refusedNavigations.push(url);
    return !prevented;
  }

  #windowOpened(url: string): void {
    const answer = this.#openHandler?.({
      url,
      frameName: '',
      features: '',
      disposition: 'foreground-tab',
      referrer: { url: '', policy: 'no-referrer' },
    });
    if (answer?.action !== 'deny') throw new Error(`The application would have opened a window at ${url}.`);
  }

  #send(message: ToPage): void {
    this.#sending = this.#sending.then(async () => {
      const page = await this.page;
      // A page that is closed or just going elsewhere hears nothing any more, as in Electron.
      await this.#browser.send(page, message).catch(() => undefined);
    });
  }
}

export class FakeBrowserWindow extends EventEmitter {
  /** The windows that are open, oldest first. */
  static readonly open: FakeBrowserWindow[] = [];
  static browser: (() => FakeBrowser) | undefined;

  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: FakeWebContents;
  visible: boolean;
  /** Whether the page has finished loading once. */
  loaded = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    if (FakeBrowserWindow.browser === undefined) throw new Error('A window can be opened only when ready.');
    this.options = options;
    this.visible = options.show ?? true;
    this.webContents = new FakeWebContents(FakeBrowserWindow.browser(), {
      width: options.width ?? 800,
      height: options.height ?? 600,
    });
    this.webContents.once('did-finish-load', () => {
      this.loaded = true;
      this.emit('ready-to-show');
    });
    FakeBrowserWindow.open.push(this);
  }

  get page(): Promise<Page> {
    return this.webContents.page;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.load(url);
  }

  show(): void {
    this.visible = true;
  }

  focus(): void {}

  restore(): void {}

  isMinimized(): boolean {
    return false;
  }

  isDestroyed(): boolean {
    return !FakeBrowserWindow.open.includes(this);
  }

  /** As a person closes it: the page may not object here, the application may. */
  async close(): Promise<void> {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (!prevented) await this.destroy();
  }

  async destroy(): Promise<void> {
    const at = FakeBrowserWindow.open.indexOf(this);
    if (at < 0) return;
    FakeBrowserWindow.open.splice(at, 1);
    await (await this.page).close();
    this.emit('closed');
  }
}
