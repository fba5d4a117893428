import { describe, expect, test } from 'vitest';
import { callingConversation, PAGE, played } from '../testing/callingConversation.ts';
import type { Row } from '../testing/conversation.ts';
import { beginCommand, lastTry, occupationOf, stepCommand, stopCommand } from './command.ts';
import { sendGuardMs } from './sendGuard.ts';

/** EOP has been said and an answer is awaited. */
function awaiting() {
  const conversation = callingConversation();
  played(conversation, PAGE);
  return conversation;
}

describe('the wait for an answer', () => {
  test('lasts T4 from the end of the command on', () => {
    const conversation = awaiting();
    expect([...conversation.timers]).toEqual([['T4', 3200]]);
    expect(conversation.effects.at(-2)).toEqual({ type: 'receiveFrames' });
  });

  test('V.21 stops T4, and a frame has its own time from then on', () => {
    const conversation = awaiting();
    conversation.hear('carrier on');
    expect([...conversation.timers]).toEqual([['frame', 4150]]);
    conversation.hear('carrier on');
    expect([...conversation.timers]).toEqual([['frame', 4150]]);
  });

  test.each<[string, readonly Row[]]>([
    ['V.21 without a frame: T4 begins anew', [['flags'], ['T4', 'EOP'], ['MCF', 'DCN', 'end OK 1/0']]],
    [
      'V.21 that comes and goes six times is a try',
      [['flags'], ['flags'], ['flags'], ['flags'], ['flags'], ['flags', 'EOP']],
    ],
    ['a damaged answer', [['bad MCF'], ['T4', 'EOP']]],
    [
      'three damaged answers',
      [
        ['bad MCF'],
        ['T4', 'EOP'],
        ['bad MCF'],
        ['T4', 'EOP'],
        ['bad MCF'],
        ['T4', 'DCN', 'end EOP_NO_RESPONSE 0/0'],
      ],
    ],
    [
      'nothing is said while V.21 is heard',
      [['carrier on'], ['frame'], ['T4'], ['carrier off'], ['T4', 'EOP']],
    ],
    [
      'a V.21 carrier whose end is never told: the command is repeated all the same',
      [
        ['carrier on'],
        ['frame'],
        ['T4'],
        ['T4', 'EOP'],
        ['T4', 'EOP'],
        ['T4', 'DCN', 'end EOP_NO_RESPONSE 0/0'],
      ],
    ],
    ['the answer after it', [['carrier on'], ['frame'], ['T4'], ['MCF', 'DCN', 'end OK 1/0']]],
    [
      'an answer that is not marked as final counts with the end of the carrier',
      [['open MCF', 'DCN', 'end OK 1/0']],
    ],
    ['optional frames before the answer are passed over', [['NSF CSI MCF', 'DCN', 'end OK 1/0']]],
    ['optional frames alone are nothing', [['open NSF'], ['T4', 'EOP']]],
    ['an echo, then the answer in the same breath', [['EOP MCF', 'DCN', 'end OK 1/0']]],
    [
      'frames of no standard command',
      [
        ['FNV', 'EOP'],
        ['TNR', 'EOP'],
        ['FDM', 'DCN', 'end POST_MESSAGE_BAD_RESPONSE 0/0'],
      ],
    ],
  ])('%s', (_, rows) => {
    expect(played(awaiting(), rows)).toEqual(rows);
  });

  test('after a damaged answer it is short, after an echo it is not', () => {
    const conversation = awaiting();
    conversation.hear('bad MCF');
    expect(conversation.timers.get('T4')).toBe(1000);
    conversation.hear('EOP');
    expect(conversation.timers.get('T4')).toBe(3200);
    conversation.hear('flags');
    expect(conversation.timers.get('T4')).toBe(3200);
  });

  test('an answer counts when its carrier has gone, or a good second after it', () => {
    const conversation = awaiting();
    const octets = Uint8Array.of(0xff, 0x13, 0x8c);
    conversation.hear('carrier on');
    conversation.give({ type: 'frame', carrier: 'V.21', octets, fcsOk: true });
    expect([...conversation.timers]).toEqual([['frame', 1300]]);
    expect(conversation.hear('frame')).toEqual(['DCN', 'end OK 1/0']);
  });

  test('an answer without a carrier before it counts too', () => {
    const conversation = awaiting();
    const octets = Uint8Array.of(0xff, 0x13, 0x8c);
    conversation.give({ type: 'frame', carrier: 'V.21', octets, fcsOk: true });
    expect(conversation.ended).toBe(true);
    expect(conversation.timers.size).toBe(0);
  });

  test('what belongs nowhere is told to the journal', () => {
    const conversation = awaiting();
    const octets = Uint8Array.of(0xff, 0x13, 0x8c);
    conversation.give({ type: 'frame', carrier: 'fast', octets, fcsOk: true });
    conversation.give({ type: 'carrier', carrier: 'fast', present: true });
    conversation.give({ type: 'carrier', carrier: 'V.21', present: true });
    conversation.give({ type: 'frame', carrier: 'V.21', octets: Uint8Array.of(1), fcsOk: true });
    expect(conversation.journal.slice(-2)).toEqual([
      { type: 'frameIgnored', name: 'MCF', reason: 'unexpected' },
      { type: 'frameIgnored', name: 'unknown', reason: 'malformed' },
    ]);
  });

  test('its end is told to the journal', () => {
    const conversation = awaiting();
    conversation.hear('T4');
    expect(conversation.journal).toContainEqual({
      type: 'timeout',
      timer: 'T4',
      waitingFor: 'a response to EOP',
    });
  });
});

