// Machines with a mistake each: ours, wrapped so that one thing of what they hear or do is wrong. The tests must notice
// every one of them.

import { parseFrame } from '../frames/frame.ts';
import type { Effect, Input } from '../machine.ts';
import { step } from '../station.ts';
import type { State } from '../station.ts';
import type { MachineStep } from './testerStation.ts';

export interface FaultyMachine {
  /** What it does wrong, as the end of “a machine that …”. */
  mistake: string;
  step: MachineStep;
}

const FCF = 2;

function withEffects(mistake: string, change: (effect: Effect) => readonly Effect[]): FaultyMachine {
  return {
    mistake,
    step: (state, input) => {
      const next = step(state, input);
      return { state: next.state, effects: next.effects.flatMap(change) };
    },
  };
}

function withInputs(mistake: string, change: (input: Input) => Input | null): FaultyMachine {
  return {
    mistake,
    step: (state, input) => {
      const changed = change(input);
      return changed === null ? { state, effects: [] } : step(state, changed);
    },
  };
}

/** Every frame that is sent, by its FCF without X bit, may become another. */
function withFrames(
  mistake: string,
  change: (octets: Uint8Array, name: string) => Uint8Array,
): FaultyMachine {
  return withEffects(mistake, (effect) =>
    effect.type === 'sendFrames'
      ? [
          {
            ...effect,
            frames: effect.frames.map((octets) => change(octets, parseFrame(octets)?.name ?? 'unknown')),
          },
        ]
      : [effect],
  );
}

function withTimer(mistake: string, timer: string, factor: number): FaultyMachine {
  return withEffects(mistake, (effect) =>
    effect.type === 'startTimer' && effect.timer === timer
      ? [{ ...effect, ms: effect.ms * factor }]
      : [effect],
  );
}

function deafTo(name: string): FaultyMachine {
  return withInputs(`does not understand ${name}`, (input) =>
    input.type === 'frame' && parseFrame(input.octets)?.name === name ? null : input,
  );
}

/** What it is told at once when it asks for storing: the page is not on any disk yet. */
const hasty: MachineStep = (state, input) => {
  const first = step(state, input);
  let last: State = first.state;
  const effects = first.effects.flatMap((effect): readonly Effect[] => {
    if (effect.type !== 'storePage') return [effect];
    const then = step(last, { type: 'pageStored', page: effect.page });
    last = then.state;
    return then.effects;
  });
  return { state: last, effects };
};

