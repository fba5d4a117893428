import { describe, expect, test } from 'vitest';
import { buildCapabilities } from './frames/capabilities.ts';
import { parseFrame } from './frames/frame.ts';
import { buildIdentity, parseIdentity } from './frames/identity.ts';
import { buildParameters } from './frames/parameters.ts';
import { buildEor } from './frames/postMessage.ts';
import { RATES } from './parameters.ts';
import type { SessionParameters } from './parameters.ts';
import { PAGE, START, callingConversation, played } from './testing/callingConversation.ts';
import type { CallingOptions } from './testing/callingConversation.ts';
import type { Row } from './testing/conversation.ts';
import { CAPABILITIES } from './testing/testPlans.ts';

const SHORT = 'page V.17 14400 short';
const POLL = { address: null, password: null };
const OFFERS = { hasDocumentToPoll: true };
const DCS: SessionParameters = {
  rate: { modulation: 'V.17', rateBps: 14_400 },
  coding: 'MH',
  resolution: 'R8x7.7',
  inch: false,
  width: 215,
  length: 'A4',
  minScanMs: 0,
  ecmFrameOctets: null,
  subaddressSent: false,
  senderIdSent: false,
  unsupported: [],
};
const fifs = { DCS: buildParameters(DCS), CSI: buildIdentity('+81 75'), NSF: Uint8Array.of(0, 0, 0x25) };
const POLLING: CallingOptions = { documents: [], poll: POLL, remote: OFFERS, fifs };

describe('a caller before it is the documents’ turn', () => {
  test.each<[string, CallingOptions, readonly Row[]]>([
    ['abort before the call ends it without a word', {}, [['abort', 'end ABORTED 0/0']]],
    ['so does a lost line', {}, [['lineLost', 'end LINE_LOST 0/0']]],
    ['what comes before the start is passed over', {}, [['flags'], ['sent'], ...START]],
    ['no DIS within T1', {}, [['start'], ['T1', 'DCN', 'end T1_TIMEOUT_CALLING 0/0']]],
    [
      'a DIS that is being heard when T1 runs out is in time',
      {},
      [['start'], ['carrier on'], ['T1'], ['DIS', 'DCS', 'TCF V.17 14400 long']],
    ],
    [
      'anything else then is not',
      {},
      [['start'], ['carrier on'], ['T1'], ['carrier off', 'DCN', 'end T1_TIMEOUT_CALLING 0/0']],
    ],
    [
      'nor is a damaged DIS',
      {},
      [['start'], ['carrier on'], ['T1'], ['bad DIS', 'DCN', 'end T1_TIMEOUT_CALLING 0/0']],
    ],
    [
      'a damaged DIS is waited for again',
      {},
      [['start'], ['bad DIS'], ['NSF CSI DIS', 'DCS', 'TCF V.17 14400 long']],
    ],
    [
      'a DIS that is not marked as final counts with the end of the carrier',
      {},
      [['start'], ['open DIS', 'DCS', 'TCF V.17 14400 long']],
    ],
    ['DCN instead of DIS', {}, [['start'], ['DCN', 'end DCN_IN_IDENTIFICATION 0/0']]],
    [
      'its own frames heard back, and those that do not belong there',
      {},
      [['start'], ['DTC'], ['MCF'], ['CFR'], ['DIS', 'DCS', 'TCF V.17 14400 long']],
    ],
    ['abort', {}, [['start'], ['abort', 'DCN', 'end ABORTED 0/0']]],
    [
      'abort while something is heard waits for its end',
      {},
      [['start'], ['carrier on'], ['abort'], ['carrier off', 'DCN', 'end ABORTED 0/0']],
    ],
    ['a lost line', {}, [['start'], ['lineLost', 'end LINE_LOST 0/0']]],
    [
      'a lost line while something is heard',
      {},
      [['start'], ['carrier on'], ['lineLost', 'end LINE_LOST 0/0']],
    ],
    [
      'a far machine that cannot receive',
      { remote: { canReceive: false } },
      [['start'], ['DIS', 'DCN', 'end CANNOT_RECEIVE 0/0']],
    ],
    ['nothing to be done', { documents: [] }, [['start'], ['DIS', 'DCN', 'end OK 0/0']]],
  ])('%s', (_, options, rows) => {
    expect(played(callingConversation(options), rows)).toEqual(rows);
  });

  test('frames on a fast carrier are none of its business', () => {
    const conversation = callingConversation();
    conversation.hear('start');
    const octets = Uint8Array.of(0xff, 0x13, 0x8c);
    conversation.give({ type: 'frame', carrier: 'fast', octets, fcsOk: true });
    expect(conversation.journal.at(-1)).toEqual({ type: 'frameIgnored', name: 'MCF', reason: 'unexpected' });
  });

  test('T1 is 35 s', () => {
    const conversation = callingConversation();
    conversation.hear('start');
    expect([...conversation.timers]).toEqual([['T1', 35_000]]);
  });

  test('tells the journal who is there and what it can do', () => {
    const conversation = callingConversation({ fifs });
    played(conversation, [['start'], ['NSF CSI DIS']]);
    expect(conversation.journal.filter(({ type }) => type.startsWith('remote'))).toEqual([
      { type: 'remoteMaker', maker: expect.any(String) as string, stationName: null },
      { type: 'remoteIdentity', frame: 'CSI', id: '+81 75' },
      { type: 'remoteCapabilities', capabilities: expect.objectContaining({ canReceive: true }) as object },
    ]);
  });
});

