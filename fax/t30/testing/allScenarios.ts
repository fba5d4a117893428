// Every scenario, by topic.

import type { Scenario } from './scenario.ts';
import { identifying } from './scenarios/identifying.ts';
import { limits } from './scenarios/limits.ts';
import { polling } from './scenarios/polling.ts';
import { receiving } from './scenarios/receiving.ts';
import { receivingEcm } from './scenarios/receivingEcm.ts';
import { receivingTrouble } from './scenarios/receivingTrouble.ts';
import { sending } from './scenarios/sending.ts';
import { sendingEcm } from './scenarios/sendingEcm.ts';

export const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  'the beginning of a call': identifying,
  'receiving without error correction': receiving,
  'receiving without error correction, in trouble': receivingTrouble,
  'receiving with error correction': receivingEcm,
  'sending without error correction': sending,
  'sending with error correction': sendingEcm,
  'how often and how long': limits,
  polling,
};
