import { expect, test } from 'vitest';
import type { DialRequest } from '../faxDriver.types.ts';
import { CLASSES, DIAL, farPage, fine, pageHost, pixels, play, raster } from './playCall.testSupport.ts';

const ECM_DIS = '1,5,0,2,3,2,0,0';

test.each(CLASSES)('Class %s: three pages are sent and confirmed one by one', async (faxClass) => {
  const { report, modem, host, confirmed, journal } = await play(
    { faxClass, far: {} },
    { ...DIAL, documents: [fine(3)] },
  );
  expect(report.outcome).toMatchObject({ code: 'CONFIRMED' });
  expect(report).toMatchObject({
    pagesSent: 3,
    complete: true,
    remoteId: '03-1234 5678',
    rateBps: 14_400,
    modulation: 'V.17',
    coding: 'MR',
    ecm: false,
  });
  expect(confirmed).toEqual([1, 2, 3]);
  expect(modem.sent.map(({ end }) => end)).toEqual(['MPS', 'MPS', 'EOP']);
  for (const [page, { octets }] of modem.sent.entries()) {
    const format = host.prepared.find((one) => one.page === page)?.format;
    expect(format).toBeDefined();
    if (format !== undefined) expect(pixels(octets, format)).toEqual(raster(page, 40));
  }
  expect(modem.onHook).toBe(true);
  expect(journal).toContain('They call themselves “03-1234 5678” (CSI).');
  expect(journal).toContain('They confirmed page 3.');
});

test.each(CLASSES)('Class %s: error correction and MMR are used where both can', async (faxClass) => {
  const { report, modem, host } = await play(
    { faxClass, far: { dis: faxClass === '2' ? ECM_DIS : '1,5,0,2,3,1,0,0' } },
    { ...DIAL, documents: [fine(1)] },
  );
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, coding: 'MMR', ecm: true });
  expect(modem.commands).toContain(faxClass === '2' ? '+FDIS=1,5,0,0,3,2,0,0' : '+FIS=1,5,0,0,3,1,0,0');
  expect(host.prepared[0]?.format).toMatchObject({ coding: 'MMR', ecm: true, minScanBits: 0 });
});

test.each<[string, DialRequest['hints'], string]>([
  ['error correction', { avoidModulations: [], avoidCodings: [], avoidEcm: true }, '+FDIS=1,5,0,0,1,0,0,0'],
  ['V.17', { avoidModulations: ['V.17'], avoidCodings: [], avoidEcm: false }, '+FDIS=1,3,0,0,3,2,0,0'],
  ['MMR', { avoidModulations: [], avoidCodings: ['MMR'], avoidEcm: false }, '+FDIS=1,5,0,0,1,2,0,0'],
  [
    'more than 7200 bit/s',
    { avoidModulations: [], avoidCodings: [], avoidEcm: false, maxRateBps: 7200 },
    '+FDIS=1,2,0,0,3,2,0,0',
  ],
])('with a number that dislikes %s the session leaves it out', async (_, hints, command) => {
  const { modem } = await play(
    { faxClass: '2', far: { dis: ECM_DIS } },
    { ...DIAL, hints, documents: [fine(1)] },
  );
  expect(modem.commands).toContain(command);
});

test('a page is made as the modem says that it was agreed, not as was asked for', async () => {
  const { report, host, modem } = await play(
    { faxClass: '2', far: { dis: '1,5,0,2,1,0,0,5', dcs: '0,3,0,2,0,0,0,5' } },
    { ...DIAL, documents: [fine(1)] },
  );
  expect(report).toMatchObject({
    outcome: { code: 'CONFIRMED' },
    rateBps: 9600,
    coding: 'MH',
    resolution: 'R8x3.85',
  });
  expect(host.prepared.at(-1)?.format).toMatchObject({
    coding: 'MH',
    resolution: 'R8x3.85',
    minScanBits: 192,
  });
  const format = host.prepared.at(-1)?.format;
  if (format !== undefined)
    expect(pixels(modem.sent[0]?.octets ?? new Uint8Array(), format)).toEqual(raster(0, 40));
});

test.each(CLASSES)('Class %s: a page that is refused goes again, slower', async (faxClass) => {
  const { report, modem, confirmed } = await play(
    { faxClass, far: { statuses: [1, 2, 1] } },
    { ...DIAL, documents: [fine(2)] },
  );
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2, trouble: { repeats: 1 } });
  expect(confirmed).toEqual([1, 2]);
  expect(modem.sent.map(({ end }) => end)).toEqual(['MPS', 'EOP', 'EOP']);
  expect(modem.sent[2]?.octets.length).toBeGreaterThan(0);
  expect(modem.commands.filter((command) => /^\+FD?IS=/u.test(command)).at(-1)).toContain('=1,4,');
});

