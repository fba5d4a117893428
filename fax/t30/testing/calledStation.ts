// For tests: a called station driven by hand, brought to the places of a call where most tests begin.

import { beginAnswering, stepAnswerer } from '../answerer.ts';
import type { AnswererState } from '../answerer.ts';
import { parseFrame } from '../frames/frame.ts';
import { parsePpr } from '../frames/postMessage.ts';
import type { Input } from '../machine.ts';
import type { FastRate } from '../parameters.ts';
import { testPlan } from './testPlans.ts';
import type { PlanOptions } from './testPlans.ts';
import { HandDriver, SENT, START, V17_14400, dcs, frame, hear, page, tcf } from './handDriver.ts';
import type { Script } from './handDriver.ts';

export type CalledStation = HandDriver<AnswererState>;

/** Before it is connected. */
export function calledStation(options: PlanOptions = {}): CalledStation {
  return new HandDriver(beginAnswering(testPlan(options)), stepAnswerer);
}

/** DIS was said and is being answered. */
export function identified(options: PlanOptions = {}): CalledStation {
  const station = calledStation(options);
  station.give(START, SENT);
  return station;
}

/** CFR was sent: the first page is awaited. */
export function trained(options: PlanOptions = {}): CalledStation {
  const station = identified(options);
  station.give(...hear(dcs()), ...tcf(), SENT);
  return station;
}

/** CFR was sent: the first block of a page with error correction is awaited. */
export function trainedWithEcm(
  ecmFrameOctets: 256 | 64 = 256,
  rate: FastRate = V17_14400,
  options: PlanOptions = {},
): CalledStation {
  const station = identified(options);
  station.give(...hear(dcs({ ecmFrameOctets, rate })), ...tcf(), SENT);
  return station;
}

/** The first page, confirmed after MPS; the second is awaited. */
export const FIRST_PAGE: Script = [
  [page(100), ['listen']],
  [hear(frame('MPS')), ['listen', 'store 0']],
  [[stored(0)], ['send MCF']],
  [[SENT], ['begin 1', 'receive page 14400 short']],
];

/** The same in a station that goes on differently. */
export function afterFirstPage(): CalledStation {
  const station = trained();
  run(station, FIRST_PAGE);
  return station;
}

/** Gives the inputs of every step. Throws when one leads to something else than it should. */
export function run(station: CalledStation, script: Script): void {
  for (const [index, [inputs, expected]] of script.entries()) {
    const told = station.give(...inputs);
    if (told.length !== expected.length || told.some((one, at) => one !== expected[at])) {
      const given = inputs.map(({ type }) => type).join(', ');
      throw new Error(`step ${index} (${given}) led to [${told.join(', ')}], not [${expected.join(', ')}]`);
    }
  }
}

export function stored(page: number): Input {
  return { type: 'pageStored', page };
}

/** Numbers that the last PPR wants, of the `total` frames of the block and of those beyond it. */
export function wanted({ effects }: CalledStation, total: number): { frames: number[]; beyond: number } {
  for (const effect of effects.toReversed()) {
    const octets = effect.type === 'sendFrames' ? effect.frames[0] : undefined;
    const parsed = octets === undefined ? null : parseFrame(octets);
    const map = parsed === null ? null : parsePpr(parsed);
    if (map !== null) {
      return {
        frames: map.slice(0, total).flatMap((one, number) => (one ? [number] : [])),
        beyond: map.slice(total).filter(Boolean).length,
      };
    }
  }
  return { frames: [], beyond: 0 };
}
