// NSF: makers in either bit order, and names only where they are names.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reverseOctets } from './bitOrder.ts';
import { parseNonStandard } from './nonStandard.ts';

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const read = (...octets: number[]) => parseNonStandard(Uint8Array.from(octets));

describe('the maker of an NSF', () => {
  test.each([
    ['Panasonic', [0x00, 0x00, 0x0e]],
    ['Canon', [0x00, 0x00, 0x11, 0x80]],
    ['Ricoh', [0x00, 0x00, 0x25]],
    ['Sharp', [0x00, 0x00, 0x31]],
    ['Brother', [0x00, 0x00, 0x56]],
    ['Kyocera', [0x00, 0x70, 0x00]],
    ['Siemens', [0x20, 0x41]],
    ['AVM', [0x04, 0x81, 0x80]],
    ['Samsung', [0x86, 0x00, 0x16]],
    ['Minolta', [0xbc, 0x53, 0x01]],
    ['HP', [0xad, 0x00, 0x36]],
    ['HP', [0xb5, 0x00, 0x6c]],
    ['Xerox', [0x61, 0x00, 0x7a]],
  ])('%s is known by its codes', (maker, octets) => {
    expect(read(...octets, 0x01, 0x02)).toEqual({ maker, stationName: null });
  });

  test.each([
    ['unknown maker (Japan)', [0x00, 0xee, 0xee]],
    ['unknown maker (Japan)', [0x00]],
    ['unknown maker (Japan)', [0x00, 0x00]],
    ['unknown maker (Taiwan)', [0xfe, 0x00, 0x01]],
    ['unknown maker (USA)', [0xad, 0xff, 0xff]],
    ['unknown maker', [0x99, 0x00, 0x01]],
    ['unknown maker', []],
  ])('is %s where nobody is known by that code', (maker, octets) => {
    expect(read(...octets)).toEqual({ maker, stationName: null });
  });
});

describe('the station name in an NSF', () => {
  test('is read where the format is known to have it as written', () => {
    const octets = [0x00, 0x00, 0x0e, 0x00, 0x96, 0x0f, 0x01, ...ascii('KYOTO OFFICE'), 0x00, 0x41, 0x49];
    expect(read(...octets).stationName).toBe('KYOTO OFFICE');
  });

  test('is turned round where the format has the last character first', () => {
    const octets = [0x00, 0x00, 0x25, 0x12, 0x10, 0x0d, ...ascii('ECIFFO OTOYK'), 0x00];
    expect(read(...octets).stationName).toBe('KYOTO OFFICE');
  });

  test('is read where the bits of every octet are reversed', () => {
    const bits = reverseOctets(Uint8Array.from(ascii('KYOTO OFFICE')));
    expect(read(0xad, 0x00, 0x36, 0xc0, 0x00, ...bits, 0x00).stationName).toBe('KYOTO OFFICE');
    expect(read(0x86, 0x00, 0x16, 0x00, 0x00, ...bits, 0x00).stationName).toBe('KYOTO OFFICE');
    expect(read(0x00, 0x00, 0x0e, 0x00, 0x00, ...bits, 0x00).stationName).toBeNull();
  });

  test('is the longest of several runs', () => {
    const octets = [
      0x00,
      0x00,
      0x11,
      ...ascii('ABCDE'),
      0x01,
      ...ascii('Smith & Sons, Leeds'),
      0x01,
      ...ascii('FGHIJK'),
    ];
    expect(read(...octets).stationName).toBe('Smith & Sons, Leeds');
  });

  test.each([
    ['a maker whose format is not known', [0x00, 0x00, 0x31, ...ascii('KYOTO OFFICE')]],
    ['nobody known', [0x00, 0xee, 0xee, ...ascii('KYOTO OFFICE')]],
    ['flags that happen to be printable', [0x00, 0x00, 0x0e, ...ascii('AB'), 0x00, ...ascii('STG0')]],
    ['digits alone', [0x00, 0x00, 0x0e, ...ascii('0000000000')]],
    ['two letters among digits', [0x00, 0x00, 0x0e, ...ascii('AB 0000000')]],
    ['octets above ASCII', [0x00, 0x00, 0x0e, ...ascii('\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc\u00df')]],
    ['spaces', [0x00, 0x00, 0x0e, ...ascii(' '.repeat(20))]],
    [
      'a name that begins too late',
      [0x00, 0x00, 0x0e, ...Array<number>(200).fill(1), ...ascii('KYOTO OFFICE')],
    ],
  ])('is none from %s', (_what, octets) => {
    expect(read(...octets).stationName).toBeNull();
  });

  test('may have three letters among digits', () => {
    expect(read(0x00, 0x00, 0x0e, ...ascii('FAX 075')).stationName).toBe('FAX 075');
  });

  test('is looked for in the first 128 octets', () => {
    const name = (before: number): string | null =>
      read(0x00, 0x00, 0x0e, ...Array<number>(before).fill(1), ...ascii('ABCDE')).stationName;
    expect(name(120)).toBe('ABCDE');
    expect(name(121)).toBeNull();
  });

  test('is cut at forty characters', () => {
    expect(read(0x00, 0x00, 0x0e, ...ascii('X'.repeat(100))).stationName).toBe('X'.repeat(40));
  });

  test('holds no markup and no control character, whatever is sent', () => {
    const makers = fc.constantFrom(
      [0x00, 0x00, 0x0e],
      [0x00, 0x00, 0x25],
      [0x00, 0x00, 0x56],
      [0xad, 0x00, 0x36],
      [],
    );
    fc.assert(
      fc.property(makers, fc.uint8Array({ maxLength: 300 }), (maker, rest) => {
        const { maker: name, stationName } = read(...maker, ...rest);
        expect(name).not.toBe('');
        expect(stationName ?? 'none').toMatch(/^[A-Za-z0-9 .,&'()+\-/_#:]{1,40}$/u);
      }),
      { numRuns: 500 },
    );
    expect(read(0x00, 0x00, 0x0e, ...ascii('<script>alert("x")</script>')).stationName).toBe('/script');
  });
});
