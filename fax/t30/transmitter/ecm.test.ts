import { describe, expect, test } from 'vitest';
import { parseFrame } from '../frames/frame.ts';
import { parseContinueRate } from '../frames/parameters.ts';
import { parseEor, parsePps } from '../frames/postMessage.ts';
import { START, callingConversation, played } from '../testing/callingConversation.ts';
import type { CallingOptions } from '../testing/callingConversation.ts';
import type { Row } from '../testing/conversation.ts';

/** 600 octets are three frames. */
const ALL = 'frames 0-2 V.17 14400 short';
const BURST: readonly Row[] = [...START, ['CFR', ALL, 'PPS-EOP']];
const TWO_BLOCKS = 256 * 256 + 1;

function again(frames: string): Row {
  const numbers = frames.split(' ').join();
  return [`PPR ${frames}`, `frames ${numbers} V.17 14400 short`, 'PPS-EOP'];
}

describe('a page with error correction', () => {
  test.each<[string, CallingOptions, readonly Row[]]>([
    ['MCF to PPS-EOP: all is delivered', {}, [...BURST, ['MCF', 'DCN', 'end OK 1/0']]],
    [
      'pages follow each other with PPS-MPS',
      { documents: [[600, 256]] },
      [
        ...START,
        ['CFR', ALL, 'PPS-MPS'],
        ['MCF', 'frames 0 V.17 14400 short', 'PPS-EOP'],
        ['MCF', 'DCN', 'end OK 2/0'],
      ],
    ],
    [
      'a long page is sent in blocks of 256 frames',
      { documents: [[TWO_BLOCKS]] },
      [
        ...START,
        ['CFR', 'frames 0-255 V.17 14400 short', 'PPS-NULL'],
        ['MCF', 'frames 0 V.17 14400 short', 'PPS-EOP'],
        ['MCF', 'DCN', 'end OK 1/0'],
      ],
    ],
    [
      'exactly 256 frames are one block',
      { documents: [[TWO_BLOCKS - 1]] },
      [...START, ['CFR', 'frames 0-255 V.17 14400 short', 'PPS-EOP'], ['MCF', 'DCN', 'end OK 1/0']],
    ],
    [
      'frames of 64 octets for a machine that likes them',
      { remote: { prefers64: true } },
      [...START, ['CFR', 'frames 0-9 V.17 14400 short', 'PPS-EOP'], ['MCF', 'DCN', 'end OK 1/0']],
    ],
    [
      'an empty page has one frame',
      { documents: [[0]] },
      [...START, ['CFR', 'frames 0 V.17 14400 short', 'PPS-EOP'], ['MCF', 'DCN', 'end OK 1/0']],
    ],
    [
      'PPR: only the frames asked for are sent again, those beyond the block are not',
      {},
      [
        ...BURST,
        again('0 2'),
        ['PPR 1 200', 'frames 1 V.17 14400 short', 'PPS-EOP'],
        ['MCF', 'DCN', 'end OK 1/0'],
      ],
    ],
    [
      'frame 0 alone is sent twice from the second try on',
      {},
      [...BURST, ['PPR 0', 'frames 0,0 V.17 14400 short', 'PPS-EOP'], ['MCF', 'DCN', 'end OK 1/0']],
    ],
    ['any other frame alone is sent once', {}, [...BURST, again('1'), ['MCF', 'DCN', 'end OK 1/0']]],
    [
      'a PPR that asks for nothing gets the last frame',
      {},
      [...BURST, ['PPR', 'frames 2 V.17 14400 short', 'PPS-EOP'], ['MCF', 'DCN', 'end OK 1/0']],
    ],
    [
      'the fourth PPR: CTC, then the rest at a lower rate with long training, and short again after it',
      {},
      [
        ...BURST,
        again('1'),
        again('1'),
        again('1'),
        ['PPR 1 2', 'CTC'],
        ['CTR', 'frames 1,2 V.17 12000 long', 'PPS-EOP'],
        ['PPR 1', 'frames 1 V.17 12000 short', 'PPS-EOP'],
        ['MCF', 'DCN', 'end OK 1/0'],
      ],
    ],
    [
      'the third PPR is not the fourth',
      {},
      [...BURST, again('1'), again('1'), again('1'), ['MCF', 'DCN', 'end OK 1/0']],
    ],
    [
      'after CTC there are four more PPRs; then EOR, when the profile allows one CTC',
      { profile: { correctAtMost: 1 } },
      [
        ...BURST,
        again('1'),
        again('1'),
        again('1'),
        ['PPR 1', 'CTC'],
        ['CTR', 'frames 1 V.17 12000 long', 'PPS-EOP'],
        ['PPR 1', 'frames 1 V.17 12000 short', 'PPS-EOP'],
        ['PPR 1', 'frames 1 V.17 12000 short', 'PPS-EOP'],
        ['PPR 1', 'frames 1 V.17 12000 short', 'PPS-EOP'],
        ['PPR 1', 'EOR-EOP'],
        ['ERR', 'DCN', 'end ECM_NO_PROGRESS 0/0'],
      ],
    ],
    [
      'a fourth PPR that asks for nothing cannot be corrected',
      {},
      [
        ...BURST,
        ['PPR', 'frames 2 V.17 14400 short', 'PPS-EOP'],
        ['PPR', 'frames 2 V.17 14400 short', 'PPS-EOP'],
        ['PPR', 'frames 2 V.17 14400 short', 'PPS-EOP'],
        ['PPR', 'EOR-EOP'],
        ['ERR', 'DCN', 'end ECM_NO_PROGRESS 0/0'],
      ],
    ],
    [
      'each block has its own PPRs',
      { documents: [[TWO_BLOCKS]], profile: { correctAtMost: 0 } },
      [
        ...START,
        ['CFR', 'frames 0-255 V.17 14400 short', 'PPS-NULL'],
        ['PPR 9', 'frames 9 V.17 14400 short', 'PPS-NULL'],
        ['PPR 9', 'frames 9 V.17 14400 short', 'PPS-NULL'],
        ['PPR 9', 'frames 9 V.17 14400 short', 'PPS-NULL'],
        ['MCF', 'frames 0 V.17 14400 short', 'PPS-EOP'],
        ['PPR 0', 'frames 0,0 V.17 14400 short', 'PPS-EOP'],
        ['PPR 0', 'frames 0,0 V.17 14400 short', 'PPS-EOP'],
        ['PPR 0', 'frames 0,0 V.17 14400 short', 'PPS-EOP'],
        ['MCF', 'DCN', 'end OK 1/0'],
      ],
    ],
    [
      'CTC stays at the lowest rate',
      { profile: { maxRateBps: 2400 } },
      [
        ['start'],
        ['DIS', 'DCS', 'TCF V.27ter 2400 long'],
        ['CFR', 'frames 0-2 V.27ter 2400 long', 'PPS-EOP'],
        ['PPR 1', 'frames 1 V.27ter 2400 long', 'PPS-EOP'],
        ['PPR 1', 'frames 1 V.27ter 2400 long', 'PPS-EOP'],
        ['PPR 1', 'frames 1 V.27ter 2400 long', 'PPS-EOP'],
        ['PPR 1', 'CTC'],
        ['CTR', 'frames 1 V.27ter 2400 long', 'PPS-EOP'],
        ['MCF', 'DCN', 'end OK 1/0'],
      ],
    ],
    [
      'the next page goes on at the rate of the CTC, without new training',
      { documents: [[600, 600]] },
      [
        ...START,
        ['CFR', ALL, 'PPS-MPS'],
        ['PPR 1', 'frames 1 V.17 14400 short', 'PPS-MPS'],
        ['PPR 1', 'frames 1 V.17 14400 short', 'PPS-MPS'],
        ['PPR 1', 'frames 1 V.17 14400 short', 'PPS-MPS'],
        ['PPR 1', 'CTC'],
        ['CTR', 'frames 1 V.17 12000 long', 'PPS-MPS'],
        ['MCF', 'frames 0-2 V.17 12000 short', 'PPS-EOP'],
        ['MCF', 'DCN', 'end OK 2/0'],
      ],
    ],
    [
      'no answer to PPS: three times',
      {},
      [...BURST, ['T4', 'PPS-EOP'], ['T4', 'PPS-EOP'], ['T4', 'DCN', 'end PPS_NO_RESPONSE 0/0']],
    ],
    [
      'an answer to the third PPS is in time',
      {},
      [...BURST, ['T4', 'PPS-EOP'], ['T4', 'PPS-EOP'], ['MCF', 'DCN', 'end OK 1/0']],
    ],
    ['DCN is no confirmation', {}, [...BURST, ['DCN', 'end DCN_BEFORE_CONFIRMATION 0/0']]],
    [
      'what does not belong there is no confirmation',
      {},
      [...BURST, ['ERR', 'PPS-EOP'], ['CTR', 'PPS-EOP'], ['CFR', 'DCN', 'end POST_MESSAGE_BAD_RESPONSE 0/0']],
    ],
    ['PIN', {}, [...BURST, ['PIN', 'DCN', 'end OPERATOR_INTERRUPT 0/0']]],
    ['PIP confirms the last page', {}, [...BURST, ['PIP', 'DCN', 'end OK 1/0']]],
    [
      'PIP in the middle of a page confirms nothing',
      { documents: [[TWO_BLOCKS]] },
      [
        ...START,
        ['CFR', 'frames 0-255 V.17 14400 short', 'PPS-NULL'],
        ['PIP', 'DCN', 'end OPERATOR_INTERRUPT 0/0'],
      ],
    ],
    [
      'RTP after a page confirms and trains, in the middle of one it is not usable',
      { documents: [[TWO_BLOCKS, 600]] },
      [
        ...START,
        ['CFR', 'frames 0-255 V.17 14400 short', 'PPS-NULL'],
        ['RTP', 'PPS-NULL'],
        ['MCF', 'frames 0 V.17 14400 short', 'PPS-MPS'],
        ['RTP', 'DCS', 'TCF V.17 14400 long'],
        ['CFR', ALL, 'PPS-EOP'],
        ['MCF', 'DCN', 'end OK 2/0'],
      ],
    ],
    [
      'RTN begins the page anew from its first block',
      { documents: [[TWO_BLOCKS]] },
      [
        ...START,
        ['CFR', 'frames 0-255 V.17 14400 short', 'PPS-NULL'],
        ['MCF', 'frames 0 V.17 14400 short', 'PPS-EOP'],
        ['RTN', 'DCS', 'TCF V.17 12000 long'],
        ['CFR', 'frames 0-255 V.17 12000 short', 'PPS-NULL'],
        ['MCF', 'frames 0 V.17 12000 short', 'PPS-EOP'],
        ['MCF', 'DCN', 'end OK 1/0'],
      ],
    ],
  ])('%s', (_, options, rows) => {
    expect(played(callingConversation({ ecm: true, ...options }), rows)).toEqual(rows);
  });

  test('a PPR that is too short is not usable', () => {
    const conversation = callingConversation({ ecm: true });
    played(conversation, BURST);
    const octets = Uint8Array.of(0xff, 0x13, 0xbc, 0xff);
    conversation.give({ type: 'carrier', carrier: 'V.21', present: true });
    conversation.give({ type: 'frame', carrier: 'V.21', octets, fcsOk: true });
    expect(conversation.hear('carrier off')).toEqual(['PPS-EOP']);
  });
});

