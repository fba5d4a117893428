// Pages that come damaged: none is confirmed as good, and none is lost when it does not come again.

import { describe, expect, test } from 'vitest';
import { ANSWER, CLASSES, farPage, pixels, play, raster } from './playCall.testSupport.ts';
import type { Played } from './playCall.testSupport.ts';

const ECM = { '2': '1,5,0,2,3,2,0,0', '2.0': '1,5,0,2,3,1,0,0', '2.1': '1,5,0,2,3,1,0,0' } as const;

/** A page of which the line between modem and computer has lost some octets. */
function withLoss(page: ReturnType<typeof farPage>, from = 5000, octets = 5): ReturnType<typeof farPage> {
  return {
    ...page,
    octets: Buffer.concat([page.octets.subarray(0, from), page.octets.subarray(from + octets)]),
  };
}

function expectPixels({ host }: Played, index: number, page: number): void {
  const { octets, parameters } = host.stored[index] ?? expect.fail('not stored');
  expect(pixels(octets, { coding: parameters.coding, widthPixels: 1728 })).toEqual(raster(page, 60));
}

describe.each(CLASSES)('Class %s, under error correction', (faxClass) => {
  const dcs = ECM[faxClass];
  const reversed = faxClass === '2';
  const status = faxClass === '2' ? '+FPTS' : '+FPS';

  test.each(['MMR', 'MH'] as const)(
    'a page in %s that cannot be read is refused, and comes again',
    async (coding) => {
      const values = dcs.replace(',3,', coding === 'MH' ? ',0,' : ',3,');
      const good = farPage(0, 2, coding);
      const lossy = { ...good, octets: good.octets.filter((_, index) => index % 97 !== 60 || index < 1000) };
      const played = await play(
        { faxClass, reversed, far: { dcs: values, pages: [lossy, { ...good, trains: true }] } },
        ANSWER,
      );
      expect(played.modem.commands).toContain(`${status}=2`);
      expect(played.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 1, ecm: true });
      expect(played.host.stored).toMatchObject([{ page: 0, damaged: false }]);
      expectPixels(played, 0, 0);
    },
  );

  test('a page whose end is missing is kept and marked when the modem takes no refusal', async () => {
    const page = farPage(0, 0, 'MMR');
    const pages = [withLoss(page, page.octets.length - 40, 40), farPage(1, 2, 'MMR')];
    const played = await play({ faxClass, reversed, far: { dcs, pages }, unknown: [`${status}=`] }, ANSWER);
    expect(played.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 2, complete: true });
    expect(played.host.stored).toMatchObject([
      { page: 0, damaged: true },
      { page: 1, damaged: false },
    ]);
    expectPixels(played, 1, 1);
    expect(played.journal.join('\n')).toContain('Page 1 is kept as it came, damaged.');
  });

  test('a page that is confirmed in spite of the refusal is kept beside the next one', async () => {
    const pages = [withLoss(farPage(0, 0, 'MMR')), farPage(1, 2, 'MMR')];
    const played = await play({ faxClass, reversed, far: { dcs, pages } }, ANSWER);
    expect(played.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 2 });
    expect(played.host.stored).toMatchObject([
      { page: 0, damaged: true },
      { page: 1, damaged: false },
    ]);
    expectPixels(played, 1, 1);
  });

  test('a last page that was refused and does not come again leaves an incomplete document with it', async () => {
    const pages = [farPage(0, 0, 'MMR'), withLoss(farPage(1, 2, 'MMR'))];
    const played = await play({ faxClass, reversed, far: { dcs, pages } }, ANSWER);
    expect(played.report).toMatchObject({ pagesReceived: 1, complete: false });
    expect(played.report.outcome.code).not.toBe('CONFIRMED');
    expect(played.host.stored).toMatchObject([
      { page: 0, damaged: false },
      { page: 1, damaged: true },
    ]);
  });

  test('a page that stays damaged is taken as it is the second time', async () => {
    const lossy = withLoss(farPage(0, 2, 'MMR'));
    const pages = [lossy, { ...lossy, trains: true }];
    const { report, host } = await play({ faxClass, reversed, far: { dcs, pages } }, ANSWER);
    expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 1 });
    expect(host.stored).toMatchObject([{ page: 0, damaged: true }]);
  });

  test('nothing of a page can be read, and the modem confirms it all the same: the call ends', async () => {
    const pages = [{ octets: new Uint8Array(300), postPage: 0 }, farPage(1, 2, 'MMR')];
    const { report, host, modem } = await play({ faxClass, reversed, far: { dcs, pages } }, ANSWER);
    expect(report).toMatchObject({ outcome: { code: 'FAX_TOO_MANY_ERRORS' }, complete: false });
    expect(host.stored).toEqual([]);
    expect(modem.onHook).toBe(true);
  });

  test('a page that its sender gives up (EOR) is kept, and the next one follows', async () => {
    const pages = [withLoss(farPage(0, 8, 'MMR')), farPage(1, 2, 'MMR')];
    const played = await play({ faxClass, reversed, far: { dcs, pages } }, ANSWER);
    expect(played.report).toMatchObject({ outcome: { code: 'CONFIRMED' }, pagesReceived: 2 });
    expect(played.host.stored).toMatchObject([
      { page: 0, damaged: true },
      { page: 1, damaged: false },
    ]);
  });
});

test.each(CLASSES)(
  'Class %s: a bad copy whose sender hangs up is kept, damaged and not counted',
  async (faxClass) => {
    const bad = farPage(1, 2);
    const damaged = {
      ...bad,
      octets: bad.octets.map((octet, at) => (at % 90 === 60 ? octet ^ 0x5a : octet)),
    };
    const { report, host } = await play({ faxClass, far: { pages: [farPage(0, 0), damaged] } }, ANSWER);
    expect(report).toMatchObject({
      outcome: { code: 'FAX_TOO_MANY_ERRORS' },
      pagesReceived: 1,
      complete: false,
    });
    expect(host.stored).toMatchObject([
      { page: 0, damaged: false },
      { page: 1, damaged: true },
    ]);
  },
);

test.each(CLASSES)('Class %s: a page that ends in its middle is kept as far as it came', async (faxClass) => {
  const page = farPage(1, 2);
  const half = { ...page, octets: page.octets.subarray(0, page.octets.length >> 1), cut: true };
  const { report, host } = await play({ faxClass, far: { pages: [farPage(0, 0), half] } }, ANSWER);
  expect(report).toMatchObject({ outcome: { code: 'FAX_BROKEN_OFF' }, pagesReceived: 1, complete: false });
  expect(host.stored).toMatchObject([
    { page: 0, damaged: false },
    { page: 1, damaged: true },
  ]);
});
