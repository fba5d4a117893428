// What this station says of itself in its DIS, or in the DTC by which it polls.

import type { CallPlan } from '../machine.ts';
import type { Capabilities } from '../parameters.ts';
import { offeredRates } from './rates.ts';

/**
 * `answer`: the DIS of an answerer. `poll`: the DTC of a caller that asks for a document.
 * What the line profile forbids is not offered; MMR is offered only together with ECM, which it needs (T.30 Annex A).
 */
export function ownCapabilities(plan: CallPlan, purpose: 'answer' | 'poll' = 'answer'): Capabilities {
  const { limits, profile } = plan;
  const ecm = limits.capabilities.ecm && !profile.avoidEcm;
  return {
    ...limits.capabilities,
    canReceive: purpose === 'poll' || plan.answer.receives,
    hasDocumentToPoll: purpose === 'answer' && plan.documents.length > 0,
    rates: offeredRates(limits.receiveRates, profile),
    ecm,
    prefers64: ecm && limits.capabilities.prefers64,
    codings: limits.capabilities.codings.filter(
      (coding) => coding === 'MH' || (!profile.avoidCodings.includes(coding) && (coding !== 'MMR' || ecm)),
    ),
  };
}
