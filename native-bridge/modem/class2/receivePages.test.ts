import { expect, test } from 'vitest';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { ANSWER, CLASSES, farPage, fine, pageHost, pixels, play, raster } from './playCall.testSupport.ts';

test.each(CLASSES)('Class %s: pages are stored before the next +FDR confirms them', async (faxClass) => {
  const order: string[] = [];
  const host = pageHost({
    store: (page) => {
      order.push(`store ${page}`);
      return Promise.resolve();
    },
  });
  const { report, modem } = await play(
    {
      faxClass,
      far: { pages: [farPage(0, 0), farPage(1, 2)] },
      reversed: faxClass === '2',
      onCommand: (command) => {
        if (command === '+FDR') order.push('+FDR');
      },
    },
    ANSWER,
    { host },
  );
  expect(report).toMatchObject({
    outcome: { code: 'CONFIRMED' },
    pagesReceived: 2,
    complete: true,
    direction: 'incoming',
    remoteId: '03-1234 5678',
    rateBps: 14_400,
  });
  for (const { page, octets, parameters } of host.stored) {
    expect(parameters).toMatchObject({ coding: 'MH', resolution: 'R8x7.7', length: 'unlimited' });
    expect(pixels(octets, { coding: 'MH', widthPixels: 1728 })).toEqual(raster(page, 60));
  }
  expect(order).toEqual(['+FDR', 'store 0', '+FDR', 'store 1', '+FDR']);
  expect(modem.onHook).toBe(true);
});

test.each([true, false])('the bit order is found out on the page (reversed: %s)', async (reversed) => {
  for (const faxClass of CLASSES) {
    const { host } = await play({ faxClass, far: { pages: [farPage(0, 2)] }, reversed }, ANSWER);
    expect(pixels(host.stored[0]?.octets ?? new Uint8Array(), { coding: 'MH', widthPixels: 1728 })).toEqual(
      raster(0, 60),
    );
  }
});

test.each([true, false])(
  'a page that tells its bit order is believed before the profile (reversed: %s)',
  async (reversed) => {
    const { host } = await play({ faxClass: '2', far: { pages: [farPage(0, 2)] }, reversed }, ANSWER, {
      quirks: { reversedData: true },
    });
    expect(pixels(host.stored[0]?.octets ?? new Uint8Array(), { coding: 'MH', widthPixels: 1728 })).toEqual(
      raster(0, 60),
    );
  },
);

test('under error correction the octets go to the host as they are', async () => {
  const { report, host } = await play(
    { faxClass: '2.0', far: { dcs: '1,5,0,2,3,1,0,0', pages: [farPage(0, 2, 'MMR')] } },
    ANSWER,
  );
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, coding: 'MMR', ecm: true });
  expect(pixels(host.stored[0]?.octets ?? new Uint8Array(), { coding: 'MMR', widthPixels: 1728 })).toEqual(
    raster(0, 60),
  );
});

test('parts of a page under error correction (PPS-NULL) become one page', async () => {
  const { octets } = farPage(0, 2, 'MMR');
  const pages = [
    { octets: octets.subarray(0, 100), postPage: 3 },
    { octets: octets.subarray(100), postPage: 2 },
  ];
  const { report, host } = await play({ faxClass: '2.0', far: { dcs: '1,5,0,2,3,1,0,0', pages } }, ANSWER);
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 1 });
  expect(pixels(host.stored[0]?.octets ?? new Uint8Array(), { coding: 'MMR', widthPixels: 1728 })).toEqual(
    raster(0, 60),
  );
});

test('a modem that waits for DC1 is told so by its profile', async () => {
  const { report } = await play(
    { faxClass: '2', far: { pages: [farPage(0, 2)] }, startOctet: 0x11 },
    ANSWER,
    {
      quirks: { startOctet: 0x11 },
    },
  );
  expect(report.outcome.code).toBe('CONFIRMED');
});