describe('what the frames of error correction say', () => {
  const sentFrames = (options: CallingOptions, rows: readonly Row[]) => {
    const conversation = callingConversation({ ecm: true, ...options });
    played(conversation, rows);
    return conversation.effects.flatMap((effect) =>
      effect.type === 'sendFrames' ? effect.frames.map((octets) => parseFrame(octets)) : [],
    );
  };

  test('PPS counts pages over the call, blocks of the page, and the frames of the burst', () => {
    const documents = [[TWO_BLOCKS, 600], [300]];
    const rows: readonly Row[] = [
      ...START,
      ['CFR'],
      ['PPR 3 4'],
      ['MCF'],
      ['MCF'],
      ['MCF'],
      ['DIS'],
      ['CFR'],
      ['MCF'],
    ];
    const counts = sentFrames({ documents }, rows).flatMap((frame) => (frame && parsePps(frame)) ?? []);
    expect(counts).toEqual([
      { command: 'NULL', page: 0, block: 0, frames: 256 },
      { command: 'NULL', page: 0, block: 0, frames: 2 },
      { command: 'MPS', page: 0, block: 1, frames: 1 },
      { command: 'EOM', page: 1, block: 0, frames: 3 },
      { command: 'EOP', page: 2, block: 0, frames: 2 },
    ]);
  });

  test('the page counter goes from 255 to 0', () => {
    const documents = [Array.from({ length: 258 }, () => 10)];
    const rows: Row[] = [...START, ['CFR'], ...Array.from({ length: 258 }, (): Row => ['MCF'])];
    const pages = sentFrames({ documents }, rows).flatMap((frame) => (frame && parsePps(frame)?.page) ?? []);
    expect(pages.slice(253)).toEqual([253, 254, 255, 0, 1]);
  });

  test('a frame 0 that is sent twice counts once', () => {
    const counts = sentFrames({}, [...BURST, ['PPR 0']]).flatMap(
      (frame) => (frame && parsePps(frame)?.frames) ?? [],
    );
    expect(counts).toEqual([3, 1]);
  });

  test('CTC names the rate of the rest, EOR what follows', () => {
    const rows: readonly Row[] = [...BURST, ['PPR 1'], ['PPR 1'], ['PPR 1'], ['PPR 1']];
    const [ctc] = sentFrames({}, rows).slice(-1);
    expect(ctc && [ctc.name, ctc.x, parseContinueRate(ctc.fif)]).toEqual([
      'CTC',
      true,
      { modulation: 'V.17', rateBps: 12_000 },
    ]);
    const [eor] = sentFrames({ profile: { correctAtMost: 0 } }, rows).slice(-1);
    expect(eor && parseEor(eor)).toBe('EOP');
  });

  test('the journal tells of blocks and of the page that was given up', () => {
    const conversation = callingConversation({ ecm: true, profile: { correctAtMost: 0 } });
    played(conversation, [...BURST, ['PPR 1'], ['PPR 1'], ['PPR 1'], ['PPR 1'], ['ERR']]);
    expect(
      conversation.journal.filter(({ type }) => type === 'blockSent' || type.startsWith('page')),
    ).toEqual([
      { type: 'pageBegins', page: 0, direction: 'send', attempt: 1 },
      { type: 'blockSent', page: 0, block: 0, frames: 3 },
      { type: 'blockSent', page: 0, block: 0, frames: 1 },
      { type: 'blockSent', page: 0, block: 0, frames: 1 },
      { type: 'blockSent', page: 0, block: 0, frames: 1 },
      { type: 'pageRefused', page: 0, direction: 'send', by: 'ERR' },
    ]);
  });

  test('a modem that fails in the middle of a burst ends the call', () => {
    const rows: Row[] = [
      ['start'],
      ['DIS', 'DCS'],
      ['sent', 'TCF V.17 14400 long'],
      ['sent'],
      ['CFR', ALL],
      ['sendFailed', 'DCN'],
      ['sent', 'end SEND_FAILED 0/0'],
    ];
    expect(played(callingConversation({ ecm: true, leaves: false }), rows)).toEqual(rows);
  });
});
