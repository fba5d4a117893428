// Pages as one multi-page T.6 TIFF file: their data bit for bit.

import { faxTiffHeader, faxTiffPage } from '../../../fax/t4/tiffWriter.ts';
import { readStoredPage } from '../storedPage.ts';
import type { Append } from './exportPages.ts';

export async function writeTiff(
  pages: string[],
  append: Append,
  step: (pagesDone: number, pagesTotal: number) => void,
): Promise<void> {
  const header = faxTiffHeader();
  await append(header);
  let offset = header.length;
  for (const [index, path] of pages.entries()) {
    const { info, data } = await readStoredPage(path);
    const place = { index, total: pages.length, offset };
    const { before, after } = faxTiffPage({ ...info, coding: 'MMR' }, data.length, place);
    await append(before);
    await append(data);
    await append(after);
    offset += before.length + data.length + after.length;
    step(index + 1, pages.length);
  }
}
