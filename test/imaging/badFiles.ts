// Files made on the spot: broken, hostile, nothing to make pages of, or of a kind that no program here writes.

import { deflateSync } from 'node:zlib';
import { pngChunk, pngStart } from '../../native-bridge/imaging/view/png.ts';

/** A PDF of the given objects; the first is the catalogue. */
export function pdfOf(objects: (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  for (const [index, object] of objects.entries()) {
    offsets.push(length);
    const part = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from('\nendobj\n'),
    ]);
    parts.push(part);
    length += part.length;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

export function pdfStream(dictionary: string, data: string | Buffer): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([
    Buffer.from(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
}

/** One page of `width` × `height` points showing `content`. */
export function pageOf(
  content: string,
  options: { width?: number; height?: number; resources?: string; catalog?: string } = {},
  more: (string | Buffer)[] = [],
): Buffer {
  const { width = 595, height = 842, resources = '', catalog = '' } = options;
  return pdfOf([
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R /Resources << ${resources} >> >>`,
    pdfStream('', content),
    ...more,
  ]);
}

/** Sixty thousand sheets of half-transparent gray, one over the other: minutes of work and hardly any memory. */
export function endlessPdf(): Buffer {
  const content = deflateSync(Buffer.from(`/T gs ${'0 0 595 842 re f '.repeat(60_000)}`));
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /ExtGState << /T << /ca 0.5 /BM /Multiply >> >> >> >>',
    pdfStream('/Filter /FlateDecode', content),
  ]);
}

/** Forms that draw each other: 20 to the power of 12 rectangles, and the memory for them, if anyone waited for it. */
export function explodingPdf(): Buffer {
  const depth = 12;
  const first = 5;
  const forms = Array.from({ length: depth }, (_, level) => {
    const last = level === depth - 1;
    const next = last ? '' : `/Resources << /XObject << /F ${first + level + 1} 0 R >> >>`;
    const content = last ? '0 0 10 10 re f' : '/F Do '.repeat(20);
    return pdfStream(`/Type /XObject /Subtype /Form /BBox [0 0 600 900] ${next}`, content);
  });
  return pageOf('/F Do', { resources: `/XObject << /F ${first} 0 R >>` }, forms);
}

/** An XFA form whose pages only Adobe's programs can make. */
export function xfaPdf(): Buffer {
  return pageOf(
    'BT /H 20 Tf 60 700 Td (Please wait...) Tj ET',
    {
      resources: '/Font << /H << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>',
      catalog: '/NeedsRendering true /AcroForm << /Fields [] /XFA 5 0 R >>',
    },
    [
      pdfStream(
        '',
        '<?xml version="1.0"?><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template/></xdp:xdp>',
      ),
    ],
  );
}

/** An image object whose pixels would take 30 GB. */
export function imageBombPdf(): Buffer {
  const side = 100_000;
  const image = pdfStream(
    `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode`,
    deflateSync(Buffer.alloc(50_000_000)),
  );
  return pageOf('500 0 0 500 40 40 cm /I Do', { resources: '/XObject << /I 5 0 R >>' }, [image]);
}

/** A PNG of `width` × `height` white pixels that says what it is and no more than needed. */
export function whitePng(width: number, height: number): Buffer {
  const row = Buffer.alloc(Math.ceil(width / 8) + 1, 0xff);
  row[0] = 0;
  const rows = Buffer.concat(Array.from({ length: Math.min(height, 1_000) }, () => row));
  return Buffer.concat([
    pngStart(width, height, 1),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A filled-in form: one field brings its appearance, the other only its value; and a note that is not for print. */
export function filledForm(): Buffer {
  const field = (name: string, bottom: number, appearance: string) =>
    `<< /Type /Annot /Subtype /Widget /FT /Tx /T (${name}) /V (${name} filled in) /F 4 ` +
    `/Rect [100 ${bottom} 400 ${bottom + 30}] /DA (/Helv 18 Tf 0 g) ${appearance} >>`;
  const fonts = '/Font << /Helv 8 0 R >>';
  return pdfOf([
    `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R 6 0 R] /DA (/Helv 12 Tf 0 g) /DR << ${fonts} >> >> >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [5 0 R 6 0 R 9 0 R] /Resources << >> >>',
    pdfStream('', ''),
    field('first', 700, '/AP << /N 7 0 R >>'),
    field('second', 600, ''),
    pdfStream(
      `/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << ${fonts} >>`,
      'BT /Helv 18 Tf 5 8 Td (first filled in) Tj ET',
    ),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    '<< /Type /Annot /Subtype /Text /Rect [100 400 130 430] /Contents (not for print) >>',
  ]);
}

/** A page that is one JBIG2 image: black above, white below (T.88, a generic region in MMR). */
export function jbig2Pdf(mmr: Uint8Array, width: number, height: number): Buffer {
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const segment = (number: number, type: number, data: Buffer) =>
    Buffer.concat([u32(number), Buffer.of(type, 0, 1), u32(data.length), data]);
  const pageInformation = Buffer.concat([u32(width), u32(height), u32(0), u32(0), Buffer.of(0, 0, 0)]);
  const region = Buffer.concat([
    u32(width),
    u32(height),
    u32(0),
    u32(0),
    Buffer.of(0),
    Buffer.of(1),
    Buffer.from(mmr),
  ]);
  const data = Buffer.concat([segment(0, 48, pageInformation), segment(1, 38, region)]);
  const image = pdfStream(
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /JBIG2Decode`,
    data,
  );
  return pageOf('595 0 0 842 0 0 cm /I Do', { resources: '/XObject << /I 5 0 R >>' }, [image]);
}
