import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFaxClasses, parseModulationCodes, parseValueBase, parseValueSets } from './valueSets.ts';

test('Sets in brackets are read with their ranges', () => {
  expect(parseValueSets(['(0,1),(0-5),(0-2),(0-2),(0,1),(0),(0),(0-7)'])).toEqual([
    [0, 1],
    [0, 1, 2, 3, 4, 5],
    [0, 1, 2],
    [0, 1, 2],
    [0, 1],
    [0],
    [0],
    [0, 1, 2, 3, 4, 5, 6, 7],
  ]);
});

test('The name before the sets and blanks between them do not matter', () => {
  expect(parseValueSets(['+FDCC: (0, 1), (3), (0 - 2)'])).toEqual([[0, 1], [3], [0, 1, 2]]);
});

test('Hexadecimal numbers are taken as such where they show themselves', () => {
  expect(parseValueSets(['(0,1,8,10),(0-D)'])[0]).toEqual([0, 1, 8, 16]);
  expect(parseValueSets(['(00-10),(00-05)'])[0]).toHaveLength(17);
  expect(parseValueSets(['(0-13)'])[0]).toHaveLength(14);
  expect(parseValueSets(['(0-7F),(0-5)'])[0]).toHaveLength(128);
});

test('The base in which a modem writes is told by its answer, where it can be', () => {
  expect(parseValueBase(['+FDCC: (00-7F),(00-05)'])).toBe(16);
  expect(parseValueBase(['(0,1,2,4,8,10,20,40),(0-5)'])).toBe(16);
  expect(parseValueSets(['(0,1,2,4,8,10,20,40),(0-5)'])[0]).toEqual([0, 1, 2, 4, 8, 16, 32, 64]);
  expect(parseValueBase(['(0-127),(0-13)'])).toBe(10);
  expect(parseValueBase(['(0,1),(0-5),(0-2),(0-2),(0,1),(0),(0),(0-7)'])).toBeUndefined();
  expect(parseValueBase([])).toBeUndefined();
});

test('Values without brackets are sets of one', () => {
  expect(parseValueSets(['0,1-3,2'])).toEqual([[0], [1, 2, 3], [2]]);
});

test('Modulation codes are found in every way of writing, and others are not', () => {
  const all = [24, 48, 72, 73, 74, 96, 97, 98, 121, 122, 145, 146];
  expect(parseModulationCodes(['(3,24,48,72,73,74,96,97,98,121,122,145,146)'])).toEqual(all);
  expect(parseModulationCodes(['+FTM: 24, 48, 72, 96'])).toEqual([24, 48, 72, 96]);
  expect(parseModulationCodes(['24', '48', '72-74'])).toEqual([24, 48, 72, 73, 74]);
  expect(parseModulationCodes(['3'])).toEqual([]);
  expect(parseModulationCodes([])).toEqual([]);
});

test('Fax classes are found in every way of writing', () => {
  expect(parseFaxClasses(['0,1,1.0,2,8'])).toEqual(['1', '1.0', '2']);
  expect(parseFaxClasses(['(0,1,2.0,2.1)'])).toEqual(['1', '2.0', '2.1']);
  expect(parseFaxClasses(['+FCLASS: (0, "1", "2")'])).toEqual(['1', '2']);
  expect(parseFaxClasses(['0-2'])).toEqual(['1', '2']);
  expect(parseFaxClasses(['0,8,10'])).toEqual([]);
  expect(parseFaxClasses([])).toEqual([]);
});

test('No text is too strange, and what is read of it is bounded', () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9A-F(),. -]{0,200}$/),
    fc.constant(`(0-FFFF)${',(0-FFFF)'.repeat(500)}`),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (lines) => {
      const sets = parseValueSets(lines);
      expect(sets.length).toBeLessThanOrEqual(16);
      for (const set of sets) {
        expect(set.length).toBeLessThanOrEqual(256);
        for (const value of set) expect(Number.isInteger(value) && value >= 0).toBe(true);
      }
      expect(parseModulationCodes(lines).length).toBeLessThanOrEqual(12);
      expect(parseFaxClasses(lines).length).toBeLessThanOrEqual(5);
    }),
  );
});
