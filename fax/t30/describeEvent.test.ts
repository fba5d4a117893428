import { expect, test } from 'vitest';
import type { PageQuality } from '../t4/coding.ts';
import { describeEvent } from './describeEvent.ts';
import type { JournalEvent } from './journal.ts';
import type { Capabilities, SessionParameters } from './parameters.ts';
import { OUTCOMES } from './outcomeCatalogue.ts';
import { CAPABILITIES } from './testing/testPlans.ts';

const V17 = { modulation: 'V.17', rateBps: 14_400 } as const;
const V29 = { modulation: 'V.29', rateBps: 9600 } as const;
const CAPABLE: Capabilities = {
  ...CAPABILITIES,
  canReceive: true,
  hasDocumentToPoll: false,
  rates: [V17, V29],
};
const PARAMETERS: SessionParameters = {
  rate: V17,
  coding: 'MMR',
  resolution: 'R8x7.7',
  inch: false,
  width: 215,
  length: 'A4',
  minScanMs: 0,
  ecmFrameOctets: 256,
  subaddressSent: false,
  senderIdSent: false,
  unsupported: [],
};

function rows(count: number, badRows = 0, longestBadRun = 0): PageQuality {
  return { rows: count, goodRows: count - badRows, badRows, longestBadRun };
}

test.each<[JournalEvent, string]>([
  [{ type: 'phase', phase: 'B' }, 'The machines introduce themselves.'],
  [{ type: 'frameSent', name: 'DCS', attempt: 1 }, 'Sent DCS.'],
  [{ type: 'frameSent', name: 'PPS-EOP', attempt: 2 }, 'Sent PPS-EOP, for the 2nd time.'],
  [{ type: 'frameSent', name: 'RR', attempt: 3 }, 'Sent RR, for the 3rd time.'],
  [{ type: 'frameSent', name: 'RR', attempt: 11 }, 'Sent RR, for the 11th time.'],
  [{ type: 'frameSent', name: 'RR', attempt: 21 }, 'Sent RR, for the 21st time.'],
  [{ type: 'frameReceived', name: 'MCF' }, 'Received MCF.'],
  [{ type: 'frameIgnored', name: 'DIS', reason: 'echo' }, 'Ignored DIS: it was our own echo.'],
  [{ type: 'frameIgnored', name: 'unknown', reason: 'badFcs' }, 'Ignored a frame: it was damaged.'],
  [{ type: 'remoteIdentity', frame: 'CSI', id: '075 1234' }, 'They call themselves “075 1234” (CSI).'],
  [{ type: 'remoteIdentity', frame: 'CSI', id: '' }, 'They give no number.'],
  [{ type: 'remoteMaker', maker: 'Ricoh', stationName: null }, 'Their machine was made by Ricoh.'],
  [
    { type: 'remoteMaker', maker: 'Ricoh', stationName: 'FRONT DESK' },
    'Their machine was made by Ricoh and is named “FRONT DESK”.',
  ],
  [{ type: 'remoteSubaddress', frame: 'SUB', given: true }, 'They gave a subaddress (SUB).'],
  [{ type: 'remoteSubaddress', frame: 'PWD', given: false }, 'They sent an empty PWD.'],
  [
    { type: 'training', rate: V17, direction: 'send', result: 'refused' },
    'Training with V.17 at 14 400 bit/s to them: refused.',
  ],
  [
    { type: 'training', rate: V29, direction: 'receive', result: 'good' },
    'Training with V.29 at 9600 bit/s from them: good.',
  ],
  [{ type: 'fallBack', from: V17, to: V29 }, 'Falling back from V.17 at 14 400 bit/s to V.29 at 9600 bit/s.'],
  [{ type: 'pageBegins', page: 0, direction: 'send', attempt: 1 }, 'Page 1 is being sent.'],
  [
    { type: 'pageBegins', page: 1, direction: 'receive', attempt: 2 },
    'Page 2 is arriving, for the 2nd time.',
  ],
  [{ type: 'blockSent', page: 0, block: 0, frames: 1 }, 'Page 1, block 1: 1 frame sent.'],
  [
    { type: 'blockReceived', page: 0, block: 1, frames: 40, missing: 0 },
    'Page 1, block 2: all 40 frames arrived.',
  ],
  [
    { type: 'blockReceived', page: 0, block: 1, frames: 40, missing: 3 },
    'Page 1, block 2: 3 of 40 frames missing.',
  ],
  [{ type: 'pageReceived', page: 0, quality: null, endSeen: true }, 'Page 1 arrived undamaged.'],
  [
    { type: 'pageReceived', page: 0, quality: rows(0), endSeen: true },
    'Nothing of page 1 arrived that can be read.',
  ],
  [
    { type: 'pageReceived', page: 0, quality: rows(900), endSeen: false },
    'Page 1 arrived undamaged, but without its end.',
  ],
  [
    { type: 'pageReceived', page: 0, quality: rows(1100, 10, 4), endSeen: true },
    'Page 1 arrived with 10 damaged of 1100 lines, at most 4 in a row.',
  ],
  [{ type: 'pageConfirmed', page: 2, direction: 'send' }, 'They confirmed page 3.'],
  [{ type: 'pageConfirmed', page: 2, direction: 'receive' }, 'We stored and confirmed page 3.'],
  [{ type: 'pageRefused', page: 2, direction: 'send', by: 'RTN' }, 'They did not accept page 3 (RTN).'],
  [{ type: 'pageRefused', page: 2, direction: 'receive', by: 'RTN' }, 'We did not accept page 3 (RTN).'],
  [{ type: 'waitingForHost', page: 0, doing: 'prepare' }, 'Waiting until page 1 is made ready.'],
  [{ type: 'waitingForHost', page: 0, doing: 'store' }, 'Waiting until page 1 is stored.'],
  [
    { type: 'timeout', timer: 'T4', waitingFor: 'an answer to EOP' },
    'Waited in vain for an answer to EOP (T4).',
  ],
])('%j reads as “%s”', (event, sentence) => {
  expect(describeEvent(event)).toBe(sentence);
});

