// The chaos scenario's figures for a person.

import type { ChaosReport } from './chaosRun.ts';

/** A few lines of text. */
export function chaosTable(report: ChaosReport): string {
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  return [
    `delivered ${report.delivered} (${report.pages} pages), shown as not delivered ${report.notDelivered.length}`,
    ...report.notDelivered.map(({ title, code }) => `  ${title}: ${code}`),
    `faults in ${seconds(report.faultsMs)}, ${report.openAfterFaults} documents open then, settled in ${seconds(report.settleMs)}`,
    `attempts: ${Object.entries(report.attempts)
      .map(([code, howMany]) => `${code} ${howMany}`)
      .join(', ')}`,
    ...Object.entries(report.tally).map(
      ([kind, { done, inTheMiddle }]) => `  ${kind}: ${done}, in the middle of something ${inTheMiddle}`,
    ),
    ...report.violations.map((violation) => `VIOLATION ${violation}`),
  ].join('\n');
}
