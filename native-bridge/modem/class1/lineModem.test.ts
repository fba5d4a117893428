import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Quirks } from '../profiles/profile.types.ts';
import { LineModem } from './lineModem.ts';
import { scriptedDialogue } from './scriptedDialogue.testSupport.ts';
import type { ScriptStep } from './scriptedDialogue.testSupport.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is found while +FRM waits for a carrier that went away, and how long that took. */
async function look(
  script: readonly ScriptStep[],
  quirks: Quirks = {},
): Promise<{ silent: boolean; tookMs: number }> {
  const dialogue = scriptedDialogue([{ interrupt: 'OK' }, ...script]);
  const modem = new LineModem({
    dialogue,
    quirks,
    nowMs: () => performance.now(),
    discard: () => Promise.resolve(),
  });
  modem.standing = 'waiting';
  const begunMs = performance.now();
  const looking = modem.isSilent(200, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(800);
  const silent = await looking;
  expect(dialogue.mistakes).toEqual([]);
  expect(dialogue.left).toBe(0);
  expect(modem.standing).toBe('command');
  return { silent, tookMs: performance.now() - begunMs };
}

test('a line is silent when +FRS says so', async () => {
  expect((await look([{ command: 'AT+FRS=18', result: 'OK' }])).silent).toBe(true);
});

test('a line with something on it is looked at for less than the preamble of a command lasts', async () => {
  expect(await look([{ command: 'AT+FRS=18', result: 'waits' }, { interrupt: 'OK' }])).toEqual({
    silent: false,
    tookMs: 800,
  });
});

test('a modem without +FRS, or with one that does harm, cannot tell', async () => {
  expect((await look([{ command: 'AT+FRS=18', result: 'ERROR' }])).silent).toBe(false);
  expect((await look([], { noFrs: true })).silent).toBe(false);
});

test('silence whose OK was lost is silence', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRS=18', result: 'waits' },
    { interrupt: 'timeout' },
    { command: 'AT', result: 'OK' },
  ];
  expect((await look(script)).silent).toBe(true);
});
