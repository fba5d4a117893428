import { expect, test } from 'vitest';
import { blockOf, blockWanting, framesOf } from './ecmBlock.ts';

const block = (octets: number, index = 0, frameOctets: 256 | 64 = 256) =>
  blockOf(octets, { index, frameOctets, training: 'short' });

test.each([
  [0, 0, 256, 1, true],
  [1, 0, 256, 1, true],
  [256, 0, 256, 1, true],
  [257, 0, 256, 2, true],
  [65_536, 0, 256, 256, true],
  [65_537, 0, 256, 256, false],
  [65_537, 1, 256, 1, true],
  [16_384, 0, 64, 256, true],
  [16_385, 0, 64, 256, false],
  [16_385, 1, 64, 1, true],
] as const)(
  'of %i octets block %i with frames of %i has %i',
  (octets, index, frameOctets, frames, isLast) => {
    expect(block(octets, index, frameOctets)).toMatchObject({ frames, isLast, pprs: 0, burst: 1 });
  },
);

test('frames carry their part of the page, the last one filled up with zeros', () => {
  const data = Uint8Array.from({ length: 300 }, (_, at) => (at % 255) + 1);
  const [first, last, ...others] = framesOf(block(300), data, 256);
  expect(others).toEqual([]);
  expect(first).toEqual({ number: 0, data: data.subarray(0, 256) });
  expect(last?.number).toBe(1);
  expect([...(last?.data ?? [])]).toEqual([...data.subarray(256), ...new Uint8Array(212)]);
});

test('frames of a later block come from its place in the page', () => {
  const data = new Uint8Array(65_536 + 256);
  data[65_536] = 7;
  expect(framesOf(block(data.length, 1), data, 256)).toEqual([{ number: 0, data: data.subarray(65_536) }]);
});

test('what a PPR wants is sent again, within the block', () => {
  const wanted = Array.from({ length: 256 }, (_, frame) => frame === 1 || frame >= 3);
  expect(blockWanting(block(600), wanted)).toMatchObject({ wanted: [1], burst: 2, pprs: 1 });
  expect(blockWanting(block(600), []).wanted).toEqual([2]);
});
