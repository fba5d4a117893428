import { describe, expect, test } from 'vitest';
import { START, callingConversation, played } from '../testing/callingConversation.ts';
import type { Row } from '../testing/conversation.ts';

/** 600 octets are three frames. */
const BURST: readonly Row[] = [...START, ['CFR', 'frames 0-2 V.17 14400 short', 'PPS-EOP']];
const AGAIN: Row = ['PPR 1', 'frames 1 V.17 14400 short', 'PPS-EOP'];

describe('a far end that is not ready', () => {
  const BUSY: readonly Row[] = [...BURST, ['RNR', 'RR']];
  const DAMAGED = [...BURST, AGAIN, AGAIN, AGAIN];

  test.each<[string, readonly Row[]]>([
    ['RNR is asked with RR until MCF', [...BUSY, ['RNR', 'RR'], ['RNR', 'RR'], ['MCF', 'DCN', 'end OK 1/0']]],
    [
      'RR may also be answered by PPR',
      [...BUSY, ['PPR 2', 'frames 2 V.17 14400 short', 'PPS-EOP'], ['MCF', 'DCN', 'end OK 1/0']],
    ],
    ['RNR for longer than T5 ends the call', [...BUSY, ['T5'], ['RNR', 'DCN', 'end T5_TIMEOUT 0/0']]],
    ['the answer that was on its way at T5 counts', [...BUSY, ['T5'], ['MCF', 'DCN', 'end OK 1/0']]],
    ['after T5 silence is the end', [...BUSY, ['T5'], ['T4', 'DCN', 'end T5_TIMEOUT 0/0']]],
    ['after T5 nothing is repeated', [...BUSY, ['T5'], ['CFR', 'DCN', 'end T5_TIMEOUT 0/0']]],
    ['after T5 not for CRP either', [...BUSY, ['T5'], ['CRP', 'DCN', 'end T5_TIMEOUT 0/0']]],
    [
      'no answer to RR: three times',
      [...BUSY, ['T4', 'RR'], ['T4', 'RR'], ['T4', 'DCN', 'end RR_NO_RESPONSE 0/0']],
    ],
    ['each RNR gives three tries', [...BUSY, ['T4', 'RR'], ['T4', 'RR'], ['RNR', 'RR'], ['T4', 'RR']]],
    ['DCN', [...BUSY, ['DCN', 'end DCN_BEFORE_CONFIRMATION 0/0']]],
    [
      'CTR does not belong there',
      [...BUSY, ['CTR', 'RR'], ['CTR', 'RR'], ['CTR', 'DCN', 'end POST_MESSAGE_BAD_RESPONSE 0/0']],
    ],
    [
      'RNR to EOR too',
      [
        ...DAMAGED,
        ['PPR 1', 'EOR-EOP'],
        ['RNR', 'RR'],
        ['RNR', 'RR'],
        ['ERR', 'DCN', 'end ECM_NO_PROGRESS 0/0'],
      ],
    ],
    [
      'no answer to EOR',
      [
        ...DAMAGED,
        ['PPR 1', 'EOR-EOP'],
        ['T4', 'EOR-EOP'],
        ['T4', 'EOR-EOP'],
        ['T4', 'DCN', 'end EOR_NO_RESPONSE 0/0'],
      ],
    ],
    ['PIN to EOR', [...DAMAGED, ['PPR 1', 'EOR-EOP'], ['PIN', 'DCN', 'end OPERATOR_INTERRUPT 0/0']]],
    ['DCN to EOR', [...DAMAGED, ['PPR 1', 'EOR-EOP'], ['DCN', 'end DCN_BEFORE_CONFIRMATION 0/0']]],
    [
      'MCF to EOR is no confirmation',
      [...DAMAGED, ['PPR 1', 'EOR-EOP'], ['MCF', 'EOR-EOP'], ['ERR', 'DCN', 'end ECM_NO_PROGRESS 0/0']],
    ],
  ])('%s', (_, rows) => {
    const profile = { correctAtMost: 0 };
    expect(played(callingConversation({ ecm: true, profile }), rows)).toEqual(rows);
  });

  test('T5 is 60 s and stops with the last RNR', () => {
    const conversation = callingConversation({ ecm: true });
    played(conversation, BUSY);
    expect(conversation.timers.get('T5')).toBe(60_000);
    played(conversation, [['RNR'], ['PPR 1']]);
    expect(conversation.timers.has('T5')).toBe(false);
  });

  test.each<[string, readonly Row[]]>([
    [
      'no answer to CTC',
      [
        ['T4', 'CTC'],
        ['T4', 'CTC'],
        ['T4', 'DCN', 'end CTC_NO_RESPONSE 0/0'],
      ],
    ],
    ['DCN to CTC', [['DCN', 'end DCN_BEFORE_CONFIRMATION 0/0']]],
    [
      'PPR to CTC',
      [
        ['PPR 1', 'CTC'],
        ['CTR', 'frames 1 V.17 12000 long', 'PPS-EOP'],
      ],
    ],
  ])('%s', (_, rows) => {
    const table: readonly Row[] = [...DAMAGED, ['PPR 1', 'CTC'], ...rows];
    expect(played(callingConversation({ ecm: true }), table)).toEqual(table);
  });
});
