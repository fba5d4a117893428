// ECM bursts as line bits, against the reader of line bits, and both against noise.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Deframer } from '../ecm/deframer.ts';
import { buildEcmBurst, type EcmFrame } from '../ecm/frameStream.ts';
import { appendFcs } from '../frames/fcs.ts';

interface Heard {
  octets: Uint8Array;
  fcsOk: boolean;
}

const RCP = [0xff, 0x03, 0x86];
const ecmFrames = fc
  .array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 256 }),
      // Long runs of ones are where zero insertion has its work.
      fc.constant(new Uint8Array(256).fill(0xff)),
      fc.constant(new Uint8Array(64)),
    ),
    { maxLength: 20 },
  )
  .map((datas) => datas.map((data, number): EcmFrame => ({ number, data })));

function hear(...chunks: Uint8Array[]): Heard[] {
  const heard: Heard[] = [];
  const deframer = new Deframer((octets, fcsOk) => heard.push({ octets, fcsOk }));
  for (const chunk of chunks) deframer.push(chunk);
  deframer.end();
  return heard;
}

function expectedOctets(frames: readonly EcmFrame[]): number[][] {
  return [...frames.map(({ number, data }) => [0xff, 0x03, 0x06, number, ...data]), RCP, RCP, RCP];
}

/** Bits in line order, for tests that build odd streams. */
function toBits(octets: Iterable<number>): number[] {
  return Array.from(octets, (octet) => Array.from({ length: 8 }, (_, bit) => (octet >> bit) & 1)).flat();
}

function toOctets(bits: readonly number[]): Uint8Array {
  const octets = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries())
    octets[index >> 3] = (octets[index >> 3] ?? 0) | (bit << (index & 7));
  return octets;
}

/** Zero insertion as the standard words it: after five ones a zero. */
function stuff(octets: Uint8Array): number[] {
  const bits: number[] = [];
  let ones = 0;
  for (const bit of toBits(octets)) {
    bits.push(bit);
    ones = bit === 1 ? ones + 1 : 0;
    if (ones === 5) {
      bits.push(0);
      ones = 0;
    }
  }
  return bits;
}

const flag = [0, 1, 1, 1, 1, 1, 1, 0];
const frameOne = appendFcs(Uint8Array.of(0xff, 0x03, 0x06, 0, 0x7e, 0xff, 0xff, 0x00, 0xfe));
const frameTwo = appendFcs(Uint8Array.of(0xff, 0x03, 0x06, 1, 0x55, 0xaa));

