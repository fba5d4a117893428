// Frames in the style of real machines, made up from the rules: what their first frames say, as a modem gives them.

import { describe, expect, test } from 'vitest';
import type { Capabilities } from '../parameters.ts';
import { buildCapabilities, parseCapabilities } from './capabilities.ts';
import { describeCapabilities } from './describeCapabilities.ts';
import { parseFrame } from './frame.ts';
import { parseIdentity } from './identity.ts';
import { parseNonStandard } from './nonStandard.ts';

interface Capture {
  machine: string;
  /** Octets as from the modem, FCS taken off. */
  frames: readonly string[];
  id?: string;
  maker?: string;
  stationName?: string;
  capabilities: Partial<Capabilities>;
  /** Fastest rate. */
  fastest: string;
  /** Octets of the shortest DIS that says the same, when the machine's own is another. */
  shortest?: string;
}

const CAPTURES: readonly Capture[] = [
  {
    machine: 'a thermal machine of the eighties: three octets, V.27ter, no identity',
    frames: ['FF 13 80 00 0A 00'],
    capabilities: {
      canReceive: true,
      resolutions: ['R8x3.85'],
      codings: ['MH'],
      ecm: false,
      width: 215,
      length: 'A4',
      minScanTime: { standardMs: 20, fineMs: 20, superfineMs: 20 },
    },
    fastest: 'V.27ter 4800',
  },
  {
    machine: 'the least that there is: 2400 bit/s, 40 ms per line',
    frames: ['FF 13 80 00 02 40'],
    capabilities: { canReceive: true, minScanTime: { standardMs: 40, fineMs: 40, superfineMs: 40 } },
    fastest: 'V.27ter 2400',
  },
  {
    machine: 'a home machine of the nineties: V.29, fine, MR, 20/10 ms',
    frames: ['FF 03 40 37 36 35 34 20 33 32 31 20 35 37 30 20 20 20 20 20 20 20', 'FF 13 80 00 CE 38'],
    id: '075 123 4567',
    capabilities: {
      resolutions: ['R8x3.85', 'R8x7.7'],
      codings: ['MH', 'MR'],
      length: 'unlimited',
      minScanTime: { standardMs: 20, fineMs: 10, superfineMs: 10 },
    },
    fastest: 'V.29 9600',
  },
  {
    machine: 'an office machine with B4 rolls, error correction without MMR, 10/5 ms',
    frames: ['FF 13 80 00 CE E5 04'],
    capabilities: {
      width: 255,
      length: 'B4',
      ecm: true,
      codings: ['MH', 'MR'],
      minScanTime: { standardMs: 10, fineMs: 5, superfineMs: 5 },
    },
    fastest: 'V.29 9600',
  },
  {
    machine: 'a laser machine: V.17, MMR, superfine, SUB and PWD, name in its NSF',
    frames: [
      'FF 03 20 00 00 25 12 10 0D 02 45 43 49 46 46 4F 20 4F 54 4F 59 4B 00 00',
      'FF 03 40 37 36 35 34 20 33 32 31 20 35 37 20 31 38 2B 20 20 20 20 20',
      'FF 13 80 00 EE F8 C4 80 D1 03',
    ],
    id: '+81 75 123 4567',
    maker: 'Ricoh',
    stationName: 'KYOTO OFFICE',
    capabilities: {
      resolutions: ['R8x3.85', 'R8x7.7', 'R8x15.4'],
      codings: ['MH', 'MR', 'MMR'],
      ecm: true,
      prefersMetric: true,
      subaddress: true,
      password: true,
      selectivePolling: true,
      minScanTime: { standardMs: 0, fineMs: 0, superfineMs: 0 },
      others: [],
    },
    fastest: 'V.17 14400',
  },
  {
    machine: 'an A3 copier with V.8, every black and white resolution to 400 dpi',
    frames: ['FF 03 20 00 00 11 80 00 8A 49 10', 'FF 13 80 20 EE FA C4 80 1F'],
    maker: 'Canon',
    capabilities: {
      v8: true,
      width: 303,
      resolutions: ['R8x3.85', 'R8x7.7', 'R8x15.4', '300x300', 'R16x15.4'],
      prefersInch: true,
      prefersMetric: true,
    },
    fastest: 'V.17 14400',
  },
  {
    machine: 'a machine that says the invalid width 11',
    frames: ['FF 13 80 00 0E 03'],
    capabilities: { width: 303, length: 'A4' },
    fastest: 'V.29 9600',
    shortest: '00 0E 02',
  },
  {
    machine: 'a modem that leaves the FCS behind the frame',
    frames: ['FF 13 80 00 CE 38 A5 5A'],
    capabilities: { length: 'unlimited', ecm: false, others: [] },
    fastest: 'V.29 9600',
    shortest: '00 CE 38',
  },
  {
    machine: 'a modem that gives everything in reversed bit order',
    frames: ['FF C0 02 EC 6C AC 2C 04 CC 4C 8C 04 04 04 04 04 04 04 04 04 04 04 04', 'FF C8 01 00 73 1C'],
    id: '123 4567',
    capabilities: { codings: ['MH', 'MR'], length: 'unlimited' },
    fastest: 'V.29 9600',
  },
  {
    machine: 'a modem that takes the address away',
    frames: ['03 40 31 31 31 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20', '13 80 00 CE 38'],
    id: '111',
    capabilities: { codings: ['MH', 'MR'] },
    fastest: 'V.29 9600',
  },
  {
    machine: 'a port with software flow control that swallows the octet 13',
    frames: ['FF 80 00 CE 38'],
    capabilities: { codings: ['MH', 'MR'] },
    fastest: 'V.29 9600',
  },
  {
    machine: 'a small office machine on bad lines: prefers 64-octet frames',
    frames: ['FF 03 20 00 00 56 55 55 00 88 90', 'FF 13 80 40 EE F8 44'],
    maker: 'Brother',
    capabilities: { prefers64: true, ecm: true, codings: ['MH', 'MR', 'MMR'] },
    fastest: 'V.17 14400',
  },
  {
    machine: 'a fax card of the early nineties: V.33, which nobody uses any more',
    frames: ['FF 13 80 00 5E 08'],
    capabilities: { others: ['V.33'], resolutions: ['R8x3.85', 'R8x7.7'] },
    fastest: 'V.29 9600',
  },
  {
    machine: 'a colour device of today: T.37, T.38, V.8, JPEG, JBIG, Letter, Legal, 600 dpi',
    frames: [
      'FF 03 20 AD 00 36 20 00 45 00 0C 04 70 CD',
      'FF 03 40 45 43 49 46 46 4F 20 4E 4F 54 53 4F 42 20 20 20 20 20 20 20',
      'FF 13 80 25 EE FA C4 80 9F 83 80 98 F8 80 80 81 01',
    ],
    id: 'BOSTON OFFICE',
    maker: 'HP',
    capabilities: {
      v8: true,
      resolutions: ['R8x3.85', 'R8x7.7', 'R8x15.4', '300x300', 'R16x15.4', '600x600'],
      northAmericanLetter: true,
      northAmericanLegal: true,
      others: [
        'T.37 internet fax',
        'T.38 internet fax',
        'JPEG',
        'full colour',
        'JBIG',
        'JBIG with L0',
        'colour at 300 or 400 dpi',
      ],
    },
    fastest: 'V.17 14400',
  },
  {
    machine: 'a fax-on-demand server: only to be polled',
    frames: ['FF 13 80 00 CD B8 C4 80 C0 02'],
    capabilities: {
      canReceive: false,
      hasDocumentToPoll: true,
      selectivePolling: true,
      password: true,
      subaddress: false,
    },
    fastest: 'V.29 9600',
  },
  {
    machine: 'a machine that claims MMR and forgets the bit for error correction',
    frames: ['FF 13 80 00 EE F8 40'],
    capabilities: { ecm: false, codings: ['MH', 'MR', 'MMR'] },
    fastest: 'V.17 14400',
  },
  {
    machine: 'a slow printer that needs half the time for superfine lines',
    frames: ['FF 13 80 00 CE 88 84 80 21'],
    capabilities: {
      resolutions: ['R8x3.85', 'R8x7.7', 'R8x15.4'],
      ecm: true,
      minScanTime: { standardMs: 20, fineMs: 20, superfineMs: 10 },
    },
    fastest: 'V.29 9600',
  },
  {
    machine: 'a software fax behind a gateway that switches non-standard modes off, padded with zero octets',
    frames: [
      'FF 03 20 AD 00 51 00 00 00 00 00 00 00 00',
      'FF 03 40 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00',
      'FF 13 80 00 EE F8 C4 80 80 80 80 00',
    ],
    id: '',
    maker: 'Telogy (NSF switched off by a gateway)',
    capabilities: { ecm: true, codings: ['MH', 'MR', 'MMR'] },
    fastest: 'V.17 14400',
    shortest: '00 EE F8 44',
  },
  {
    machine: 'a multifunction device from Korea with a text instead of a number',
    frames: [
      'FF 03 20 86 00 16 00 00 A4 01',
      'FF 03 40 78 61 66 20 6C 75 6F 65 53 20 20 20 20 20 20 20 20 20 20 20',
      'FF 13 80 00 EE FB 44',
    ],
    id: 'Seoul fax',
    maker: 'Samsung',
    capabilities: { width: 303, length: 'unlimited', ecm: true },
    fastest: 'V.17 14400',
    shortest: '00 EE FA 44',
  },
];

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe.each(CAPTURES)('$machine', (capture) => {
  const frames = capture.frames.map((octets) => parseFrame(hex(octets)));
  const fifOf = (name: string): Uint8Array | undefined => frames.find((frame) => frame?.name === name)?.fif;
  const dis = fifOf('DIS') ?? new Uint8Array(0);

  test('sends frames of the DIS group, the last one final', () => {
    expect(frames.every((frame) => frame !== null && ['NSF', 'CSI', 'DIS'].includes(frame.name))).toBe(true);
    expect(frames.map((frame) => frame?.final)).toEqual(
      frames.map((_frame, index) => index === frames.length - 1),
    );
    expect(frames.at(-1)?.name).toBe('DIS');
  });

  test('is read as expected', () => {
    const { rates, ...capabilities } = parseCapabilities(dis);
    expect(capabilities).toMatchObject(capture.capabilities);
    expect(`${rates[0]?.modulation} ${rates[0]?.rateBps}`).toBe(capture.fastest);
  });

  test('has the identity and the maker that it gives', () => {
    const csi = fifOf('CSI');
    const nsf = fifOf('NSF');
    expect(csi && parseIdentity(csi)).toBe(capture.id);
    expect(nsf && parseNonStandard(nsf).maker).toBe(capture.maker);
    expect((nsf && parseNonStandard(nsf).stationName) ?? undefined).toBe(capture.stationName);
  });

  test('is said again in the shortest DIS, and described in one line', () => {
    const capabilities = parseCapabilities(dis);
    expect(buildCapabilities(capabilities)).toEqual(
      capture.shortest === undefined ? dis : hex(capture.shortest),
    );
    expect(describeCapabilities(capabilities)).toMatch(/^can(not)? receive[^\n]+$/u);
  });
});