describe('the end of a call', () => {
  test.each<[string, readonly Row[]]>([
    ['abort in the training waits until it has left', [...START, ['abort', 'DCN', 'end ABORTED 0/0']]],
    [
      'abort while an answer is heard',
      [...PAGE, ['carrier on'], ['abort'], ['carrier off', 'DCN', 'end ABORTED 0/0']],
    ],
    ['abort while one is awaited', [...PAGE, ['abort', 'DCN', 'end ABORTED 0/0']]],
    ['a lost line', [...PAGE, ['lineLost', 'end LINE_LOST 0/0']]],
    ['a lost line while an answer is heard', [...PAGE, ['carrier on'], ['lineLost', 'end LINE_LOST 0/0']]],
  ])('%s', (_, rows) => {
    const conversation = callingConversation();
    expect(played(conversation, rows)).toEqual(rows);
    expect(conversation.timers.size).toBe(0);
  });

  test('abort during TCF lets it leave, abort during a page does not', () => {
    const rows: Row[] = [
      ['start'],
      ['DIS', 'DCS'],
      ['sent', 'TCF V.17 14400 long'],
      ['abort'],
      ['sent', 'DCN'],
      ['sent', 'end ABORTED 0/0'],
    ];
    expect(played(callingConversation({ leaves: false }), rows)).toEqual(rows);
    const page: Row[] = [
      ...rows.slice(0, 3),
      ['sent'],
      ['CFR', SHORT],
      ['abort', 'DCN'],
      ['sent', 'end ABORTED 0/0'],
    ];
    expect(played(callingConversation({ leaves: false }), page)).toEqual(page);
    const burst: Row[] = [...page.slice(0, 4), ['CFR', 'frames 0-2 V.17 14400 short'], ...page.slice(5)];
    expect(played(callingConversation({ leaves: false, ecm: true }), burst)).toEqual(burst);
  });

  test('abort while RNR is answered, and while the host is waited for', () => {
    const rows: Row[] = [
      ...START,
      ['CFR', 'frames 0-2 V.17 14400 short', 'PPS-EOP'],
      ['RNR', 'RR'],
      ['abort', 'DCN', 'end ABORTED 0/0'],
    ];
    const busy = callingConversation({ ecm: true });
    expect(played(busy, rows)).toEqual(rows);
    expect(busy.timers.size).toBe(0);
    const waiting: Row[] = [
      ['start'],
      ['DIS', 'prepare 0 MR 0'],
      ['carrier on'],
      ['abort'],
      ['carrier off', 'DCN', 'end ABORTED 0/0'],
    ];
    expect(played(callingConversation({ pages: null }), waiting)).toEqual(waiting);
    const next: Row[] = [
      ['start'],
      ['DIS', 'prepare 0 MR 0'],
      ['ready 0', 'DCS', 'TCF V.17 14400 long'],
      ['CFR', 'prepare 1 MR 0', SHORT],
      ['lineLost', 'end LINE_LOST 0/0'],
    ];
    const between = callingConversation({ pages: null, documents: [[1, 1]] });
    expect(played(between, next)).toEqual(next);
    expect(between.timers.size).toBe(0);
  });

  test('comes with a report, and nothing has an effect after it', () => {
    const conversation = callingConversation();
    played(conversation, [...PAGE, ['MCF']]);
    const [report, end] = conversation.effects.slice(-2);
    const outcome = {
      code: 'OK',
      phase: 'E',
      detail: expect.any(String) as string,
      pagesSent: 1,
      pagesReceived: 0,
    };
    expect([report, end]).toEqual([
      { type: 'report', event: { type: 'ended', outcome } },
      { type: 'end', outcome },
    ]);
    expect(
      played(conversation, [['sent'], ['DIS'], ['abort'], ['ready 0']]).flatMap(([, ...said]) => said),
    ).toEqual([]);
  });
});

