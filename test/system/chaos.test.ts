// Ten offices, two hundred documents, a hundred cuts, a hundred and twenty kills: nothing lost, nothing doubled.

import { afterEach, beforeEach, expect, onTestFailed, test } from 'vitest';
import { chooseSeed } from '../harness/seededRandom.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import { FULL_CHAOS } from './chaos/chaosPlan.ts';
import { chaosTable } from './chaos/chaosTable.ts';
import { runChaos } from './chaos/chaosRun.ts';

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(() => stage.close());

test(
  'every document arrives exactly once, or is shown as not delivered, whatever is cut and whoever dies',
  { timeout: 15 * 60_000 },
  async () => {
    const seed = chooseSeed();
    console.log(`chaos: HIKYAKU_SEED=${seed}`);
    onTestFailed(() => console.log(stage.logs()));
    const report = await runChaos(stage, FULL_CHAOS, seed);
    console.log(chaosTable(report));
    expect(report.violations).toEqual([]);
    expect(report.delivered + report.notDelivered.length).toBe(FULL_CHAOS.documents);
    // Only an imaging host killed twice at one file may cost that file; no cut and no other death costs a document.
    const causes = new Set(report.notDelivered.map(({ code }) => code));
    expect([...causes].filter((code) => code !== 'IMAGING_CRASHED')).toEqual([]);
    expect(report.notDelivered.length).toBeLessThanOrEqual(FULL_CHAOS.killsPerRole / 3);
    expect(report.tally.cut.done + report.tally.halfClose.done).toBe(FULL_CHAOS.cuts);
    for (const kind of ['killRelay', 'killSender', 'killReceiver', 'killImagingHost'] as const) {
      expect(report.tally[kind].done, kind).toBe(FULL_CHAOS.killsPerRole);
      // A fault that never meets anything proves nothing.
      expect(report.tally[kind].inTheMiddle, kind).toBeGreaterThan(FULL_CHAOS.killsPerRole / 6);
    }
  },
);
