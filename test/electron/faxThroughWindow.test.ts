// The whole product in its shell: the real gateway with its embedded relay in the utility process, and a person who
// sends a first fax through the window.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readEndpoint } from '../../gateway/cli/endpoint.ts';
import { runShell } from './runningShell.ts';

const DOCUMENT = join(import.meta.dirname, '../fixtures/documents/one-page.pdf');

test('a fax sent through the window comes back from echo, and the gateway outlives the window', async () => {
  const shell = await runShell({ gateway: 'real' });
  onTestFinished(shell.dispose);
  const { electron, openWindow } = shell;
  const first = await openWindow();
  await first.page.getByRole('button', { name: 'Look around first' }).click();

  await first.page.getByRole('button', { name: 'New fax' }).first().click();
  await first.page.locator('input[type=file]').setInputFiles({
    name: 'order.pdf',
    mimeType: 'application/pdf',
    buffer: await readFile(DOCUMENT),
  });
  const recipient = first.page.getByRole('combobox', { name: 'To' });
  await recipient.fill('echo');
  await recipient.press('Enter');
  await first.page.getByText(/1 page · /).waitFor({ timeout: 60_000 });
  // Leaves the field, and with it the list of suggestions.
  await recipient.press('Tab');
  await first.page.getByRole('button', { name: 'Send', exact: true }).click();
  await first.page.getByText('The fax is on its way.').waitFor();

  // A fax stands in Sent only when every page is confirmed; echo sends it back under the same name.
  await first.page.getByRole('link', { name: /^Sent/ }).click();
  await first.page.getByRole('option', { name: /order\.pdf/ }).click({ timeout: 60_000 });
  await first.page.getByText(/by device echo/).waitFor();
  await first.page.getByRole('link', { name: /^Inbox/ }).click();
  await first.page.getByRole('option', { name: /Echo/ }).waitFor({ timeout: 60_000 });

  const [gateway] = electron.processes;
  await electron.closeWindow(first.window);
  const endpoint = await readEndpoint(shell.dataFolder);
  expect(endpoint?.pid).toBe(gateway?.pid);

  // With no window the gateway still answers; a second start opens the window on the same gateway.
  const answer = await fetch(`${endpoint?.origin}/pages/incoming/unknown/0.png`, {
    headers: { Authorization: `Bearer ${endpoint?.key}` },
  });
  expect(answer.status).toBe(404);
  electron.secondInstance();
  const second = await openWindow();
  await second.page.getByRole('option', { name: /Echo/ }).waitFor();
  expect(electron.processes).toHaveLength(1);

  const { app } = await import('../fakes/electron.ts');
  app.quit();
  expect(await electron.ended).toBe(0);
  expect(await gateway?.exited).toBe(0);
  await vi.waitUntil(async () => (await readEndpoint(shell.dataFolder)) === undefined);
});
