// The one window: a sandboxed page on `hikyaku://app/`, closed and opened again while the gateway goes on.

import { BrowserWindow, nativeTheme, shell } from 'electron';
import type { MessagePortMain } from 'electron';
import { API_PORT_CHANNEL } from './apiPortChannel.ts';
import { APPLICATION_ORIGIN } from './applicationScheme.ts';
import { denyNavigation } from './windowPolicy.ts';

interface MainWindowOptions {
  preload: string;
  developerTools: boolean;
  /** A new API port, or `undefined` while the gateway is not there. */
  openApiPort(onClose: () => void): MessagePortMain | undefined;
}

/** Between a port's end and the next one, so that a gateway that refuses every port is not asked without pause. */
const RECONNECT_MS = 200;
/** A page that crashes this often, within this time, is left closed. */
const MOST_RELOADS = 3;
const RELOADS_WITHIN_MS = 60_000;

export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | undefined;
  #pageLoaded = false;
  #connection: symbol | undefined;
  #reloads: number[] = [];

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  /** Opens the window, or brings the open one to the front. */
  show(): void {
    if (this.#window === undefined) {
      this.#open();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  /** Gives the page a port into the gateway as soon as both are there; a new one when that is closed. */
  connect(): void {
    if (this.#window === undefined || !this.#pageLoaded) return;
    const connection = Symbol('connection');
    const port = this.#options.openApiPort(() => {
      // The port of a page that is gone, or was loaded anew, is closed late and concerns nobody.
      setTimeout(() => {
        if (this.#connection === connection) this.connect();
      }, RECONNECT_MS);
    });
    if (port === undefined) return;
    this.#connection = connection;
    this.#window.webContents.postMessage(API_PORT_CHANNEL, null, [port]);
  }

  #open(): void {
    const window = new BrowserWindow({
      title: 'Hikyaku',
      width: 1180,
      height: 800,
      minWidth: 480,
      minHeight: 400,
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
      autoHideMenuBar: true,
      webPreferences: {
        preload: this.#options.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        // Its dictionaries would be fetched from the internet.
        spellcheck: false,
        devTools: this.#options.developerTools,
      },
    });
    this.#window = window;
    this.#pageLoaded = false;
    const contents = window.webContents;
    denyNavigation(contents, shell);
    // A download is a navigation that is never done, and leaves the page as it is.
    contents.on('did-navigate', () => {
      this.#pageLoaded = false;
    });
    contents.on('did-finish-load', () => {
      this.#pageLoaded = true;
      this.connect();
    });
    contents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') this.#reloadAfterCrash(reason);
    });
    window.once('ready-to-show', () => window.show());
    window.once('closed', () => {
      this.#window = undefined;
      this.#pageLoaded = false;
    });
    window.loadURL(`${APPLICATION_ORIGIN}/`).catch((error: unknown) => {
      // Closed before it had loaded.
      if (!window.isDestroyed()) console.error('The window did not load its page.', error);
    });
  }

  #reloadAfterCrash(reason: string): void {
    const now = Date.now();
    this.#reloads = [...this.#reloads.filter((at) => at > now - RELOADS_WITHIN_MS), now];
    console.error(`The window's page ended: ${reason}.`);
    if (this.#reloads.length <= MOST_RELOADS) this.#window?.webContents.reload();
    else this.#window?.destroy();
  }
}
