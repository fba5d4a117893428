import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reverseOctets } from '../../../fax/t30/frames/bitOrder.ts';
import { appendFcs } from '../../../fax/t30/frames/fcs.ts';
import { buildFrame, parseFrame } from '../../../fax/t30/frames/frame.ts';
import { buildIdentity } from '../../../fax/t30/frames/identity.ts';
import { FrameCheck } from './frameCheck.ts';

const MCF = buildFrame('MCF', { x: false });
const CSI = buildFrame('CSI', { x: false, fif: buildIdentity('+81 75 123'), final: false });
const DIS = buildFrame('DIS', { x: false, fif: Uint8Array.of(0, 0xee, 0xf8) });

const spoilt = (frame: Uint8Array): Uint8Array => {
  const octets = appendFcs(frame);
  octets[octets.length - 1] = (octets.at(-1) ?? 0) ^ 0x55;
  return octets;
};

test('a frame that is right by its own FCS and by the modem is good, without the FCS', () => {
  expect(new FrameCheck({}).check(appendFcs(MCF), 'good')).toEqual({ octets: MCF, fcsOk: true });
});

test('the modem’s ERROR makes a frame bad', () => {
  expect(new FrameCheck({}).check(appendFcs(MCF), 'bad').fcsOk).toBe(false);
  expect(new FrameCheck({}).check(spoilt(MCF), 'bad').fcsOk).toBe(false);
});

test('a frame whose result was lost is judged by its own FCS', () => {
  expect(new FrameCheck({}).check(appendFcs(MCF), 'none').fcsOk).toBe(true);
  expect(new FrameCheck({}).check(spoilt(MCF), 'none').fcsOk).toBe(false);
});

test('octets lost on the cable are noticed although the modem says OK', () => {
  const check = new FrameCheck({});
  expect(check.check(appendFcs(CSI), 'good').fcsOk).toBe(true);
  for (let time = 0; time < 5; time++) expect(check.check(spoilt(MCF), 'good').fcsOk).toBe(false);
});

test('a modem whose FCS is never right is believed from the second frame on', () => {
  const check = new FrameCheck({});
  expect(check.check(spoilt(CSI), 'good').fcsOk).toBe(false);
  expect(check.check(spoilt(DIS), 'good')).toEqual({ octets: DIS, fcsOk: true });
  expect(check.check(spoilt(MCF), 'bad').fcsOk).toBe(false);
});

test('whether the FCS is missing or wrong is learnt from frames of known length, the first one too', () => {
  const check = new FrameCheck({});
  expect(check.check(CSI, 'good').fcsOk).toBe(false);
  expect(check.check(DIS, 'good')).toEqual({ octets: DIS, fcsOk: true });
});

test('a modem that is known to give no FCS is believed at once, and nothing of its frames is cut off', () => {
  const check = new FrameCheck({ unreliableFcs: true });
  expect(check.check(CSI, 'good')).toEqual({ octets: CSI, fcsOk: true });
  expect(check.check(DIS, 'good')).toEqual({ octets: DIS, fcsOk: true });
  expect(check.check(MCF, 'good')).toEqual({ octets: MCF, fcsOk: true });
});

test('a modem that says ERROR to good frames is overruled when that is known of it', () => {
  expect(new FrameCheck({ unreliableFcs: true }).check(appendFcs(MCF), 'bad').fcsOk).toBe(true);
});

test('a missing address, reversed bits and a swallowed control octet are undone', () => {
  const whole = appendFcs(CSI);
  for (const damaged of [
    whole.subarray(1),
    reverseOctets(whole),
    reverseOctets(whole.subarray(1)),
    Uint8Array.of(0xff, ...appendFcs(MCF).subarray(2)),
  ]) {
    const { octets, fcsOk } = new FrameCheck({}).check(damaged, 'good');
    expect(fcsOk).toBe(true);
    expect(['CSI', 'MCF']).toContain(parseFrame(octets)?.name);
  }
});

test('any octets are judged', () => {
  const check = new FrameCheck({});
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('good', 'bad', 'none'), (octets, word) => {
      const checked = check.check(octets, word);
      expect(checked.octets.length).toBeLessThanOrEqual(octets.length + 1);
      if (word === 'bad') expect(checked.fcsOk).toBe(false);
    }),
  );
});
