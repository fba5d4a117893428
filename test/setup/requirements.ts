// vitest's global setup of the system project: refuses to begin rather than let half of the tests fail for one cause,
// and builds what the tests run, when its sources have changed.

import { buildApplication, RENDERER, SHELL } from '../../scripts/buildApplication.ts';
import { installLine, missingRequirements } from '../../scripts/requirements.ts';

export { chromiumPath } from '../../scripts/requirements.ts';

export default async function prepareSystemTests(): Promise<void> {
  const missing = missingRequirements();
  if (missing.length > 0) throw new Error(`Missing for these tests: ${installLine(missing)}`);
  await buildApplication([RENDERER, SHELL]);
}