describe('an ECM burst', () => {
  test('gives back every frame and three RCP, in chunks of any size and shifted by any number of bits', () => {
    fc.assert(
      fc.property(
        ecmFrames,
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 1, max: 400 }),
        (frames, shift, size) => {
          const bits = [
            ...Array.from({ length: shift }, () => 0),
            ...toBits(buildEcmBurst(frames, { rateBps: 9600 })),
          ];
          const line = toOctets(bits);
          const chunks = Array.from({ length: Math.ceil(line.length / size) }, (_, index) =>
            line.subarray(index * size, (index + 1) * size),
          );
          const heard = hear(...chunks);
          expect(heard.map(({ octets }) => [...octets])).toEqual(expectedOctets(frames));
          expect(heard.every(({ fcsOk }) => fcsOk)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('begins with 200 ms of flags and ends with less than 50 ms of them, at every rate', () => {
    for (const rateBps of [2400, 4800, 7200, 9600, 12_000, 14_400]) {
      const line = buildEcmBurst([{ number: 0, data: new Uint8Array(64) }], { rateBps });
      const preamble = line.findIndex((octet) => octet !== 0x7e);
      expect((preamble * 8000) / rateBps).toBeGreaterThanOrEqual(200);
      expect((preamble * 8000) / rateBps).toBeLessThan(210);
      const text = toBits(line).join('');
      const lastRcp = text.lastIndexOf(stuff(appendFcs(Uint8Array.from(RCP))).join(''));
      const postambleMs = ((text.length - lastRcp - 48) * 1000) / rateBps;
      expect(postambleMs).toBeGreaterThanOrEqual(10);
      expect(postambleMs).toBeLessThan(50);
    }
  });

  test('inserts the zeros that the standard asks for', () => {
    const data = Uint8Array.of(0xff, 0xff, 0xf8, 0x1f, 0x7e, 0x7d, 0x3e);
    const text = toBits(buildEcmBurst([{ number: 255, data }], { rateBps: 2400 })).join('');
    const framed = stuff(appendFcs(Uint8Array.of(0xff, 0x03, 0x06, 255, ...data))).join('');
    expect(text).toContain(flag.join('') + framed + flag.join(''));
  });

  test('sends the first frame twice when it is told to', () => {
    const frames = [{ number: 0, data: Uint8Array.of(1, 2, 3) }];
    const heard = hear(buildEcmBurst(frames, { rateBps: 4800, repeatFirst: true }));
    expect(heard.map(({ octets }) => octets[2])).toEqual([0x06, 0x06, 0x86, 0x86, 0x86]);
  });

  test('without frames is three RCP', () => {
    expect(hear(buildEcmBurst([], { rateBps: 4800 })).map(({ octets }) => [...octets])).toEqual([
      RCP,
      RCP,
      RCP,
    ]);
  });
});

describe('the deframer', () => {
  test('takes frames that share a flag, or the zero between two flags', () => {
    const shared = [...flag, ...stuff(frameOne), ...flag, ...stuff(frameTwo), ...flag];
    const sharedZero = [
      ...flag,
      ...flag.slice(1),
      ...flag.slice(1),
      ...stuff(frameOne),
      ...flag,
      ...flag.slice(1),
    ];
    expect(hear(toOctets(shared)).map(({ fcsOk }) => fcsOk)).toEqual([true, true]);
    expect(hear(toOctets(sharedZero)).map(({ fcsOk }) => fcsOk)).toEqual([true]);
  });

  test('gives a last frame whose closing flag was cut off with the carrier', () => {
    const heard = hear(toOctets([...flag, ...stuff(frameTwo)]));
    expect(heard).toEqual([{ octets: frameTwo.slice(0, -2), fcsOk: true }]);
  });

  test('breaks a frame off at seven ones, and takes the next one after a flag', () => {
    const cut = stuff(frameOne).slice(0, 60);
    for (const ones of [7, 8, 15, 100]) {
      const abort = Array.from({ length: ones }, () => 1);
      const heard = hear(toOctets([...flag, ...cut, ...abort, 0, ...flag, ...stuff(frameTwo), ...flag]));
      expect(heard.map(({ fcsOk }) => fcsOk)).toEqual([false, true]);
    }
  });

  test('hears nothing before the first flag and nothing after an abort until the next flag', () => {
    const abort = Array.from({ length: 12 }, () => 1);
    const heard = hear(
      toOctets([
        ...stuff(frameOne),
        ...abort,
        0,
        0,
        ...stuff(frameOne),
        ...flag,
        ...stuff(frameTwo),
        ...flag,
      ]),
    );
    expect(heard.map(({ octets }) => octets[3])).toEqual([1]);
  });

  test('marks a frame with any single bit wrong, and takes the frames around it', () => {
    const middle = stuff(frameOne);
    for (let wrong = 0; wrong < middle.length; wrong++) {
      const damaged = middle.with(wrong, 1 - (middle[wrong] ?? 0));
      const bits = [
        ...flag,
        ...stuff(frameTwo),
        ...flag,
        ...damaged,
        ...flag,
        ...flag,
        ...stuff(frameTwo),
        ...flag,
      ];
      const heard = hear(toOctets(bits));
      expect(heard.filter(({ fcsOk }) => fcsOk).map(({ octets }) => octets[3])).toEqual([1, 1]);
    }
  });

  test('tells of no frame that is too short to be one', () => {
    expect(hear(toOctets([...flag, ...stuff(Uint8Array.of(1, 2, 3, 4)), ...flag]))).toEqual([]);
  });

  test('gives bounded frames of any noise, and a frame after the noise is heard', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (noise) => {
        const heard = hear(noise, toOctets([...flag, ...flag, ...stuff(frameTwo), ...flag]));
        expect(heard.every(({ octets }) => octets.length <= 320 && octets.length >= 3)).toBe(true);
        expect(heard.at(-1)).toEqual({ octets: frameTwo.slice(0, -2), fcsOk: true });
      }),
      { numRuns: 200 },
    );
  });

  test('hears the same of any octets, however they are cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }),
            fc.constant(toOctets([...flag, ...stuff(frameOne), ...flag])),
            fc.constant(Uint8Array.of(0xff, 0x7f, 0x7e, 0x7e)),
          ),
          { maxLength: 12 },
        ),
        fc.integer({ min: 1, max: 50 }),
        (parts, size) => {
          const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
          const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
            whole.subarray(index * size, (index + 1) * size),
          );
          expect(hear(...chunks)).toEqual(hear(whole));
        },
      ),
    );
  });

  test('breaks off what never ends instead of collecting it', () => {
    const heard = hear(
      toOctets(flag),
      new Uint8Array(100_000),
      toOctets([...flag, ...stuff(frameTwo), ...flag]),
    );
    expect(heard.map(({ octets, fcsOk }) => [octets.length, fcsOk])).toEqual([
      [318, false],
      [6, true],
    ]);
  });

  test('takes a block of 64 KiB in a few milliseconds', () => {
    const frames = Array.from({ length: 256 }, (_, number) => ({
      number,
      data: Uint8Array.from({ length: 256 }, (__, index) => (index * number * 7919) >> 3),
    }));
    let fastestMs = Infinity;
    for (let run = 0; run < 8; run++) {
      const before = performance.now();
      const heard = hear(buildEcmBurst(frames, { rateBps: 14_400 }));
      fastestMs = Math.min(fastestMs, performance.now() - before);
      expect(heard).toHaveLength(259);
    }
    // Far above what it takes (2–6 ms both ways), and far below what a line of 38 s would notice.
    expect(fastestMs).toBeLessThan(60);
  });
});
