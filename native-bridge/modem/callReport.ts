// The last word on a call, made fit for the gateway whatever came out of the driver.

import { callReportSchema } from '../../protocol/modem.ts';
import type { CallReport } from '../../protocol/modem.ts';
import type { Outcome } from '../../protocol/outcome.ts';

type Direction = CallReport['direction'];

/** Of a call that did not come about, or whose driver cannot say any more how it went. */
export function bareReport(outcome: Outcome, direction: Direction, pagesSent = 0): CallReport {
  return {
    outcome,
    direction,
    connectedMs: 0,
    pagesSent,
    pagesReceived: 0,
    complete: false,
    trouble: { trainingFailedAt: [], repeats: 0 },
  };
}

/** `pagesConfirmed`: told before; a confirmation is never taken back. */
export function fittingReport(report: CallReport, pagesConfirmed: number): CallReport {
  const { trouble } = report;
  const wanted = {
    ...report,
    pagesSent: Math.max(report.pagesSent, pagesConfirmed),
    connectedMs: Math.max(0, Math.round(report.connectedMs)),
    trouble: { ...trouble, trainingFailedAt: trouble.trainingFailedAt.slice(-20) },
  };
  const checked = callReportSchema.safeParse(wanted);
  if (checked.success) return checked.data;
  // What is not needed is left out rather than the whole report.
  const wrong = new Set(checked.error.issues.map(({ path }) => path[0]));
  const kept = Object.fromEntries(Object.entries(wanted).filter(([key]) => !wrong.has(key)));
  const bare = bareReport(report.outcome, report.direction, pagesConfirmed);
  const mended = callReportSchema.safeParse({ ...bare, ...kept });
  return mended.success ? mended.data : bare;
}
