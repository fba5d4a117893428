// The Class 1 driver on modems that are odd in the ways of fact sheet §2.4, with and without a profile that knows.

import { describe, expect, test, vi } from 'vitest';
import type { Quirks } from '../../native-bridge/modem/profiles/profile.types.ts';
import type { Quirks as ModemQuirks } from '../virtual-modem/modem/personality.ts';
import { expectDelivered, virtualCall } from './virtualClass1.ts';

vi.mock('node:timers/promises', async () => await import('./fakedTimers.ts'));

interface OddModem {
  name: string;
  modem: Partial<ModemQuirks>;
  /** What the profile says. Left out: nothing is known of it. */
  known?: Quirks;
}

const ODD_MODEMS: readonly OddModem[] = [
  { name: 'resets at +FRS in a call', modem: { frsResets: true }, known: { noFrs: true } },
  { name: 'has no +FTS and +FRS', modem: { noSilenceCommands: true }, known: { noFts: true, noFrs: true } },
  { name: 'has no +FTS and +FRS, unknown to us', modem: { noSilenceCommands: true } },
  { name: 'connects on any carrier', modem: { connectsOnAnyCarrier: true }, known: { receiveAgain: 30 } },
  { name: 'connects on any carrier, unknown to us', modem: { connectsOnAnyCarrier: true } },
  { name: 'never says +FCERROR', modem: { neverFcerror: true }, known: { noFcerror: true } },
  { name: 'does not double DLE', modem: { dleNotDoubled: true }, known: { singleDle: true } },
  { name: 'gives frames without FCS', modem: { fcs: 'missing' }, known: { unreliableFcs: true } },
  { name: 'gives frames without FCS, unknown to us', modem: { fcs: 'missing' } },
  { name: 'gives frames with a false FCS', modem: { fcs: 'invalid' }, known: { unreliableFcs: true } },
  { name: 'gives frames with a false FCS, unknown to us', modem: { fcs: 'invalid' } },
  { name: 'says ERROR to good frames', modem: { errorOnGoodFrames: true }, known: { unreliableFcs: true } },
  { name: 'leaves out the address', modem: { addressMissing: true } },
  { name: 'reverses frames', modem: { framesReversed: true } },
  { name: 'gives all frames of a command unasked', modem: { givesFramesUnasked: true } },
  { name: 'never connects at 14 400', modem: { deafCodes: [145] }, known: { brokenReceiveCodes: [145] } },
  { name: 'never connects at 14 400, unknown to us', modem: { deafCodes: [145] } },
];

describe.each(ODD_MODEMS)('a modem that $name', ({ modem, known }) => {
  test.each(['send', 'receive'] as const)('%ss pages with and without error correction', async (way) => {
    for (const ecm of [true, false]) {
      const call = await virtualCall({ way, pages: 2, ecm, modemQuirks: modem, quirks: known ?? {} });
      expect(call.report.outcome.code, call.story).toBe('CONFIRMED');
      expectDelivered(call);
      expect(call.idle).toBe(true);
    }
  });
});

test('a modem that adapts to V.21 is let to', async () => {
  for (const way of ['send', 'receive'] as const) {
    const call = await virtualCall({ way, pages: 2, adaptiveReception: true });
    expect(call.report.outcome.code, call.story).toBe('CONFIRMED');
    expectDelivered(call);
  }
});
