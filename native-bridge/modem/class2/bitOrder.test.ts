import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyReversed } from '../../../fax/t4/fillOrder.ts';
import { encodePage } from '../../../fax/t4/pageEncoder.ts';
import type { Coding } from '../../../fax/t4/coding.ts';
import { SAMPLE_OCTETS, detectBitOrder } from './bitOrder.ts';
import { sessionOf } from './subparameters.ts';

const CODINGS = { MH: 0, MR: 1, MMR: 3 } as const satisfies Record<Coding, number>;

function parameters(coding: Coding): ReturnType<typeof sessionOf> {
  return sessionOf(
    { vr: 1, br: 5, wd: 0, ln: 2, df: CODINGS[coding], ec: coding === 'MMR' ? 1 : 0, bf: 0, st: 0 },
    5,
  );
}

/** Pages of blank paper, text-like runs and dithered grey. */
function page(kind: 'blank' | 'text' | 'dither', seed: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length: 216 * 120 }, (_, index) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    if (kind === 'blank') return 0;
    if (kind === 'dither') return (state >> 8) & 0xff;
    return (state >> 16) % 7 === 0 && Math.floor(index / 216) % 9 < 5 ? 0x3c : 0;
  });
}

test.each(['MH', 'MR', 'MMR'] as const)('%s: the order is told by pages of any kind', (coding) => {
  fc.assert(
    fc.property(
      fc.constantFrom('blank' as const, 'text' as const, 'dither' as const),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.boolean(),
      (kind, seed, reversed) => {
        const octets = encodePage(page(kind, seed), 1728, 120, { coding, fillOrder: 'lsb' });
        const given = octets.slice(0, SAMPLE_OCTETS);
        if (reversed) copyReversed(given, given, 0);
        const right = reversed ? 'msb' : 'lsb';
        // Blank paper in MMR is ones and an EOFB: the same page both ways.
        const found = detectBitOrder(given, parameters(coding));
        expect(kind === 'blank' && coding === 'MMR' ? [null, right] : [right]).toContain(found);
      },
    ),
    { numRuns: 60 },
  );
});

test('a page of which every tenth line is damaged still tells', () => {
  const octets = encodePage(page('text', 3), 1728, 120, { coding: 'MH', fillOrder: 'lsb' });
  const damaged = octets.map((octet, index) => (index % 300 === 150 ? octet ^ 0x5a : octet));
  expect(detectBitOrder(damaged, parameters('MH'))).toBe('lsb');
});

test('noise and nothing tell nothing, and no octets are too strange', () => {
  expect(detectBitOrder(new Uint8Array(0), parameters('MH'))).toBeNull();
  expect(detectBitOrder(new Uint8Array(5000), parameters('MR'))).toBeNull();
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 6000 }),
      fc.constantFrom('MH' as const, 'MR' as const),
      (octets, coding) => {
        expect(detectBitOrder(octets, parameters(coding))).toBeNull();
      },
    ),
  );
});
