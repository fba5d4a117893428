// Proof that the compiler itself keeps the borders between folders: each file of test/fixtures/type-borders is
// compiled as if it stood in the named folder, and must be refused with the named error.

import { spawn } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { repositoryRoot } from './repositoryRoot.ts';

const FIXTURES = join(repositoryRoot, 'test/fixtures/type-borders');
const PROJECTS = join(repositoryRoot, 'build/type-borders');

/** "File is not listed within the file list of project": the folder is not among the references. */
const NOT_REFERENCED = 'TS6307';
/** "Cannot find name or module 'node:…'; do you need type definitions for node?" */
const NO_NODE = 'TS2591';

/** Expected error per fixture; `lawful` is the counter-check that the method does not refuse everything. */
const CASES: Readonly<Record<string, { folder: string; error: string }>> = {
  rendererImportsGateway: { folder: 'renderer', error: NOT_REFERENCED },
  rendererUsesNode: { folder: 'renderer', error: NO_NODE },
  rendererImportsProtocol: { folder: 'renderer', error: 'lawful' },
  faxUsesNode: { folder: 'fax', error: NO_NODE },
  faxImportsProtocol: { folder: 'fax', error: NOT_REFERENCED },
  protocolImportsGateway: { folder: 'protocol', error: NOT_REFERENCED },
  nativeBridgeImportsGateway: { folder: 'native-bridge', error: NOT_REFERENCED },
  relayImportsGateway: { folder: 'relay', error: NOT_REFERENCED },
};

/** One sentence per border that does not hold. Needs `tsc -b` to have run. */
export async function checkTypeBorders(): Promise<string[]> {
  const files = (await readdir(FIXTURES)).map((file) => basename(file, '.ts'));
  const unknown = files
    .filter((name) => !(name in CASES))
    .map((name) => `type-borders/${name}.ts is not in the table of scripts/checkTypeBorders.ts.`);
  const problems: string[] = [];
  for (const [name, { folder, error }] of Object.entries(CASES)) {
    const codes = await errorCodes(name, folder);
    const expected = error === 'lawful' ? codes.length === 0 : codes.includes(error);
    if (!expected) {
      problems.push(
        `type-borders/${name}.ts compiled in ${folder}/: expected ${error}, got ${codes.join(', ') || 'no error'}.`,
      );
    }
  }
  console.log(
    `Type borders: ${Object.keys(CASES).length - problems.length} of ${Object.keys(CASES).length} hold.`,
  );
  return [...unknown, ...problems];
}

async function errorCodes(name: string, folder: string): Promise<string[]> {
  const projectFile = join(PROJECTS, name, 'tsconfig.json');
  const settings = JSON.parse(await readFile(join(repositoryRoot, folder, 'tsconfig.json'), 'utf8')) as {
    references?: { path: string }[];
  };
  const fromProject = (path: string): string => relative(join(PROJECTS, name), path);
  await mkdir(join(PROJECTS, name), { recursive: true });
  await writeFile(
    projectFile,
    JSON.stringify({
      extends: fromProject(join(repositoryRoot, folder, 'tsconfig.json')),
      compilerOptions: { outDir: 'types', tsBuildInfoFile: 'tsbuildinfo' },
      include: [fromProject(join(FIXTURES, `${name}.ts`))],
      exclude: [],
      references: (settings.references ?? []).map(({ path }) => ({
        path: fromProject(join(repositoryRoot, folder, path)),
      })),
    }),
  );
  const output = await compile(projectFile);
  return [...new Set(output.match(/TS\d+/g))];
}

function compile(projectFile: string): Promise<string> {
  const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc');
  const child = spawn(process.execPath, [compiler, '-p', projectFile, '--pretty', 'false'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  return new Promise((done, failed) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', failed);
    child.on('close', (code) => {
      // Code 1 or 2 with no TS number would be the compiler itself failing.
      if (code !== 0 && !/TS\d+/.test(output)) failed(new Error(`tsc -p ${projectFile}: ${output}`));
      else done(output);
    });
  });
}
