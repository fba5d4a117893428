// Plays every scenario: a tester without logic against one of our machines, under the virtual clock.

import { describe, expect, test } from 'vitest';
import { SCENARIOS } from './allScenarios.ts';
import { runScenario } from './testerStation.ts';

describe.each(Object.entries(SCENARIOS))('%s', (_, scenarios) => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (__, scenario) => {
    const { problems, transcript } = runScenario(scenario);
    expect(problems, transcript.join('\n')).toEqual([]);
  });
});

test('There are more than a hundred scenarios, each with a name of its own', () => {
  const names = Object.values(SCENARIOS).flatMap((scenarios) => scenarios.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(150);
});
