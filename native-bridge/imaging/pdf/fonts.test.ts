// Font files: names, faces and characters; installed fonts by the names that PDF files use.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledFontDraws, bundledFonts } from './bundledFonts.ts';
import { characterTest, extractFace, readFaces } from './sfnt.ts';
import type { ReadAt } from './sfnt.ts';
import { SystemFonts } from './systemFonts.ts';

let folder: string;
let regular: Buffer;
let collection: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-fonts-'));
  regular = await readFile(bundledFonts.regular);
  collection = toCollection([regular, await readFile(bundledFonts.bold)]);
  await writeFile(join(folder, 'both.ttc'), collection);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const reader =
  (bytes: Uint8Array): ReadAt =>
  (offset, length) =>
    Buffer.from(bytes.subarray(offset, offset + length));

/** A TrueType collection of whole fonts. */
function toCollection(fonts: Buffer[]): Buffer {
  const header = Buffer.alloc(12 + fonts.length * 4);
  header.write('ttcf', 'latin1');
  header.writeUInt32BE(0x10000, 4);
  header.writeUInt32BE(fonts.length, 8);
  let offset = header.length;
  const placed = fonts.map((font, index) => {
    const copy = Buffer.from(font);
    header.writeUInt32BE(offset, 12 + index * 4);
    for (let table = 0; table < copy.readUInt16BE(4); table++) {
      const at = 12 + table * 16 + 8;
      copy.writeUInt32BE(copy.readUInt32BE(at) + offset, at);
    }
    offset += copy.length;
    return copy;
  });
  return Buffer.concat([header, ...placed]);
}

describe('font files', () => {
  test('a font tells its names and style', () => {
    const [face, ...more] = readFaces(reader(regular));
    expect(more).toEqual([]);
    expect(face?.names).toContain('NotoSansJP-Regular');
    expect(face).toMatchObject({ offset: 0, bold: false, italic: false });
  });

  test('a collection has several, and each can be taken out whole', () => {
    const faces = readFaces(reader(collection));
    expect(faces.map((face) => face.bold)).toEqual([false, true]);
    const alone = extractFace(reader(collection), faces[1]?.offset ?? 0);
    expect(readFaces(reader(alone))[0]?.names).toContain('NotoSansJP-Bold');
    expect(characterTest(reader(alone), 0)('飛'.codePointAt(0) ?? 0)).toBe(true);
  });

  test('the bundled font draws Japanese and Latin, no Korean and no pictures', () => {
    expect(
      Array.from('飛脚ｱé1〒').every((character) => bundledFontDraws(character.codePointAt(0) ?? 0)),
    ).toBe(true);
    expect(Array.from('안🏃').some((character) => bundledFontDraws(character.codePointAt(0) ?? 0))).toBe(
      false,
    );
  });

  test('any bytes in the place of a font do no harm', () => {
    const damaged = fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(damaged, (changes) => {
        const bytes = Buffer.from(regular.subarray(0, 4_000));
        for (const [at, byte] of changes) bytes[at] = byte;
        for (const { offset } of readFaces(reader(bytes))) characterTest(reader(bytes), offset)(65);
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void readFaces(reader(bytes))));
  });
});

describe('installed fonts', () => {
  test.each(['NotoSansJP-Bold', 'Noto Sans Japanese,Bold', 'ABCDEF+NotoSansJapanese', 'noto sans japanese'])(
    '%s is found',
    (name) => {
      const found = new SystemFonts([folder]).find(name, { bold: true, italic: false });
      expect(found?.face).toMatchObject({ bold: true });
    },
  );

  test('the nearest style is taken', () => {
    expect(
      new SystemFonts([folder]).find('Noto Sans Japanese', { bold: false, italic: true })?.face.bold,
    ).toBe(false);
  });

  test('a font that is not installed is not found, nor in folders that are not there', () => {
    expect(new SystemFonts([folder]).find('MS-Mincho', { bold: false, italic: false })).toBeUndefined();
    expect(
      new SystemFonts([join(folder, 'gone')]).find('Arial', { bold: false, italic: false }),
    ).toBeUndefined();
  });
});
