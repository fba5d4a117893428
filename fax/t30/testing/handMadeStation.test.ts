// The line, the clock and the executor themselves, with machines made by hand.

import { describe, expect, test } from 'vitest';
import type { Effect, Input } from '../machine.ts';
import { LineStation } from './lineStation.ts';
import { TelephoneLine, undisturbed } from './telephoneLine.ts';
import type { Disturbance, Side } from './telephoneLine.ts';
import { VirtualClock } from './virtualClock.ts';

const V17 = { modulation: 'V.17', rateBps: 14_400 } as const;
const MCF = Uint8Array.of(0xff, 0x13, 0x8c);

interface Scripted {
  effects: (input: Input, nowMs: number) => readonly Effect[];
}

function stations(scripts: Record<Side, Scripted>, disturbance: Disturbance = undisturbed) {
  const clock = new VirtualClock();
  const line = new TelephoneLine(clock, { propagationMs: 20, disturbance });
  const heard: Record<Side, { atMs: number; input: Input }[]> = { caller: [], answerer: [] };
  const station = (side: Side): LineStation<null> =>
    new LineStation(clock, line, {
      side,
      host: { pages: [] },
      machine: {
        initial: null,
        step: (state, input) => {
          heard[side].push({ atMs: Math.round(clock.nowMs), input });
          return { state, effects: scripts[side].effects(input, clock.nowMs) };
        },
      },
    });
  const both = { caller: station('caller'), answerer: station('answerer') };
  both.caller.give({ type: 'start' });
  both.answerer.give({ type: 'start' });
  clock.run(60_000);
  return { heard, line, both };
}

const atStart = (...effects: Effect[]): Scripted => ({
  effects: (input) => (input.type === 'start' ? effects : []),
});
const silent = atStart();
const sendMcf: Effect = { type: 'sendFrames', gapMs: 75, frames: [MCF] };
const sendFast: Effect = {
  type: 'sendFast',
  gapMs: 75,
  rate: V17,
  training: 'long',
  data: new Uint8Array(2700),
  purpose: 'TCF',
};

