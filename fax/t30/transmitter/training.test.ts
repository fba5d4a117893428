import { describe, expect, test } from 'vitest';
import { parseFrame } from '../frames/frame.ts';
import { parseIdentity } from '../frames/identity.ts';
import { parseParameters } from '../frames/parameters.ts';
import { START, callingConversation, played } from '../testing/callingConversation.ts';
import type { CallingOptions } from '../testing/callingConversation.ts';
import type { Row } from '../testing/conversation.ts';

const TRAIN = ['DCS', 'TCF V.17 14400 long'] as const;

describe('training', () => {
  test.each<[string, readonly Row[]]>([
    ['CFR lets the page begin, with short training', [['CFR', 'page V.17 14400 short', 'EOP']]],
    [
      'no answer: DCS and TCF three times, then DCN',
      [
        ['T4', ...TRAIN],
        ['T4', ...TRAIN],
        ['T4', 'DCN', 'end DCS_NO_RESPONSE 0/0'],
      ],
    ],
    [
      'an answer to the third try is in time',
      [
        ['T4', ...TRAIN],
        ['T4', ...TRAIN],
        ['CFR', 'page V.17 14400 short', 'EOP'],
      ],
    ],
    [
      'DIS again means that DCS was lost: it is repeated at once, three times in all',
      [
        ['DIS', ...TRAIN],
        ['NSF CSI DIS', ...TRAIN],
        ['DIS', 'DCN', 'end DCS_NOT_UNDERSTOOD 0/0'],
      ],
    ],
    [
      'another answer is as good as none, and named at the end',
      [
        ['MCF', ...TRAIN],
        ['RTN', ...TRAIN],
        ['MCF', 'DCN', 'end TRAINING_BAD_RESPONSE 0/0'],
      ],
    ],
    ['DCN ends the call without an answer', [['DCN', 'end DCN_AFTER_TRAINING 0/0']]],
    [
      'CRP is obeyed at once, three times, apart from our own tries',
      [
        ['CRP', ...TRAIN],
        ['CRP', ...TRAIN],
        ['CRP', ...TRAIN],
        ['T4', ...TRAIN],
        ['CRP', 'DCN', 'end TOO_MANY_REPEATS 0/0'],
      ],
    ],
    [
      'a damaged answer is nothing: after a second DCS is sent again',
      [['bad CFR'], ['T4', ...TRAIN], ['CFR', 'page V.17 14400 short', 'EOP']],
    ],
    ['our own DCS heard back is passed over', [['TSI DCS'], ['CFR', 'page V.17 14400 short', 'EOP']]],
    ['a CFR that is not marked as final is one', [['open CFR', 'page V.17 14400 short', 'EOP']]],
    [
      'FTT goes down through every rate, then the call ends',
      [
        ['FTT', 'DCS', 'TCF V.17 12000 long'],
        ['FTT', 'DCS', 'TCF V.17 9600 long'],
        ['FTT', 'DCS', 'TCF V.29 9600 long'],
        ['FTT', 'DCS', 'TCF V.17 7200 long'],
        ['FTT', 'DCS', 'TCF V.29 7200 long'],
        ['FTT', 'DCS', 'TCF V.27ter 4800 long'],
        ['FTT', 'DCS', 'TCF V.27ter 2400 long'],
        ['FTT', 'DCN', 'end TRAINING_FAILED 0/0'],
      ],
    ],
    [
      'the tries are counted anew after each FTT',
      [
        ['T4', ...TRAIN],
        ['T4', ...TRAIN],
        ['FTT', 'DCS', 'TCF V.17 12000 long'],
        ['T4', 'DCS', 'TCF V.17 12000 long'],
        ['T4', 'DCS', 'TCF V.17 12000 long'],
        ['T4', 'DCN', 'end DCS_NO_RESPONSE 0/0'],
      ],
    ],
    [
      'V.29 and V.27ter have one training, also for the page',
      [
        ['FTT', 'DCS', 'TCF V.17 12000 long'],
        ['FTT', 'DCS', 'TCF V.17 9600 long'],
        ['FTT', 'DCS', 'TCF V.29 9600 long'],
        ['CFR', 'page V.29 9600 long', 'EOP'],
      ],
    ],
  ])('%s', (_, rows) => {
    const table = [...START, ...rows];
    expect(played(callingConversation(), table)).toEqual(table);
  });

  test('the frames before DCS stand in their order, and only for a machine that takes them', () => {
    const said = (options: CallingOptions): readonly string[] => {
      const conversation = callingConversation({ localId: '+81 75', ...options });
      conversation.hear('start');
      return conversation.hear('DIS').slice(0, 1);
    };
    const document = { subaddress: '12', password: '34' };
    expect(said({ document })).toEqual(['SID SUB TSI DCS']);
    expect(said({ document, remote: { subaddress: false } })).toEqual(['SID TSI DCS']);
    expect(said({ document, remote: { password: false } })).toEqual(['SUB TSI DCS']);
    expect(said({ document: { subaddress: '', password: '' } })).toEqual(['TSI DCS']);
    expect(said({ localId: '' })).toEqual(['DCS']);
  });

  test('the frames carry what they are for, with the X bit of the caller', () => {
    const conversation = callingConversation({
      localId: '+81 75',
      document: { subaddress: '12', password: '34' },
    });
    played(conversation, [['start'], ['DIS']]);
    const sent = conversation.effects.find((effect) => effect.type === 'sendFrames');
    const frames = (sent?.frames ?? []).map((octets) => parseFrame(octets));
    expect(frames.map((frame) => frame && [frame.name, frame.x, frame.final])).toEqual([
      ['SID', true, false],
      ['SUB', true, false],
      ['TSI', true, false],
      ['DCS', true, true],
    ]);
    expect(frames.slice(0, 3).map((frame) => frame && parseIdentity(frame.fif))).toEqual([
      '34',
      '12',
      '+81 75',
    ]);
    expect(parseParameters(frames[3]?.fif ?? new Uint8Array(0))).toMatchObject({
      rate: { modulation: 'V.17', rateBps: 14_400 },
      subaddressSent: true,
      senderIdSent: true,
    });
  });

  test.each([
    [14_400, 2700],
    [12_000, 2250],
    [9600, 1800],
    [7200, 1350],
    [4800, 900],
    [2400, 450],
  ])('TCF at %i bit/s is 1.5 s of zeros: %i octets', (maxRateBps, octets) => {
    const conversation = callingConversation({ profile: { maxRateBps } });
    played(conversation, [['start'], ['DIS']]);
    const sent = conversation.effects.find((effect) => effect.type === 'sendFast');
    expect(sent?.data).toEqual(new Uint8Array(octets));
    expect(sent?.gapMs).toBe(75);
  });

  test('the journal tells of every try, refusal and fall-back', () => {
    const conversation = callingConversation();
    played(conversation, [...START, ['T4'], ['FTT'], ['CFR']]);
    const rate = { modulation: 'V.17', rateBps: 14_400 };
    const slower = { modulation: 'V.17', rateBps: 12_000 };
    expect(
      conversation.journal.filter(({ type }) => ['frameSent', 'training', 'fallBack'].includes(type)),
    ).toEqual([
      { type: 'frameSent', name: 'DCS', attempt: 1 },
      { type: 'training', rate, direction: 'send', result: 'sent' },
      { type: 'frameSent', name: 'DCS', attempt: 2 },
      { type: 'training', rate, direction: 'send', result: 'sent' },
      { type: 'training', rate, direction: 'send', result: 'refused' },
      { type: 'fallBack', from: rate, to: slower },
      { type: 'frameSent', name: 'DCS', attempt: 1 },
      { type: 'training', rate: slower, direction: 'send', result: 'sent' },
      { type: 'training', rate: slower, direction: 'send', result: 'accepted' },
      { type: 'frameSent', name: 'EOP', attempt: 1 },
    ]);
  });

  test('a modem that cannot send is given three tries', () => {
    const conversation = callingConversation({ leaves: false });
    const rows: Row[] = [
      ['start'],
      ['DIS', 'DCS'],
      ['sendFailed'],
      ['T4', 'DCS'],
      ['sent', 'TCF V.17 14400 long'],
      ['sendFailed'],
      ['T4', 'DCS'],
      ['sendFailed'],
      ['T4', 'DCN'],
      ['sent', 'end SEND_FAILED 0/0'],
    ];
    expect(played(conversation, rows)).toEqual(rows);
  });

  test('the introduction is told once, and again when the training is repeated after a page', () => {
    const conversation = callingConversation();
    played(conversation, [...START, ['T4'], ['FTT'], ['CFR'], ['RTN']]);
    const told = conversation.journal.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
    expect(told).toEqual(['B', 'C', 'D', 'B']);
  });

  test('a modem that never says that it has sent ends the call', () => {
    const conversation = callingConversation({ leaves: false });
    const rows: Row[] = [['start'], ['DIS', 'DCS'], ['carrier', 'DCN'], ['sent', 'end SEND_FAILED 0/0']];
    played(conversation, rows.slice(0, 2));
    conversation.give({ type: 'timer', timer: 'carrier' });
    expect(conversation.hear('sent')).toEqual(['end SEND_FAILED 0/0']);
  });

  test('machines without a common carrier are told apart from all that can be tried again', () => {
    const conversation = callingConversation({ profile: { avoidModulations: ['V.27ter', 'V.29', 'V.17'] } });
    const rows: Row[] = [['start'], ['DIS', 'DCN', 'end INCOMPATIBLE 0/0']];
    expect(played(conversation, rows)).toEqual(rows);
  });
});
