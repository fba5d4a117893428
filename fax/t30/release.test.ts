import { expect, test } from 'vitest';
import type { Input } from './machine.ts';
import type { Outcome } from './outcome.ts';
import { releaseInSilence, releaseWithDcn, stepRelease } from './release.ts';
import type { Occupation, Release } from './release.ts';

const outcome: Outcome = { code: 'ABORTED', phase: 'C', detail: '', pagesSent: 0, pagesReceived: 0 };
const frames = [Uint8Array.of(0xff, 0x13, 0xfb)];
const sendDcn = [
  { type: 'report', event: { type: 'frameSent', name: 'DCN', attempt: 1 } },
  { type: 'sendFrames', gapMs: 75, frames },
  { type: 'startTimer', timer: 'carrier', ms: 6000 },
];
const silence: Input = { type: 'carrier', carrier: 'V.21', present: false };
const timer: Input = { type: 'timer', timer: 'carrier' };
const begin = (occupation: Occupation): Release => releaseWithDcn(outcome, { x: true, occupation }).release;
const dcnBeingSent = begin('idle');

test('on a free line DCN is said at once', () => {
  expect(releaseWithDcn(outcome, { x: true, occupation: 'idle' })).toEqual({
    release: { outcome, x: true, at: 'sendingDcn' },
    effects: sendDcn,
  });
});

test('without X for a station that was polled', () => {
  const { effects } = releaseWithDcn(outcome, { x: false, occupation: 'idle' });
  expect(effects[1]).toMatchObject({ frames: [Uint8Array.of(0xff, 0x13, 0xfa)] });
});

test.each<[Occupation, Input]>([
  ['hearing', silence],
  ['sending', { type: 'sent' }],
  ['sending', { type: 'sendFailed', detail: '' }],
])('while %s DCN waits until that is over, six seconds at most', (occupation, over) => {
  const { release, effects } = releaseWithDcn(outcome, { x: true, occupation });
  expect(effects).toEqual([{ type: 'startTimer', timer: 'carrier', ms: 6000 }]);
  expect(stepRelease(release, { ...silence, present: true })).toEqual({ release, effects: [] });
  expect(stepRelease(release, over).effects).toEqual(sendDcn);
  expect(stepRelease(release, timer)).toEqual({ release: { ...release, at: 'over' }, effects: [] });
});

test.each<[string, Input, boolean]>([
  ['sent', { type: 'sent' }, true],
  ['not sent', { type: 'sendFailed', detail: '' }, true],
  ['lost with the line', { type: 'lineLost', detail: '' }, true],
  ['never heard of again', timer, false],
])('DCN that is %s ends the call', (_, input, stops) => {
  expect(stepRelease(dcnBeingSent, input)).toEqual({
    release: { ...dcnBeingSent, at: 'over' },
    effects: stops ? [{ type: 'stopTimer', timer: 'carrier' }] : [],
  });
});

test('a lost line ends the wait for silence', () => {
  const step = stepRelease(begin('hearing'), { type: 'lineLost', detail: '' });
  expect(step).toEqual({
    release: { ...begin('hearing'), at: 'over' },
    effects: [{ type: 'stopTimer', timer: 'carrier' }],
  });
});

test('DCN is not answered, nor said into a dead line', () => {
  const { release, effects } = releaseInSilence(outcome);
  expect([release.at, effects]).toEqual(['over', []]);
  expect(stepRelease(release, { type: 'sent' })).toEqual({ release, effects: [] });
});

test('nothing else moves it', () => {
  for (const input of [silence, { type: 'abort', detail: '' }, { type: 'timer', timer: 'T4' }] as const) {
    expect(stepRelease(dcnBeingSent, input)).toEqual({ release: dcnBeingSent, effects: [] });
  }
});
