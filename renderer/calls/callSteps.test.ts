import { expect, test } from 'vitest';
import type { CallRecord } from '../../protocol/api/lines.ts';
import { outcome } from '../../protocol/outcome.ts';
import { createFormats } from '../language/formats.ts';
import { en, type MessageId } from '../language/en.ts';
import { ja } from '../language/ja.ts';
import { callSteps } from './callSteps.ts';

/** The messages with their values put in, plurals left as they are. */
const words =
  (messages: Readonly<Record<MessageId, string>>) =>
  (id: MessageId, values: Record<string, string | number> = {}): string =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, String(value)),
      messages[id],
    );
const inEnglish = { t: words(en), formats: createFormats('en'), language: 'en' } as const;
const inJapanese = { t: words(ja), formats: createFormats('ja'), language: 'ja' } as const;

const call: CallRecord = {
  id: 'c1',
  lineId: 'line-1',
  lineName: 'Line 2',
  direction: 'outgoing',
  number: '+81312345678',
  startedAt: '2026-11-23T01:00:00.000Z',
  endedAt: '2026-11-23T01:01:02.000Z',
  report: {
    outcome: outcome('CONFIRMED', 'release'),
    direction: 'outgoing',
    connectedMs: 62_000,
    pagesSent: 3,
    pagesReceived: 0,
    complete: true,
    remoteId: '+81 3 1234 5678',
    remoteMaker: 'Ricoh',
    rateBps: 9_600,
    modulation: 'V.29',
    coding: 'MR',
    resolution: 'fine',
    ecm: false,
    trouble: { trainingFailedAt: [{ modulation: 'V.17', rateBps: 14_400 }], repeats: 2 },
  },
  incomingIds: [],
  outgoingIds: [],
};
const texts = (record: CallRecord, how: typeof inEnglish | typeof inJapanese): string[] =>
  callSteps(record, '山田商会', how).map(({ text }) => text);

test('a call is told from dialling to its end, with the times of both', () => {
  const steps = callSteps(call, '山田商会', inEnglish);
  expect(steps.map(({ text }) => text)).toEqual([
    '山田商会 was called over “Line 2”.',
    'A fax machine by Ricoh was there; it calls itself “+81 3 1234 5678”.',
    'The line was too bad for 14,400 bit/s.',
    'Agreed: 9,600 bit/s (V.29) · MR · No error correction · Fine',
    expect.stringContaining('confirmed # pages.'),
    'The call ended as it should. It was connected for 1:02.',
  ]);
  expect([steps[0]?.at, steps.at(-1)?.at]).toEqual([call.startedAt, call.endedAt]);
});

test('in Japanese nothing of it is English', () => {
  expect(texts(call, inJapanese)).toEqual([
    '回線「回線 2」から 山田商会 へ発信しました。',
    '相手のファクス（Ricoh 製）の識別番号は「+81 3 1234 5678」です。',
    '回線の状態が悪く、毎秒 14,400 ビット では通信できませんでした。',
    '通信条件：毎秒 9,600 ビット (V.29) · MR · 誤り訂正なし · ファイン',
    expect.stringContaining('ページの受信を確認しました。'),
    '通信は正常に終了しました。通話時間は 1:02 でした。',
  ]);
});

test('of a number that is busy there is nothing to tell between beginning and end', () => {
  const busy: CallRecord = {
    ...call,
    report: {
      outcome: outcome('TEL_BUSY', 'dial'),
      direction: 'outgoing',
      connectedMs: 0,
      pagesSent: 0,
      pagesReceived: 0,
      complete: false,
      trouble: { trainingFailedAt: [], repeats: 0 },
    },
  };
  expect(texts(busy, inEnglish)).toEqual(['山田商会 was called over “Line 2”.', 'The number is busy.']);
});

test('a call that is up is told as far as it has come', () => {
  const { report: _over, endedAt: _ended, ...running } = call;
  expect(
    texts(
      {
        ...running,
        direction: 'incoming',
        progress: { phase: 'receiving', pagesSent: 0, pagesReceived: 1, rateBps: 14_400, ecm: true },
      },
      inEnglish,
    ),
  ).toEqual([
    '山田商会 called, and “Line 2” answered.',
    'A fax machine was there; it gave no number.',
    'Agreed: 14,400 bit/s · Error correction',
    expect.stringContaining('# page arrived and was kept.'),
    'Now: Receiving page 2.',
  ]);
});
