// Everything that a line can do to one signal of a call, at every place of it.

import type { LineFrame, V21Signal } from './signals.ts';
import { PREAMBLE_MS, frameTimes, signalMs, trainingMs } from './signals.ts';
import type { Disturbance, Disturbed, Sent, TelephoneLine } from './telephoneLine.ts';
import { undisturbed } from './telephoneLine.ts';

export interface LineFault {
  /** The row of the table that it is counted in. */
  kind: string;
  /** Where exactly, for whoever looks for it. */
  place: string;
  /** Number of the signal that it happens to. */
  index: number;
  disturbance: Disturbance;
  /** The line (or one direction of it) stays dead, or somebody ends the call. */
  fatal: boolean;
  /** How much later the signal arrives. */
  delaysMs: number;
  /** Octets of a page without error correction are lost or wrong, which nothing repairs. */
  damagesPage: boolean;
}

/** A third of a second passes unnoticed, a second delays, four are beyond T4, eight beyond T2. */
const DELAYS_MS = [300, 1000, 4000, 8000];
const CUT_SHARES = [0.02, 0.3, 0.7, 0.97];
const DAMAGED_SHARES = [0.01, 0.5, 0.99];
const DEAD_SHARES = [0, 0.5, 0.999];

/** Every fault at this signal of a call that went well. */
export function faultsAt(sent: Sent): LineFault[] {
  const { signal } = sent;
  const whole = signalMs(signal);
  const faults = [
    fault(sent, 'signal lost', '', () => []),
    ...DELAYS_MS.map((delayMs) => ({
      ...fault(sent, 'signal delayed', `${delayMs} ms`, (one) => [{ ...one, delayMs }]),
      delaysMs: delayMs,
    })),
    ...DEAD_SHARES.flatMap((share) => endings(sent, share)),
  ];
  if (signal.type === 'V.21') {
    const echo = (one: Disturbed): Disturbed[] => [one, { ...one, echo: true, delayMs: 260 }];
    faults.push(fault(sent, 'own frames heard back', '', echo));
    for (const share of CUT_SHARES) faults.push(cut(sent, share, share * whole));
    for (const index of signal.frames.keys()) faults.push(...frameFaults(sent, signal, index));
  } else {
    const training = trainingMs(signal);
    faults.push(cut(sent, 0, training * 0.5));
    for (const share of CUT_SHARES) faults.push(cut(sent, share, training + share * (whole - training)));
    for (const share of DAMAGED_SHARES) {
      const data = damaged(signal.data, share);
      const place = `at ${share * 100} %`;
      faults.push(
        fault(sent, 'fast carrier damaged', place, (one) => [{ ...one, signal: { ...signal, data } }]),
      );
    }
  }
  return faults;
}

function frameFaults(sent: Sent, signal: V21Signal, index: number): LineFault[] {
  const place = `frame ${index}`;
  const become = (kind: string, change: (frame: LineFrame) => LineFrame[]): LineFault =>
    fault(sent, kind, place, (one) => [
      {
        ...one,
        signal: { ...signal, frames: signal.frames.flatMap((f, at) => (at === index ? change(f) : [f])) },
      },
    ]);
  const faults = [
    become('frame doubled', (frame) => [frame, frame]),
    become('frame corrupted', (frame) => [{ ...frame, fcsOk: false, octets: damaged(frame.octets, 0.6) }]),
  ];
  // The only frame of a signal: flags alone arrive.
  faults.push(become('frame lost', () => []));
  const times = frameTimes(signal)[index];
  const cutMs = ((times?.startMs ?? PREAMBLE_MS) + (times?.endMs ?? PREAMBLE_MS)) / 2;
  faults.push(fault(sent, 'carrier cut', `in ${place}`, (one) => [{ ...one, cutMs }]));
  return faults;
}

function cut(sent: Sent, share: number, cutMs: number): LineFault {
  return fault(sent, 'carrier cut', `at ${share * 100} %`, (one) => [{ ...one, cutMs }]);
}

/** What ends a call here, in the middle of the signal or at its edges. */
function endings(sent: Sent, share: number): LineFault[] {
  const atMs = sent.startMs + share * signalMs(sent.signal);
  const place = `from ${share * 100} % on`;
  const other = sent.from === 'caller' ? 'answerer' : 'caller';
  const ending = (kind: string, happens: (line: TelephoneLine) => void): LineFault => ({
    kind,
    place: placeOf(sent, place),
    index: sent.index,
    fatal: true,
    delaysMs: 0,
    damagesPage: isPage(sent),
    disturbance: (one, line) => {
      if (one.index === sent.index) happens(line);
      return undisturbed(one, line);
    },
  });
  return [
    ending('line dead', (line) => {
      line.cutForGood(sent.from, atMs);
      line.cutForGood(other, atMs);
    }),
    ending('one way dead', (line) => line.cutForGood(sent.from, atMs)),
    ending('other way dead', (line) => line.cutForGood(other, atMs)),
    ending('hung up', (line) => line.hangUp(atMs)),
    ending('ended by its sender', (line) => line.abort(sent.from, atMs)),
    ending('ended by its hearer', (line) => line.abort(other, atMs)),
  ];
}

function fault(
  sent: Sent,
  kind: string,
  place: string,
  change: (undisturbedSignal: Disturbed) => readonly Disturbed[],
): LineFault {
  return {
    kind,
    place: placeOf(sent, place),
    index: sent.index,
    fatal: false,
    delaysMs: 0,
    damagesPage: isPage(sent),
    disturbance: (one, line) =>
      one.index === sent.index ? undisturbed(one, line).flatMap(change) : undisturbed(one, line),
  };
}

function isPage({ signal }: Sent): boolean {
  return signal.type === 'fast' && signal.purpose === 'page';
}

function placeOf(sent: Sent, place: string): string {
  return `signal ${sent.index} (${sent.signal.type} from the ${sent.from}) ${place}`.trim();
}

/** Sixteen octets (or all) around the place are inverted. */
function damaged(octets: Uint8Array, share: number): Uint8Array {
  const changed = octets.slice();
  const middle = Math.round(share * (octets.length - 1));
  for (let at = Math.max(0, middle - 8); at < Math.min(octets.length, middle + 8); at++) {
    changed[at] = (changed[at] ?? 0) ^ 0x5a;
  }
  return changed;
}
