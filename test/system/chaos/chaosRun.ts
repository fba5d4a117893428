// The chaos scenario: documents both ways at once while connections are cut and processes are killed. One code for
// the test and for the benchmark that prints its figures.

import { seededRandom } from '../../harness/seededRandom.ts';
import type { Stage } from '../../harness/stage.ts';
import { doFault, emptyTally, type FaultTally } from './chaosFaults.ts';
import { planChaos, type ChaosSize, type PlannedDocument } from './chaosPlan.ts';
import { handOver } from './chaosSending.ts';
import { checkConfirmedPages, judge, type Verdict } from './chaosVerdict.ts';
import { buildChaosWorld, type ChaosWorld } from './chaosWorld.ts';

export interface ChaosReport extends Verdict {
  tally: FaultTally;
  /** Documents still under way when the last fault was done. */
  openAfterFaults: number;
  faultsMs: number;
  settleMs: number;
}

const SETTLE_TIMEOUT_MS = 240_000;

/** Runs it to the end and judges it. The seed decides documents, faults and their order. */
export async function runChaos(stage: Stage, size: ChaosSize, seed: number): Promise<ChaosReport> {
  const random = seededRandom(seed);
  const plan = planChaos(size, random);
  const world = await buildChaosWorld(stage, size.offices);
  const tally = emptyTally();

  const begun = performance.now();
  const handedOver: Promise<void>[] = [];
  const handOverUpTo = (howMany: number): PlannedDocument | undefined => {
    for (const document of plan.documents.slice(handedOver.length, howMany)) {
      const promise = handOver(document, officeOf(world, document.from));
      promise.catch(() => undefined); // Awaited below; a failure must not end the process before.
      handedOver.push(promise);
    }
    return plan.documents[handedOver.length - 1];
  };
  // Documents are spread over the faults, so that there is something to disturb at each.
  for (const [index, fault] of plan.faults.entries()) {
    const latest = handOverUpTo(Math.ceil(((index + 1) / plan.faults.length) * size.documents));
    const office = latest === undefined ? world.offices[0] : officeOf(world, latest.from);
    if (office !== undefined) await doFault(fault, world, office, random, tally);
  }
  await world.allBack();
  await Promise.all(handedOver);
  const faultsDone = performance.now();
  const openAfterFaults = await countOpen(world);
  await settle(world);
  await checkConfirmedPages(world, 'at the end');
  const settled = performance.now();
  return {
    ...(await judge(world, plan.documents)),
    tally,
    openAfterFaults,
    faultsMs: faultsDone - begun,
    settleMs: settled - faultsDone,
  };
}

/** Waits until no office has anything in its outbox. */
async function settle(world: ChaosWorld): Promise<void> {
  const deadline = performance.now() + SETTLE_TIMEOUT_MS;
  for (const { gateway } of world.offices) {
    await gateway.untilStatus(
      'its outbox is empty',
      (status) => status.counts.outboxActive === 0,
      Math.max(1_000, deadline - performance.now()),
    );
  }
}

async function countOpen(world: ChaosWorld): Promise<number> {
  const statuses = await Promise.all(world.offices.map(({ gateway }) => gateway.api().status.query()));
  return statuses.reduce((sum, status) => sum + status.counts.outboxActive, 0);
}

function officeOf(world: ChaosWorld, deviceId: string) {
  const office = world.offices.find((candidate) => candidate.deviceId === deviceId);
  if (office === undefined) throw new Error(`no office ${deviceId}`);
  return office;
}
