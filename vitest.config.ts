// Unit tests stand beside the code; whole-system scenarios live in test/ and run after them: two files at a time, and
// last, one at a time, those that want the machine for themselves.

import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/**
 * On two cores vitest would run one file at a time. Most scenarios wait most of the time (for signals, for a retry, for
 * processes that start), each on ports, processes and folders of its own, and with limits for machines far slower.
 */
const AT_A_TIME = 2;

const ALONE = [
  // A page in real time beside as much work as the program can do at all: it brings its own load.
  'test/telephone/busyComputer.test.ts',
  // Some 25 processes, of which one or another is always being killed; the faults have to meet something in the middle.
  'test/system/chaos.test.ts',
  // These measure how soon something is noticed or over, with little room.
  'test/modem/serialPort.test.ts',
  'test/virtual-modem/clock.test.ts',
  'test/system/pulledCable.test.ts',
  'test/relaySession/**/*.test.ts',
];

const system = {
  // The package outside of Electron would try to fetch the binary.
  resolve: {
    alias: [{ find: /^electron$/, replacement: join(import.meta.dirname, 'test/fakes/electron.ts') }],
  },
  test: {
    testTimeout: 120_000,
    hookTimeout: 60_000,
    globalSetup: ['test/setup/requirements.ts'],
  },
} satisfies TestProjectInlineConfiguration;

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
          maxWorkers: AT_A_TIME,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...system,
        test: {
          ...system.test,
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/fixtures/**', ...ALONE],
          maxWorkers: AT_A_TIME,
          // In a file, those that are marked `concurrent`: they do little but wait.
          maxConcurrency: 8,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...system,
        test: {
          ...system.test,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
