import { describe, expect, test } from 'vitest';
import { callingConversation, played, PAGE, START } from '../testing/callingConversation.ts';
import type { CallingOptions } from '../testing/callingConversation.ts';
import type { Row } from '../testing/conversation.ts';

const FINE = { resolution: 'R8x7.7' } as const;
const STANDARD = { resolution: 'R8x3.85' } as const;
const SHORT = 'page V.17 14400 short';

describe('a page without error correction', () => {
  test.each<[string, CallingOptions, readonly Row[]]>([
    ['MCF to EOP: all is delivered', {}, [...PAGE, ['MCF', 'DCN', 'end OK 1/0']]],
    [
      'RTP to EOP: all is delivered, there is nothing to train for',
      {},
      [...PAGE, ['RTP', 'DCN', 'end OK 1/0']],
    ],
    [
      'pages of the same kind follow each other with MPS, without a new training',
      { documents: [[600, 600, 600]] },
      [
        ...START,
        ['CFR', SHORT, 'MPS'],
        ['MCF', SHORT, 'MPS'],
        ['MCF', SHORT, 'EOP'],
        ['MCF', 'DCN', 'end OK 3/0'],
      ],
    ],
    [
      'a page of another resolution needs EOM and a new phase B',
      { documents: [[600, 600]], geometry: [FINE, STANDARD] },
      [
        ...START,
        ['CFR', SHORT, 'EOM'],
        ['MCF'],
        ['DIS', 'DCS', 'TCF V.17 14400 long'],
        ['CFR', SHORT, 'EOP'],
        ['MCF', 'DCN', 'end OK 2/0'],
      ],
    ],
    [
      'pages that the far machine makes alike need none',
      { documents: [[600, 600]], geometry: [FINE, STANDARD], remote: { resolutions: ['R8x3.85'] } },
      [...START, ['CFR', SHORT, 'MPS'], ['MCF', SHORT, 'EOP'], ['MCF', 'DCN', 'end OK 2/0']],
    ],
    [
      'documents are told apart by EOM',
      { documents: [[600], [], [600]] },
      [
        ...START,
        ['CFR', SHORT, 'EOM'],
        ['MCF'],
        ['DIS', 'DCS', 'TCF V.17 14400 long'],
        ['CFR', SHORT, 'EOP'],
        ['MCF', 'DCN', 'end OK 2/0'],
      ],
    ],
    [
      'RTP trains anew before the next page, at the same rate',
      { documents: [[600, 600]] },
      [
        ...START,
        ['CFR', SHORT, 'MPS'],
        ['RTP', 'DCS', 'TCF V.17 14400 long'],
        ['CFR', SHORT, 'EOP'],
        ['MCF', 'DCN', 'end OK 2/0'],
      ],
    ],
    [
      'RTN trains a step lower and sends the page again, at most as often as the profile says',
      { profile: { pageRepeats: 2 } },
      [
        ...PAGE,
        ['RTN', 'DCS', 'TCF V.17 12000 long'],
        ['CFR', 'page V.17 12000 short', 'EOP'],
        ['RTN', 'DCS', 'TCF V.17 9600 long'],
        ['CFR', 'page V.17 9600 short', 'EOP'],
        ['RTN', 'DCN', 'end PAGE_REJECTED 0/0'],
      ],
    ],
    [
      'a page that is good at the last repetition is delivered',
      { profile: { pageRepeats: 1 } },
      [
        ...PAGE,
        ['RTN', 'DCS', 'TCF V.17 12000 long'],
        ['CFR', 'page V.17 12000 short', 'EOP'],
        ['MCF', 'DCN', 'end OK 1/0'],
      ],
    ],
    [
      'each page has its own repetitions',
      { documents: [[600, 600]], profile: { pageRepeats: 1 } },
      [
        ...START,
        ['CFR', SHORT, 'MPS'],
        ['RTN', 'DCS', 'TCF V.17 12000 long'],
        ['CFR', 'page V.17 12000 short', 'MPS'],
        ['MCF', 'page V.17 12000 short', 'EOP'],
        ['RTN', 'DCS', 'TCF V.17 9600 long'],
        ['CFR', 'page V.17 9600 short', 'EOP'],
        ['RTN', 'DCN', 'end PAGE_REJECTED 1/0'],
      ],
    ],
    [
      'RTN at the lowest rate sends the page again at it',
      { profile: { maxRateBps: 2400 } },
      [
        ['start'],
        ['DIS', 'DCS', 'TCF V.27ter 2400 long'],
        ['CFR', 'page V.27ter 2400 long', 'EOP'],
        ['RTN', 'DCS', 'TCF V.27ter 2400 long'],
        ['CFR', 'page V.27ter 2400 long', 'EOP'],
        ['MCF', 'DCN', 'end OK 1/0'],
      ],
    ],
    [
      'a profile that gives up on RTN does',
      { profile: { onRtn: 'giveUp' } },
      [...PAGE, ['RTN', 'DCN', 'end PAGE_REJECTED 0/0']],
    ],
    ['PIN does not confirm', {}, [...PAGE, ['PIN', 'DCN', 'end OPERATOR_INTERRUPT 0/0']]],
    ['PIP confirms the last page, so all is delivered', {}, [...PAGE, ['PIP', 'DCN', 'end OK 1/0']]],
    [
      'PIP after a page that others follow confirms it, and ends the call',
      { documents: [[600, 600]] },
      [...START, ['CFR', SHORT, 'MPS'], ['PIP', 'DCN', 'end OPERATOR_INTERRUPT 1/0']],
    ],
    ['DCN is no confirmation', {}, [...PAGE, ['DCN', 'end DCN_BEFORE_CONFIRMATION 0/0']]],
    [
      'no answer to EOP: three times, and the page is not confirmed',
      {},
      [...PAGE, ['T4', 'EOP'], ['T4', 'EOP'], ['T4', 'DCN', 'end EOP_NO_RESPONSE 0/0']],
    ],
    [
      'an answer to the third EOP confirms',
      {},
      [...PAGE, ['T4', 'EOP'], ['T4', 'EOP'], ['MCF', 'DCN', 'end OK 1/0']],
    ],
    [
      'no answer to MPS has its own name',
      { documents: [[600, 600]] },
      [
        ...START,
        ['CFR', SHORT, 'MPS'],
        ['T4', 'MPS'],
        ['T4', 'MPS'],
        ['T4', 'DCN', 'end MPS_NO_RESPONSE 0/0'],
      ],
    ],
    [
      'no answer to EOM too',
      { documents: [[600], [600]] },
      [
        ...START,
        ['CFR', SHORT, 'EOM'],
        ['T4', 'EOM'],
        ['T4', 'EOM'],
        ['T4', 'DCN', 'end EOM_NO_RESPONSE 0/0'],
      ],
    ],
    [
      'DIS, CFR and PPR are no confirmation',
      {},
      [...PAGE, ['DIS', 'EOP'], ['CFR', 'EOP'], ['PPR', 'DCN', 'end POST_MESSAGE_BAD_RESPONSE 0/0']],
    ],
    [
      'CRP is obeyed three times',
      {},
      [...PAGE, ['CRP', 'EOP'], ['CRP', 'EOP'], ['CRP', 'EOP'], ['CRP', 'DCN', 'end TOO_MANY_REPEATS 0/0']],
    ],
    ['our own EOP heard back is passed over', {}, [...PAGE, ['EOP'], ['MCF', 'DCN', 'end OK 1/0']]],
    [
      'after EOM the far end must come within T1',
      { documents: [[600], [600]] },
      [...START, ['CFR', SHORT, 'EOM'], ['MCF'], ['T1', 'DCN', 'end T1_AFTER_EOM 1/0']],
    ],
    [
      'after EOM the rate that worked is tried first',
      { documents: [[600], [600]] },
      [
        ...START,
        ['FTT', 'DCS', 'TCF V.17 12000 long'],
        ['CFR', 'page V.17 12000 short', 'EOM'],
        ['MCF'],
        ['DIS', 'DCS', 'TCF V.17 12000 long'],
        ['CFR', 'page V.17 12000 short', 'EOP'],
        ['MCF', 'DCN', 'end OK 2/0'],
      ],
    ],
  ])('%s', (_, options, rows) => {
    expect(played(callingConversation(options), rows)).toEqual(rows);
  });

  test('20 octets of zeros follow its end', () => {
    const fill = 20;
    const conversation = callingConversation({});
    played(conversation, [['start'], ['DIS'], ['CFR']]);
    const sent = conversation.effects.filter((effect) => effect.type === 'sendFast').at(-1);
    expect(sent?.data.length).toBe(600 + fill);
    expect(sent?.data.subarray(600)).toEqual(new Uint8Array(fill));
    expect(sent?.data[599]).toBe(0x55);
  });

  test('a modem that fails in the middle of a page ends the call with DCN', () => {
    const rows: Row[] = [
      ['start'],
      ['DIS', 'DCS'],
      ['sent', 'TCF V.17 14400 long'],
      ['sent'],
      ['CFR', SHORT],
      ['sendFailed', 'DCN'],
      ['sent', 'end SEND_FAILED 0/0'],
    ];
    expect(played(callingConversation({ leaves: false }), rows)).toEqual(rows);
  });

  test('a modem that never finishes a page is not waited for without end', () => {
    const conversation = callingConversation({ leaves: false });
    played(conversation, [['start'], ['DIS'], ['sent'], ['sent'], ['CFR']]);
    const lasts = ((600 + 72) * 8000) / 14_400;
    expect(conversation.timers.get('carrier')).toBeGreaterThan(lasts + 10_000);
    conversation.give({ type: 'timer', timer: 'carrier' });
    expect(conversation.hear('sent')).toEqual(['end SEND_FAILED 0/0']);
  });

  test('the journal counts attempts and confirms each page once', () => {
    const conversation = callingConversation({ documents: [[600, 600]] });
    played(conversation, [...START, ['CFR'], ['RTN'], ['CFR'], ['MCF'], ['MCF']]);
    expect(conversation.journal.filter(({ type }) => type.startsWith('page'))).toEqual([
      { type: 'pageBegins', page: 0, direction: 'send', attempt: 1 },
      { type: 'pageRefused', page: 0, direction: 'send', by: 'RTN' },
      { type: 'pageBegins', page: 0, direction: 'send', attempt: 2 },
      { type: 'pageConfirmed', page: 0, direction: 'send' },
      { type: 'pageBegins', page: 1, direction: 'send', attempt: 1 },
      { type: 'pageConfirmed', page: 1, direction: 'send' },
    ]);
  });
});
