import { expect, test } from 'vitest';
import type { Delivery, LiveCall, OutgoingDocument } from '../../protocol/api/types.ts';
import { OUTCOMES, type OutcomeCode } from '../../protocol/outcome.ts';
import { createFormats } from '../language/formats.ts';
import type { Translate } from '../language/language.tsx';
import { deliveryWords, documentWords, failureAction } from './deliveryWords.ts';

const t: Translate = (id, values) => `${id} ${Object.values(values ?? {}).join('/')}`.trim();
const formats = createFormats('en');
const delivery: Delivery = {
  id: 'd1',
  destination: 'tel:+81312345678',
  status: 'sending',
  pagesConfirmed: 1,
  attempts: 1,
};
const document: OutgoingDocument = {
  id: 'out-1',
  title: 'Offer',
  status: 'active',
  createdAt: '2026-11-22T10:00:00Z',
  options: { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' },
  pages: 3,
  prepared: true,
  substitutedFonts: [],
  totalBytes: 1,
  sending: { priority: 'normal', cheapHours: false },
  deliveries: [delivery],
};
const call: LiveCall = {
  callId: 'c1',
  direction: 'outgoing',
  peer: 'tel:+81312345678',
  documentId: 'out-1',
  pagesDone: 1,
  pagesTotal: 3,
  startedAt: '2026-11-22T10:00:00Z',
  line: {
    lineId: 'line-1',
    lineName: 'Front desk',
    progress: { phase: 'training', pagesSent: 1, pagesReceived: 0 },
  },
};

test('while its call over a line is up, a fax is told by the phase of the call', () => {
  expect(documentWords(document, t, formats, [call]).words).toBe('phase.training');
  expect(documentWords(document, t, formats, []).words).toBe('delivery.sending 2/3');
  expect(documentWords(document, t, formats, [{ ...call, documentId: 'other' }]).words).toBe(
    'delivery.sending 2/3',
  );
});

test('what waits for its first attempt goes out, what failed is tried again', () => {
  const waiting = { ...delivery, status: 'waiting', nextAttemptAt: new Date().toISOString() } as const;
  expect(deliveryWords({ ...waiting, attempts: 0 }, document, t, formats).words).toContain(
    'delivery.goesOutAt',
  );
  expect(deliveryWords(waiting, document, t, formats).words).toContain('delivery.nextAttempt');
});

test('trouble with our own line leads to the lines, trouble with the number to a correction', () => {
  expect(failureAction('LINE_NO_DIAL_TONE')).toBe('lines');
  expect(failureAction('WRONG_NUMBER')).toBe('edit');
  for (const code of Object.keys(OUTCOMES) as OutcomeCode[]) expect(failureAction(code), code).toBeDefined();
});
