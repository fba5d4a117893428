// How long a call must last at least: 75 ms of silence between signals (T.30 chapter 5, notes 3 and 4), what the host
// sends at its necessary length, what the modems do by themselves as it was measured.

import { appendFcs } from '../../../fax/t30/frames/fcs.ts';
import type { LineSignal, MeasuredCall } from './measuredCall.ts';

const PAUSE_MS = 75;
const V21_BPS = 300;
/** V.17, long before the training check, short before pages. */
const LONG_TRAINING_MS = 1393;
const SHORT_TRAINING_MS = 142;
const TRAINING_CHECK_MS = 1500;
/** Flags before the first frame of a block (T.4 §A.3.1). */
const ECM_FLAGS_MS = 200;
const FRAME_OCTETS = 256;
const BLOCK_FRAMES = 256;
const RCP = Uint8Array.of(0xff, 0x03, 0x86);
const RCP_TIMES = 3;
const RATE_BPS = 14_400;
const FLAG_BITS = 8;
const FINAL_BIT = 0x10;

/** A page without error correction, or a block of one with it, as it must be on the fast carrier. */
export interface Burst {
  bits: number;
  flagsMs: number;
}

/** What the time of a call went into, milliseconds. */
export interface CallTimes {
  /** The far machine: silence, CED and DIS, and its answers with its pauses before them. */
  farMs: number;
  /** Pauses before our signals. */
  pausesMs: number;
  /** Our signals, the release included. */
  signalsMs: number;
  /** The flags before a frame that our modem sends; T.30 wants 1 s ± 15 %. */
  preambleMs: number;
  /** What our modem adds to a fast carrier: its end. */
  carrierEndMs: number;
  necessaryPausesMs: number;
  necessarySignalsMs: number;
  /** With the far machine, the preambles and the carriers' ends as measured. */
  boundMs: number;
}

/** Pages with error correction: blocks of frames, the last frame of a page filled up, three RCP. */
export function ecmBursts(pages: readonly Uint8Array[]): Burst[] {
  return pages.flatMap((page) => {
    const frames = Array.from({ length: Math.ceil(page.length / FRAME_OCTETS) }, (_, index) => {
      const frame = new Uint8Array(4 + FRAME_OCTETS);
      frame.set([0xff, 0x03, 0x06, index % BLOCK_FRAMES]);
      frame.set(page.subarray(index * FRAME_OCTETS, (index + 1) * FRAME_OCTETS), 4);
      return frameBits(frame);
    });
    const blocks = Array.from({ length: Math.ceil(frames.length / BLOCK_FRAMES) }, (_, index) =>
      frames.slice(index * BLOCK_FRAMES, (index + 1) * BLOCK_FRAMES),
    );
    return blocks.map((block) => ({
      bits: sum(block) + RCP_TIMES * frameBits(RCP),
      flagsMs: ECM_FLAGS_MS,
    }));
  });
}

/** Pages without error correction: their coded rows with RTC. */
export function plainBursts(pages: readonly Uint8Array[]): Burst[] {
  return pages.map((page) => ({ bits: page.length * 8, flagsMs: 0 }));
}

