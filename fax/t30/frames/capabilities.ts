// DIS and DTC: what a machine can do (T.30 §5.3.6.2.1, Table 2).

import { RATES } from '../parameters.ts';
import type { Coding } from '../../t4/coding.ts';
import type { Capabilities, FastRate, Modulation, Resolution } from '../parameters.ts';
import { bitsOf, isExtensionBit, readBits, writeBits, type BitField } from './bitField.ts';
import { BIT_TABLE, TABLE_OCTETS } from './bitTable.ts';
import {
  LENGTHS,
  readMinScanTime,
  RESOLUTION_BITS,
  valueOf,
  WIDTHS,
  writeMinScanTime,
} from './codePoints.ts';

/**
 * Reads the FIF of a DIS or DTC of any length: what is missing is 0, what the table does not know is ignored, patterns
 * that the standard calls invalid are read as the nearest one it has. MMR may be there without `ecm`: some machines
 * forget the bit; nothing coded as MMR may be sent without ECM all the same.
 *
 * In a DTC `selectivePolling` and `password` say that SEP and PWD were sent before it (Table 2, note on error recovery;
 * machines of 1993 leave the bits 0 all the same), and `subaddress` says nothing.
 */
export function parseCapabilities(fif: Uint8Array): Capabilities {
  const bits = readBits(fif);
  return {
    canReceive: bits.has(10),
    hasDocumentToPoll: bits.has(9),
    rates: ratesOf(bits),
    resolutions: resolutionsOf(bits),
    prefersInch: bits.has(44),
    prefersMetric: bits.has(45),
    codings: codingsOf(bits),
    ecm: bits.has(27),
    prefers64: bits.has(7),
    width: valueOf(WIDTHS, bits.read(17, 2)) ?? 215,
    length: valueOf(LENGTHS, bits.read(19, 2)) ?? 'A4',
    northAmericanLetter: bits.has(76),
    northAmericanLegal: bits.has(77),
    minScanTime: readMinScanTime(bits.read(21, 3), bits.has(46)),
    subaddress: bits.has(49),
    password: bits.has(50),
    selectivePolling: bits.has(47),
    v8: bits.has(6),
    others: othersOf(bits),
  };
}

/**
 * The FIF of our DIS or DTC, no longer than it must be. Where the standard cannot say exactly what is asked for, it says
 * more time per line; of the modulations, V.17 implies V.29 and V.27ter. `others` are set when they are names that
 * parseCapabilities gives.
 */
export function buildCapabilities(capabilities: Capabilities): Uint8Array {
  const { minScanTime, resolutions, codings } = capabilities;
  const minScan = writeMinScanTime(minScanTime);
  return writeBits([
    ...on(capabilities.v8, 6),
    ...on(capabilities.prefers64, 7),
    ...on(capabilities.hasDocumentToPoll, 9),
    ...on(capabilities.canReceive, 10),
    ...bitsOf(11, ratePattern(capabilities.rates, capabilities.others.includes(V33))),
    ...RESOLUTION_BITS.flatMap(([bit, resolution]) => on(resolutions.includes(resolution), bit)),
    ...on(codings.includes('MR'), 16),
    ...bitsOf(17, WIDTHS.find(([, width]) => width === capabilities.width)?.[0] ?? '00'),
    ...bitsOf(19, LENGTHS.find(([, length]) => length === capabilities.length)?.[0] ?? '00'),
    ...bitsOf(21, minScan.bits),
    ...on(capabilities.ecm, 27),
    ...on(codings.includes('MMR'), 31),
    ...on(capabilities.prefersInch, 44),
    ...on(capabilities.prefersMetric, 45),
    ...on(minScan.halfAtSuperfine, 46),
    ...on(capabilities.selectivePolling, 47),
    ...on(capabilities.subaddress, 49),
    ...on(capabilities.password, 50),
    ...on(capabilities.northAmericanLetter, 76),
    ...on(capabilities.northAmericanLegal, 77),
    ...OTHER_BITS.flatMap(({ bit, name }) => on(capabilities.others.includes(name), bit)),
  ]);
}

/** Obsolete, never used, named for the reader of the journal. */
const V33 = 'V.33';

/** All that a DIS can have and that is no field of its own, in order; bits without meaning there by number. */
const OTHER_BITS: readonly { bit: number; name: string }[] = Array.from(
  { length: 8 * TABLE_OCTETS },
  (_, index) => index + 1,
)
  .filter((bit) => !isExtensionBit(bit))
  .flatMap((bit) => {
    const row = BIT_TABLE.find((candidate) => candidate.bit === bit);
    return row?.dis === 'field' ? [] : [{ bit, name: row?.dis === 'other' ? row.name : `bit ${bit}` }];
  });

function on(condition: boolean, bit: number): number[] {
  return condition ? [bit] : [];
}

/** Bits 11–14. Patterns that the standard does not use are read by their bits: no rate is claimed that may be missing. */
function ratesOf(bits: BitField): readonly FastRate[] {
  const modulations: Modulation[] = [];
  const v29 = bits.has(11);
  const v27ter = bits.has(12);
  if (v29 && v27ter && bits.has(14)) {
    modulations.push('V.17');
  }
  if (v29) {
    modulations.push('V.29');
  }
  if (v27ter) {
    modulations.push('V.27ter');
  }
  return RATES.filter(({ modulation, rateBps }) =>
    modulations.length === 0
      ? modulation === 'V.27ter' && rateBps === 2400
      : modulations.includes(modulation),
  );
}

function ratePattern(rates: readonly FastRate[], v33: boolean): string {
  const can = (modulation: Modulation): boolean => rates.some((rate) => rate.modulation === modulation);
  if (can('V.17')) {
    return '1101';
  }
  if (can('V.29')) {
    const v27ter = can('V.27ter');
    return v27ter && v33 ? '1110' : v27ter ? '1100' : '1000';
  }
  return rates.some(({ rateBps }) => rateBps === 4800) ? '0100' : '0000';
}

function resolutionsOf(bits: BitField): readonly Resolution[] {
  return ['R8x3.85', ...RESOLUTION_BITS.flatMap(([bit, resolution]) => (bits.has(bit) ? [resolution] : []))];
}

function codingsOf(bits: BitField): readonly Coding[] {
  const codings: Coding[] = ['MH'];
  if (bits.has(16)) {
    codings.push('MR');
  }
  if (bits.has(31)) {
    codings.push('MMR');
  }
  return codings;
}

function othersOf(bits: BitField): readonly string[] {
  const others = OTHER_BITS.filter(({ bit }) => bits.has(bit)).map(({ name }) => name);
  return bits.read(11, 4) === '1110' ? [V33, ...others] : others;
}
