import { expect, test } from 'vitest';
import { buildFrame } from '../../../fax/t30/frames/frame.ts';
import { buildIdentity } from '../../../fax/t30/frames/identity.ts';
import type { JournalEvent } from '../../../fax/t30/journal.ts';
import type { Outcome as T30Outcome } from '../../../fax/t30/outcome.ts';
import { CAPABILITIES } from '../../../fax/t30/testing/testPlans.ts';
import { RATES } from '../../../fax/t30/parameters.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import { callReportSchema } from '../../../protocol/modem.ts';
import { outcome } from '../../../protocol/outcome.ts';
import { CallStory } from './callStory.ts';

const V17 = { modulation: 'V.17', rateBps: 14_400 } as const;
const V29 = { modulation: 'V.29', rateBps: 9600 } as const;
const PARAMETERS: SessionParameters = {
  rate: V17,
  coding: 'MMR',
  resolution: 'R8x7.7',
  inch: false,
  width: 215,
  length: 'unlimited',
  minScanMs: 0,
  ecmFrameOctets: 256,
  subaddressSent: false,
  senderIdSent: false,
  unsupported: [],
};
const OK: T30Outcome = { code: 'OK', phase: 'E', detail: '', pagesSent: 1, pagesReceived: 0 };

const identity = (name: 'CSI' | 'TSI' | 'SUB', text: string) =>
  buildFrame(name, { x: false, fif: buildIdentity(text), final: false });

test('a report has all that the machine told', () => {
  const story = new CallStory('outgoing', '1');
  const events: JournalEvent[] = [
    { type: 'phase', phase: 'B' },
    { type: 'remoteMaker', maker: 'Ricoh', stationName: 'OFFICE' },
    {
      type: 'remoteCapabilities',
      capabilities: { ...CAPABILITIES, rates: RATES, canReceive: true, hasDocumentToPoll: false },
    },
    { type: 'agreed', parameters: PARAMETERS, format: null },
    { type: 'training', rate: V17, direction: 'send', result: 'refused' },
    { type: 'fallBack', from: V17, to: V29 },
    { type: 'training', rate: V29, direction: 'send', result: 'accepted' },
    { type: 'pageBegins', page: 0, direction: 'send', attempt: 1 },
    { type: 'frameReceived', name: 'PPR' },
    { type: 'pageConfirmed', page: 0, direction: 'send' },
  ];
  story.frameHeard(identity('CSI', '+81 75 1'));
  for (const event of events) story.take(event);
  const report = story.report(outcome('CONFIRMED', 'call'), OK, { connectedMs: 1234.6, pages: 1 });
  expect(callReportSchema.parse(report)).toEqual(report);
  expect(report).toMatchObject({
    direction: 'outgoing',
    faxClass: '1',
    connectedMs: 1235,
    pagesSent: 1,
    complete: true,
    remoteId: '+81 75 1',
    remoteMaker: 'Ricoh “OFFICE”',
    modulation: 'V.29',
    rateBps: 9600,
    coding: 'MMR',
    ecm: true,
    resolution: 'R8x7.7',
    trouble: { trainingFailedAt: [V17], repeats: 1 },
    abilities: { canReceive: true, ecm: true, widthMm: 215 },
  });
});

test('progress says what goes on, page by page', () => {
  const story = new CallStory('outgoing', '1.0');
  expect(story.take({ type: 'phase', phase: 'B' })).toEqual({ phase: 'identifying' });
  expect(story.take({ type: 'agreed', parameters: PARAMETERS, format: null })).toEqual({
    phase: 'training',
    rateBps: 14_400,
    modulation: 'V.17',
    coding: 'MMR',
    ecm: true,
  });
  expect(story.take({ type: 'pageBegins', page: 2, direction: 'send', attempt: 1 })).toEqual({
    phase: 'sending',
    page: 2,
    pagePercent: 0,
  });
  expect(story.take({ type: 'pageBegins', page: 2, direction: 'receive', attempt: 1 })).toEqual({
    phase: 'receiving',
    page: 2,
  });
  expect(story.take({ type: 'pageConfirmed', page: 2, direction: 'send' })).toEqual({
    pagesSent: 1,
    pagesReceived: 0,
  });
});

test('who calls is told once, with what is new', () => {
  const story = new CallStory('incoming', '1');
  expect(story.frameHeard(identity('TSI', '555'))).toBe(true);
  expect(story.frameHeard(identity('TSI', '555'))).toBe(false);
  expect(story.frameHeard(identity('SUB', '12'))).toBe(true);
  expect(story.frameHeard(identity('TSI', ''))).toBe(false);
  expect(story.frameHeard(Uint8Array.of(1, 2, 3))).toBe(false);
  expect([story.remoteId, story.subaddress]).toEqual(['555', '12']);
});

test('a call that never came about has an empty report', () => {
  const report = new CallStory('outgoing', '1').report(outcome('TEL_BUSY', 'connect'), null, {
    connectedMs: 0,
    pages: 3,
  });
  expect(callReportSchema.parse(report)).toEqual(report);
  expect(report).toMatchObject({ pagesSent: 0, complete: false });
});

test('a call is complete when every page of ours was confirmed, whatever came after', () => {
  const lost: T30Outcome = { ...OK, code: 'LINE_LOST', pagesSent: 2 };
  const story = new CallStory('outgoing', '1');
  expect(story.report(outcome('LINE_BROKEN', 'call'), lost, { connectedMs: 1, pages: 2 }).complete).toBe(
    true,
  );
  expect(story.report(outcome('LINE_BROKEN', 'call'), lost, { connectedMs: 1, pages: 3 }).complete).toBe(
    false,
  );
});
