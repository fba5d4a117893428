// Import rules over the whole tree, and the proof of each rule: its deliberate violation must be refused,
// by dependency-cruiser (test/fixtures/import-rules) and by the compiler (test/fixtures/type-borders).

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import { IMPORT_RULES } from './importRules.ts';
import { checkTypeBorders } from './checkTypeBorders.ts';
import { repositoryRoot } from './repositoryRoot.ts';
import { acceptUsingDeclarations } from './swcUsingDeclarations.ts';

const FIXTURES = join(repositoryRoot, 'test/fixtures/import-rules');
const ROOT_FOLDERS = [
  'protocol',
  'fax',
  'native-bridge',
  'gateway',
  'relay',
  'renderer',
  'electron',
  'scripts',
  'test',
];

acceptUsingDeclarations();
const problems = [...(await checkTree()), ...(await proveRules()), ...(await checkTypeBorders())];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

async function checkTree(): Promise<string[]> {
  const { summary, modules } = await cruiseFolder(repositoryRoot, ROOT_FOLDERS);
  const cruised = modules.filter((module) => ROOT_FOLDERS.some((folder) => module.source.startsWith(folder)));
  // Without a parser for TypeScript it cruises nothing and calls that "no violations".
  if (cruised.length === 0) return ['Import rules: no module was read at all; is @swc/core installed?'];
  const imports = modules.reduce((sum, module) => sum + module.dependencies.length, 0);
  if (imports === 0) return ['Import rules: no import was seen in any module.'];
  console.log(`Import rules: ${cruised.length} modules, ${imports} imports.`);
  return summary.violations.map(
    (violation) =>
      `${violation.from} → ${violation.to}: ${violation.rule.name} (${ruleComment(violation.rule.name)})`,
  );
}

async function proveRules(): Promise<string[]> {
  const fixtures = new Set(await readdir(FIXTURES));
  const missing = IMPORT_RULES.filter((rule) => !fixtures.has(rule.name)).map(
    (rule) => `Import rule ${rule.name} has no violation in test/fixtures/import-rules to prove it.`,
  );
  const unproven: string[] = [];
  for (const fixture of fixtures) {
    const { summary } = await cruiseFolder(join(FIXTURES, fixture), ['.']);
    const broken = new Set(summary.violations.map((violation) => violation.rule.name));
    if (!broken.has(fixture)) unproven.push(`The violation in import-rules/${fixture} was not noticed.`);
  }
  console.log(
    `Import rules: ${fixtures.size - unproven.length} of ${IMPORT_RULES.length} proven by a violation.`,
  );
  return [...missing, ...unproven];
}

async function cruiseFolder(baseDir: string, folders: string[]): Promise<ICruiseResult> {
  const isFixture = baseDir !== repositoryRoot;
  const { output } = await cruise(folders, {
    baseDir,
    parser: 'swc',
    tsPreCompilationDeps: true,
    validate: true,
    ruleSet: { forbidden: [...IMPORT_RULES] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: isFixture ? [] : ['^test/fixtures/', '^build/'] },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
    outputType: 'json',
  });
  if (typeof output !== 'string') return output;
  return JSON.parse(output) as ICruiseResult;
}

function ruleComment(name: string): string {
  return IMPORT_RULES.find((rule) => rule.name === name)?.comment ?? '';
}
