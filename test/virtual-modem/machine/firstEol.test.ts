import { expect, test } from 'vitest';
import { testPage } from '../../../fax/t30/testing/testPages.ts';
import { decodePage } from '../../../fax/t4/pageDecoder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import { FirstEol } from './firstEol.ts';

test.each(['MH', 'MR'] as const)('ones before a page of %s are no lines, however it is cut', (coding) => {
  const page = testPage(1, 30, 'dense');
  const data = encodePage(page.raster, 1728, 30, { coding, fillOrder: 'lsb' });
  const line = Uint8Array.of(...new Uint8Array(900).fill(0xff), 0x7f, ...data);
  for (const length of [1, 7, 90, line.length]) {
    const gate = new FirstEol();
    const passed: Uint8Array[] = [];
    for (let at = 0; at < line.length; at += length) passed.push(gate.pass(line.subarray(at, at + length)));
    const { raster, quality } = decodePage(Buffer.concat(passed), { coding, width: 1728, fillOrder: 'lsb' });
    expect(quality).toMatchObject({ rows: 30, badRows: 0 });
    expect(Buffer.from(raster).equals(Buffer.from(page.raster))).toBe(true);
  }
});