test('several documents of one caller', async () => {
  const pages = [farPage(0, 1), farPage(1, 0), farPage(2, 2)];
  const { report } = await play({ faxClass: '2', far: { pages } }, ANSWER);
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 3, complete: true });
});

test.each(CLASSES)(
  'Class %s: a bad copy is refused before +FDR and taken when it comes again',
  async (faxClass) => {
    const bad = farPage(0, 2);
    const damaged = bad.octets.map((octet, index) => (index % 90 === 60 ? octet ^ 0x5a : octet));
    const pages = [{ ...bad, octets: damaged }, bad];
    const { report, modem, host } = await play({ faxClass, far: { pages } }, ANSWER);
    expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 1 });
    const status = faxClass === '2' ? '+FPTS' : '+FPS';
    expect(modem.commands.filter((command) => command.startsWith(status) || command === '+FDR')).toEqual([
      '+FDR',
      `${status}=2`,
      '+FDR',
      '+FDR',
    ]);
    expect(host.stored).toHaveLength(1);
  },
);

test('a page that stays bad ends the call', async () => {
  const bad = farPage(0, 2);
  const damaged = bad.octets.map((octet, index) => (index % 90 === 60 ? octet ^ 0x5a : octet));
  const pages = Array.from({ length: 9 }, () => ({ ...bad, octets: damaged }));
  const { report, modem } = await play({ faxClass: '2', far: { pages } }, ANSWER);
  expect(report).toMatchObject({
    outcome: { code: 'FAX_TOO_MANY_ERRORS' },
    pagesReceived: 0,
    complete: false,
  });
  expect(modem.commands.filter((command) => command === '+FDR')).toHaveLength(4);
  const nothing = Array.from({ length: 9 }, () => ({ octets: new Uint8Array(50), postPage: 2 }));
  const empty = await play({ faxClass: '2', far: { pages: nothing } }, ANSWER);
  expect(empty.report.outcome.code).toBe('FAX_TOO_MANY_ERRORS');
  expect(empty.modem.commands.filter((command) => command === '+FDR')).toHaveLength(2);
});

test('the bit order of one page serves for the next that does not tell, but blank paper teaches nothing', async () => {
  const oneRow = encodePage(raster(1, 1), 1728, 1, { coding: 'MH', fillOrder: 'lsb' });
  const taught = await play(
    { faxClass: '2', far: { pages: [farPage(0, 0), { octets: oneRow, postPage: 2 }] } },
    ANSWER,
  );
  expect(taught.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 2 });
  const blank = encodePage(new Uint8Array(216 * 60), 1728, 60, { coding: 'MMR', fillOrder: 'lsb' });
  const untaught = await play(
    {
      faxClass: '2',
      far: { dcs: '1,5,0,2,3,2,0,0', pages: [{ octets: blank, postPage: 0 }, farPage(1, 2, 'MMR')] },
    },
    ANSWER,
  );
  const last = untaught.host.stored.at(-1)?.octets ?? new Uint8Array();
  expect(pixels(last, { coding: 'MMR', widthPixels: 1728 })).toEqual(raster(1, 60));
});

test('a bad copy that cannot be refused is not confirmed either: the call ends', async () => {
  const bad = farPage(0, 2);
  const damaged = bad.octets.map((octet, index) => (index % 90 === 60 ? octet ^ 0x5a : octet));
  const { report, modem, host } = await play(
    { faxClass: '2', far: { pages: [{ ...bad, octets: damaged }] }, unknown: ['+FPTS='] },
    ANSWER,
  );
  expect(report).toMatchObject({
    outcome: { code: 'FAX_TOO_MANY_ERRORS' },
    pagesReceived: 0,
    complete: false,
  });
  expect(modem.commands.filter((command) => command === '+FDR')).toHaveLength(1);
  expect(modem.aborted).toBe(true);
  expect(host.stored).toMatchObject([{ page: 0, damaged: true }]);
});

