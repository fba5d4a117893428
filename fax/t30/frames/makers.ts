// Makers of fax machines by the T.35 codes that stand at the beginning of an NSF, as they come out of a modem.
//
// T.35 has a country octet and a provider code of one or two octets after it. T.30 sends the NSF with the first bit of
// its print first, so on the DTE side the octets are reversed: USA, B5, is AD. Machines older than the text of 2003 have
// it in either order, or the country in one and the rest in the other. Both orders of a country stand here as they are
// seen on real lines; Canada (20) gives way to Germany (04 reversed).

export interface Maker {
  name: string;
  /** How the station name stands in the rest of the NSF: as written, or last character first. Absent: not known. */
  stationName?: 'plain' | 'reversed';
  /** The name's octets have their bits reversed too, like those of the codes. */
  bitsReversed?: true;
}

/** The maker by the first octets of an NSF; null for an unknown one. */
export function findMaker(fif: Uint8Array): Maker | null {
  const [country, first, second] = fif;
  const providers = country === undefined ? undefined : PROVIDERS.get(country);
  if (!providers || first === undefined) {
    return null;
  }
  const pair = second === undefined ? undefined : providers.get((first << 8) | second);
  // Germany gave out one-octet codes before there were two: their key has nothing in its high octet's place.
  return pair ?? providers.get(ONE_OCTET | first) ?? null;
}

/** The country's name by the first octet of an NSF, where that octet is one of those on real lines. */
export function findCountry(fif: Uint8Array): string | null {
  const [country] = fif;
  return country === undefined ? null : (COUNTRIES.get(country) ?? null);
}

/** Marks keys of one-octet provider codes. */
const ONE_OCTET = 0x1_00_00;

const COUNTRIES: ReadonlyMap<number, string> = new Map([
  [0x00, 'Japan'],
  [0x04, 'Germany'],
  [0x20, 'Germany'],
  [0x26, 'China'],
  [0x64, 'China'],
  [0x2d, 'United Kingdom'],
  [0xb4, 'United Kingdom'],
  [0x3d, 'France'],
  [0xbc, 'France'],
  [0x61, 'Korea'],
  [0x86, 'Korea'],
  [0xad, 'USA'],
  [0xb5, 'USA'],
  [0xfe, 'Taiwan'],
  [0x7f, 'Taiwan'],
]);

const JAPAN: ReadonlyMap<number, Maker> = new Map<number, Maker>([
  [0x0001, { name: 'Anritsu' }],
  [0x0009, { name: 'Xerox or Toshiba', stationName: 'reversed' }],
  [0x000a, { name: 'Kokusai' }],
  [0x000e, { name: 'Panasonic', stationName: 'plain' }],
  [0x0011, { name: 'Canon', stationName: 'plain' }],
  [0x0019, { name: 'Xerox', stationName: 'reversed' }],
  [0x0021, { name: 'Oki', stationName: 'reversed' }],
  [0x0025, { name: 'Ricoh', stationName: 'reversed' }],
  [0x0026, { name: 'Konica' }],
  [0x002d, { name: 'Sony' }],
  [0x0031, { name: 'Sharp' }],
  [0x0039, { name: 'Panasonic', stationName: 'plain' }],
  [0x003d, { name: 'IBM Japan' }],
  [0x0045, { name: 'Muratec' }],
  [0x0048, { name: 'Muratec' }],
  [0x0051, { name: 'Sanyo' }],
  [0x0056, { name: 'Brother', stationName: 'plain' }],
  [0x0059, { name: 'Fujitsu' }],
  [0x0061, { name: 'Casio' }],
  [0x0066, { name: 'Utax or Mita', stationName: 'reversed' }],
  [0x0069, { name: 'Hitachi' }],
  [0x006d, { name: 'Hitachi' }],
  [0x0071, { name: 'Tamura' }],
  [0x0079, { name: 'Panasonic', stationName: 'plain' }],
  [0x007d, { name: 'Seiko' }],
  [0x1000, { name: 'Funai' }],
  [0x7000, { name: 'Kyocera' }],
  [0xb000, { name: 'Minolta' }],
]);

