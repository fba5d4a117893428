// What most scenarios begin with: our plan and pages, and how tester and machine get to the first page.

import type { FastRate, SessionParameters } from '../parameters.ts';
import type { HostOptions } from './pageHost.ts';
import type { Scenario, TesterStep } from './scenario.ts';
import type { Capabilities } from '../parameters.ts';
import { testPages } from './testPages.ts';
import type { TestPage } from './testPages.ts';
import { testPlan } from './testPlans.ts';
import type { PlanOptions } from './testPlans.ts';
import { V17_14400, dcs, dis, hear, hearTcf, identity, say, sayTcf, frame } from './testerWords.ts';

interface Extras {
  plan?: PlanOptions;
  host?: Partial<HostOptions>;
  /** Pages that must be stored in the end as they were sent. */
  stores?: readonly TestPage[];
}

/** Our answerer, called by a tester. */
export function answering(
  name: string,
  steps: readonly (TesterStep | readonly TesterStep[])[],
  extras: Extras = {},
): Scenario {
  return {
    name,
    machine: 'answerer',
    plan: testPlan(extras.plan),
    host: { pages: [], ...extras.host },
    steps: steps.flat(),
    ...(extras.stores === undefined ? {} : { stores: extras.stores }),
  };
}

/** Our caller, with a document of pages (default one), answered by a tester. */
export function callingWith(
  name: string,
  steps: readonly (TesterStep | readonly TesterStep[])[],
  extras: Extras & { pages?: readonly TestPage[] } = {},
): Scenario {
  const pages = extras.pages ?? testPages(1);
  return {
    name,
    machine: 'caller',
    plan: testPlan({ documents: pages.length === 0 ? [] : [pages], ...extras.plan }),
    host: { pages, ...extras.host },
    steps: steps.flat(),
    ...(extras.stores === undefined ? {} : { stores: extras.stores }),
  };
}

/** The answerer says who it is, the tester how it sends, the training is good. */
export function upToPage(changes: Partial<SessionParameters> = {}): TesterStep[] {
  const rate = changes.rate ?? V17_14400;
  return [
    hear(['CSI', 'DIS'], [0, 500]),
    say(identity('TSI', '+49 30 123', true), dcs(changes)),
    sayTcf(rate),
    hear(['CFR']),
  ];
}

/** The tester says what it can, our caller how it sends; the tester accepts the training. */
export function upToOurPage(changes: Partial<Capabilities> = {}, rate: FastRate = V17_14400): TesterStep[] {
  return [
    say(identity('CSI', '+49 30 123'), dis(changes)),
    hear(['TSI', 'DCS']),
    hearTcf(rate),
    say(frame('CFR')),
  ];
}
