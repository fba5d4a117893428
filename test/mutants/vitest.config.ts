// Runs unit tests of fax/ with one deliberate mistake in the code: the mutant that HIKYAKU_MUTANT names.

import { join, relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { MUTANTS, NO_MISTAKE } from './mutants.ts';

const root = join(import.meta.dirname, '../..');
const mutant = [NO_MISTAKE, ...MUTANTS].find(({ mistake }) => mistake === process.env['HIKYAKU_MUTANT']);
if (mutant === undefined) throw new Error('HIKYAKU_MUTANT names no mutant');

export default defineConfig({
  root,
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform(code, id) {
        if (relative(root, id) !== mutant.file) return null;
        const parts = code.split(mutant.original);
        if (parts.length !== 2)
          throw new Error(`${mutant.file} has “${mutant.original}” ${parts.length - 1} times`);
        return parts.join(mutant.mutated);
      },
    },
  ],
  // A cache of transformed modules would give back the code of another mutant.
  test: { fsModuleCache: false, include: [mutant.noticedBy], bail: 1, testTimeout: 60_000 },
});
