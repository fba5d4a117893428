// T.30 Table 2, the bits of DIS, DTC and DCS through octet 16 in the standard's order, and which part of this code reads
// each of them. Bit n is in octet ⌊(n − 1) / 8⌋, on the DTE side with the mask 1 << (n − 1) % 8.

export interface BitRow {
  bit: number;
  name: string;
  /**
   * `field`: has a field of its own in Capabilities. `other`: listed there by name. `zero`: says nothing in DIS; listed
   * by number when a machine sets it all the same.
   */
  dis: 'field' | 'other' | 'zero';
  /**
   * `field`: has a field of its own in SessionParameters. `unsupported`: changes what follows into something that this
   * station cannot take. `ignored`: does no harm to a page, or has no meaning in DCS.
   */
  dcs: 'field' | 'unsupported' | 'ignored';
  /** ECM must be on when DCS has this bit. */
  needsEcm?: true;
}

/** Without reserved bits and without the extension bits 24, 32, 40 … */
export const BIT_TABLE: readonly BitRow[] = [
  { bit: 1, name: 'T.37 internet fax', dis: 'other', dcs: 'ignored' },
  { bit: 3, name: 'T.38 internet fax', dis: 'other', dcs: 'ignored' },
  { bit: 4, name: '3G mobile network', dis: 'other', dcs: 'ignored' },
  { bit: 6, name: 'V.8', dis: 'field', dcs: 'ignored' },
  { bit: 7, name: '64-octet ECM frames preferred', dis: 'field', dcs: 'ignored' },
  { bit: 9, name: 'has a document to poll', dis: 'field', dcs: 'ignored' },
  { bit: 10, name: 'can receive', dis: 'field', dcs: 'field' },
  { bit: 11, name: 'rate (1)', dis: 'field', dcs: 'field' },
  { bit: 12, name: 'rate (2)', dis: 'field', dcs: 'field' },
  { bit: 13, name: 'rate (3)', dis: 'field', dcs: 'field' },
  { bit: 14, name: 'rate (4)', dis: 'field', dcs: 'field' },
  { bit: 15, name: 'R8×7.7 or 200×200', dis: 'field', dcs: 'field' },
  { bit: 16, name: 'MR', dis: 'field', dcs: 'field' },
  { bit: 17, name: 'width (1)', dis: 'field', dcs: 'field' },
  { bit: 18, name: 'width (2)', dis: 'field', dcs: 'field' },
  { bit: 19, name: 'length (1)', dis: 'field', dcs: 'field' },
  { bit: 20, name: 'length (2)', dis: 'field', dcs: 'field' },
  { bit: 21, name: 'minimum scan line time (1)', dis: 'field', dcs: 'field' },
  { bit: 22, name: 'minimum scan line time (2)', dis: 'field', dcs: 'field' },
  { bit: 23, name: 'minimum scan line time (3)', dis: 'field', dcs: 'field' },
  { bit: 26, name: 'uncompressed mode', dis: 'other', dcs: 'unsupported' },
  { bit: 27, name: 'ECM', dis: 'field', dcs: 'field' },
  { bit: 28, name: '64-octet ECM frames', dis: 'zero', dcs: 'field' },
  { bit: 31, name: 'MMR', dis: 'field', dcs: 'field', needsEcm: true },
  { bit: 33, name: 'field not valid', dis: 'other', dcs: 'ignored' },
  { bit: 34, name: 'multiple selective polling', dis: 'other', dcs: 'ignored' },
  { bit: 35, name: 'polled subaddress', dis: 'other', dcs: 'ignored' },
  { bit: 36, name: 'T.43 coding', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 37, name: 'plane interleave', dis: 'other', dcs: 'unsupported' },
  { bit: 38, name: 'G.726 voice', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 39, name: 'extended voice coding', dis: 'other', dcs: 'unsupported' },
  { bit: 41, name: 'R8×15.4 or 200×400', dis: 'field', dcs: 'field' },
  { bit: 42, name: '300×300', dis: 'field', dcs: 'field' },
  { bit: 43, name: 'R16×15.4 or 400×400', dis: 'field', dcs: 'field' },
  { bit: 44, name: 'inch', dis: 'field', dcs: 'field' },
  { bit: 45, name: 'metric', dis: 'field', dcs: 'ignored' },
  { bit: 46, name: 'half the time at 15.4 lines/mm', dis: 'field', dcs: 'ignored' },
  { bit: 47, name: 'selective polling', dis: 'field', dcs: 'ignored' },
  { bit: 49, name: 'subaddress', dis: 'field', dcs: 'field' },
  { bit: 50, name: 'password; in DCS sender identification', dis: 'field', dcs: 'field' },
  { bit: 51, name: 'data file to poll', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 53, name: 'binary file transfer', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 54, name: 'document transfer mode', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 55, name: 'EDI', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 57, name: 'basic transfer mode', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 59, name: 'mixed mode document to poll', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 60, name: 'character mode', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 62, name: 'mixed mode', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 65, name: 'processable mode 26', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 66, name: 'digital network', dis: 'other', dcs: 'ignored' },
  { bit: 67, name: 'duplex', dis: 'other', dcs: 'ignored' },
  { bit: 68, name: 'JPEG', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 69, name: 'full colour', dis: 'other', dcs: 'unsupported' },
  { bit: 70, name: 'preferred Huffman tables', dis: 'other', dcs: 'unsupported' },
  { bit: 71, name: '12 bits per pel component', dis: 'other', dcs: 'unsupported' },
  { bit: 73, name: 'no subsampling', dis: 'other', dcs: 'unsupported' },
  { bit: 74, name: 'custom illuminant', dis: 'other', dcs: 'unsupported' },
  { bit: 75, name: 'custom gamut', dis: 'other', dcs: 'unsupported' },
  { bit: 76, name: 'North American Letter', dis: 'field', dcs: 'ignored' },
  { bit: 77, name: 'North American Legal', dis: 'field', dcs: 'ignored' },
  { bit: 78, name: 'JBIG', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 79, name: 'JBIG with L0', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 81, name: 'HKM key management', dis: 'other', dcs: 'unsupported' },
  { bit: 82, name: 'RSA key management', dis: 'other', dcs: 'unsupported' },
  { bit: 83, name: 'security override mode', dis: 'other', dcs: 'unsupported' },
  { bit: 84, name: 'HFX40 cipher', dis: 'other', dcs: 'unsupported' },
  { bit: 85, name: 'alternative cipher 2', dis: 'other', dcs: 'unsupported' },
  { bit: 86, name: 'alternative cipher 3', dis: 'other', dcs: 'unsupported' },
  { bit: 87, name: 'HFX40-I hashing', dis: 'other', dcs: 'unsupported' },
  { bit: 89, name: 'alternative hashing 2', dis: 'other', dcs: 'unsupported' },
  { bit: 90, name: 'alternative hashing 3', dis: 'other', dcs: 'unsupported' },
  { bit: 91, name: 'security, reserved', dis: 'other', dcs: 'unsupported' },
  { bit: 92, name: 'mixed raster content (1)', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 93, name: 'mixed raster content (2)', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 94, name: 'mixed raster content (3)', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 95, name: 'page length strips', dis: 'other', dcs: 'unsupported' },
  { bit: 97, name: 'colour at 300 or 400 dpi', dis: 'other', dcs: 'unsupported' },
  { bit: 98, name: 'colour at 100 dpi', dis: 'other', dcs: 'unsupported' },
  { bit: 99, name: 'simple file transfer negotiation', dis: 'other', dcs: 'unsupported' },
  { bit: 100, name: 'extended file transfer negotiation', dis: 'other', dcs: 'unsupported' },
  { bit: 101, name: 'internet selective polling address', dis: 'other', dcs: 'ignored' },
  { bit: 102, name: 'internet routing address', dis: 'other', dcs: 'ignored' },
  { bit: 105, name: '600×600', dis: 'field', dcs: 'field' },
  { bit: 106, name: '1200×1200', dis: 'field', dcs: 'field' },
  { bit: 107, name: '300×600', dis: 'field', dcs: 'field' },
  { bit: 108, name: '400×800', dis: 'field', dcs: 'field' },
  { bit: 109, name: '600×1200', dis: 'field', dcs: 'field' },
  { bit: 110, name: 'colour at 600 dpi', dis: 'other', dcs: 'unsupported' },
  { bit: 111, name: 'colour at 1200 dpi', dis: 'other', dcs: 'unsupported' },
  { bit: 113, name: 'duplex printing, alternate', dis: 'other', dcs: 'ignored' },
  { bit: 114, name: 'duplex printing, continuous', dis: 'other', dcs: 'ignored' },
  {
    bit: 115,
    name: 'black and white mixed raster content',
    dis: 'other',
    dcs: 'unsupported',
    needsEcm: true,
  },
  { bit: 116, name: 'T.45 run length colour', dis: 'other', dcs: 'unsupported', needsEcm: true },
  { bit: 117, name: 'shared memory (1)', dis: 'other', dcs: 'ignored' },
  { bit: 118, name: 'shared memory (2)', dis: 'other', dcs: 'ignored' },
  { bit: 119, name: 'T.44 colour space', dis: 'other', dcs: 'unsupported' },
  { bit: 121, name: 'T.38 flow control', dis: 'other', dcs: 'ignored' },
  { bit: 122, name: 'MR with K above 4', dis: 'other', dcs: 'ignored' },
  { bit: 123, name: 'internet-aware fax', dis: 'other', dcs: 'ignored' },
  { bit: 124, name: 'T.88 (1)', dis: 'other', dcs: 'unsupported' },
  { bit: 125, name: 'T.88 (2)', dis: 'other', dcs: 'unsupported' },
  { bit: 126, name: 'T.88 (3)', dis: 'other', dcs: 'unsupported' },
  { bit: 127, name: 'sYCC JPEG', dis: 'other', dcs: 'unsupported', needsEcm: true },
];

/** Octets that this table knows; further ones are ignored. */
export const TABLE_OCTETS = 16;