test('a page that the modem would refuse and we can read is taken, and the modem told so', async () => {
  const { report, modem } = await play(
    { faxClass: '2', far: { pages: [{ ...farPage(0, 2), status: 2 }] } },
    ANSWER,
  );
  expect(modem.commands).toContain('+FPTS=1');
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 1 });
});

test('a page that cannot be stored is never confirmed', async () => {
  const host = pageHost({ store: () => Promise.reject(new Error('the disk is full')) });
  const { report, modem } = await play(
    { faxClass: '2', far: { pages: [farPage(0, 0), farPage(1, 2)] } },
    ANSWER,
    { host },
  );
  expect(report).toMatchObject({ outcome: { code: 'PAGE_NOT_STORED' }, pagesReceived: 0, complete: false });
  expect(modem.commands.filter((command) => command === '+FDR')).toHaveLength(1);
  expect(modem.commands).toContain('+FPTS=2');
  expect(modem.aborted).toBe(true);
  expect(modem.onHook).toBe(true);
});

test('a caller who breaks off between two pages leaves what is stored, incomplete', async () => {
  const { report, host } = await play({ faxClass: '2', far: { pages: [farPage(0, 0)] } }, ANSWER);
  expect(report).toMatchObject({ outcome: { code: 'FAX_BROKEN_OFF' }, pagesReceived: 1, complete: false });
  expect(host.stored).toHaveLength(1);
});

test('how pages travel is asked for when the modem does not tell', async () => {
  const { report, host, modem } = await play(
    {
      faxClass: '2',
      far: { dcs: '0,5,0,2,1,0,0,0', pages: [farPage(0, 2, 'MR')] },
      mangle: (line) => (line.startsWith('+FDCS') ? [] : [line]),
    },
    ANSWER,
  );
  expect(modem.commands).toContain('+FDCS?');
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 1 });
  expect(host.stored[0]?.parameters).toMatchObject({ coding: 'MR', resolution: 'R8x3.85' });
});

test('a password that is asked for must be given, and must be one that the class can tell', async () => {
  const request = { ...ANSWER, receivePassword: '1234' };
  const far = { pages: [farPage(0, 2)] };
  const given = await play(
    { faxClass: '2.1', far: { ...far, addresses: ['+FPW:"1234"', '+FSA:"77"'] } },
    request,
  );
  expect(given.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, subaddress: '77' });
  const wrong = await play({ faxClass: '2.1', far: { ...far, addresses: ['+FPW:"1111"'] } }, request);
  expect(wrong.report).toMatchObject({ outcome: { code: 'FAX_PASSWORD_REFUSED' }, pagesReceived: 0 });
  expect(wrong.modem.onHook).toBe(true);
  const untold = await play({ faxClass: '2', far }, request);
  expect(untold.report).toMatchObject({ outcome: { code: 'FAX_PASSWORD_REFUSED' }, pagesReceived: 0 });
});

test.each(CLASSES)('Class %s: a document that is kept is fetched by the caller', async (faxClass) => {
  const { report, modem } = await play(
    { faxClass, far: { polling: 'wants' } },
    { ...ANSWER, documents: [fine(2)] },
  );
  expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 2, direction: 'incoming' });
  expect(modem.commands).toContain(faxClass === '2' ? '+FLPL=1' : '+FLP=1');
});

test('a document with a password is not given to one who does not know it', async () => {
  const request = { ...ANSWER, documents: [fine(1)], pollPassword: '55' };
  const without = await play({ faxClass: '2.1', far: { polling: 'wants' } }, request);
  expect(without.report).toMatchObject({ outcome: { code: 'FAX_PASSWORD_REFUSED' }, pagesSent: 0 });
  const knowing = await play(
    { faxClass: '2.1', far: { polling: 'wants', addresses: ['+FPW:"55"'] } },
    request,
  );
  expect(knowing.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesSent: 1 });
});