describe('polling', () => {
  test.each<[string, CallingOptions, readonly Row[]]>([
    ['DTC is answered by DCS: the caller receives', {}, [['start'], ['DIS', 'DTC'], ['DCS', 'receiveFast']]],
    [
      'a far machine without a document',
      { remote: {} },
      [['start'], ['DIS', 'DCN', 'end CANNOT_BE_POLLED 0/0']],
    ],
    [
      'no answer to DTC: three times',
      {},
      [['start'], ['DIS', 'DTC'], ['T4', 'DTC'], ['T4', 'DTC'], ['T4', 'DCN', 'end DTC_NO_RESPONSE 0/0']],
    ],
    [
      'DIS again: DTC was lost',
      {},
      [['start'], ['DIS', 'DTC'], ['DIS', 'DTC'], ['DIS', 'DTC'], ['DIS', 'DCN', 'end DTC_NO_RESPONSE 0/0']],
    ],
    ['DCN: it does not want to', {}, [['start'], ['DIS', 'DTC'], ['DCN', 'end DCN_IN_IDENTIFICATION 0/0']]],
    [
      'CRP without end',
      {},
      [
        ['start'],
        ['DIS', 'DTC'],
        ['CRP', 'DTC'],
        ['CRP', 'DTC'],
        ['CRP', 'DTC'],
        ['CRP', 'DCN', 'end TOO_MANY_REPEATS 0/0'],
      ],
    ],
    ['its own DTC heard back', {}, [['start'], ['DIS', 'DTC'], ['DTC'], ['DCS', 'receiveFast']]],
    ['abort', {}, [['start'], ['DIS', 'DTC'], ['abort', 'DCN', 'end ABORTED 0/0']]],
    ['a lost line', {}, [['start'], ['DIS', 'DTC'], ['lineLost', 'end LINE_LOST 0/0']]],
    [
      'documents are sent first, then EOM leads to the poll',
      { documents: [[600]] },
      [...START, ['CFR', SHORT, 'EOM'], ['MCF'], ['DIS', 'DTC'], ['DCS', 'receiveFast']],
    ],
    [
      'a far machine without a document gets ours all the same',
      { documents: [[600]], remote: {} },
      [...START, ['CFR', SHORT, 'EOP'], ['MCF', 'DCN', 'end CANNOT_BE_POLLED 1/0']],
    ],
    [
      'a failure before is told as it is',
      { documents: [[600]], remote: {} },
      [...START, ['CFR', SHORT, 'EOP'], ['DCN', 'end DCN_BEFORE_CONFIRMATION 0/0']],
    ],
  ])('%s', (_, options, rows) => {
    expect(played(callingConversation({ ...POLLING, ...options }), rows)).toEqual(rows);
  });

  test('a modem that cannot send DTC', () => {
    const rows: Row[] = [
      ['start'],
      ['DIS', 'DTC'],
      ['sendFailed'],
      ['T4', 'DTC'],
      ['sendFailed'],
      ['T4', 'DTC'],
      ['sendFailed'],
      ['T4', 'DCN'],
      ['sent', 'end SEND_FAILED 0/0'],
    ];
    expect(played(callingConversation({ ...POLLING, leaves: false }), rows)).toEqual(rows);
  });

  test('PWD, SEP and CIG stand before DTC for a machine that takes them', () => {
    const poll = { address: '12', password: '34' };
    const said = (options: CallingOptions): readonly (readonly [string, string])[] => {
      const conversation = callingConversation({ ...POLLING, poll, localId: '+81', ...options });
      played(conversation, [['start'], ['DIS']]);
      const sent = conversation.effects.find((effect) => effect.type === 'sendFrames');
      return (sent?.frames ?? []).flatMap((octets) => {
        const frame = parseFrame(octets);
        return frame === null
          ? []
          : [[frame.name, frame.final ? 'final' : parseIdentity(frame.fif)] as const];
      });
    };
    expect(said({})).toEqual([
      ['PWD', '34'],
      ['SEP', '12'],
      ['CIG', '+81'],
      ['DTC', 'final'],
    ]);
    expect(said({ remote: { ...OFFERS, selectivePolling: false, password: false } })).toEqual([
      ['CIG', '+81'],
      ['DTC', 'final'],
    ]);
    expect(said({ poll: POLL, localId: '' })).toEqual([['DTC', 'final']]);
  });

  test('after a document that was fetched, EOM leads to the next one, or to the end', () => {
    const page: Row[] = [['start'], ['DIS', 'DTC'], ['DCS', 'receiveFast']];
    const begun = (dis: Partial<CallingOptions>) => {
      const conversation = callingConversation({ ...POLLING, ...dis });
      expect(played(conversation, page)).toEqual(page);
      conversation.give({ type: 'carrier', carrier: 'fast', present: true });
      conversation.give({ type: 'carrier', carrier: 'fast', present: false });
      conversation.give({ type: 'trainingCheck', octets: new Uint8Array(2700) });
      conversation.give({ type: 'carrier', carrier: 'fast', present: true });
      conversation.give({ type: 'carrier', carrier: 'fast', present: false });
      const quality = { rows: 10, goodRows: 10, badRows: 0, longestBadRun: 0 };
      conversation.give({ type: 'pageEnd', quality, endSeen: true });
      expect(conversation.hear('EOM')).toEqual(['storePage']);
      conversation.give({ type: 'pageStored', page: 0 });
      return conversation;
    };
    const further = begun({});
    expect(
      played(further, [
        ['DIS', 'DTC'],
        ['DCS', 'beginPage', 'receiveFast'],
      ])[0],
    ).toEqual(['DIS', 'DTC']);
    const silent = begun({});
    expect(played(silent, [['T2'], ['T1']]).slice(-1)).toEqual([['T1', 'DCN', 'end T1_AFTER_EOM 0/1']]);
    const none = begun({});
    const dis = buildCapabilities({
      ...CAPABILITIES,
      canReceive: true,
      hasDocumentToPoll: false,
      rates: RATES,
    });
    const octets = Uint8Array.of(0xff, 0x13, 0x80, ...dis);
    none.give({ type: 'carrier', carrier: 'V.21', present: true });
    none.give({ type: 'frame', carrier: 'V.21', octets, fcsOk: true });
    expect(none.hear('carrier off')).toEqual(['DCN', 'end OK 0/1']);
  });

  test('documents of which no page can be confirmed are not fetched without end', () => {
    const ecm = { ...DCS, ecmFrameOctets: 256 } as const;
    const eor = buildEor({ x: false, command: 'EOM' }).subarray(3);
    const conversation = callingConversation({
      ...POLLING,
      fifs: { ...fifs, DCS: buildParameters(ecm), EOR: eor },
    });
    conversation.hear('start');
    let rounds = 0;
    while (!conversation.ended && rounds < 100) {
      rounds += 1;
      if (!conversation.hear('DIS').includes('DTC')) break;
      conversation.hear('DCS');
      conversation.give({ type: 'carrier', carrier: 'fast', present: true });
      conversation.give({ type: 'carrier', carrier: 'fast', present: false });
      conversation.give({ type: 'trainingCheck', octets: new Uint8Array(2700) });
      expect(conversation.hear('EOR')).toContain('ERR');
    }
    expect(rounds).toBe(8);
    expect(conversation.effects.at(-1)).toMatchObject({ outcome: { code: 'TOO_MANY_REPEATS' } });
  });
});
