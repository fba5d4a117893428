// vitest's global setup of the system project: refuses to begin rather than let half of the tests fail for one cause.

import { installLine, missingRequirements } from '../../scripts/requirements.ts';

export { chromiumPath } from '../../scripts/requirements.ts';

export default function checkRequirements(): void {
  const missing = missingRequirements();
  if (missing.length > 0) throw new Error(`Missing for these tests: ${installLine(missing)}`);
}
