import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  EMPTY_BLOCK,
  addFrame,
  closeBurst,
  firstFrames,
  isRepetition,
  joinFrames,
  marksOf,
  wantedFrames,
} from './receivedBlock.ts';
import type { ReceivedBlock } from './receivedBlock.ts';

function blockOf(...frames: readonly (readonly [number: number, data: Uint8Array])[]): ReceivedBlock {
  return frames.reduce((block, [number, data]) => addFrame(block, number, data), EMPTY_BLOCK);
}

test('a block keeps its own copy of a frame, and the first of two', () => {
  const data = Uint8Array.of(1, 2, 3);
  const block = blockOf([0, data], [0, Uint8Array.of(9)]);
  data[0] = 7;
  expect([...joinFrames(block)]).toEqual([1, 2, 3]);
  expect(block.held).toBe(1);
});

test('frames that cannot be are passed over', () => {
  expect(blockOf([256, Uint8Array.of(1)], [-1, Uint8Array.of(1)])).toBe(EMPTY_BLOCK);
  expect(blockOf([0, new Uint8Array(0)], [0, new Uint8Array(257)])).toBe(EMPTY_BLOCK);
});

test('a block never becomes smaller than it was', () => {
  const once = closeBurst(blockOf([1, new Uint8Array(256)]), 4, 256);
  const again = closeBurst(once, 1, 256);
  expect(again.total).toBe(4);
  expect(wantedFrames(again)).toEqual([true, false, true, true]);
});

test('a last frame longer than the others is asked for again', () => {
  const block = closeBurst(
    blockOf([0, new Uint8Array(64)], [1, new Uint8Array(64)], [2, new Uint8Array(256)]),
    3,
    64,
  );
  expect(wantedFrames(block)).toEqual([false, false, true]);
});

test('without a frame of the announced length the first one tells it', () => {
  const block = blockOf([0, new Uint8Array(64)], [1, new Uint8Array(100)], [2, new Uint8Array(64)]);
  expect(wantedFrames(closeBurst(block, 4, 256))).toEqual([false, true, false, true]);
});

test('the last frame but one tells the length too', () => {
  const block = blockOf([1, new Uint8Array(64)], [2, new Uint8Array(5)]);
  expect(wantedFrames(closeBurst(block, 3, 256))).toEqual([true, false, false]);
});

test('an only frame may have any length', () => {
  expect(wantedFrames(closeBurst(blockOf([0, new Uint8Array(5)]), 1, 256))).toEqual([false]);
});

test('a repetition is known by every frame that it holds', () => {
  const marks = marksOf(blockOf([0, Uint8Array.of(1)], [1, Uint8Array.of(2)]));
  expect(isRepetition(EMPTY_BLOCK, marks)).toBe(true);
  expect(isRepetition(blockOf([1, Uint8Array.of(2)]), marks)).toBe(true);
  expect(isRepetition(blockOf([1, Uint8Array.of(3)]), marks)).toBe(false);
  expect(isRepetition(blockOf([2, Uint8Array.of(2)]), marks)).toBe(false);
});

test('whatever is lost and repeated, a block gives its octets once and in order', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 4000 }),
      fc.array(fc.array(fc.nat(255), { maxLength: 40 }), { maxLength: 20 }),
      (data, bursts) => {
        const total = Math.ceil(data.length / 64);
        const frameOf = (number: number): Uint8Array => data.subarray(number * 64, number * 64 + 64);
        let block = EMPTY_BLOCK;
        for (const numbers of [...bursts, Array.from({ length: total }, (_, number) => number)]) {
          for (const number of numbers) if (number < total) block = addFrame(block, number, frameOf(number));
          block = closeBurst(block, total, 64);
        }
        expect(wantedFrames(block)).toEqual(Array.from({ length: total }, () => false));
        expect(joinFrames(block)).toEqual(data);
        expect(block.held).toBe(total);
      },
    ),
  );
});

test('what follows without a gap from the first frame on can be kept of a block that is not whole', () => {
  const gap = blockOf([0, Uint8Array.of(1, 2)], [1, Uint8Array.of(3, 4)], [3, Uint8Array.of(7, 8)]);
  expect([...firstFrames(gap)]).toEqual([1, 2, 3, 4]);
  expect([...firstFrames(blockOf([1, Uint8Array.of(3)]))]).toEqual([]);
  const full = Array.from({ length: 256 }, (_, number) => [number, Uint8Array.of(number)] as const);
  expect(firstFrames(blockOf(...full))).toHaveLength(256);
});
