// Pages as one multi-page T.6 TIFF file: their data bit for bit.

import { t6TiffHeader, t6TiffPage } from '../../../fax/t4/tiff.ts';
import { readStoredPage } from '../storedPage.ts';
import type { Append } from './exportPages.ts';

export async function writeTiff(
  pages: string[],
  append: Append,
  step: (pagesDone: number, pagesTotal: number) => void,
): Promise<void> {
  const header = t6TiffHeader();
  await append(header);
  let offset = header.length;
  for (const [index, path] of pages.entries()) {
    const { info, data } = await readStoredPage(path);
    const { before, after } = t6TiffPage(info, data.length, { index, total: pages.length, offset });
    await append(before);
    await append(data);
    await append(after);
    offset += before.length + data.length + after.length;
    step(index + 1, pages.length);
  }
}
