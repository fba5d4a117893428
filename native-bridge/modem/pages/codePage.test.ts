// Stored pages on their way to the line: same pixels where nothing has to change, and a page that fits where it has.

import { describe, expect, it } from 'vitest';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { madePage } from '../../../fax/t4/testing/madePage.ts';
import type { PageFormat } from '../../../fax/t30/parameters.ts';
import { codePage } from './codePage.ts';
import { aFormat, longestPauseMs, storedPage } from './pages.testSupport.ts';

const read = (data: Uint8Array, { coding, widthPixels }: PageFormat) =>
  decodePage(data, { coding, width: widthPixels, fillOrder: 'lsb', maxRows: 65_535 });

describe('a page in the form that it has', () => {
  it.each(['MH', 'MR', 'MMR'] as const)('arrives pixel for pixel in %s, and is ended', async (coding) => {
    const page = madePage(7, 1728, 2292);
    const format = aFormat({ coding });
    const decoded = read(await codePage(storedPage(page), format), format);
    expect(decoded.end).toBe('endOfPage');
    expect(decoded.quality).toMatchObject({ rows: 2292, badRows: 0 });
    expect(Buffer.compare(decoded.raster, page.raster)).toBe(0);
  });

  it('is the same whether it is labelled in metric or in inch', async () => {
    const page = madePage(3, 1728, 500);
    const format = aFormat({ coding: 'MMR' });
    const metric = await codePage(storedPage(page, { xDpi: 204, yDpi: 196 }), format);
    const inch = await codePage(storedPage(page, { xDpi: 200, yDpi: 200 }), format);
    expect(Buffer.compare(metric, inch)).toBe(0);
  });

  it('has as many bits in each line as the far machine needs', async () => {
    const page = madePage(1, 1728, 100);
    const short = await codePage(storedPage(page), aFormat({ coding: 'MH', minScanBits: 0 }));
    const filled = await codePage(storedPage(page), aFormat({ coding: 'MH', minScanBits: 2_000 }));
    expect(filled.length).toBeGreaterThanOrEqual((100 * 2_000) / 8);
    expect(short.length).toBeLessThan(filled.length);
  });
});

describe('a page in another form', () => {
  it('has half the rows at half the resolution', async () => {
    const format = aFormat({ coding: 'MH', resolution: 'R8x3.85', k: 2 });
    const data = await codePage(storedPage(madePage(5, 1728, 2292)), format);
    expect(read(data, format).quality).toMatchObject({ rows: 1146, badRows: 0 });
  });

  it('is made smaller both ways when the paper is narrower', async () => {
    const format = aFormat({ coding: 'MMR', widthPixels: 1728 });
    const data = await codePage(storedPage(madePage(5, 2432, 3000)), format);
    const { rows } = read(data, format).quality;
    expect(rows).toBeGreaterThan(2_130);
    expect(rows).toBeLessThan(2_134);
  });

  it('keeps its rows but for white ones at its end when the paper is shorter', async () => {
    const page = madePage(5, 1728, 2_500);
    page.raster.fill(0, 216 * 2_300);
    const format = aFormat({ coding: 'MMR', maxRows: 2_379 });
    const decoded = read(await codePage(storedPage(page), format), format);
    expect(decoded.quality.rows).toBe(2_379);
    expect(Buffer.compare(decoded.raster, page.raster.subarray(0, 216 * 2_379))).toBe(0);
  });

  it('is made smaller as a whole, in the middle of the paper, when it is too long', async () => {
    const page = { width: 1728, height: 3_000, raster: new Uint8Array(216 * 3_000).fill(0xff) };
    const format = aFormat({ coding: 'MMR', maxRows: 2_379 });
    const decoded = read(await codePage(storedPage(page), format), format);
    expect(decoded.quality.rows).toBeLessThanOrEqual(2_379);
    expect(decoded.quality.rows).toBeGreaterThan(2_370);
    const row = decoded.raster.subarray(216, 432);
    const left = row.findIndex((octet) => octet !== 0);
    const right = row.length - 1 - row.findLastIndex((octet) => octet !== 0);
    expect(left).toBeGreaterThan(18);
    expect(Math.abs(left - right)).toBeLessThanOrEqual(1);
  });

  it('is refused in words when it would be smaller than half', async () => {
    const page = { width: 1728, height: 5_000, raster: new Uint8Array(216 * 5_000).fill(0xff) };
    await expect(codePage(storedPage(page), aFormat({ maxRows: 2_379 }))).rejects.toThrow(
      'the page is 648 mm long, and the far machine takes 308 mm',
    );
  });

  it('is refused in words when it would have too many rows', async () => {
    const page = { width: 100, height: 40_000, raster: new Uint8Array(13 * 40_000) };
    const format = aFormat({ resolution: 'R8x15.4' });
    await expect(codePage(storedPage(page), format)).rejects.toThrow('cannot be converted');
  });
});

describe('a page that cannot be trusted', () => {
  it('is refused when it is damaged', async () => {
    const stored = storedPage(madePage(9, 1728, 400));
    const data = stored.data.slice(0, stored.data.length / 2);
    const broken = { info: { ...stored.info, byteLength: data.length }, data };
    await expect(codePage(broken, aFormat({}))).rejects.toThrow(/damaged: \d+ of 400 rows/u);
  });

  it('is refused when it is not as long as it says', async () => {
    const stored = storedPage(madePage(9, 1728, 400));
    await expect(codePage({ ...stored, data: stored.data.subarray(1) }, aFormat({}))).rejects.toThrow(
      'not whole',
    );
  });

  it('is refused when it has more pixels than a page can have', async () => {
    const stored = storedPage(madePage(9, 1728, 40));
    const info = { ...stored.info, width: 20_000, height: 65_535 };
    await expect(codePage({ ...stored, info }, aFormat({}))).rejects.toThrow('too large');
  });

  it('is not coded without end', async () => {
    const page = { width: 1728, height: 60_000, raster: new Uint8Array(216 * 60_000) };
    await expect(codePage(storedPage(page), aFormat({ coding: 'MH', minScanBits: 10_000 }))).rejects.toThrow(
      'too large to be sent',
    );
  });
});

describe('the modem', () => {
  it('waits for no page longer than a few milliseconds', async () => {
    // The worst there is: few octets, many wide rows, all of them to be converted.
    const wide = { width: 14_000, height: 20_000, raster: new Uint8Array(1_750 * 20_000) };
    const data = encodePage(wide.raster, wide.width, wide.height, { coding: 'MMR' });
    const stored = storedPage(wide, { xDpi: 1_200, yDpi: 1_200 }, data);
    const pause = await longestPauseMs(() => codePage(stored, aFormat({ coding: 'MH' })));
    expect(pause).toBeLessThan(40);
  });

  it('is not made to wait for a page that nobody wants any more', async () => {
    const stop = new AbortController();
    const coding = codePage(storedPage(madePage(1, 4864, 9_000)), aFormat({}), stop.signal);
    stop.abort(new Error('the call is over'));
    await expect(coding).rejects.toThrow('the call is over');
  });
});
