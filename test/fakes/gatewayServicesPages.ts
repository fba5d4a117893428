// Page pictures for the fake gateway: letters, orders and forms drawn as SVG and turned into one-bit PNGs.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { Sample, Template } from './gatewayServicesData.ts';

const WIDTH = 1728;
const HEIGHT = 2291;
/** Pictures are few (template, seed, page) but asked for often; this many are kept. */
const MAX_KEPT = 400;
const kept = new Map<string, Promise<Uint8Array>>();

/** A page as PNG: one bit at full size, smooth gray when a width is asked for, as the real gateway answers. */
export async function fakePageImage(
  sample: Sample,
  index: number,
  options: { width?: number | undefined; rotate: 0 | 90 | 180 | 270 },
): Promise<Uint8Array> {
  const name = JSON.stringify([sample, index, options]);
  const known = kept.get(name);
  if (known !== undefined) return known;
  const made = draw(sample, index, options);
  kept.set(name, made);
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value ?? name);
  return made;
}

async function draw(
  sample: Sample,
  index: number,
  options: { width?: number | undefined; rotate: 0 | 90 | 180 | 270 },
): Promise<Uint8Array> {
  const svg = Buffer.from(pageSvg(sample, index));
  const bilevel = await sharp(svg)
    .flatten({ background: '#fff' })
    .grayscale()
    .threshold(150)
    .png()
    .toBuffer();
  let image = sharp(bilevel);
  if (options.rotate !== 0) image = image.rotate(options.rotate);
  if (options.width !== undefined) image = image.resize({ width: options.width, withoutEnlargement: true });
  return image.png({ palette: true, colours: options.width === undefined ? 2 : 16 }).toBuffer();
}