test('a page that is refused for good ends the call, and only the others count', async () => {
  const { report, modem, confirmed } = await play(
    { faxClass: '2', far: { statuses: [1, 2, 2, 2, 2, 2] } },
    { ...DIAL, documents: [fine(3)] },
  );
  expect(report).toMatchObject({ outcome: { code: 'FAX_PAGE_REJECTED' }, pagesSent: 1, complete: false });
  expect(confirmed).toEqual([1]);
  expect(modem.sent).toHaveLength(4);
  expect(modem.aborted).toBe(true);
  expect(modem.onHook).toBe(true);
});

test('RTP confirms and trains anew', async () => {
  const { report } = await play(
    { faxClass: '2.0', far: { statuses: [3, 1] } },
    { ...DIAL, documents: [fine(2)] },
  );
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2 });
});

test('an operator who breaks in ends the call; PIP confirms the page and PIN does not', async () => {
  const request = { ...DIAL, documents: [fine(2)] };
  const pip = await play({ faxClass: '2', far: { statuses: [5] } }, request);
  expect(pip.report).toMatchObject({ outcome: { code: 'FAX_OPERATOR' }, pagesSent: 1 });
  const pin = await play({ faxClass: '2', far: { statuses: [4] } }, request);
  expect(pin.report).toMatchObject({ outcome: { code: 'FAX_OPERATOR' }, pagesSent: 0 });
  const last = await play({ faxClass: '2', far: { statuses: [1, 5] } }, request);
  expect(last.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2 });
});

test('documents are kept apart by EOM, each with its subaddress and password', async () => {
  const documents = [
    { ...fine(1), subaddress: '4711', password: '99' },
    { ...fine(2), subaddress: '4712' },
  ];
  const { report, modem } = await play({ faxClass: '2.1', far: {} }, { ...DIAL, documents });
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 3 });
  expect(modem.sent.map(({ end }) => end)).toEqual(['EOM', 'MPS', 'EOP']);
  const order = modem.commands.filter((command) => /^\+F(SA|PW|DT)/u.test(command));
  // Neither an earlier call's nor the first document's password goes with the second document.
  expect(order).toEqual([
    '+FSA=""',
    '+FPW=""',
    '+FSA="4711"',
    '+FPW="99"',
    '+FDT',
    '+FSA="4712"',
    '+FPW=""',
    '+FDT',
    '+FDT',
  ]);
});

test('a page of another resolution begins a new phase B', async () => {
  const pages = [
    { width: 1728, height: 40, xDpi: 204, yDpi: 196 },
    { width: 1728, height: 40, xDpi: 204, yDpi: 98 },
  ];
  const { modem, host } = await play({ faxClass: '2.0', far: {} }, { ...DIAL, documents: [{ pages }] });
  expect(modem.sent.map(({ end }) => end)).toEqual(['EOM', 'EOP']);
  expect(host.prepared.at(-1)?.format.resolution).toBe('R8x3.85');
});

test('what was agreed on for one document is not taken for the next', async () => {
  const pages = [98, 196].map((yDpi) => ({ width: 1728, height: 40, xDpi: 204, yDpi }));
  let told = 0;
  const { host } = await play(
    {
      faxClass: '2.0',
      far: {},
      mangle: (line) => (line.startsWith('+FCS:') && told++ > 0 ? [] : [line]),
    },
    { ...DIAL, documents: [{ pages }] },
  );
  expect(host.prepared.at(-1)).toMatchObject({ page: 1, format: { resolution: 'R8x7.7' } });
});

test('a modem that refuses its capabilities is offered fewer of them', async () => {
  const { report, modem } = await play(
    { faxClass: '2', far: {}, unknown: ['+FDCC=3', '+FDCC=1,5,2,2,3'] },
    { ...DIAL, documents: [fine(1)] },
  );
  expect(modem.commands.filter((command) => command.startsWith('+FDCC'))).toEqual([
    '+FDCC=3,5,2,2,3,2,0,0',
    '+FDCC=1,5,2,2,3,2,0,0',
    '+FDCC=1,5,2,2,0,0,0,0',
  ]);
  expect(report.outcome.code).toBe('CONFIRMED');
});

test('the wrong-number guard holds the call off, or goes on as chosen', async () => {
  const request = { ...DIAL, documents: [fine(1)] };
  const guard = { expected: ['+81 6 9999 0000'], onMismatch: 'hangUp' as const };
  const held = await play({ faxClass: '2.0', far: {} }, { ...request, guard });
  expect(held.report).toMatchObject({ outcome: { code: 'WRONG_NUMBER' }, pagesSent: 0 });
  expect(held.modem.sent).toEqual([]);
  expect(held.modem.aborted).toBe(true);
  const goneOn = await play(
    { faxClass: '2.0', far: {} },
    { ...request, guard: { ...guard, onMismatch: 'goOn' } },
  );
  expect(goneOn.report.outcome.code).toBe('CONFIRMED');
  expect(goneOn.journal.join(' ')).toContain('was not expected');
  const right = await play(
    { faxClass: '2.0', far: {} },
    { ...request, guard: { ...guard, expected: ['0312345678'] } },
  );
  expect(right.report.outcome.code).toBe('CONFIRMED');
});

