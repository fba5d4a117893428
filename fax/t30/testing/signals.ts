// What stands on the line: V.21 and fast carriers with the time that each part of them takes (fact sheet §1.2 and §7).

import type { FastPurpose } from '../machine.ts';
import type { FastRate } from '../parameters.ts';

export interface V21Signal {
  type: 'V.21';
  frames: readonly LineFrame[];
}

export interface LineFrame {
  octets: Uint8Array;
  /** False: it arrives with a bad FCS. */
  fcsOk: boolean;
}

export interface FastSignal {
  type: 'fast';
  rate: FastRate;
  training: 'long' | 'short';
  /** Known to the sender only; the line carries octets. */
  purpose: FastPurpose;
  data: Uint8Array;
  /** Its training is not understood: it is there, and no modem finds a carrier in it. */
  missed?: boolean;
}

export type Signal = V21Signal | FastSignal;

/** Flags before the first frame: 1 s ± 15 %. */
export const PREAMBLE_MS = 1000;
const FLAG_MS = 8000 / 300;
/** FCS, and the flag that closes the frame. */
const FRAME_TAIL_OCTETS = 3;

export interface FrameTimes {
  startMs: number;
  endMs: number;
}

/** When each frame of a V.21 signal begins and ends, from the signal's beginning; zero insertion left aside. */
export function frameTimes(signal: V21Signal): FrameTimes[] {
  let atMs = PREAMBLE_MS;
  return signal.frames.map(({ octets }) => {
    const startMs = atMs;
    atMs += (octets.length + FRAME_TAIL_OCTETS) * FLAG_MS;
    return { startMs, endMs: atMs };
  });
}

export function trainingMs({ rate, training }: Pick<FastSignal, 'rate' | 'training'>): number {
  switch (rate.modulation) {
    case 'V.17':
      return training === 'long' ? 1393 : 142;
    case 'V.29':
      return 253;
    case 'V.27ter':
      return rate.rateBps === 4800 ? 708 : 943;
  }
}

export function dataMs({ rate, data }: Pick<FastSignal, 'rate' | 'data'>): number {
  return (data.length * 8000) / rate.rateBps;
}

export function signalMs(signal: Signal): number {
  if (signal.type === 'fast') return trainingMs(signal) + dataMs(signal);
  return (frameTimes(signal).at(-1)?.endMs ?? PREAMBLE_MS) + FLAG_MS;
}

/** Whether a modem set to `wanted` understands `sent`: only V.17 knows two trainings. */
export function isSameCarrier(
  wanted: Pick<FastSignal, 'rate' | 'training'>,
  sent: Pick<FastSignal, 'rate' | 'training'>,
): boolean {
  return (
    wanted.rate.modulation === sent.rate.modulation &&
    wanted.rate.rateBps === sent.rate.rateBps &&
    (wanted.rate.modulation !== 'V.17' || wanted.training === sent.training)
  );
}
