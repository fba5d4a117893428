// What a modem host keeps of a page that was not confirmed is stored, and counted by nobody.

import { expect, test } from 'vitest';
import type { CallReport, ModemRequest } from '../../protocol/modem.ts';
import { outcome } from '../../protocol/outcome.ts';
import { createLineCall } from './lineCall.ts';
import type { ReceivedPage } from './lines.types.ts';

const nothing = (): void => undefined;
const REPORT: CallReport = {
  outcome: outcome('FAX_BROKEN_OFF', 'page'),
  direction: 'incoming',
  connectedMs: 20_000,
  pagesSent: 0,
  pagesReceived: 1,
  complete: false,
  trouble: { trainingFailedAt: [], repeats: 0 },
};

function page(number: number, partial: boolean): ReceivedPage {
  return {
    type: 'pageReceived',
    callId: 'call-1',
    page: number,
    info: { width: 8, height: 8, xDpi: 204, yDpi: 196, byteLength: 3, sha256: 'a'.repeat(64) },
    data: new Uint8Array(3),
    quality: { rows: 8, badRows: 0, longestBadRun: 0, ecm: false, ...(partial ? { partial } : {}) },
  };
}

test('a partial page is stored before the call is over, and is none of the pages received', async () => {
  const stored: number[] = [];
  const sent: ModemRequest[] = [];
  const call = createLineCall({
    callId: 'call-1',
    direction: 'incoming',
    pagesToSend: 0,
    mustSendAll: false,
    faxClass: '1',
    events: {
      progress: nothing,
      journal: nothing,
      pagesConfirmed: nothing,
      page: () => Promise.reject(new Error('none')),
      storePage: async ({ page: number }) => {
        await Promise.resolve();
        stored.push(number);
      },
    },
    send: (request) => sent.push(request) > 0,
    giveUp: nothing,
    log: { info: nothing, warn: nothing, error: nothing },
  });
  call.reply(page(0, false));
  call.reply(page(1, true));
  call.reply({ type: 'ended', callId: 'call-1', report: REPORT });
  expect(await call.over).toMatchObject({ pagesReceived: 1, complete: false });
  expect(stored).toEqual([0, 1]);
  expect(sent.map(({ type }) => type)).toEqual(['pageStored', 'pageStored']);
});
