// The tests tested: every machine with a mistake is noticed by a scenario.

import { expect, test } from 'vitest';
import { SCENARIOS } from './allScenarios.ts';
import { FAULTY_MACHINES } from './faultyMachines.ts';
import { runScenario } from './testerStation.ts';

const scenarios = Object.values(SCENARIOS).flat();

test.each(FAULTY_MACHINES)('A machine that $mistake is noticed', ({ step }) => {
  const noticed = scenarios.some((scenario) => runScenario(scenario, step).problems.length > 0);
  expect(noticed).toBe(true);
});
