// The faults of the chaos scenario: each falls, as far as it can be had, into the middle of what it is to disturb.

import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../harness/processTree.ts';
import type { SeededRandom } from '../../harness/seededRandom.ts';
import type { PlannedFault } from './chaosPlan.ts';
import type { ChaosWorld, Office } from './chaosWorld.ts';
import { checkConfirmedPages } from './chaosVerdict.ts';

/** How often a fault of a kind was done, and how often it met what it was meant for. */
export type FaultTally = Record<PlannedFault['kind'], { done: number; inTheMiddle: number }>;

export function emptyTally(): FaultTally {
  const none = () => ({ done: 0, inTheMiddle: 0 });
  return {
    cut: none(),
    halfClose: none(),
    killRelay: none(),
    killSender: none(),
    killReceiver: none(),
    killImagingHost: none(),
  };
}

/** Does one fault. `preparingAt` is the office that has just been handed a document. */
export async function doFault(
  fault: PlannedFault,
  world: ChaosWorld,
  preparingAt: Office,
  random: SeededRandom,
  tally: FaultTally,
): Promise<void> {
  const entry = tally[fault.kind];
  const count = (inTheMiddle: boolean) => {
    entry.done += 1;
    if (inTheMiddle) entry.inTheMiddle += 1;
  };
  switch (fault.kind) {
    case 'cut':
    case 'halfClose': {
      await delay(fault.delayMs);
      const connection = await pickConnection(world, random);
      count(connection.quietMs() < BUSY_MS);
      if (fault.kind === 'cut') connection.cut();
      else connection.halfClose();
      return;
    }
    case 'killRelay':
      await delay(fault.delayMs);
      count(world.network.connections().some((connection) => connection.quietMs() < BUSY_MS));
      await world.killRelay();
      return;
    case 'killSender':
    case 'killReceiver': {
      const direction = fault.kind === 'killSender' ? 'outgoing' : 'incoming';
      const { office, inCall } = await pickOffice(world, direction, random);
      await delay(fault.delayMs / 4);
      count(inCall);
      await office.killAndRestart(() => checkConfirmedPages(world, `after the death of ${office.deviceId}`));
      return;
    }
    case 'killImagingHost':
      await delay(fault.delayMs / 2);
      await preparingAt.whenUp();
      count(killChild(preparingAt));
      return;
  }
}

/** A connection that carried something so lately is taken to be in the middle of it. */
const BUSY_MS = 150;

/** Mostly one that is busy, as far as there is one. */
async function pickConnection(world: ChaosWorld, random: SeededRandom) {
  const wantBusy = random.next() < 0.8;
  return within(20_000, 'a connection to cut', (hurry) => {
    const all = world.network.connections();
    const busy = all.filter((connection) => connection.quietMs() < BUSY_MS);
    if (wantBusy && busy.length > 0) return random.pick(busy);
    return (wantBusy && !hurry) || all.length === 0 ? undefined : random.pick(all);
  });
}

/** An office with a call in this direction; when there is none for a while, any that is up. */
async function pickOffice(world: ChaosWorld, direction: 'outgoing' | 'incoming', random: SeededRandom) {
  return within(20_000, 'an office to kill', async (hurry) => {
    const up = world.offices.filter((office) => office.up());
    const statuses = await Promise.all(
      up.map(async (office) => ({ office, status: await office.gateway.api().status.query() })),
    );
    const inCall = statuses.filter(({ status }) => status.calls.some((call) => call.direction === direction));
    if (inCall.length > 0) return { office: random.pick(inCall).office, inCall: true };
    return hurry && up.length > 0 ? { office: random.pick(up), inCall: false } : undefined;
  });
}

/** Long enough for connections to come back and a call to begin, short enough for a scenario of minutes. */
const PATIENCE_MS = 3_000;

/** Tries every 20 ms; says `hurry` once it has waited long enough for the best. */
async function within<T>(
  timeoutMs: number,
  what: string,
  find: (hurry: boolean) => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const begun = performance.now();
  while (performance.now() - begun < timeoutMs) {
    const found = await find(performance.now() - begun > PATIENCE_MS);
    if (found !== undefined) return found;
    await delay(20);
  }
  throw new Error(`there was not ${what} for ${timeoutMs} ms`);
}

/** SIGKILL to the imaging host; false when there was none. */
function killChild(office: Office): boolean {
  const hosts = office.gateway.children().filter(isAlive);
  for (const pid of hosts) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It ended by itself in this very moment.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return hosts.length > 0;
}
