// Which rates two machines share, and in which order a sender falls back through them.

import type { LineProfile, StationLimits } from '../machine.ts';
import { RATES } from '../parameters.ts';
import type { Capabilities, FastRate } from '../parameters.ts';

/** What both can do and the line profile does not forbid, fastest first. Empty when there is no common carrier. */
export function commonRates(
  limits: Pick<StationLimits, 'sendRates'>,
  remote: Pick<Capabilities, 'rates'>,
  profile: RateProfile,
): readonly FastRate[] {
  return RATES.filter(
    (rate) =>
      includesRate(limits.sendRates, rate) && includesRate(remote.rates, rate) && isAllowed(rate, profile),
  );
}

/** The next step of the fall-back, or null below the last one. */
export function slowerRate(rates: readonly FastRate[], current: FastRate): FastRate | null {
  const position = rates.findIndex((rate) => isSameRate(rate, current));
  return rates[position + 1] ?? null;
}

/**
 * What this station offers in its DIS. Bits 11–14 name sets of modulations, not rates: V.27ter 2400 alone, V.27ter,
 * V.29, V.29 and V.27ter, or all with V.17. So a limit of 12,000 bit/s leaves V.17 in, one of 9600 takes it out, and a
 * set that no code names becomes the largest one within it.
 */
export function offeredRates(receiveRates: readonly FastRate[], profile: RateProfile): readonly FastRate[] {
  const maxBps = profile.maxRateBps ?? Infinity;
  const can = (modulation: FastRate['modulation'], leastBps: number): boolean =>
    maxBps >= leastBps &&
    !profile.avoidModulations.includes(modulation) &&
    RATES.every((rate) => rate.modulation !== modulation || includesRate(receiveRates, rate));
  const v27ter = can('V.27ter', 4800);
  const v29 = can('V.29', 7200);
  const v17 = v27ter && v29 && can('V.17', 12_000);
  const modulations = new Set<FastRate['modulation']>();
  if (v17) modulations.add('V.17');
  if (v29) modulations.add('V.29');
  if (v27ter) modulations.add('V.27ter');
  if (modulations.size > 0) return RATES.filter((rate) => modulations.has(rate.modulation));
  return RATES.filter((rate) => rate.rateBps === 2400 && includesRate(receiveRates, rate));
}

export function isSameRate(one: FastRate, other: FastRate): boolean {
  return one.modulation === other.modulation && one.rateBps === other.rateBps;
}

type RateProfile = Pick<LineProfile, 'avoidModulations' | 'maxRateBps'>;

function includesRate(rates: readonly FastRate[], wanted: FastRate): boolean {
  return rates.some((rate) => isSameRate(rate, wanted));
}

function isAllowed(rate: FastRate, profile: RateProfile): boolean {
  return (
    !profile.avoidModulations.includes(rate.modulation) && rate.rateBps <= (profile.maxRateBps ?? Infinity)
  );
}