test.each<[string, string]>([
  ['BUSY', 'TEL_BUSY'],
  ['NO ANSWER', 'TEL_NO_ANSWER'],
  ['NO DIALTONE', 'LINE_NO_DIAL_TONE'],
  ['NO CARRIER', 'TEL_NO_FAX'],
  ['+FHNG:11|OK', 'TEL_NO_FAX'],
  ['+FCON|+FHNG:21|NO CARRIER', 'FAX_CANNOT_RECEIVE'],
  ['+FCON|+FHNG:25|ERROR', 'FAX_NO_RESPONSE'],
  ['+FVOICE|OK', 'TEL_VOICE'],
  ['OK', 'TEL_NO_FAX'],
])('the modem says %s to the number: %s', async (dialResult, code) => {
  const { report, modem } = await play(
    { faxClass: '2', far: {}, dialResult },
    { ...DIAL, documents: [fine(1)] },
  );
  expect(report).toMatchObject({ outcome: { code }, pagesSent: 0, complete: false });
  expect(modem.onHook).toBe(true);
});

test('a modem that knows nothing but what is needed sends all the same', async () => {
  const unknown = [
    '+FLI',
    '+FPI',
    '+FNR',
    '+FBO',
    '+FCQ',
    '+FEA',
    '+FCT',
    '+FBU',
    '+FLO',
    '+FCC',
    '+FIS',
    '+FSP',
    '+FLP',
    '+FCR',
    'X',
    'S7',
  ];
  const { report } = await play({ faxClass: '2.0', far: {}, unknown }, { ...DIAL, documents: [fine(2)] });
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2 });
});

test('a modem without the class is said to be unfit for the call', async () => {
  const { report } = await play(
    { faxClass: '2.0', far: {}, unknown: ['+FCLASS'] },
    { ...DIAL, documents: [fine(1)] },
  );
  expect(report.outcome).toMatchObject({
    code: 'LINE_BROKEN',
    detail: expect.stringContaining('+FCLASS') as string,
  });
});

test('a page that cannot be made ends the call with its reason', async () => {
  const host = pageHost({ prepare: () => Promise.reject(new Error('the page is 400 mm long')) });
  const { report, modem } = await play(
    { faxClass: '2', far: {} },
    { ...DIAL, documents: [fine(1)] },
    { host },
  );
  expect(report.outcome.detail).toContain('the page is 400 mm long');
  expect(report).toMatchObject({ pagesSent: 0, complete: false });
  expect(modem.onHook).toBe(true);
});

test('RTC is left to a modem that adds its own', async () => {
  const request = { ...DIAL, documents: [fine(1)] };
  const own = await play({ faxClass: '2', far: {} }, request);
  const modems = await play({ faxClass: '2', far: {} }, request, { quirks: { hostSendsRtc: false } });
  const [whole, cut] = [
    own.modem.sent[0]?.octets ?? new Uint8Array(),
    modems.modem.sent[0]?.octets ?? new Uint8Array(),
  ];
  expect(whole.length - cut.length).toBeGreaterThanOrEqual(9);
  expect(pixels(cut, { coding: 'MR', widthPixels: 1728 })).toEqual(raster(0, 40));
});

test('a document is fetched', async () => {
  const { report, modem, host } = await play(
    { faxClass: '2.1', far: { polling: 'offers', pages: [farPage(0, 2)] } },
    { ...DIAL, poll: { address: '12', password: '34' } },
  );
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 1, complete: true });
  expect(modem.commands).toEqual(expect.arrayContaining(['+FSP=1', '+FPA="12"', '+FPW="34"', '+FDR']));
  expect(host.stored).toHaveLength(1);
});

test('sending and fetching in one call: the last page ends with EOM', async () => {
  const { report, modem } = await play(
    { faxClass: '2', far: { polling: 'offers', pages: [farPage(0, 2)] } },
    { ...DIAL, documents: [fine(1)], poll: {} },
  );
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 1, pagesReceived: 1 });
  expect(modem.sent.map(({ end }) => end)).toEqual(['EOM']);
});

test('a machine without a document gets ours and is said to have none', async () => {
  const { report } = await play({ faxClass: '2', far: {} }, { ...DIAL, documents: [fine(1)], poll: {} });
  expect(report).toMatchObject({ outcome: { code: 'FAX_NOTHING_TO_POLL' }, pagesSent: 1 });
});