export const FAULTY_MACHINES: readonly FaultyMachine[] = [
  { mistake: 'confirms pages that are not stored', step: hasty },
  withEffects('speaks without a turn-around', (effect) =>
    'gapMs' in effect ? [{ ...effect, gapMs: 0 }] : [effect],
  ),
  withEffects('sends pages with the long training', (effect) =>
    effect.type === 'sendFast' ? [{ ...effect, training: 'long' }] : [effect],
  ),
  withEffects('trains with the short training', (effect) =>
    effect.type === 'sendFast' ? [{ ...effect, training: 'short' }] : [effect],
  ),
  withEffects('receives pages with the long training', (effect) =>
    effect.type === 'receiveFast' ? [{ ...effect, training: 'long' }] : [effect],
  ),
  withEffects('receives everything at 14 400 bit/s', (effect) =>
    effect.type === 'receiveFast' ? [{ ...effect, rate: { modulation: 'V.17', rateBps: 14_400 } }] : [effect],
  ),
  withEffects('ends a page with its last code', (effect) =>
    effect.type === 'sendFast' && effect.purpose === 'page'
      ? [{ ...effect, data: effect.data.subarray(0, effect.data.findLastIndex((octet) => octet !== 0) + 1) }]
      : [effect],
  ),
  withEffects('sends ECM without RCP', (effect) =>
    effect.type === 'sendFast' && effect.purpose === 'ECM'
      ? [{ ...effect, data: effect.data.subarray(0, effect.data.length - 120) }]
      : [effect],
  ),
  withEffects('sends half a training check', (effect) =>
    effect.type === 'sendFast' && effect.purpose === 'TCF'
      ? [{ ...effect, data: effect.data.subarray(0, effect.data.length / 2) }]
      : [effect],
  ),
  withEffects('loses the last octets of a page', (effect) =>
    effect.type === 'pageData' ? [{ ...effect, octets: effect.octets.subarray(0, -40) }] : [effect],
  ),
  withEffects('hands every block over twice', (effect) =>
    effect.type === 'pageData' ? [effect, effect] : [effect],
  ),
  withEffects('stores every page twice', (effect) =>
    effect.type === 'storePage' ? [effect, effect] : [effect],
  ),
  withEffects('calls every end a success', (effect) =>
    effect.type === 'end' ? [{ ...effect, outcome: { ...effect.outcome, code: 'OK' } }] : [effect],
  ),
  withEffects('counts a page more than was confirmed', (effect) =>
    effect.type === 'end' && effect.outcome.pagesSent > 0
      ? [{ ...effect, outcome: { ...effect.outcome, pagesSent: effect.outcome.pagesSent + 1 } }]
      : [effect],
  ),
  withEffects('does not end', (effect) => (effect.type === 'end' ? [] : [effect])),
  withEffects('ends twice', (effect) => (effect.type === 'end' ? [effect, effect] : [effect])),
  withFrames('sets no X bit', (octets) => octets.with(FCF, (octets[FCF] ?? 0) & 0xfe)),
  withFrames('marks no frame as the last', (octets) => octets.with(1, 0x03)),
  withFrames('says MCF instead of RTN', (octets, name) => (name === 'RTN' ? octets.with(FCF, 0x8c) : octets)),
  withFrames('says MCF instead of PPR', (octets, name) =>
    name === 'PPR' ? Uint8Array.of(0xff, 0x13, 0x8c) : octets,
  ),
  withFrames('says CFR instead of FTT', (octets, name) => (name === 'FTT' ? octets.with(FCF, 0x84) : octets)),
  withFrames('says EOP instead of MPS', (octets, name) => (name === 'MPS' ? octets.with(FCF, 0x2f) : octets)),
  withFrames('counts the frames of a block from one', (octets, name) =>
    name === 'PPS' ? octets.with(octets.length - 1, ((octets.at(-1) ?? 0) + 1) & 0xff) : octets,
  ),
  withFrames('turns the bits of PPR round', (octets, name) =>
    name === 'PPR' ? octets.map((octet, at) => (at < 3 ? octet : ~octet)) : octets,
  ),
  withInputs('believes frames with a bad FCS', (input) =>
    input.type === 'frame' ? { ...input, fcsOk: true } : input,
  ),
  withInputs('finds every page good', (input) =>
    input.type === 'pageEnd'
      ? { ...input, endSeen: true, quality: { rows: 100, goodRows: 100, badRows: 0, longestBadRun: 0 } }
      : input,
  ),
  withInputs('finds every training good', (input) =>
    input.type === 'trainingCheck' ? { ...input, octets: new Uint8Array(2700) } : input,
  ),
  withInputs('does not notice the loss of a carrier', (input) =>
    input.type === 'carrier' && !input.present ? null : input,
  ),
  withInputs('does not notice that a page could not be stored', (input) =>
    input.type === 'pageNotStored' ? { type: 'pageStored', page: input.page } : input,
  ),
  withInputs('does not hear an abort', (input) => (input.type === 'abort' ? null : input)),
  withInputs('does not notice the loss of the line', (input) => (input.type === 'lineLost' ? null : input)),
  ...[
    'DIS',
    'DTC',
    'DCS',
    'CFR',
    'FTT',
    'MCF',
    'RTN',
    'RTP',
    'PPS',
    'PPR',
    'RNR',
    'RR',
    'CTC',
    'CTR',
    'EOR',
    'ERR',
  ]
    .concat([
      'EOM',
      'MPS',
      'EOP',
      'CRP',
      'DCN',
      'PWD',
      'SEP',
      'SID',
      'PIN',
      'PIP',
      'PRI-EOP',
      'PRI-MPS',
      'FCD',
    ])
    .map(deafTo),
  withTimer('waits twice T1', 'T1', 2),
  withTimer('waits half of T1', 'T1', 0.5),
  withTimer('waits twice T2', 'T2', 2),
  withTimer('waits half of T2', 'T2', 0.5),
  withTimer('waits 25 % longer than T4', 'T4', 1.25),
  withTimer('waits 25 % shorter than T4', 'T4', 0.75),
  withTimer('waits 20 % longer than T5', 'T5', 1.2),
  withTimer('waits 20 % shorter than T5', 'T5', 0.8),
];