const GERMANY: ReadonlyMap<number, Maker> = new Map<number, Maker>([
  [ONE_OCTET | 0x09, { name: 'ITK' }],
  [ONE_OCTET | 0x11, { name: 'Dr. Neuhaus' }],
  [ONE_OCTET | 0x41, { name: 'Siemens' }],
  [ONE_OCTET | 0x42, { name: 'Deutsche Telekom' }],
  [ONE_OCTET | 0xc2, { name: 'Deutsche Telekom' }],
  [ONE_OCTET | 0xd1, { name: 'Ferrari electronic' }],
  [ONE_OCTET | 0xf1, { name: 'DeTeWe' }],
  [0x8100, { name: 'Innovaphone' }],
  [0x8180, { name: 'AVM' }],
  [0x81c0, { name: 'Eicon' }],
]);

const KOREA: ReadonlyMap<number, Maker> = new Map<number, Maker>([
  ...[0x0010, 0x0016, 0x005a, 0x008c, 0x0098, 0x00a2, 0x00c2].map((code): [number, Maker] => [
    code,
    { name: 'Samsung', stationName: 'plain', bitsReversed: true },
  ]),
  [0x007a, { name: 'Xerox' }],
  [0x00da, { name: 'Xerox' }],
]);

const FRANCE: ReadonlyMap<number, Maker> = new Map<number, Maker>([
  [0x5301, { name: 'Minolta', stationName: 'plain', bitsReversed: true }],
]);

const USA_REVERSED: ReadonlyMap<number, Maker> = new Map<number, Maker>([
  [0x0000, { name: 'Pitney Bowes', stationName: 'plain', bitsReversed: true }],
  [0x000c, { name: 'Dialogic' }],
  [0x0015, { name: 'Lexmark' }],
  [0x0016, { name: 'JetFax' }],
  [0x0024, { name: 'Octel' }],
  [0x0036, { name: 'HP', stationName: 'plain', bitsReversed: true }],
  [0x0042, { name: 'FaxTalk' }],
  [0x0046, { name: 'Brooktrout' }],
  // Gateways put this in to switch non-standard facilities off.
  [0x0051, { name: 'Telogy (NSF switched off by a gateway)' }],
  [0x0055, { name: 'HylaFAX' }],
  [0x005c, { name: 'IBM' }],
]);

const USA: ReadonlyMap<number, Maker> = new Map<number, Maker>([
  [0x0020, { name: 'Conexant' }],
  [0x0024, { name: 'Octel' }],
  [0x002e, { name: 'Delrina' }],
  [0x0030, { name: 'Dialogic' }],
  [0x003a, { name: 'IBM' }],
  [0x0048, { name: 'Hayes' }],
  [0x004a, { name: 'Lucent' }],
  [0x0060, { name: 'Commetrex' }],
  [0x0062, { name: 'Brooktrout' }],
  [0x0064, { name: 'GammaLink' }],
  [0x0066, { name: 'Castelle' }],
  [0x006a, { name: 'Omnifax' }],
  [0x006c, { name: 'HP' }],
  [0x006e, { name: 'Microsoft' }],
  [0x0076, { name: 'Microsoft' }],
  [0x007a, { name: 'Pitney Bowes' }],
  [0x0098, { name: 'Xerox' }],
  [0x009a, { name: 'Fujitsu' }],
  [0x00a2, { name: 'Muratec' }],
  [0x00a4, { name: 'Lanier' }],
  [0x00aa, { name: 'HylaFAX' }],
]);

const PROVIDERS: ReadonlyMap<number, ReadonlyMap<number, Maker>> = new Map([
  [0x00, JAPAN],
  [0x04, GERMANY],
  [0x20, GERMANY],
  [0x61, KOREA],
  [0x86, KOREA],
  [0x3d, FRANCE],
  [0xbc, FRANCE],
  [0xad, USA_REVERSED],
  [0xb5, USA],
]);
