// A typed stand-in for the `electron` module: enough of it to run the real main process and the real preload, with
// Chromium pages for windows and Node child processes for utility processes. `electronFake` is the tests' handle.

import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { FakeBrowser } from './electronPage.ts';
import type { SchemeHandler } from './electronPage.ts';
import { FakeMessageChannelMain } from './electronPorts.ts';
import { FakeUtilityProcess } from './electronUtilityProcess.ts';
import { FakeBrowserWindow } from './electronWindow.ts';

interface FakeState {
  schemes: Electron.CustomScheme[];
  handlers: Map<string, SchemeHandler>;
  paths: Map<string, string>;
  openedOutside: string[];
  errorBoxes: { title: string; content: string }[];
  menu: Electron.MenuItemConstructorOptions[];
  sandboxed: boolean;
  exitCode: number | undefined;
  permissionRequest: Parameters<Electron.Session['setPermissionRequestHandler']>[0];
  permissionCheck: Parameters<Electron.Session['setPermissionCheckHandler']>[0];
  devicePermission: Parameters<Electron.Session['setDevicePermissionHandler']>[0];
}

const state: FakeState = {
  schemes: [],
  handlers: new Map(),
  paths: new Map(),
  openedOutside: [],
  errorBoxes: [],
  menu: [],
  sandboxed: false,
  exitCode: undefined,
  permissionRequest: null,
  permissionCheck: null,
  devicePermission: null,
};

let browser: FakeBrowser | undefined;
let markReady: (() => void) | undefined;
const whenReady = new Promise<void>((resolve) => {
  markReady = resolve;
});
let markEnded: ((exitCode: number) => void) | undefined;
const ended = new Promise<number>((resolve) => {
  markEnded = resolve;
});

/** What tests see and do beside the application's own calls. */
export const electronFake = {
  state,
  windows: FakeBrowserWindow.open,
  processes: FakeUtilityProcess.forked,
  /** Resolves with the exit code once the application has quit. */
  ended,
  /** Modules that are forked instead of others, by path. */
  replacedModules: FakeUtilityProcess.replacedModules,
  /** Begins the application's life; `preload` is the built file. */
  ready(preload: string): void {
    FakeBrowserWindow.browser = () => (browser ??= openBrowser(preload));
    markReady?.();
  },
  /** A second start of the application on the same data. */
  secondInstance(): void {
    app.emit('second-instance', {}, [], '', undefined);
  },
  /** Closes a window as a person does; the last one closed is told to the application. */
  async closeWindow(window: FakeBrowserWindow): Promise<void> {
    await window.close();
    if (FakeBrowserWindow.open.length === 0) app.emit('window-all-closed');
  },
  /** Ends whatever is left of the application, however the test went. */
  async dispose(): Promise<void> {
    for (const process of FakeUtilityProcess.forked) {
      process.removeAllListeners();
      process.end();
      await process.exited;
    }
    await browser?.close();
  },
};

function openBrowser(preload: string): FakeBrowser {
  const [[scheme, handler] = []] = state.handlers;
  if (scheme === undefined || handler === undefined) throw new Error('No scheme is served.');
  return new FakeBrowser(`${scheme}://app`, handler, preload);
}

async function endApplication(exitCode: number): Promise<void> {
  if (state.exitCode !== undefined) return;
  state.exitCode = exitCode;
  for (const window of FakeBrowserWindow.open.toReversed()) await window.destroy();
  app.emit('will-quit', {});
  app.emit('quit', {}, exitCode);
  markEnded?.(exitCode);
}

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  enableSandbox: () => {
    state.sandboxed = true;
  },
  getPath: (name) => {
    const path = state.paths.get(name);
    if (path === undefined) throw new Error(`The fake knows no path "${name}".`);
    return path;
  },
  setPath: (name, path) => {
    state.paths.set(name, path);
  },
  requestSingleInstanceLock: () => true,
  whenReady: () => whenReady,
  quit: () => {
    let prevented = false;
    app.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) void endApplication(0);
  },
  exit: (exitCode = 0) => {
    void endApplication(exitCode);
  },
} satisfies Partial<Electron.App>);

export const protocol = {
  registerSchemesAsPrivileged: (schemes) => {
    state.schemes.push(...schemes);
  },
  handle: (scheme, handler) => {
    if (!state.schemes.some((known) => known.scheme === scheme)) {
      throw new Error(`The scheme "${scheme}" was not registered before Electron was ready.`);
    }
    state.handlers.set(scheme, handler);
  },
} satisfies Partial<Electron.Protocol>;

const defaultSession = {
  setPermissionRequestHandler: (handler) => {
    state.permissionRequest = handler;
  },
  setPermissionCheckHandler: (handler) => {
    state.permissionCheck = handler;
  },
  setDevicePermissionHandler: (handler) => {
    state.devicePermission = handler;
  },
} satisfies Partial<Electron.Session>;
export const session = { defaultSession };

export const dialog = {
  showErrorBox: (title, content) => {
    state.errorBoxes.push({ title, content });
  },
} satisfies Partial<Electron.Dialog>;

export const shell = {
  openExternal: (url) => {
    state.openedOutside.push(url);
    return Promise.resolve();
  },
} satisfies Partial<Electron.Shell>;

export const nativeTheme = { shouldUseDarkColors: false } satisfies Partial<Electron.NativeTheme>;

export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (menu: Electron.MenuItemConstructorOptions[]) => {
    state.menu = menu;
  },
};

export const utilityProcess = {
  fork: (modulePath: string, moduleArguments: string[] = [], options?: Electron.ForkOptions) =>
    new FakeUtilityProcess(modulePath, moduleArguments, options),
};

export { FakeBrowserWindow as BrowserWindow, FakeMessageChannelMain as MessageChannelMain };
