// Everything that is fuzzed. A further reader of outside bytes is a further row.

import type { FuzzTarget } from './fuzzTarget.ts';
import { BAD_TARGETS } from './targets/badTargets.ts';
import { pageDecodingTarget } from './targets/pageDecoding.ts';
import { rasterConvertingTarget } from './targets/rasterConverting.ts';
import { t30CallsTarget } from './targets/t30Calls.ts';
import { ecmTarget, t30FramesTarget } from './targets/t30Frames.ts';
import { faxTiffTarget, storedTiffTarget } from './targets/tiffReading.ts';
import { transcodingTarget } from './targets/transcoding.ts';

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  pageDecodingTarget('MH'),
  pageDecodingTarget('MR'),
  pageDecodingTarget('MMR'),
  storedTiffTarget,
  faxTiffTarget,
  rasterConvertingTarget,
  transcodingTarget,
  t30FramesTarget,
  ecmTarget,
  t30CallsTarget,
];

export function fuzzTarget(name: string): FuzzTarget {
  const found = [...FUZZ_TARGETS, ...BAD_TARGETS].find((target) => target.name === name);
  if (found === undefined) throw new Error(`there is nothing to fuzz by the name of ${name}`);
  return found;
}