test('what they can do and what was chosen stand in one line', () => {
  const can = describeEvent({ type: 'remoteCapabilities', capabilities: CAPABLE });
  expect(can).toMatch(/^They can .*fine.*error correction.*14 ?400 bit\/s.*\.$/u);
  const chosen = describeEvent({ type: 'agreed', parameters: PARAMETERS, format: null });
  expect(chosen).toMatch(/^Chosen: .*MMR.*\.$/u);
  expect(`${can}${chosen}`).not.toContain('\n');
});

test('the end of a call is told with its cause', () => {
  const outcome = { code: 'EOP_NO_RESPONSE', phase: 'D', pagesSent: 0, pagesReceived: 0 } as const;
  expect(describeEvent({ type: 'ended', outcome: { ...outcome, detail: '' } })).toBe(
    OUTCOMES.EOP_NO_RESPONSE.text,
  );
  expect(describeEvent({ type: 'ended', outcome: { ...outcome, detail: 'three times' } })).toBe(
    `${OUTCOMES.EOP_NO_RESPONSE.text} (three times)`,
  );
  // Success needs no explanation.
  expect(describeEvent({ type: 'ended', outcome: { ...outcome, code: 'OK', detail: 'every page' } })).toBe(
    OUTCOMES.OK.text,
  );
});

test('every outcome has a sentence of its own, and says whether another call can help', () => {
  const texts = Object.values(OUTCOMES).map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
  for (const text of texts) expect(text).toMatch(/^[A-Z].*\.$/);
  expect(
    Object.entries(OUTCOMES)
      .filter(([, { disposition }]) => disposition === 'done')
      .map(([code]) => code),
  ).toEqual(['OK', 'ABORTED']);
});