/** A small valid file of the wanted kind; its content is of no interest to those who use the fake. */
export async function exportFakeDocument(
  documentId: string,
  pages: number,
  format: 'pdf' | 'tif' | 'png',
): Promise<{ path: string; fileName: string; dispose(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-fake-'));
  const fileName = `${documentId}.${format}`;
  const file = path.join(folder, fileName);
  if (format === 'pdf') await writeFile(file, `%PDF-1.4\n% ${documentId}, ${pages} pages\n%%EOF\n`);
  else {
    const page = sharp(Buffer.from(pageSvg({ template: 'letter', seed: 1 }, 0))).flatten({
      background: '#fff',
    });
    await (format === 'tif' ? page.tiff({ compression: 'deflate' }) : page.png()).toFile(file);
  }
  return { path: file, fileName, dispose: () => rm(folder, { recursive: true, force: true }) };
}

interface Words {
  title: string;
  from: string;
  lines: string[];
  rows?: [string, string, string][];
  japanese: boolean;
}

const words: Record<Template, Words> = {
  letter: {
    title: 'Re: Renewal of lease, Harbour Street 14',
    from: 'Harbour & Finch Solicitors · 2 Quay Row · Bristol BS1',
    japanese: false,
    lines: [
      'Dear Ms Hayashi,',
      '',
      'Thank you for your fax of last Thursday. Please find enclosed the renewed',
      'lease for the premises at Harbour Street 14, signed by both landlords on the',
      'tenth of this month. The term is five years with the option that we discussed.',
      '',
      'Kindly countersign on pages three and six and return the whole document by',
      'fax; the original follows by post. The deposit remains unchanged, and the',
      'first payment under the new terms is due on the first of January.',
      '',
      'Clause 7 now says plainly who keeps the loading bay clear of snow. Should',
      'anything else be unclear, my direct line is on the letterhead.',
      '',
      'Yours sincerely,',
      '',
      'Eleanor Finch',
    ],
  },
  invoice: {
    title: 'BILL OF LADING',
    from: 'Northwind Freight · Pier 41 · Seattle',
    japanese: false,
    lines: [
      'Shipper: Hayashi Trading, Kobe',
      'Vessel: Evening Crane   Voyage 212E',
      'Port of discharge: Kobe',
    ],
    rows: [
      ['Ceramic tableware, 40 cartons', '1 120 kg', 'USD 8 410.00'],
      ['Machine parts, 6 crates', '2 304 kg', 'USD 21 950.00'],
      ['Printed matter, 12 cartons', '310 kg', 'USD 1 236.50'],
      ['Cotton fabric, 22 rolls', '890 kg', 'USD 6 050.00'],
      ['Packing and handling', '', 'USD 480.00'],
    ],
  },
  order: {
    title: '発 注 書',
    from: '山田商会 株式会社　京都市中京区烏丸通',
    japanese: true,
    lines: [
      '林商事 株式会社　御中',
      '下記のとおり発注いたします。ご確認のうえ、折り返しご返信ください。',
      '納期：12月5日　納入場所：大阪物流センター',
    ],
    rows: [
      ['有田焼 湯呑 青海波', '120 個', '¥ 96,000'],
      ['清水焼 皿 七寸', '60 枚', '¥ 132,000'],
      ['桐箱 二号', '180 箱', '¥ 54,000'],
      ['和紙 包装紙 生成', '20 束', '¥ 18,400'],
      ['運賃', '一式', '¥ 12,000'],
    ],
  },
  clinic: {
    title: '診療情報提供書',
    from: 'さくら内科クリニック　神戸市中央区',
    japanese: true,
    lines: [
      '神戸中央病院　循環器内科　御中',
      '',
      '患者氏名：鈴木 一郎 様　　生年月日：昭和31年4月2日',
      '',
      '平素より大変お世話になっております。上記の患者様についてご紹介いたします。',
      '主訴：労作時の息切れ（約三週間前より）',
      '既往歴：高血圧症、脂質異常症',
      '',
      '心電図にて軽度の変化を認めたため、精査をお願いしたく存じます。',
      'ご高診のほど、よろしくお願い申し上げます。',
    ],
  },
  drawing: {
    title: 'PROOF 3',
    from: 'Meridian Print Works',
    japanese: false,
    lines: ['Trim 210 × 148 mm, two colours. Please sign and return before noon.'],
  },
  memo: {
    title: '週 報　11月 第3週',
    from: '京都支店',
    japanese: true,
    lines: [
      '１．売上は前週比 104 %。陶器の引き合いが増えている。',
      '２．山田商会様より追加発注の見込み（12月初旬）。',
      '３．大阪物流センターの棚卸しは 28 日に実施。',
      '４．新しいファクスの運用を開始。受信は全員の画面で確認できる。',
      '',
      '来週の予定',
      '・火曜　田中法律事務所と契約書の確認',
      '・木曜　札幌倉庫と在庫の照合',
    ],
  },
};

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function pageSvg(sample: Sample, index: number): string {
  const page = words[sample.template];
  const family = page.japanese ? 'Noto Sans CJK JP, sans-serif' : 'DejaVu Serif, Noto Serif CJK JP, serif';
  const text = (x: number, y: number, size: number, value: string, extra = ''): string =>
    `<text x="${x}" y="${y}" font-size="${size}" font-family="${family}" ${extra}>${escape(value)}</text>`;
  const parts: string[] = [];
  const stamp = `2026-11-${String(10 + (sample.seed % 12)).padStart(2, '0')} ${String(8 + (sample.seed % 9)).padStart(2, '0')}:${String((sample.seed * 7) % 60).padStart(2, '0')}`;
  parts.push(
    text(90, 46, 28, `${stamp}   ${page.from.split('·')[0] ?? ''}`),
    text(1500, 46, 28, `p. ${index + 1}`),
  );
  parts.push(`<rect x="90" y="60" width="1548" height="2"/>`);
  if (index === 0) {
    parts.push(text(160, 230, 34, page.from), text(160, 380, 64, page.title, 'font-weight="bold"'));
    parts.push(`<rect x="160" y="410" width="1400" height="4"/>`);
  } else {
    parts.push(text(160, 230, 34, `${page.title}  (${index + 1})`));
  }
  let y = index === 0 ? 520 : 330;
  const repeat = index === 0 ? page.lines : [...page.lines, '', ...page.lines];
  for (const line of repeat) {
    parts.push(text(160, y, 36, line));
    y += 62;
  }
  if (page.rows !== undefined) parts.push(table(page.rows, y + 40, text));
  if (sample.template === 'drawing') parts.push(drawing(y + 60));
  if (index === 0) parts.push(seal(page.japanese));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${parts.join('')}</svg>`;
}

function table(
  rows: [string, string, string][],
  top: number,
  text: (x: number, y: number, size: number, value: string, extra?: string) => string,
): string {
  const lines = rows.flatMap(([what, count, price], row) => {
    const y = top + row * 96;
    return [
      `<rect x="160" y="${y}" width="1400" height="96" fill="none" stroke="#000" stroke-width="3"/>`,
      text(190, y + 62, 36, what),
      text(1000, y + 62, 36, count),
      text(1530, y + 62, 36, price, 'text-anchor="end"'),
    ];
  });
  return lines.join('');
}

function drawing(top: number): string {
  const circles = Array.from({ length: 7 }, (_, index) => {
    const x = 320 + index * 180;
    return `<circle cx="${x}" cy="${top + 420}" r="${60 + index * 34}" fill="none" stroke="#000" stroke-width="5"/>`;
  });
  return `<rect x="160" y="${top}" width="1400" height="940" fill="none" stroke="#000" stroke-width="6"/>${circles.join('')}<path d="M160 ${top + 760} Q 700 ${top + 500} 1560 ${top + 860}" fill="none" stroke="#000" stroke-width="12"/>`;
}

const seal = (japanese: boolean): string =>
  japanese
    ? `<circle cx="1480" cy="240" r="70" fill="none" stroke="#000" stroke-width="6"/><text x="1480" y="262" font-size="56" text-anchor="middle" font-family="Noto Serif CJK JP, serif">山田</text>`
    : `<path d="M1180 2010 q 60 -110 110 -20 t 120 -30 q 20 50 120 -10" fill="none" stroke="#000" stroke-width="7"/>`;