describe('a command', () => {
  const sends = [{ type: 'sendFrames', gapMs: 75, frames: [new Uint8Array(3)] }] as const;
  const begun = beginCommand({ sends, names: ['RR'], accepts: ['MCF'], echoes: ['RR'] }).command;
  const listening = stepCommand(begun, { type: 'sent' }).command;
  const hearing = stepCommand(listening, { type: 'carrier', carrier: 'V.21', present: true }).command;

  test('says what it is doing and which timer runs', () => {
    expect([begun, listening, hearing].map(occupationOf)).toEqual(['sending', 'idle', 'hearing']);
    expect([begun, listening, hearing].flatMap(stopCommand)).toEqual(
      ['carrier', 'T4', 'frame'].map((timer) => ({ type: 'stopTimer', timer })),
    );
  });

  test('on its last try is not sent again', () => {
    const { result } = stepCommand(lastTry(listening), { type: 'timer', timer: 'T4' });
    expect(result).toEqual({ kind: 'failed', why: 'noResponse', last: null });
  });

  test('does not mind what comes while it is sent', () => {
    const octets = Uint8Array.of(0xff, 0x13, 0x8c);
    expect(stepCommand(begun, { type: 'frame', carrier: 'V.21', octets, fcsOk: true })).toEqual({
      command: begun,
      effects: [{ type: 'report', event: { type: 'frameIgnored', name: 'MCF', reason: 'unexpected' } }],
    });
    expect(stepCommand(begun, { type: 'timer', timer: 'T4' })).toEqual({ command: begun, effects: [] });
  });
});

test('sending may last a fifth longer than it should, and twenty seconds', () => {
  const frames = [new Uint8Array(26)];
  expect(sendGuardMs({ type: 'sendFrames', gapMs: 75, frames })).toBe(75 + (1150 + 800) * 1.2 + 20_000);
  const rate = { modulation: 'V.17', rateBps: 14_400 } as const;
  const data = new Uint8Array(18_000);
  expect(sendGuardMs({ type: 'sendFast', gapMs: 75, rate, training: 'long', data, purpose: 'page' })).toBe(
    75 + 12_000 + 20_000,
  );
});
