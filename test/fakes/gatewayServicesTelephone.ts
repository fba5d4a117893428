// Faxes that went out and came in over the telephone lines of the fake gateway's office.

import type { CallRecord, CallSummary, RemoteProfile } from '../../protocol/api/lines.ts';
import type { Attempt, Delivery, IncomingDocument, OutgoingDocument } from '../../protocol/api/types.ts';
import type { JournalLine, PageQualityReport } from '../../protocol/modem.ts';
import { outcome } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { before } from './gatewayServicesRules.ts';
import { sampleCalls, sampleJournals, sampleRemotes } from './gatewayServicesTelephoneCalls.ts';
import { RUNNING_CALL } from './gatewayServicesTelephoneLines.ts';

const summary = (callId: string, change: Partial<CallSummary> = {}): CallSummary => ({
  callId,
  lineName: 'Front desk',
  remoteId: '+81 78 555 0111',
  rateBps: 14_400,
  modulation: 'V.17',
  coding: 'MMR',
  resolution: 'fine',
  ecm: true,
  durationMs: 62_400,
  ...change,
});

/** A report as a call leaves it, by its outcome. */ interface TelephoneSample {
  outgoing: OutgoingDocument[];
  incoming: IncomingDocument[];
  attempts: Map<string, Attempt[]>;
  qualities: Map<string, PageQualityReport[]>;
  calls: CallRecord[];
  journals: Map<string, JournalLine[]>;
  remotes: RemoteProfile[];
}

