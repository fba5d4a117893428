// What the machine is told of a fast carrier, for each purpose.

import { describe, expect, test } from 'vitest';
import { buildEcmBurst } from '../ecm/frameStream.ts';
import { FastReceiver } from '../line/fastReceiver.ts';
import type { FastPurpose, Input } from '../machine.ts';

const quality = { rows: 3, goodRows: 3, badRows: 0, longestBadRun: 0 };

function receive(purpose: FastPurpose, ...chunks: Uint8Array[]): { inputs: Input[]; page: number[] } {
  const inputs: Input[] = [];
  const page: number[] = [];
  const sink = {
    push: (octets: Uint8Array) => void page.push(...octets),
    end: () => ({ quality, endSeen: true }),
  };
  const receiver = new FastReceiver(purpose, (input) => inputs.push(input), sink);
  receiver.begin();
  for (const chunk of chunks) receiver.push(chunk);
  receiver.end();
  return { inputs, page };
}

const present = { type: 'carrier', carrier: 'fast', present: true };
const lost = { type: 'carrier', carrier: 'fast', present: false };

describe('a fast carrier', () => {
  test('of a training check is given whole, after the carrier is gone', () => {
    const { inputs } = receive('TCF', Uint8Array.of(7, 0, 0), Uint8Array.of(0, 0));
    expect(inputs).toEqual([present, lost, { type: 'trainingCheck', octets: Uint8Array.of(7, 0, 0, 0, 0) }]);
  });

  test('of a training check that never ends is kept up to six seconds', () => {
    const { inputs } = receive('TCF', new Uint8Array(50_000), new Uint8Array(50_000));
    const check = inputs.at(-1);
    expect(check?.type === 'trainingCheck' && check.octets.length).toBe(10_800);
  });

  test('of a page goes to the host as it comes, and the machine hears of its quality', () => {
    const { inputs, page } = receive('page', Uint8Array.of(1, 2), Uint8Array.of(3));
    expect(page).toEqual([1, 2, 3]);
    expect(inputs).toEqual([present, lost, { type: 'pageEnd', quality, endSeen: true }]);
  });

  test('of an ECM block gives its frames while it lasts', () => {
    const burst = buildEcmBurst([{ number: 0, data: Uint8Array.of(1, 2, 3) }], { rateBps: 2400 });
    const { inputs } = receive('ECM', burst.subarray(0, 70), burst.subarray(70));
    expect(inputs.map(({ type }) => type)).toEqual([
      'carrier',
      'frame',
      'frame',
      'frame',
      'frame',
      'carrier',
    ]);
    expect(inputs[1]).toEqual({
      type: 'frame',
      carrier: 'fast',
      octets: Uint8Array.of(0xff, 0x03, 0x06, 0, 1, 2, 3),
      fcsOk: true,
    });
  });

  test('that was never found gives nothing', () => {
    const inputs: Input[] = [];
    const receiver = new FastReceiver('page', (input) => inputs.push(input));
    receiver.push(Uint8Array.of(1));
    receiver.end();
    expect(inputs).toEqual([]);
  });

  test('of a page that nobody takes has no rows', () => {
    const inputs: Input[] = [];
    const receiver = new FastReceiver('page', (input) => inputs.push(input));
    receiver.begin();
    receiver.begin();
    receiver.end();
    receiver.end();
    expect(inputs).toHaveLength(3);
    expect(inputs.at(-1)).toMatchObject({ type: 'pageEnd', quality: { rows: 0 }, endSeen: false });
  });
});
