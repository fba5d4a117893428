// The tests of the standards notice mistakes: each mutant must make its test file fail.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const CONFIG = join(import.meta.dirname, 'vitest.config.ts');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-mutants-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(MUTANTS)('$noticedBy notices when $mistake', async ({ mistake }) => {
  const { failed, output } = await runTests(mistake);
  expect(failed, `the tests passed with a mistake in the code\n${output}`).toBeGreaterThan(0);
});

test('without a mistake the same runner finds nothing', async () => {
  const { failed, output } = await runTests('');
  expect(failed, output).toBe(0);
});

async function runTests(mistake: string): Promise<{ failed: number; output: string }> {
  const resultFile = join(folder, 'result.json');
  await rm(resultFile, { force: true });
  const run = spawn(
    process.execPath,
    [VITEST, 'run', '--config', CONFIG, '--reporter=json', `--outputFile=${resultFile}`],
    { cwd: ROOT, env: { ...process.env, HIKYAKU_MUTANT: mistake }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [output, complaints] = await Promise.all([text(run.stdout), text(run.stderr), once(run, 'exit')]);
  const result = JSON.parse(await readFile(resultFile, 'utf8')) as {
    numFailedTests: number;
    numTotalTests: number;
  };
  // A file that could not be loaded has no tests: then the mutant is wrong, not noticed.
  expect(result.numTotalTests, `${output}\n${complaints}`).toBeGreaterThan(0);
  return { failed: result.numFailedTests, output: `${output}\n${complaints}` };
}
