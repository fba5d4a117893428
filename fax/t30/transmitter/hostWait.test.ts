import { describe, expect, test } from 'vitest';
import { callingConversation, played } from '../testing/callingConversation.ts';
import type { CallingOptions } from '../testing/callingConversation.ts';
import type { Row } from '../testing/conversation.ts';

const LONG = 'TCF V.17 14400 long';
const SHORT = 'page V.17 14400 short';
/** The first page is ready when it is needed. */
const FIRST: readonly Row[] = [['start'], ['DIS', 'prepare 0 MR 0'], ['ready 0', 'DCS', LONG]];

describe('waiting for the host', () => {
  test.each<[string, CallingOptions, readonly Row[]]>([
    ['DCS waits until the first page is ready', {}, [...FIRST, ['CFR', SHORT, 'EOP']]],
    [
      'meanwhile the far end repeats its DIS, which is heard to its end',
      {},
      [
        ['start'],
        ['DIS', 'prepare 0 MR 0'],
        ['DIS'],
        ['carrier on'],
        ['ready 0'],
        ['carrier off', 'DCS', LONG],
      ],
    ],
    [
      'a frame that never ends does not hold DCS for ever',
      {},
      [['start'], ['DIS', 'prepare 0 MR 0'], ['carrier on'], ['ready 0'], ['frame', 'DCS', LONG]],
    ],
    [
      'a first page that does not come in time ends the call',
      {},
      [['start'], ['DIS', 'prepare 0 MR 0'], ['T1', 'DCN', 'end PAGE_UNAVAILABLE 0/0']],
    ],
    [
      'the end of the wait is put off while something is heard',
      {},
      [
        ['start'],
        ['DIS', 'prepare 0 MR 0'],
        ['carrier on'],
        ['T1'],
        ['carrier off', 'DCN', 'end PAGE_UNAVAILABLE 0/0'],
      ],
    ],
    [
      'a page that comes in this very moment is sent',
      {},
      [
        ['start'],
        ['DIS', 'prepare 0 MR 0'],
        ['carrier on'],
        ['T1'],
        ['ready 0'],
        ['carrier off', 'DCS', LONG],
      ],
    ],
    [
      'a first page that there is none of ends the call',
      {},
      [['start'], ['DIS', 'prepare 0 MR 0'], ['unavailable 0', 'DCN', 'end PAGE_UNAVAILABLE 0/0']],
    ],
    [
      'DCN meanwhile ends the call',
      {},
      [['start'], ['DIS', 'prepare 0 MR 0'], ['DCN', 'end DCN_IN_IDENTIFICATION 0/0']],
    ],
    [
      'the next page is asked for while one is sent, and follows its MCF at once',
      { documents: [[1, 1]] },
      [...FIRST, ['CFR', 'prepare 1 MR 0', SHORT], ['ready 1', 'MPS'], ['MCF', SHORT, 'EOP']],
    ],
    [
      'MPS waits for the next page; when that takes too long EOM gives it the far end’s T1',
      { documents: [[1, 1]] },
      [
        ...FIRST,
        ['CFR', 'prepare 1 MR 0', SHORT],
        ['T2', 'EOM'],
        ['MCF'],
        ['DIS'],
        ['DIS'],
        ['ready 1', 'DCS', LONG],
        ['CFR', SHORT, 'EOP'],
        ['MCF', 'DCN', 'end OK 2/0'],
      ],
    ],
    [
      'a page that becomes ready between EOM and the next DIS is not asked for again',
      { documents: [[1, 1]] },
      [...FIRST, ['CFR', 'prepare 1 MR 0', SHORT], ['T2', 'EOM'], ['MCF'], ['ready 1'], ['DIS', 'DCS', LONG]],
    ],
    [
      'a next page that there is none of leaves those before it confirmed',
      { documents: [[1, 1]] },
      [
        ...FIRST,
        ['CFR', 'prepare 1 MR 0', SHORT],
        ['unavailable 1', 'MPS'],
        ['MCF', 'DCN', 'end PAGE_UNAVAILABLE 1/0'],
      ],
    ],
    [
      'it is not asked for again in a new phase B',
      { documents: [[1, 1]] },
      [
        ...FIRST,
        ['CFR', 'prepare 1 MR 0', SHORT],
        ['T2', 'EOM'],
        ['unavailable 1'],
        ['MCF'],
        ['DIS', 'DCN', 'end PAGE_UNAVAILABLE 1/0'],
      ],
    ],
    [
      'DCN while the next page is awaited: the page before is not confirmed',
      { documents: [[1, 1]] },
      [...FIRST, ['CFR', 'prepare 1 MR 0', SHORT], ['DCN', 'end DCN_BEFORE_CONFIRMATION 0/0']],
    ],
    [
      'with error correction the last PPS waits in the same way',
      { documents: [[1, 1]], ecm: true },
      [
        ['start'],
        ['DIS', 'prepare 0 MMR 0'],
        ['ready 0', 'DCS', LONG],
        ['CFR', 'prepare 1 MMR 0', 'frames 0-2 V.17 14400 short'],
        ['ready 1', 'PPS-MPS'],
        ['MCF', 'frames 0-2 V.17 14400 short', 'PPS-EOP'],
      ],
    ],
    [
      'after a fall-back less fill is needed: the page is asked for again, during the training',
      { remote: { minScanTime: { standardMs: 20, fineMs: 20, superfineMs: 20 } } },
      [
        ['start'],
        ['DIS', 'prepare 0 MR 288'],
        ['ready 0', 'DCS', LONG],
        ['FTT', 'prepare 0 MR 240', 'DCS', 'TCF V.17 12000 long'],
        ['ready 0'],
        ['CFR', 'page V.17 12000 short', 'EOP'],
      ],
    ],
    [
      'until it is there the one with more fill serves',
      { remote: { minScanTime: { standardMs: 20, fineMs: 20, superfineMs: 20 } } },
      [
        ['start'],
        ['DIS', 'prepare 0 MR 288'],
        ['ready 0', 'DCS', LONG],
        ['FTT', 'prepare 0 MR 240', 'DCS', 'TCF V.17 12000 long'],
        ['FTT', 'DCS', 'TCF V.17 9600 long'],
        ['CFR', 'page V.17 9600 short', 'EOP'],
        ['ready 0', 'prepare 0 MR 192'],
        ['ready 0'],
        ['MCF', 'DCN', 'end OK 1/0'],
      ],
    ],
  ])('%s', (_, options, rows) => {
    const conversation = callingConversation({ pages: null, ...options });
    expect(played(conversation, rows)).toEqual(rows);
  });

  test('waits are as long as the far end’s timers allow', () => {
    const conversation = callingConversation({ pages: null, documents: [[1, 1]] });
    played(conversation, FIRST.slice(0, 2));
    expect(conversation.timers.get('T1')).toBe(25_000);
    played(conversation, [['ready 0'], ['CFR']]);
    expect(conversation.timers.get('T2')).toBe(3500);
    expect(conversation.journal.at(-1)).toEqual({ type: 'waitingForHost', page: 1, doing: 'prepare' });
  });

  test('only pages that may still be sent are held', () => {
    const conversation = callingConversation({ documents: [[600, 600, 600]] });
    const held = (): readonly number[] => {
      const { doing } = conversation.state;
      return doing.at === 'transmitting' && doing.transmitter.at === 'sending'
        ? doing.transmitter.sending.pages.held.map(({ page }) => page)
        : [];
    };
    played(conversation, [['start'], ['DIS'], ['CFR']]);
    expect(held()).toEqual([0, 1]);
    played(conversation, [['MCF']]);
    expect(held()).toEqual([1, 2]);
    played(conversation, [['MCF']]);
    expect(held()).toEqual([2]);
  });
});