export function sampleTelephone(now: Date): TelephoneSample {
  const sent = (
    id: string,
    title: string,
    minutesAgo: number,
    pages: number,
    delivery: Omit<Delivery, 'id'>,
  ) => outgoingOf(now, { id, title, minutesAgo, pages, delivery: { id: `${id}-d1`, ...delivery } });
  const outgoing = [
    sent('out-tel-1', 'Catalogue autumn 2026.pdf', 0, 12, {
      destination: 'tel:+81755550148',
      contactName: '山田商会',
      status: 'sending',
      pagesConfirmed: 2,
      attempts: 1,
    }),
    sent('out-tel-2', 'Prescription request, Ward 4', 6, 2, {
      destination: 'tel:+441174960044',
      contactName: 'St Anne’s Surgery',
      status: 'waiting',
      pagesConfirmed: 0,
      attempts: 2,
      outcome: outcome('TEL_BUSY', 'dial', 'BUSY after 4.1 s'),
      nextAttemptAt: new Date(now.getTime() + 50_000).toISOString(),
      call: { callId: 'call-busy-2', lineName: 'Back office' },
    }),
    sent('out-tel-3', '契約書 第三版', 34, 4, {
      destination: 'tel:+81785550111',
      contactName: '田中法律事務所',
      status: 'confirmed',
      pagesConfirmed: 4,
      attempts: 2,
      outcome: outcome('CONFIRMED', 'confirm'),
      confirmedAt: before(now, 33 * 60),
      call: summary('call-good'),
    }),
    sent('out-tel-4', 'Offer 2026-88', 70, 3, {
      destination: 'tel:+12065550199',
      status: 'failed',
      pagesConfirmed: 0,
      attempts: 1,
      outcome: outcome('WRONG_NUMBER', 'identify', 'heard “+1 206 555 0100”, expected “+1 206 555 0199”'),
      call: summary('call-wrong', {
        remoteId: '+1 206 555 0100',
        lineName: 'Back office',
        durationMs: 9_100,
      }),
    }),
  ];
  const attempts = new Map<string, Attempt[]>([
    [
      'out-tel-1',
      [
        {
          deliveryId: 'out-tel-1-d1',
          number: 1,
          startedAt: before(now, 70),
          pagesConfirmed: 2,
          call: { callId: RUNNING_CALL, lineName: 'Front desk' },
        },
      ],
    ],
    [
      'out-tel-2',
      [1, 2].map((number) => ({
        deliveryId: 'out-tel-2-d1',
        number,
        startedAt: before(now, 360 - number * 120),
        endedAt: before(now, 350 - number * 120),
        pagesConfirmed: 0,
        outcome: outcome('TEL_BUSY', 'dial', 'BUSY after 4.1 s'),
        call: { callId: `call-busy-${number}`, lineName: 'Back office' },
      })),
    ],
    [
      'out-tel-3',
      [
        {
          deliveryId: 'out-tel-3-d1',
          number: 1,
          startedAt: before(now, 35 * 60),
          endedAt: before(now, 35 * 60 - 40),
          pagesConfirmed: 0,
          outcome: outcome('TEL_NO_ANSWER', 'dial'),
          call: { callId: 'call-silent', lineName: 'Front desk' },
        },
        {
          deliveryId: 'out-tel-3-d1',
          number: 2,
          startedAt: before(now, 33 * 60 + 70),
          endedAt: before(now, 33 * 60),
          pagesConfirmed: 4,
          outcome: outcome('CONFIRMED', 'confirm'),
          call: summary('call-good'),
        },
      ],
    ],
    [
      'out-tel-4',
      [
        {
          deliveryId: 'out-tel-4-d1',
          number: 1,
          startedAt: before(now, 70 * 60),
          endedAt: before(now, 70 * 60 - 31),
          pagesConfirmed: 0,
          outcome: outcome('WRONG_NUMBER', 'identify', 'heard “+1 206 555 0100”'),
          call: summary('call-wrong', {
            remoteId: '+1 206 555 0100',
            lineName: 'Back office',
            durationMs: 9_100,
          }),
        },
      ],
    ],
  ]);
  const clean = { rows: 2_291, badRows: 0, longestBadRun: 0, ecm: false };
  const incoming: IncomingDocument[] = [
    {
      id: 'in-tel-1',
      from: 'tel:+81655500177',
      fromName: 'OSAKA DEPOT',
      contactName: '大阪物流センター',
      purpose: 'fax',
      pages: 3,
      pagesExpected: 3,
      state: 'complete',
      read: false,
      receivedAt: before(now, 9 * 60),
      completedAt: before(now, 8 * 60),
      remoteId: '+81 6 5550 0177',
      callerNumber: '+81655500177',
      callerName: 'OSAKA DEPOT',
      call: summary('call-in-1', {
        lineName: '受注専用',
        remoteId: '+81 6 5550 0177',
        rateBps: 9_600,
        modulation: 'V.29',
        coding: 'MR',
        ecm: false,
        durationMs: 141_000,
      }),
      quality: [
        clean,
        { ...clean, badRows: 12, longestBadRun: 4 },
        { ...clean, badRows: 1, longestBadRun: 1 },
      ],
    },
    {
      id: 'in-tel-2',
      from: 'tel:',
      fromName: '',
      purpose: 'fax',
      pages: 2,
      state: 'partial',
      read: false,
      receivedAt: before(now, 25 * 60),
      completedAt: before(now, 24 * 60),
      call: { callId: 'call-in-2', lineName: 'Front desk', rateBps: 4_800, coding: 'MH', ecm: false },
      quality: [
        { ...clean, badRows: 44, longestBadRun: 21 },
        { ...clean, badRows: 1, longestBadRun: 1, partial: true },
      ],
    },
  ];
  return {
    outgoing,
    incoming,
    attempts,
    qualities: new Map(incoming.map((document) => [document.id, document.quality ?? []])),
    calls: sampleCalls(now),
    journals: sampleJournals(),
    remotes: sampleRemotes(now),
  };
}
function outgoingOf(
  now: Date,
  sample: { id: string; title: string; minutesAgo: number; pages: number; delivery: Delivery },
): OutgoingDocument {
  const { id, title, minutesAgo, pages, delivery } = sample;
  const { status } = delivery;
  const sentAt = before(now, minutesAgo * 60 + 75);
  return {
    id,
    title,
    status: status === 'confirmed' || status === 'failed' ? status : 'active',
    createdAt: sentAt,
    sentAt,
    ...(status === 'confirmed' || status === 'failed' ? { finishedAt: before(now, minutesAgo * 60) } : {}),
    options: { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' },
    pages,
    pagesExpected: pages,
    prepared: true,
    substitutedFonts: [],
    totalBytes: pages * 31_400,
    sending: { priority: 'normal', cheapHours: false },
    deliveries: [
      {
        ...delivery,
        ...(delivery.outcome === undefined ? {} : { text: outcomeText(delivery.outcome.code) }),
      },
    ],
  };
}
