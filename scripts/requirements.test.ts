import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { repositoryRoot } from './repositoryRoot.ts';
import { installLine, missingRequirements } from './requirements.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('what is not on the PATH is missing, and one line installs it', () => {
  vi.stubEnv('PATH', '');
  const missing = missingRequirements().map(({ debianPackage }) => debianPackage);
  expect(missing).toEqual(expect.arrayContaining(['chromium', 'libtiff-tools', 'poppler-utils']));
  expect(installLine(missingRequirements())).toContain(` ${missing.join(' ')}`);
});

test('any of a program’s names will do, if it may be run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-path-'));
  vi.stubEnv('PATH', folder);
  const isMissing = () => missingRequirements().some(({ debianPackage }) => debianPackage === 'chromium');
  await writeFile(join(folder, 'google-chrome'), '');
  expect(isMissing()).toBe(true);
  await chmod(join(folder, 'google-chrome'), 0o755);
  expect(isMissing()).toBe(false);
  await rm(folder, { recursive: true });
});

test('the machine of .ci/run installs every package of the table', async () => {
  vi.stubEnv('PATH', '');
  const script = await readFile(join(repositoryRoot, '.ci/run'), 'utf8');
  const installed = /^packages=\((.*)\)$/m.exec(script)?.[1]?.split(' ') ?? [];
  const inSystemFolders = ['iproute2', 'nftables', 'hylafax-server', 'libspandsp-dev'];
  for (const { debianPackage } of missingRequirements()) expect(installed).toContain(debianPackage);
  expect(installed).toEqual(expect.arrayContaining(inSystemFolders));
});
