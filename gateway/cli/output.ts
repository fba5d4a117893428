// What a command prints: text for a person or JSON for a script, never both on standard output.

import { stripVTControlCharacters } from 'node:util';

export interface Output {
  readonly json: boolean;
  /** The result: `value` as JSON, or `text` for a person. */
  result(value: unknown, text: string): void;
  /** A line for a person only, at once. */
  line(text: string): void;
  /** A line on standard error, in both modes. */
  warn(text: string): void;
  /** The line at the bottom of a terminal that moves; nothing elsewhere. An empty one removes it. */
  progress(text: string): void;
}

export function createOutput(json: boolean): Output {
  let shown = '';
  const clear = (): void => {
    if (shown !== '') process.stderr.write('\r\u001b[K');
    shown = '';
  };
  return {
    json,
    result(value, text) {
      clear();
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
      else if (text !== '') process.stdout.write(`${text}\n`);
    },
    line(text) {
      if (json) return;
      clear();
      process.stdout.write(`${text}\n`);
    },
    warn(text) {
      clear();
      process.stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!process.stderr.isTTY || json) return;
      // Some terminals do not know their width.
      const clipped = clip(text, Math.max(20, (process.stderr.columns || 80) - 1));
      if (clipped === shown) return;
      clear();
      process.stderr.write(clipped);
      shown = clipped;
    },
  };
}

/** Columns in line, one row per item; `empty` when there are none. */
export function table(header: string[], rows: string[][], empty: string): string {
  if (rows.length === 0) return empty;
  const all = [header, ...rows].map((row) => row.map(printable));
  const widths = header.map((_, column) => Math.max(...all.map((row) => displayWidth(row[column] ?? ''))));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values, one per line. */
export function fields(pairs: [string, string | undefined][]): string {
  const known = pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, printable(value)]]));
  const width = Math.max(0, ...known.map(([name = '']) => displayWidth(name)));
  return known
    .map(([name = '', value = '']) => `${name}${' '.repeat(width - displayWidth(name))}  ${value}`)
    .join('\n');
}

/** Text from other people, without what would steer a terminal. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Bidi_Control}]/gu, ' ');
}

/** Local date and time to the minute. */
export function shortTime(isoTime: string | undefined): string {
  const time = new Date(isoTime ?? '');
  if (Number.isNaN(time.getTime())) return '';
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that `text` takes on a terminal: East Asian characters take two. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (!/\p{M}/u.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

function clip(text: string, width: number): string {
  let clipped = '';
  for (const character of printable(text)) {
    if (displayWidth(clipped + character) > width) break;
    clipped += character;
  }
  return clipped;
}
