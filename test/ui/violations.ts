// What axe finds wrong with the page that is open, in short: the rule and where.

import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** `within`: only this part is looked at. */
export async function violations(page: Page, within = 'html'): Promise<string[]> {
  // Evaluated by the debugger, the source needs no leave of the content policy.
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify(within)}, { resultTypes: ["violations"] })`,
  );
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}