/** Throws when something in the call was said twice: then it has no bound. */
export function callTimes(call: MeasuredCall, bursts: readonly Burst[]): CallTimes {
  const { signals } = call;
  const theirs = signals.filter(({ by }) => by === 'them');
  const [, identified] = theirs;
  // CED, DIS, CFR, and an answer to each burst.
  if (identified === undefined || theirs.length !== 3 + bursts.length) {
    throw new Error(`${theirs.length} signals of the far machine where ${3 + bursts.length} were due`);
  }
  const talk = signals.slice(signals.indexOf(identified) + 1);
  const ours = talk.filter(({ by }) => by === 'us');
  // DCS and TCF, bursts each with its command, DCN.
  if (ours.length !== 3 + 2 * bursts.length) {
    throw new Error(`${ours.length} signals of ours where ${3 + 2 * bursts.length} were due`);
  }
  const commands = commandBits(call.frames);
  const onV21 = ours.filter(
    (_, index) => index === 0 || index === ours.length - 1 || (index > 2 && index % 2 === 1),
  );
  if (commands.length !== onV21.length) throw new Error('frames on V.21 that no signal was seen of');
  // Not of DCN: its end is the release.
  const preambles = onV21
    .slice(0, -1)
    .map((signal, index) => lengthOf(signal) - bitsMs(commands[index] ?? 0));
  const preambleMs = Math.min(...preambles);
  const [, trainingCheck] = ours;
  const carrierEndMs =
    trainingCheck === undefined ? 0 : lengthOf(trainingCheck) - LONG_TRAINING_MS - TRAINING_CHECK_MS;

  const previous = (signal: LineSignal): LineSignal => talk[talk.indexOf(signal) - 1] ?? identified;
  const farMs =
    identified.offMs +
    sum(talk.filter(({ by }) => by === 'them').map((signal) => signal.offMs - previous(signal).offMs));
  const necessaryPausesMs = PAUSE_MS * ours.length;
  const necessarySignalsMs =
    sum(commands.map((bits) => preambleMs + bitsMs(bits))) +
    LONG_TRAINING_MS +
    TRAINING_CHECK_MS +
    carrierEndMs +
    sum(
      bursts.map(
        ({ bits, flagsMs }) => SHORT_TRAINING_MS + flagsMs + (bits * 1000) / RATE_BPS + carrierEndMs,
      ),
    );
  return {
    farMs,
    pausesMs: sum(ours.map((signal) => signal.onMs - previous(signal).offMs)),
    signalsMs: sum(ours.map(lengthOf)),
    preambleMs,
    carrierEndMs,
    necessaryPausesMs,
    necessarySignalsMs,
    boundMs: farMs + necessaryPausesMs + necessarySignalsMs,
  };
}

/**
 * The same call between two machines that do all as the standard words it, whatever these two do: T(N) of the fact
 * sheet on the duration of calls, with V.21 preambles of 1 s and CED of 2.6 s.
 */
export function standardDurationMs(call: MeasuredCall, bursts: readonly Burst[]): number {
  const v21Ms = (octets: number): number => 1000 + bitsMs(octets * 8);
  const commands = commandBits(call.frames).map((bits) => PAUSE_MS + 1000 + bitsMs(bits));
  const identified = 200 + 2600 + PAUSE_MS + v21Ms(40);
  const training = PAUSE_MS + LONG_TRAINING_MS + TRAINING_CHECK_MS;
  const answers = (1 + bursts.length) * (PAUSE_MS + v21Ms(7));
  const carriers = bursts.map(
    ({ bits, flagsMs }) => PAUSE_MS + SHORT_TRAINING_MS + flagsMs + (bits * 1000) / RATE_BPS,
  );
  return identified + training + answers + sum(commands) + sum(carriers);
}

/** Of each of our commands all frames: bits on V.21 behind the preamble. */
function commandBits(frames: readonly Uint8Array[]): number[] {
  const commands = [0];
  for (const frame of frames) {
    commands.push((commands.pop() ?? 0) + frameBits(frame));
    if (((frame[1] ?? 0) & FINAL_BIT) !== 0) commands.push(0);
  }
  return commands.slice(0, -1);
}

/** With FCS, the zeros that HDLC inserts after five ones, and the flag that ends it. */
function frameBits(frame: Uint8Array): number {
  let bits = FLAG_BITS;
  let ones = 0;
  for (const octet of appendFcs(frame)) {
    for (let bit = 0; bit < 8; bit++) {
      bits++;
      ones = ((octet >> bit) & 1) === 1 ? ones + 1 : 0;
      if (ones < 5) continue;
      bits++;
      ones = 0;
    }
  }
  return bits;
}

function bitsMs(bits: number): number {
  return (bits * 1000) / V21_BPS;
}

function lengthOf({ onMs, offMs }: LineSignal): number {
  return offMs - onMs;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
