// Unit tests stand beside the code; whole-system scenarios live in test/ and run after them, one at a time.

import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // `npm run coverage`: the standards are proven line by line, without a modem.
    coverage: {
      provider: 'v8',
      include: ['fax/**/*.ts'],
      exclude: ['**/*.test.ts', 'fax/t30/testing/**'],
      reporter: ['text'],
      reportsDirectory: 'build/coverage',
      thresholds: { lines: 95 },
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{protocol,fax,native-bridge,gateway,relay,renderer,electron,scripts}/**/*.test.{ts,tsx}',
          ],
          // Some play thousands of calls; a busy machine that counts lines too takes its time.
          testTimeout: 60_000,
        },
      },
      {
        // The package outside of Electron would try to fetch the binary.
        resolve: {
          alias: [{ find: /^electron$/, replacement: join(import.meta.dirname, 'test/fakes/electron.ts') }],
        },
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/fixtures/**'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          globalSetup: ['test/setup/requirements.ts'],
        },
      },
    ],
  },
});
