// The fonts installed on this computer, found by name where the operating systems keep them.

import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { readFaces } from './sfnt.ts';
import type { Face, ReadAt } from './sfnt.ts';

export interface SystemFont {
  path: string;
  face: Face;
}

const MOST_FILES = 5_000;
const DEEPEST_FOLDER = 6;
/** Slow disks and network folders shall not use up the page's time. */
const SEARCH_TIME_MS = 4_000;

/** Windows' Japanese fonts under the names that PDF files use for them are found by their own name tables. */
export class SystemFonts {
  readonly #folders: string[];
  #byName: Map<string, SystemFont[]> | undefined;

  constructor(folders: string[] = systemFontFolders()) {
    this.#folders = folders;
  }

  /** The installed font that a PDF names `face` (as `ArialNarrow-Bold`, `MS-Gothic`, `Yu Gothic,Bold`), nearest to the style wanted. */
  find(face: string, wanted: { bold: boolean; italic: boolean }): SystemFont | undefined {
    this.#byName ??= indexFolders(this.#folders);
    const candidates = this.#byName.get(fontKey(face)) ?? this.#byName.get(fontKey(familyOf(face))) ?? [];
    const distance = ({ face }: SystemFont) =>
      Number(face.bold !== wanted.bold) + Number(face.italic !== wanted.italic);
    return candidates.toSorted((left, right) => distance(left) - distance(right))[0];
  }
}

/** Calls `use` with a reader of the file, which is closed afterwards. */
export function withFontFile<T>(path: string, use: (readAt: ReadAt) => T): T {
  const file = openSync(path, 'r');
  try {
    return use((offset, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, length === 0 ? 0 : readSync(file, bytes, 0, length, offset));
    });
  } finally {
    closeSync(file);
  }
}

/** Folders that fontconfig, Windows and macOS look into. */
function systemFontFolders(): string[] {
  const home = homedir();
  const system = platform();
  if (system === 'win32') {
    return [
      join(process.env['WINDIR'] ?? 'C:\\Windows', 'Fonts'),
      join(process.env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Microsoft', 'Windows', 'Fonts'),
    ];
  }
  if (system === 'darwin') return ['/System/Library/Fonts', '/Library/Fonts', join(home, 'Library', 'Fonts')];
  return [
    '/usr/share/fonts',
    '/usr/local/share/fonts',
    join(process.env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'fonts'),
    join(home, '.fonts'),
  ];
}

/** Two spellings of one font: case, spaces, hyphens and full-width letters do not count. */
function fontKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-_,]/g, '');
}

/** `ABCDEF+Calibri,BoldItalic` and `Calibri-Bold` → `Calibri`. */
function familyOf(name: string): string {
  return name.replace(/^[A-Z]{6}\+/, '').replace(/(,|-).*$/, '');
}

function indexFolders(folders: string[]): Map<string, SystemFont[]> {
  const byName = new Map<string, SystemFont[]>();
  const until = performance.now() + SEARCH_TIME_MS;
  let files = 0;
  const visit = (folder: string, depth: number): void => {
    for (const entry of entriesOf(folder)) {
      if (files >= MOST_FILES || performance.now() > until) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth < DEEPEST_FOLDER) visit(path, depth + 1);
      } else if (/\.(ttf|otf|ttc|otc)$/i.test(entry.name)) {
        files++;
        for (const face of facesOf(path)) {
          for (const key of new Set(face.names.map(fontKey))) {
            const fonts = byName.get(key);
            if (fonts === undefined) byName.set(key, [{ path, face }]);
            else fonts.push({ path, face });
          }
        }
      }
    }
  };
  for (const folder of folders) visit(folder, 0);
  return byName;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A font folder that is not there or not ours to read has no fonts.
    return [];
  }
}

function facesOf(path: string): Face[] {
  try {
    return withFontFile(path, readFaces);
  } catch {
    // An unreadable font is as good as none.
    return [];
  }
}
