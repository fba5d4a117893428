// Plays every scenario: a tester without logic against one of our machines, under the virtual clock.

import { describe, expect, test } from 'vitest';
import { identifying } from './scenarios/identifying.ts';
import { limits } from './scenarios/limits.ts';
import { polling } from './scenarios/polling.ts';
import { receiving } from './scenarios/receiving.ts';
import { receivingEcm } from './scenarios/receivingEcm.ts';
import { receivingTrouble } from './scenarios/receivingTrouble.ts';
import { sending } from './scenarios/sending.ts';
import { sendingEcm } from './scenarios/sendingEcm.ts';
import { runScenario } from './testerStation.ts';
import type { Scenario } from './scenario.ts';

const topics: Record<string, readonly Scenario[]> = {
  'the beginning of a call': identifying,
  'receiving without error correction': receiving,
  'receiving without error correction, in trouble': receivingTrouble,
  'receiving with error correction': receivingEcm,
  'sending without error correction': sending,
  'sending with error correction': sendingEcm,
  'how often and how long': limits,
  polling,
};

describe.each(Object.entries(topics))('%s', (_, scenarios) => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (__, scenario) => {
    const { problems, transcript } = runScenario(scenario);
    expect(problems, transcript.join('\n')).toEqual([]);
  });
});

test('There are more than a hundred scenarios, each with a name of its own', () => {
  const names = Object.values(topics).flatMap((scenarios) => scenarios.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(150);
});
