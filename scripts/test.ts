// `npm test`: names what the machine lacks, runs all tests and counts them in one line.
// Arguments go to vitest: `npm test -- relay`, `npm test -- --project unit`.

import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './repositoryRoot.ts';
import { installLine, missingRequirements } from './requirements.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const RESULTS = join(repositoryRoot, 'build/test-results');

process.exitCode = await runTests(process.argv.slice(2));

async function runTests(vitestArguments: readonly string[]): Promise<number> {
  const missing = missingRequirements();
  if (missing.length > 0) {
    for (const { debianPackage, neededFor } of missing) {
      console.error(`Missing: ${debianPackage}, for ${neededFor}.`);
    }
    console.error(`Install with:\n  ${installLine(missing)}`);
    return 1;
  }

  // Unit tests first: when they fail, the scenarios would only say so more slowly and less clearly.
  const chosen = vitestArguments.some((argument) => argument.startsWith('--project'));
  const rounds = chosen ? [[]] : [['--project=unit'], ['--project=system', '--project=alone']];
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const round of rounds) {
    const counts = await runVitest([...round, ...vitestArguments]);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function runVitest(vitestArguments: readonly string[]): Promise<Counts> {
  const resultFile = join(RESULTS, 'results.json');
  await mkdir(RESULTS, { recursive: true });
  await rm(resultFile, { force: true });
  const exitCode = await run(process.execPath, [
    join(repositoryRoot, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultFile}`,
    ...vitestArguments,
  ]);
  const counts = await readCounts(resultFile);
  // A run that broke outside of any test (an unhandled rejection, a file that does not load) has failed too.
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

async function readCounts(resultFile: string): Promise<Counts> {
  const text = await readFile(resultFile, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 0, skipped: 0 };
  const result = JSON.parse(text) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    testResults: { status: string; assertionResults: unknown[] }[];
  };
  const filesNotLoaded = result.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + filesNotLoaded.length,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

/** Resolves with the exit code; an interrupted run counts as failed. */
function run(command: string, commandArguments: readonly string[]): Promise<number> {
  const child = spawn(command, commandArguments, { cwd: repositoryRoot, stdio: 'inherit' });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}
