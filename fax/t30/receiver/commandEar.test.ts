import { describe, expect, test } from 'vitest';
import type { Input } from '../machine.ts';
import { QUIET, stepEar } from './commandEar.ts';
import type { EarStep } from './commandEar.ts';
import {
  FAST_ON,
  SENT,
  V21_OFF,
  V21_ON,
  dcs,
  frame,
  identity,
  timer,
  v21Frame,
} from '../testing/handDriver.ts';

/** Results of the inputs one after the other, with the timer's milliseconds; then what was heard. */
function listen(...inputs: readonly Input[]): { results: string[]; command: string[]; last: EarStep | null } {
  let ear = QUIET;
  let last: EarStep | null = null;
  const results = inputs.map((input) => {
    last = stepEar(ear, input, ['DIS', 'MCF']);
    ear = last.ear;
    const wait = last.effects.flatMap((effect) =>
      effect.type === 'startTimer' ? [` ${effect.ms}`] : effect.type === 'stopTimer' ? [' stop'] : [],
    );
    return `${last.result}${wait.join('')}`;
  });
  const step = last as EarStep | null;
  return { results, command: step === null ? [] : step.command.map(({ name }) => name), last: step };
}

describe('a command on V.21', () => {
  test('is complete when its carrier has gone', () => {
    const { results, command } = listen(
      V21_ON,
      v21Frame(identity('CIG', '1')),
      v21Frame(frame('DTC')),
      V21_OFF,
    );
    expect(results).toEqual(['begins 4150', 'nothing 4150', 'nothing 1300', 'command stop']);
    expect(command).toEqual(['CIG', 'DTC']);
  });

  test('is complete a good second after its final frame when nobody tells the end of the carrier', () => {
    const { results, command } = listen(V21_ON, v21Frame(frame('MPS')), timer('frame'), V21_OFF);
    expect(results).toEqual(['begins 4150', 'nothing 1300', 'command', 'nothing']);
    expect(command).toEqual([]);
  });

  test('is complete at once without a carrier', () => {
    expect(listen(v21Frame(frame('MPS'))).results).toEqual(['command']);
    expect(listen(v21Frame(identity('TSI', '1')), v21Frame(dcs())).results).toEqual([
      'begins 4150',
      'command stop',
    ]);
  });

  test('may lack the final bit, unless it can be an optional frame only', () => {
    expect(listen(V21_ON, v21Frame(frame('MPS', new Uint8Array(0), false)), V21_OFF).results.at(-1)).toBe(
      'command stop',
    );
    expect(listen(V21_ON, v21Frame(identity('TSI', '1')), V21_OFF).results.at(-1)).toBe('lost stop');
  });

  test('may have the final bit too early', () => {
    const early = frame('TSI', new Uint8Array(20));
    const { results, command } = listen(V21_ON, v21Frame(early), v21Frame(dcs()));
    expect(results.at(-1)).toBe('command stop');
    expect(command).toEqual(['TSI', 'DCS']);
  });

  test('is not heard in damaged frames, nonsense and echoes', () => {
    const { results, last } = listen(
      V21_ON,
      v21Frame(frame('MPS'), false),
      v21Frame(Uint8Array.of(1, 2, 3)),
      v21Frame(frame('DIS')),
      V21_OFF,
    );
    expect(results).toEqual(['begins 4150', 'nothing 4150', 'nothing 4150', 'nothing 4150', 'lost stop']);
    expect(last?.ear).toEqual(QUIET);
  });

  test('is lost when no frame follows the flags', () => {
    expect(listen(V21_ON, V21_ON, timer('frame'), timer('frame'), V21_OFF).results).toEqual([
      'begins 4150',
      'nothing',
      'lost',
      'nothing',
      'nothing',
    ]);
  });

  test('is told at once when it is DCS, since a fast carrier follows, or DCN', () => {
    expect(listen(V21_ON, v21Frame(identity('TSI', '1')), v21Frame(dcs())).command).toEqual(['TSI', 'DCS']);
    expect(listen(V21_ON, v21Frame(frame('DCN'))).results).toEqual(['begins 4150', 'command stop']);
    expect(listen(v21Frame(frame('DCN'))).results).toEqual(['command']);
  });

  test('is not waited for longer by the twenty-first frame', () => {
    const chatter = Array.from({ length: 22 }, () => v21Frame(identity('TSI', '1')));
    const { results, last } = listen(V21_ON, ...chatter);
    expect(results.slice(-3)).toEqual(['nothing 4150', 'nothing', 'nothing']);
    expect(last?.ear.frames).toHaveLength(20);
  });

  test('is nothing else that happens', () => {
    const fast: Input = { type: 'frame', carrier: 'fast', octets: frame('MPS'), fcsOk: true };
    expect(listen(SENT, FAST_ON, fast, timer('frame'), timer('T2'), V21_OFF).results).toEqual(
      Array.from({ length: 6 }, () => 'nothing'),
    );
  });
});
