// What the chaos scenario does, and in which order: chosen by the seed alone.

import type { SeededRandom } from '../../harness/seededRandom.ts';

export interface ChaosSize {
  offices: number;
  documents: number;
  cuts: number;
  /** Of relay, a sender, a receiver, an imaging host: each so many. */
  killsPerRole: number;
}

/** As the product must stand it. */
export const FULL_CHAOS: ChaosSize = { offices: 10, documents: 200, cuts: 100, killsPerRole: 30 };

export type FaultKind = 'cut' | 'halfClose' | 'killRelay' | 'killSender' | 'killReceiver' | 'killImagingHost';

export interface PlannedFault {
  kind: FaultKind;
  /** From the moment something is under way to the fault. */
  delayMs: number;
}

export interface PlannedDocument {
  title: string;
  from: string;
  to: string;
  lines: number;
}

export interface ChaosPlan {
  faults: PlannedFault[];
  documents: PlannedDocument[];
}

/** Bytes per second that the network carries on one connection: slow enough for faults to fall into calls. */
export const DEFAULT_DOCUMENT_RATE = 100_000;

const LINES_PER_PAGE = 60;

/** A relay that dies, dies again as soon as it is back: gateways must neither give up nor stay away for long. */
const RELAY_DEATHS_IN_A_ROW = 3;

export function planChaos(size: ChaosSize, random: SeededRandom): ChaosPlan {
  const halfCloses = Math.floor(size.cuts / 5);
  const times = (howMany: number, kind: FaultKind) => Array.from({ length: howMany }, () => [kind]);
  const relayDeaths: FaultKind[][] = [];
  for (let left = size.killsPerRole; left > 0; left -= RELAY_DEATHS_IN_A_ROW) {
    relayDeaths.push(times(Math.min(left, RELAY_DEATHS_IN_A_ROW), 'killRelay').flat());
  }
  const kinds = random.shuffled([
    ...times(size.cuts - halfCloses, 'cut'),
    ...times(halfCloses, 'halfClose'),
    ...times(size.killsPerRole, 'killSender'),
    ...times(size.killsPerRole, 'killReceiver'),
    ...times(size.killsPerRole, 'killImagingHost'),
    ...relayDeaths,
  ]);
  const names = Array.from({ length: size.offices }, (_, number) => `office-${number}`);
  return {
    faults: kinds.flat().map((kind) => ({ kind, delayMs: random.integer(0, 600) })),
    documents: Array.from({ length: size.documents }, (_, number) => {
      const from = random.pick(names);
      const to = random.pick(names.filter((name) => name !== from));
      const lines = random.integer(3, 3 * LINES_PER_PAGE);
      return { title: `fax ${number} from ${from} to ${to}`, from, to, lines };
    }),
  };
}

/** A text file that no other document has. */
export function textOf(document: PlannedDocument): string {
  const line = (number: number) =>
    `${number}: ${document.title}, ${'·'.repeat(number % 40)} 飛脚 ${number ** 2}`;
  return Array.from({ length: document.lines }, (_, number) => line(number)).join('\n');
}
