// A test with a stage of its own, which is closed behind it: such tests of one file may run side by side.

import { test } from 'vitest';
import { openStage, type Stage } from './stage.ts';

export const stagedTest = test.extend<{ stage: Stage }>({
  stage: async ({ task }, use) => {
    const stage = openStage();
    try {
      await use(stage);
      if (task.result?.state === 'fail') console.log(`${task.name}\n${stage.logs()}`);
    } finally {
      await stage.close();
    }
  },
});
