// The real main process and the real preload, on the stand-in for Electron, with an in-memory gateway behind them.

import { afterEach, expect, test, vi } from 'vitest';
import { runShell } from './runningShell.ts';
import type { RunningShell, ShellOptions } from './runningShell.ts';

const KEY = 'the-key-that-no-page-may-see';

let shell: RunningShell | undefined;

afterEach(async () => {
  await shell?.dispose();
  shell = undefined;
});

async function openShell(options: Partial<ShellOptions> = {}): Promise<RunningShell> {
  shell = await runShell({ gateway: 'inMemory', ...options });
  return shell;
}

test('the window is a sandboxed page without Node, opened once it can be shown', async () => {
  const { electron, openWindow } = await openShell();
  const { window: opened, page } = await openWindow();

  expect(electron.state.sandboxed).toBe(true);
  expect(opened.options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
  });
  expect(opened.options.show).toBe(false);
  expect(opened.visible).toBe(true);
  expect(electron.state.schemes).toEqual([
    expect.objectContaining({
      scheme: 'hikyaku',
      privileges: expect.objectContaining({ standard: true, secure: true }),
    }),
  ]);
  expect(
    await page.evaluate(() => [typeof Reflect.get(window, 'require'), Reflect.get(window, 'hikyakuShell')]),
  ).toEqual(['undefined', { platform: process.platform }]);
});

test('the page speaks with the gateway over a port and never sees its key', async () => {
  const { openWindow } = await openShell();
  const { page } = await openWindow();

  await page.getByText('Inbox').first().waitFor();
  expect((await page.pageErrors()).map(String)).toEqual([]);
  expect((await page.consoleMessages()).map((message) => message.text())).toEqual([]);
  const image = await page.evaluate(async () => {
    const answer = await fetch('/pages/incoming/unknown/0.png');
    return { status: answer.status, policy: answer.headers.get('content-security-policy') };
  });
  // 404 and not 401: main has added the key.
  expect(image.status).toBe(404);
  expect(image.policy).toContain("default-src 'none'");
  expect(await page.content()).not.toContain(KEY);
  expect(
    await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie])),
  ).not.toContain(KEY);
});

test('the page cannot run scripts that did not come with it', async () => {
  const { openWindow } = await openShell();
  const { page } = await openWindow();

  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.intruder = true';
    document.body.append(script);
    return Reflect.get(window, 'intruder') === true;
  });
  expect(ran).toBe(false);
});

test('the page goes nowhere: foreign addresses are refused, and https links open in the system’s browser', async () => {
  const { electron, openWindow } = await openShell();
  const { window: opened, page } = await openWindow();
  const before = new URL(page.url());

  await page.evaluate(() => location.assign('https://elsewhere.example/page'));
  await vi.waitUntil(() => opened.webContents.refusedNavigations.length === 1);
  await page.evaluate(() => location.assign('http://elsewhere.example/plain'));
  await vi.waitUntil(() => opened.webContents.refusedNavigations.length === 2);
  await page.evaluate(() => void window.open('https://help.example/'));
  await vi.waitUntil(() => electron.state.openedOutside.length === 2);

  expect(new URL(page.url()).origin).toBe(before.origin);
  expect(electron.state.openedOutside).toEqual(['https://elsewhere.example/page', 'https://help.example/']);
  expect(electron.windows).toHaveLength(1);
});

test('whatever a page asks permission for is denied', async () => {
  const { electron, openWindow } = await openShell();
  await openWindow();

  const answers: boolean[] = [];
  const contents = {} as Electron.WebContents;
  const details = {} as Electron.PermissionRequest;
  electron.state.permissionRequest?.(contents, 'media', (answer) => answers.push(answer), details);
  electron.state.permissionRequest?.(contents, 'notifications', (answer) => answers.push(answer), details);
  expect(answers).toEqual([false, false]);
  expect(electron.state.permissionCheck?.(null, 'serial', 'hikyaku://app', { isMainFrame: true })).toBe(
    false,
  );
  expect(electron.state.devicePermission?.({ deviceType: 'serial', origin: 'hikyaku://app' } as never)).toBe(
    false,
  );
});

test('the gateway lives on when the window is closed, and a new window finds it', async () => {
  const { electron, openWindow } = await openShell();
  const first = await openWindow();
  await first.page.getByText('Inbox').first().waitFor();
  const [gateway] = electron.processes;

  await electron.closeWindow(first.window);
  expect(electron.windows).toHaveLength(0);
  expect(electron.state.exitCode).toBeUndefined();
  expect(gateway?.pid).toBeTypeOf('number');

  electron.secondInstance();
  const second = await openWindow();
  await second.page.getByText('Inbox').first().waitFor();
  expect(electron.processes).toEqual([gateway]);
});

test('a gateway that crashes is started again, and the page gets a new port', async () => {
  const { electron, openWindow } = await openShell();
  const { page } = await openWindow();
  await page.getByText('Inbox').first().waitFor();
  await page.evaluate(() => {
    const ports: number[] = [];
    Reflect.set(window, 'newPorts', ports);
    window.addEventListener('message', (event: MessageEvent<{ type?: string }>) => {
      if (event.data.type === 'hikyaku:api-port') ports.push(event.ports.length);
    });
  });

  electron.processes[0]?.end();
  await vi.waitUntil(() => electron.processes.length === 2, { timeout: 60_000 });
  await page.waitForFunction(() => (Reflect.get(window, 'newPorts') as number[]).length > 0);
  expect(await page.evaluate(() => Reflect.get(window, 'newPorts') as number[])).toEqual([1]);
});

test('quitting ends the gateway in order', async () => {
  const { electron, openWindow } = await openShell();
  await openWindow();
  await vi.waitUntil(() => electron.processes.length === 1, { timeout: 60_000 });

  const { app } = await import('../fakes/electron.ts');
  app.quit();
  expect(await electron.ended).toBe(0);
  expect(await electron.processes[0]?.exited).toBe(0);
  expect(electron.windows).toHaveLength(0);
});

test('a gateway that cannot start is told in words, once', async () => {
  const { electron } = await openShell({ dataFolderName: 'in-use' });

  expect(await electron.ended).toBe(1);
  expect(electron.state.errorBoxes).toEqual([
    { title: 'Hikyaku cannot start', content: 'Another gateway uses this folder.' },
  ]);
  expect(electron.processes).toHaveLength(1);
});
