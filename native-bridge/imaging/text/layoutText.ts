// Text to pages of lines on a grid of half-width cells, as a terminal or a Japanese word processor has it: what was
// aligned with spaces and tabs stays aligned.

/** Cells to a tab stop. */
const TAB_CELLS = 8;

/** Punctuation that must not begin a Japanese line (kinsoku). */
const NEVER_FIRST = new Set(
  '、。，．・：；？！）」』】〕］｝〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}',
);

/** Characters two cells wide: East Asian wide and full-width ones, and those that Japanese fonts draw so. */
export function cellsOf(character: string): 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2010 && code <= 0x27bf) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff01 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    code >= 0x1f000;
  return wide ? 2 : 1;
}

/** Breaks text into pages. A form feed begins a new page. Stops after `maxPages` + 1 pages: the caller sees that it is too much. */
export function layoutText(
  text: string,
  grid: { columns: number; rows: number },
  maxPages: number,
): string[][] {
  const pages: string[][] = [];
  for (const part of text.replace(/\f$/, '').split('\f')) {
    let page: string[] = [];
    pages.push(page);
    const body = part.endsWith('\n') ? part.slice(0, -1) : part;
    for (const line of body.split('\n')) {
      for (const row of wrap(line, grid.columns)) {
        if (page.length === grid.rows) {
          if (pages.length > maxPages) return pages;
          page = [];
          pages.push(page);
        }
        page.push(row);
      }
    }
    if (pages.length > maxPages) return pages;
  }
  return pages;
}

function wrap(line: string, columns: number): string[] {
  const rows: string[] = [];
  let row: string[] = [];
  let cells = 0;
  const breakRow = () => {
    const kept = row.slice(0, breakPoint(row));
    const rest = row.slice(kept.length);
    rows.push(kept.join('').trimEnd());
    row = rest[0] === ' ' ? rest.slice(1) : rest;
    cells = row.reduce((sum, character) => sum + cellsOf(character), 0);
  };
  for (const character of expandTabs(line)) {
    if (cells + cellsOf(character) > columns && !NEVER_FIRST.has(character)) breakRow();
    else if (cells > columns + 2) breakRow();
    row.push(character);
    cells += cellsOf(character);
  }
  rows.push(row.join(''));
  return rows;
}

/** After the last space of a Latin word that does not fit, else wherever the line is full. */
function breakPoint(row: string[]): number {
  const last = row.length - 1;
  if (cellsOf(row[last] ?? ' ') === 2) return row.length;
  const space = row.lastIndexOf(' ');
  let wide = last;
  while (wide >= 0 && cellsOf(row[wide] ?? ' ') === 1) wide--;
  const at = Math.max(space, wide) + 1;
  // A single word longer than half the line is cut where the line ends.
  return at > row.length / 2 ? at : row.length;
}

function* expandTabs(line: string): Generator<string> {
  let cells = 0;
  for (const character of line) {
    if (character === '\t') {
      do {
        yield ' ';
        cells++;
      } while (cells % TAB_CELLS !== 0);
    } else if (character >= ' ') {
      yield character;
      cells += cellsOf(character);
    }
  }
}