describe('the line in memory', () => {
  test('takes a second of flags and 300 bit/s for a frame, and 20 ms to the other end', () => {
    const { heard } = stations({ caller: atStart(sendMcf), answerer: atStart({ type: 'receiveFrames' }) });
    expect(heard.answerer.slice(1).map(({ atMs, input }) => [atMs, input.type])).toEqual([
      [75 + 20 + 60, 'carrier'],
      [75 + 20 + 1000 + 160, 'frame'],
      [75 + 20 + 1000 + 187, 'carrier'],
    ]);
    expect(heard.caller.at(-1)).toEqual({ atMs: 75 + 1187, input: { type: 'sent' } });
  });

  test('brings a fast carrier to a modem that is set to it', () => {
    const receive = atStart({ type: 'receiveFast', rate: V17, training: 'long', purpose: 'TCF' });
    const { heard } = stations({ caller: atStart(sendFast), answerer: receive });
    expect(heard.answerer.slice(1).map(({ atMs, input }) => [atMs, input.type])).toEqual([
      [75 + 20 + 1393, 'carrier'],
      [75 + 20 + 1393 + 1500, 'carrier'],
      [75 + 20 + 1393 + 1500, 'trainingCheck'],
    ]);
    expect(heard.answerer.at(-1)?.input).toEqual({ type: 'trainingCheck', octets: new Uint8Array(2700) });
  });

  test('brings nonsense to a modem that is set to another rate or training', () => {
    for (const wrong of [
      { rate: { modulation: 'V.17', rateBps: 12_000 }, training: 'long' },
      { rate: V17, training: 'short' },
    ] as const) {
      const receive = atStart({ type: 'receiveFast', purpose: 'TCF', ...wrong });
      const { heard } = stations({ caller: atStart(sendFast), answerer: receive });
      const check = heard.answerer.at(-1)?.input;
      expect(
        check?.type === 'trainingCheck' && check.octets.filter((octet) => octet !== 0).length,
      ).toBeGreaterThan(2600);
    }
  });

  test('brings V.21 to a modem that waits for a fast carrier', () => {
    const receive = atStart({ type: 'receiveFast', rate: V17, training: 'long', purpose: 'page' });
    const { heard } = stations({ caller: atStart(sendMcf), answerer: receive });
    expect(heard.answerer.map(({ input }) => input.type)).toEqual(['start', 'carrier', 'frame', 'carrier']);
  });

  test('lets neither hear the other when both send, and remembers that they did', () => {
    const { heard, line } = stations({ caller: atStart(sendMcf), answerer: atStart(sendFast) });
    expect(line.collisions).toHaveLength(1);
    expect([...heard.caller, ...heard.answerer].filter(({ input }) => input.type === 'frame')).toEqual([]);
  });

  test('keeps whoever wants to send waiting until it is silent', () => {
    const late: Scripted = {
      effects: (input) =>
        input.type === 'start'
          ? [{ type: 'startTimer', timer: 'T2', ms: 600 }]
          : input.type === 'timer'
            ? [sendMcf]
            : [],
    };
    const { line } = stations({ caller: atStart(sendMcf), answerer: late });
    expect(line.collisions).toEqual([]);
    const [first, second] = line.sent;
    expect(second?.startMs).toBeGreaterThanOrEqual((first?.endMs ?? Infinity) + 20 + 75);
  });

  test('loses, doubles, damages, delays, cuts and echoes what it is told to', () => {
    const receive = atStart({ type: 'receiveFrames' });
    const frames = (disturbance: Disturbance): (boolean | number)[][] =>
      stations({ caller: atStart(sendMcf), answerer: receive }, disturbance).heard.answerer.flatMap(
        ({ atMs, input }) => (input.type === 'frame' ? [[input.fcsOk, input.octets.length, atMs]] : []),
      );
    const one = { delayMs: 0, cutMs: null, echo: false };
    const frame = { octets: MCF, fcsOk: true };
    expect(frames(() => [])).toEqual([]);
    expect(frames(() => [{ ...one, signal: { type: 'V.21', frames: [frame, frame] } }])).toHaveLength(2);
    expect(
      frames(() => [{ ...one, signal: { type: 'V.21', frames: [{ ...frame, fcsOk: false }] } }]),
    ).toEqual([[false, 3, 1255]]);
    expect(frames(({ signal }) => [{ ...one, signal, delayMs: 500 }])).toEqual([[true, 3, 1755]]);
    expect(frames(({ signal }) => [{ ...one, signal, cutMs: 1080 }])).toEqual([[false, 1, 1175]]);
    expect(frames(({ signal }) => [{ ...one, signal, echo: true }])).toEqual([]);
  });

  test('is dead from the moment on that it is cut', () => {
    const { heard } = stations(
      { caller: atStart(sendMcf), answerer: atStart({ type: 'receiveFrames' }) },
      (sent, line) => {
        line.cutForGood('caller', 500);
        return undisturbed(sent, line);
      },
    );
    expect(heard.answerer.map(({ input }) => input.type)).toEqual(['start', 'carrier', 'carrier']);
    expect(heard.caller.at(-1)?.input).toEqual({ type: 'sent' });
  });

  test('tells of machines that do something after their end, or send while they hear V.21', () => {
    const end: Effect = {
      type: 'end',
      outcome: { code: 'OK', phase: 'E', detail: '', pagesSent: 0, pagesReceived: 0 },
    };
    const rude: Scripted = {
      effects: (input) =>
        input.type === 'start' ? [{ type: 'receiveFrames' }] : input.type === 'carrier' ? [sendMcf] : [],
    };
    const { both } = stations({ caller: atStart(sendMcf), answerer: rude });
    expect(both.answerer.breaches).toEqual(['answerer at 1357 ms: wanted to send while it heard V.21']);
    expect(stations({ caller: atStart(end, sendMcf), answerer: silent }).both.caller.breaches).toHaveLength(
      1,
    );
  });
});
