// Unit tests stand beside the code; whole-system scenarios live in test/ and run after them, one at a time.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{protocol,fax,native-bridge,gateway,relay,renderer,electron,scripts}/**/*.test.{ts,tsx}',
          ],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          globalSetup: ['test/setup/requirements.ts'],
        },
      },
    ],
  },
});
