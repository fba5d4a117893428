// The fonts that come with the program: Noto Sans JP (SIL Open Font License), regular and bold.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { characterTest } from './sfnt.ts';
import { withFontFile } from './systemFonts.ts';

const fontFolder = join(dirname(createRequire(import.meta.url).resolve('@embedpdf/fonts-jp')), '..', 'fonts');

export const bundledFonts = {
  regular: join(fontFolder, 'NotoSansJP-Regular.otf'),
  bold: join(fontFolder, 'NotoSansJP-Bold.otf'),
};

let drawable: ((codePoint: number) => boolean) | undefined;

/** Whether the bundled font has a glyph for the character. */
export function bundledFontDraws(codePoint: number): boolean {
  drawable ??= withFontFile(bundledFonts.regular, (readAt) => characterTest(readAt, 0));
  return drawable(codePoint);
}
