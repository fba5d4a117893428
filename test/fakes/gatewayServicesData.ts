// The office the fake gateway pretends to be: its contacts, who is online, and its faxes, in English and Japanese.

import { createHash } from 'node:crypto';
import type {
  Contact,
  Delivery,
  DocumentPage,
  IncomingDocument,
  OnlineDevice,
  OutgoingDocument,
} from '../../protocol/api/types.ts';
import { outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { RESOLUTIONS } from '../../protocol/page.ts';

export type Template = 'letter' | 'invoice' | 'order' | 'clinic' | 'drawing' | 'memo';

/** Which picture a document's pages are; `seed` varies names and figures. */
export interface Sample {
  template: Template;
  seed: number;
}

export interface OfficeData {
  contacts: Contact[];
  online: OnlineDevice[];
}

const offices: { id: string; name: string; telephone?: string; note?: string; contact: boolean }[] = [
  {
    id: 'yamada-shokai',
    name: '山田商会',
    telephone: '+81 75 555 0148',
    contact: true,
    note: '担当：山田様',
  },
  { id: 'kyoto-office', name: '京都支店', telephone: '+81 75 555 0190', contact: true },
  { id: 'osaka-depot', name: '大阪物流センター', telephone: '+81 6 5550 0177', contact: true },
  { id: 'tanaka-law', name: '田中法律事務所', telephone: '+81 78 555 0111', contact: true },
  { id: 'sakura-clinic', name: 'さくら内科クリニック', telephone: '+81 78 555 0166', contact: true },
  { id: 'harbour-finch', name: 'Harbour & Finch Solicitors', telephone: '+44 20 7946 0018', contact: true },
  { id: 'northwind-freight', name: 'Northwind Freight', telephone: '+1 206 555 0139', contact: true },
  { id: 'st-annes', name: 'St Anne’s Surgery', telephone: '+44 117 496 0044', contact: true },
  {
    id: 'meridian-print',
    name: 'Meridian Print Works',
    contact: true,
    note: 'Ask for Dana. Proofs before noon.',
  },
  { id: 'alpine-dental', name: 'Alpine Dental Lab', telephone: '+41 44 555 01 27', contact: true },
  { id: 'lotus-travel', name: 'Lotus Travel', contact: true },
  { id: 'sapporo-souko', name: '札幌倉庫', contact: false },
  { id: 'bridge-st-pharmacy', name: 'Bridge Street Pharmacy', contact: false },
  { id: 'echo', name: 'Echo', contact: false },
  { id: 'demo-office', name: 'Demo office', contact: false },
];

export function officeData(): OfficeData {
  return {
    contacts: offices
      .filter((office) => office.contact)
      .map((office, index) => ({
        id: `contact-${index + 1}`,
        name: office.name,
        deviceId: office.id,
        ...(office.telephone === undefined ? {} : { telephone: office.telephone }),
        ...(office.note === undefined ? {} : { note: office.note }),
      })),
    online: offices
      .filter((_office, index) => index % 4 !== 3)
      .map((office) => ({
        deviceId: office.id,
        displayName: office.name,
        busy: office.id === 'northwind-freight',
      })),
  };
}

const subjects: { from: string; subject: string; pages: number; template: Template }[] = [
  { from: 'harbour-finch', subject: 'Lease renewal, signed copy', pages: 6, template: 'letter' },
  { from: 'yamada-shokai', subject: '発注書 No. 2611-048', pages: 2, template: 'order' },
  { from: 'sakura-clinic', subject: '紹介状（鈴木様）', pages: 1, template: 'clinic' },
  { from: 'northwind-freight', subject: 'Bill of lading NW-88214', pages: 3, template: 'invoice' },
  { from: 'kyoto-office', subject: '週報 11月第3週', pages: 4, template: 'memo' },
  { from: 'st-annes', subject: 'Repeat prescription request', pages: 1, template: 'clinic' },
  { from: 'meridian-print', subject: 'Proof 3, please sign', pages: 2, template: 'drawing' },
  { from: 'osaka-depot', subject: '納品書 11/21', pages: 1, template: 'order' },
  { from: 'sapporo-souko', subject: '在庫一覧', pages: 12, template: 'order' },
  { from: 'alpine-dental', subject: 'Work order 5512', pages: 1, template: 'drawing' },
  { from: 'bridge-st-pharmacy', subject: 'Stock query', pages: 1, template: 'memo' },
  { from: 'tanaka-law', subject: '契約書ドラフト（第二版）', pages: 9, template: 'letter' },
  { from: 'lotus-travel', subject: 'Itinerary, Kobe group of 14', pages: 2, template: 'memo' },
];

export function sampleIncoming(now: Date, count: number, data: OfficeData): IncomingDocument[] {
  const documents: IncomingDocument[] = [];
  let minutesAgo = 3;
  for (let index = 0; index < count; index += 1) {
    const sample = subjects[index % subjects.length];
    if (sample === undefined) break;
    const office = offices.find((candidate) => candidate.id === sample.from);
    const contact = data.contacts.find((candidate) => candidate.deviceId === sample.from);
    const receiving = index === 0;
    const broken = index === 9;
    const receivedAt = new Date(now.getTime() - minutesAgo * 60_000).toISOString();
    documents.push({
      id: `in-${String(index + 1).padStart(6, '0')}`,
      from: sample.from,
      fromName: office?.name ?? sample.from,
      ...(contact === undefined ? {} : { contactName: contact.name }),
      ...(index % 7 === 6 ? {} : { subject: sample.subject }),
      purpose: 'fax',
      pages: receiving ? 2 : broken ? 1 : sample.pages,
      pagesExpected: broken ? 3 : sample.pages,
      state: receiving ? 'receiving' : broken ? 'broken' : 'complete',
      read: index > 4 && index !== 9,
      receivedAt,
      ...(receiving || broken ? {} : { completedAt: receivedAt }),
    });
    minutesAgo += index < 8 ? 17 + index * 23 : 140 + ((index * 397) % 900);
  }
  return documents;
}

interface SampleSend {
  title: string;
  pages: number;
  minutesAgo: number;
  to: {
    id: string;
    status: Delivery['status'];
    code?: OutcomeCode;
    pagesConfirmed?: number;
    attempts?: number;
  }[];
  template: Template;
}

const sends: SampleSend[] = [
  {
    title: 'Quotation 2026-311 Hayashi Trading',
    pages: 12,
    minutesAgo: 1,
    template: 'invoice',
    to: [{ id: 'yamada-shokai', status: 'sending', pagesConfirmed: 3, attempts: 1 }],
  },
  {
    title: '見積書 2026-312',
    pages: 3,
    minutesAgo: 4,
    template: 'order',
    to: [
      { id: 'tanaka-law', status: 'waiting', code: 'DEVICE_OFFLINE', attempts: 2 },
      { id: 'kyoto-office', status: 'confirmed', pagesConfirmed: 3, attempts: 1 },
      { id: 'osaka-depot', status: 'waiting' },
    ],
  },
  {
    title: 'Customs declaration, container MSKU 4410',
    pages: 5,
    minutesAgo: 26,
    template: 'letter',
    to: [{ id: 'northwind-freight', status: 'waiting', code: 'DEVICE_BUSY', attempts: 1 }],
  },
  {
    title: 'Signed lease.pdf',
    pages: 6,
    minutesAgo: 52,
    template: 'letter',
    to: [{ id: 'harbour-finch', status: 'confirmed', pagesConfirmed: 6, attempts: 1 }],
  },
  {
    title: '注文請書 048',
    pages: 2,
    minutesAgo: 95,
    template: 'order',
    to: [{ id: 'yamada-shokai', status: 'confirmed', pagesConfirmed: 2, attempts: 2 }],
  },
  {
    title: 'Price list winter.pdf',
    pages: 8,
    minutesAgo: 130,
    template: 'invoice',
    to: [
      { id: 'lotus-travel', status: 'confirmed', pagesConfirmed: 8, attempts: 1 },
      { id: 'meridian-print', status: 'confirmed', pagesConfirmed: 8, attempts: 1 },
      { id: 'kyoto-office', status: 'confirmed', pagesConfirmed: 8, attempts: 3 },
    ],
  },
  {
    title: 'Insurance form',
    pages: 4,
    minutesAgo: 200,
    template: 'memo',
    to: [{ id: 'st-annes', status: 'failed', code: 'DEVICE_REFUSED', attempts: 1 }],
  },
  {
    title: '出荷案内 札幌',
    pages: 3,
    minutesAgo: 410,
    template: 'order',
    to: [
      { id: 'sapporo-souko', status: 'confirmed', pagesConfirmed: 3, attempts: 1 },
      { id: 'sapporo-soko', status: 'failed', code: 'DEVICE_UNKNOWN', attempts: 1 },
    ],
  },
  {
    title: 'Crown design 5512.pdf',
    pages: 1,
    minutesAgo: 1_460,
    template: 'drawing',
    to: [{ id: 'alpine-dental', status: 'failed', code: 'GIVEN_UP', attempts: 14 }],
  },
  {
    title: 'Holiday notice',
    pages: 1,
    minutesAgo: 1_700,
    template: 'memo',
    to: [{ id: 'bridge-st-pharmacy', status: 'cancelled', code: 'CANCELLED', attempts: 1 }],
  },
];

export function sampleOutgoing(now: Date, data: OfficeData): OutgoingDocument[] {
  const older = Array.from({ length: 24 }, (_, index): SampleSend => {
    const sample = subjects[(index * 5) % subjects.length] ?? {
      subject: 'Fax',
      pages: 1,
      template: 'memo',
      from: 'echo',
    };
    return {
      title: sample.subject,
      pages: sample.pages,
      minutesAgo: 2_900 + index * 610,
      template: sample.template,
      to: [{ id: sample.from, status: 'confirmed', pagesConfirmed: sample.pages, attempts: 1 }],
    };
  });
  return [...sends, ...older].map((send, index) => outgoingOf(now, data, send, index));
}

function outgoingOf(now: Date, data: OfficeData, send: SampleSend, index: number): OutgoingDocument {
  const id = `out-${String(index + 1).padStart(6, '0')}`;
  const sentAt = new Date(now.getTime() - send.minutesAgo * 60_000);
  const finishedAt = new Date(sentAt.getTime() + 3_000 + send.pages * 700).toISOString();
  const deliveries = send.to.map((to, number): Delivery => {
    const contact = data.contacts.find((candidate) => candidate.deviceId === to.id);
    const code: OutcomeCode | undefined = to.status === 'confirmed' ? 'CONFIRMED' : to.code;
    return {
      id: `${id}-d${number + 1}`,
      destination: to.id,
      ...(contact === undefined ? {} : { contactName: contact.name }),
      status: to.status,
      pagesConfirmed: to.pagesConfirmed ?? 0,
      ...(code === undefined
        ? {}
        : { outcome: outcome(code, 'connect', detailOf(code)), text: outcomeText(code) }),
      attempts: to.attempts ?? 0,
      ...(to.status === 'waiting' && code !== undefined
        ? { nextAttemptAt: new Date(now.getTime() + (number + 2) * 60_000).toISOString() }
        : {}),
      ...(to.status === 'confirmed' ? { confirmedAt: finishedAt } : {}),
    };
  });
  const over = deliveries.every((delivery) => ['confirmed', 'failed', 'cancelled'].includes(delivery.status));
  const confirmed = deliveries.filter((delivery) => delivery.status === 'confirmed').length;
  const status = !over
    ? 'active'
    : confirmed === deliveries.length
      ? 'confirmed'
      : confirmed > 0
        ? 'partly'
        : deliveries.some((delivery) => delivery.status === 'failed')
          ? 'failed'
          : 'cancelled';
  return {
    id,
    title: send.title,
    status,
    createdAt: new Date(sentAt.getTime() - 40_000).toISOString(),
    sentAt: sentAt.toISOString(),
    ...(over ? { finishedAt } : {}),
    options: { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' },
    pages: send.pages,
    pagesExpected: send.pages,
    prepared: true,
    substitutedFonts: [],
    totalBytes: send.pages * 38_400,
    sending: { priority: 'normal', cheapHours: false },
    deliveries,
  };
}

const detailOf = (code: OutcomeCode): string => `relay answered ${code.toLowerCase()} after 212 ms`;

/** The picture that belongs to one of the sample documents. */
export function sampleTemplates(
  documentId: string,
  incoming: readonly IncomingDocument[],
  outgoing: readonly OutgoingDocument[],
): Sample {
  const number = Number(documentId.replace(/\D/g, ''));
  if (documentId.startsWith('in-new'))
    return { template: incoming.some((d) => d.id === documentId) ? 'letter' : 'memo', seed: number };
  if (documentId.startsWith('in-'))
    return { template: subjects[(number - 1) % subjects.length]?.template ?? 'memo', seed: number % 40 };
  const title = outgoing.find((document) => document.id === documentId)?.title;
  const template =
    sends.find((send) => send.title === title)?.template ??
    subjects.find((sample) => sample.subject === title)?.template;
  return { template: template ?? 'letter', seed: number % 40 };
}

/** A4 pages at fine resolution; sizes and checksums follow from the sample, so that they are the same every time. */
export function samplePages(sample: Sample, count: number, storedAt: string): DocumentPage[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    width: 1728,
    height: 2291,
    xDpi: RESOLUTIONS.fine.x,
    yDpi: RESOLUTIONS.fine.y,
    byteLength: 31_000 + ((index * 7_919 + sample.seed * 1_301) % 23_000),
    sha256: createHash('sha256').update(`${sample.template} ${sample.seed} ${index}`).digest('hex'),
    warnings: sample.template === 'drawing' && index === 0 ? ['mostlyGray'] : [],
    storedAt,
  }));
}
