// Answers to `=?`: which values a command takes, as modems write it (V.250 §5.7.3): `(0,1),(0-5),(0-1F)`, `0,1,1.0,2`.

import type { FaxClass } from '../../../protocol/modem.ts';

const FAX_CLASSES = ['1', '1.0', '2', '2.0', '2.1'] as const satisfies readonly FaxClass[];
/** T.31: modulations of +FTM and +FRM. */
const MODULATION_CODES = [24, 48, 72, 73, 74, 96, 97, 98, 121, 122, 145, 146];
const SETS = 16;
/** A range is a bit mask at most. */
const VALUES = 256;

/**
 * The values of each subparameter, in rising order. Numbers are decimal, or hexadecimal where one of them can be
 * nothing else: T.32 has hexadecimal, older modems decimal, and below 10 they are the same.
 */
export function parseValueSets(lines: readonly string[]): number[][] {
  const text = answerText(lines);
  const base = baseOf(text) ?? 10;
  const read = (digits: string): number => Number.parseInt(digits, base);
  const sets: number[][] = [];
  for (const [, inBrackets, alone] of text.matchAll(/\(([^()]*)\)|([0-9a-f]+(?:\s*-\s*[0-9a-f]+)?)/gi)) {
    if (sets.length >= SETS) break;
    const values = new Set<number>();
    for (const [, low, high] of (inBrackets ?? alone ?? '').matchAll(
      /([0-9a-f]{1,4})(?:\s*-\s*([0-9a-f]{1,4}))?/gi,
    )) {
      const from = read(low ?? '');
      const to = high === undefined ? from : read(high);
      for (let value = from; value <= to && values.size < VALUES; value += 1) values.add(value);
    }
    sets.push([...values].toSorted((one, other) => one - other));
  }
  return sets;
}

/**
 * In which base a modem writes the values of +FDCC or +FCC, and so wants them written; undefined where its answer reads the
 * same in both.
 */
export function parseValueBase(lines: readonly string[]): 10 | 16 | undefined {
  return baseOf(answerText(lines));
}

/** 1 above 8 in steps of the bits of VR: 10, 20 and 40 (hexadecimal) are single bits, as decimals they are none. */
const HEX_BITS = /\b8\s*,\s*10\s*,\s*20\b/;

/** No value of T.32's table 21 is above 7F: three digits are a decimal. */
function baseOf(text: string): 10 | 16 | undefined {
  if (/[a-f]/i.test(text) || /\b0\d\b/.test(text) || HEX_BITS.test(text)) return 16;
  return /\d{3}/.test(text) ? 10 : undefined;
}

/** Modulation codes among the answer to +FTM=? or +FRM=?, in rising order. */
export function parseModulationCodes(lines: readonly string[]): number[] {
  const named = new Set<number>();
  for (const [, low, high] of answerText(lines).matchAll(/(\d{1,3})(?:\s*-\s*(\d{1,3}))?/g)) {
    const from = Number(low);
    const to = high === undefined ? from : Number(high);
    for (const code of MODULATION_CODES) if (code >= from && code <= to) named.add(code);
  }
  return [...named].toSorted((one, other) => one - other);
}

/** Fax classes among the answer to +FCLASS=?. */
export function parseFaxClasses(lines: readonly string[]): FaxClass[] {
  const offered = answerText(lines)
    .replace(/["()\s]/g, '')
    .split(',')
    .flatMap((part) => {
      const range = /^(\d)-(\d)$/.exec(part);
      return range
        ? ['0', '1', '2'].filter((name) => name >= (range[1] ?? '') && name <= (range[2] ?? ''))
        : part;
    });
  return FAX_CLASSES.filter((name) => offered.includes(name));
}

/** Without the command's name before it: `+FCLASS: 0,1`. */
function answerText(lines: readonly string[]): string {
  return lines
    .join(',')
    .slice(0, 2000)
    .replace(/\+[A-Z]+\d*\s*[:=]/gi, ' ');
}
