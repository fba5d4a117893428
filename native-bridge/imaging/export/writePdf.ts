// Pages as a PDF file: the T.6 data as they are (CCITTFaxDecode, K = −1), every page in its real size.

import { readStoredPage } from '../storedPage.ts';
import type { Append } from './exportPages.ts';

const POINTS_PER_INCH = 72;
const CATALOG = 1;
const PAGE_TREE = 2;
const INFO = 3;
const FIRST_PAGE = 4;
const OBJECTS_PER_PAGE = 3;

export async function writePdf(
  pages: string[],
  title: string,
  append: Append,
  step: (pagesDone: number, pagesTotal: number) => void,
): Promise<void> {
  /** By object number: where it stands in the file. */
  const offsets: number[] = [];
  let position = 0;
  const write = async (part: string | Uint8Array) => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    await append(bytes);
    position += bytes.length;
  };
  const writeObject = async (number: number, dictionary: string, stream?: Uint8Array) => {
    offsets[number] = position;
    await write(`${number} 0 obj\n${dictionary}\n`);
    if (stream !== undefined) {
      await write('stream\n');
      await write(stream);
      await write('\nendstream\n');
    }
    await write('endobj\n');
  };

  // The second line tells transfer programs that the file is binary (ISO 32000-1 §7.5.2).
  await write('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n');
  const pageNumbers = pages.map((_, index) => FIRST_PAGE + index * OBJECTS_PER_PAGE);
  await writeObject(CATALOG, `<< /Type /Catalog /Pages ${PAGE_TREE} 0 R >>`);
  const kids = pageNumbers.map((number) => `${number} 0 R`).join(' ');
  await writeObject(PAGE_TREE, `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`);
  await writeObject(INFO, `<< /Title ${pdfText(title)} /Producer (Hikyaku) >>`);
  for (const [index, path] of pages.entries()) {
    const { info, data } = await readStoredPage(path);
    const number = FIRST_PAGE + index * OBJECTS_PER_PAGE;
    const width = points(info.width, info.xDpi);
    const height = points(info.height, info.yDpi);
    const content = `q ${width} 0 0 ${height} 0 0 cm /Page Do Q`;
    await writeObject(
      number,
      `<< /Type /Page /Parent ${PAGE_TREE} 0 R /MediaBox [0 0 ${width} ${height}] ` +
        `/Contents ${number + 1} 0 R /Resources << /XObject << /Page ${number + 2} 0 R >> >> >>`,
    );
    await writeObject(number + 1, `<< /Length ${content.length} >>`, Buffer.from(content, 'latin1'));
    await writeObject(
      number + 2,
      `<< /Type /XObject /Subtype /Image /Width ${info.width} /Height ${info.height} /BitsPerComponent 1 ` +
        `/ColorSpace /DeviceGray /Filter /CCITTFaxDecode /Length ${data.length} ` +
        `/DecodeParms << /K -1 /Columns ${info.width} /Rows ${info.height} >> >>`,
      data,
    );
    step(index + 1, pages.length);
  }
  const start = position;
  const table = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  await write(`xref\n0 ${offsets.length}\n0000000000 65535 f \n${table.join('')}`);
  await write(`trailer\n<< /Size ${offsets.length} /Root ${CATALOG} 0 R /Info ${INFO} 0 R >>\n`);
  await write(`startxref\n${start}\n%%EOF\n`);
}

function points(pixels: number, dpi: number): string {
  return ((pixels / dpi) * POINTS_PER_INCH).toFixed(3);
}

/** A text string of any language: UTF-16 with a byte order mark, in hexadecimal. */
function pdfText(text: string): string {
  return `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
}
