import { expect, test } from 'vitest';
import { appendFcs } from '../frames/fcs.ts';
import { Deframer } from './deframer.ts';

const FLAG = [0, 1, 1, 1, 1, 1, 1, 0];
const MCF = Uint8Array.of(0xff, 0x13, 0x8c);

/** The bits of a frame with its FCS and the zeros that HDLC inserts. */
function stuffed(frame: Uint8Array): number[] {
  const bits: number[] = [];
  let ones = 0;
  for (const octet of appendFcs(frame)) {
    for (let bit = 0; bit < 8; bit++) {
      const one = (octet >> bit) & 1;
      bits.push(one);
      ones = one === 1 ? ones + 1 : 0;
      if (ones < 5) continue;
      bits.push(0);
      ones = 0;
    }
  }
  return bits;
}

function framesIn(bits: readonly number[]): [octets: number[], fcsOk: boolean][] {
  const octets = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries())
    octets[index >> 3] = (octets[index >> 3] ?? 0) | (bit << (index & 7));
  const frames: [number[], boolean][] = [];
  const deframer = new Deframer((frame, fcsOk) => frames.push([[...frame], fcsOk]));
  deframer.push(octets);
  deframer.end();
  return frames;
}

test('a frame between flags is good', () => {
  expect(framesIn([...FLAG, ...stuffed(MCF), ...FLAG])).toEqual([[[...MCF], true]]);
});

test('a frame whose closing flag is an abort is not good, though its FCS is', () => {
  const abort = [0, ...Array.from({ length: 9 }, () => 1)];
  expect(framesIn([...FLAG, ...stuffed(MCF), ...abort, ...FLAG]).filter(([, fcsOk]) => fcsOk)).toEqual([]);
});
