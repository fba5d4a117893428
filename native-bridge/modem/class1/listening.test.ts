import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { appendFcs } from '../../../fax/t30/frames/fcs.ts';
import { buildFrame, parseFrame } from '../../../fax/t30/frames/frame.ts';
import type { Input } from '../../../fax/t30/machine.ts';
import type { Quirks } from '../profiles/profile.types.ts';
import { FrameCheck } from './frameCheck.ts';
import { LineModem } from './lineModem.ts';
import { Listener } from './listening.ts';
import type { ReceiveFast } from './listening.ts';
import { scriptedDialogue } from './scriptedDialogue.testSupport.ts';
import type { ScriptStep } from './scriptedDialogue.testSupport.ts';

const CSI = buildFrame('CSI', { x: false, fif: new Uint8Array(20), final: false });
const DIS = buildFrame('DIS', { x: false, fif: Uint8Array.of(0, 0xee, 0xf8) });
const TCF: ReceiveFast = {
  type: 'receiveFast',
  rate: { modulation: 'V.17', rateBps: 14_400 },
  training: 'long',
  purpose: 'TCF',
};
const PAGE: ReceiveFast = { ...TCF, training: 'short', purpose: 'page' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Hearing {
  quirks?: Quirks;
  fast?: ReceiveFast;
  connected?: boolean;
  /** What the machine does at an input. */
  react?: (input: Input, listener: Listener) => void;
  /** A moment after the beginning. */
  later?: (listener: Listener) => void;
}

/** Listens until the script is at its end; what the machine was told, in short. */
async function heard(script: readonly ScriptStep[], options: Hearing = {}): Promise<string[]> {
  const told: string[] = [];
  const dialogue = scriptedDialogue([...script, { command: END, result: 'waits' }]);
  const command = dialogue.command.bind(dialogue);
  const ended = Promise.withResolvers<void>();
  // Whatever is asked for behind the script is its end.
  dialogue.command = async (text, commandOptions) => {
    if (dialogue.left > 1) return await command(text, commandOptions);
    ended.resolve();
    return await command(END, commandOptions);
  };
  const modem = new LineModem({
    dialogue,
    quirks: options.quirks ?? {},
    nowMs: () => performance.now(),
    discard: async () => {},
  });
  if (options.connected === true) modem.standing = 'receiving';
  const listener = new Listener(
    {
      modem,
      frames: new FrameCheck({}),
      openPage: () => ({
        push: (octets) => told.push(`page ${octets.length}`),
        end: () => ({ quality: { rows: 1, goodRows: 1, badRows: 0, longestBadRun: 0 }, endSeen: true }),
      }),
      give: (input) => {
        told.push(words(input));
        options.react?.(input, listener);
      },
    },
    options.fast ?? null,
  );
  const listening = listener.listen(options.connected ?? false);
  setTimeout(() => options.later?.(listener), 100);
  const over = Promise.race([listening, ended.promise]);
  await passing(over);
  listener.end();
  await passing(listening);
  expect(dialogue.mistakes).toEqual([]);
  expect(dialogue.left).toBeLessThanOrEqual(1);
  return told;
}

const END = 'behind the script';

async function passing<Value>(promise: Promise<Value>): Promise<Value> {
  const state = { settled: false };
  const watched = promise.finally(() => {
    state.settled = true;
  });
  watched.catch(() => undefined);
  while (!state.settled) await vi.advanceTimersByTimeAsync(10);
  return await watched;
}

function words(input: Input): string {
  if (input.type === 'carrier') return `${input.carrier} ${input.present ? 'on' : 'off'}`;
  if (input.type === 'frame') {
    return `${parseFrame(input.octets)?.name ?? 'frame'} ${input.fcsOk ? 'good' : 'bad'}`;
  }
  return input.type === 'trainingCheck' ? `training ${input.octets.length}` : input.type;
}

const frame = (octets: Uint8Array, result: 'OK' | 'ERROR' | 'NO CARRIER' | 'CONNECT'): ScriptStep[] => [
  { receive: appendFcs(octets) },
  { next: result },
];
const asked = (octets: Uint8Array, result: 'OK' | 'ERROR' | 'NO CARRIER'): ScriptStep[] => [
  { command: 'AT+FRH=3', result: 'CONNECT' },
  ...frame(octets, result),
];

test('the first frame after dialling comes without being asked for; behind the final one V.21 is over', async () => {
  const script = [...frame(CSI, 'OK'), ...asked(DIS, 'OK')];
  expect(await heard(script, { connected: true })).toEqual(['V.21 on', 'CSI good', 'DIS good', 'V.21 off']);
});

test('frames that the modem queues come at their own CONNECT', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRH=3', result: 'CONNECT' },
    ...frame(CSI, 'CONNECT'),
    ...frame(DIS, 'OK'),
  ];
  expect(await heard(script)).toEqual(['V.21 on', 'CSI good', 'DIS good', 'V.21 off']);
});

test('a bad frame is told as such, and V.21 as over when nothing follows', async () => {
  const script: ScriptStep[] = [
    ...asked(DIS, 'ERROR'),
    { command: 'AT+FRH=3', result: 'waits' },
    { next: 'waits' },
  ];
  const told = await heard([...script, { interrupt: 'OK' }]);
  expect(told).toEqual(['V.21 on', 'DIS bad', 'V.21 off']);
});

test('a frame whose end alone the modem tells does not end the carrier: the next one is asked for, once', async () => {
  const lost: ScriptStep[] = [{ command: 'AT+FRH=3', result: 'OK' }, { next: 'waits' }];
  expect(await heard([...asked(CSI, 'OK'), ...lost, ...asked(DIS, 'OK')])).toEqual([
    'V.21 on',
    'CSI good',
    'DIS good',
    'V.21 off',
  ]);
  expect(await heard([...asked(CSI, 'OK'), ...lost, ...lost, { interrupt: 'OK' }])).toEqual([
    'V.21 on',
    'CSI good',
    'V.21 off',
  ]);
});

test('a carrier that goes in the middle of a frame is over at once', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRH=3', result: 'CONNECT' },
    { receive: Uint8Array.of(0xff, 0x03) },
    { next: 'NO CARRIER' },
  ];
  expect(await heard(script)).toEqual(['V.21 on', 'frame bad', 'V.21 off']);
});

test('a modem that connects on any carrier is asked again, and the machine not told of it', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRH=3', result: 'CONNECT' },
    { receive: new Uint8Array(0), end: 'result' },
    { next: 'NO CARRIER' },
    ...asked(DIS, 'OK'),
  ];
  expect(await heard(script, { quirks: { receiveAgain: 30 } })).toEqual(['V.21 on', 'DIS good', 'V.21 off']);
});

test('a training check is told with its octets when its carrier has gone', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRM=145', result: 'CONNECT' },
    { receive: new Uint8Array(2700) },
    { next: 'NO CARRIER' },
  ];
  expect(await heard(script, { fast: TCF })).toEqual(['fast on', 'fast off', 'training 2700']);
});

test('a page goes to its decoder, and its end is told', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRM=146', result: 'CONNECT' },
    { receive: new Uint8Array(500) },
    { next: 'NO CARRIER' },
  ];
  expect(await heard(script, { fast: PAGE })).toEqual(['fast on', 'page 500', 'fast off', 'pageEnd']);
});

test('V.21 in the place of a page is heard: by +FCERROR and +FRH, or by the modem itself', async () => {
  const byUs: ScriptStep[] = [{ command: 'AT+FRM=146', result: '+FCERROR' }, ...asked(DIS, 'OK')];
  expect(await heard(byUs, { fast: PAGE })).toEqual(['V.21 on', 'DIS good', 'V.21 off']);
  const byModem: ScriptStep[] = [
    { command: 'AT+FRM=146', result: '+FRH:3' },
    { next: 'CONNECT' },
    ...frame(DIS, 'OK'),
  ];
  expect(await heard(byModem, { fast: PAGE })).toEqual(['V.21 on', 'DIS good', 'V.21 off']);
});

test('the last flags of a frame do not hide the fast carrier that follows it', async () => {
  const script: ScriptStep[] = [
    ...asked(DIS, 'OK'),
    { command: 'AT+FRM=145', result: '+FCERROR' },
    { command: 'AT+FRM=145', result: 'CONNECT' },
    { receive: new Uint8Array(10) },
    { next: 'NO CARRIER' },
  ];
  const told = await heard(script, {
    react: (input, listener) => {
      if (input.type === 'frame') listener.retarget(TCF);
    },
  });
  expect(told).toEqual(['V.21 on', 'DIS good', 'V.21 on', 'V.21 off', 'fast on', 'fast off', 'training 10']);
});

test('a modem that never says +FCERROR is asked for V.21 when the fast carrier was not found', async () => {
  const script: ScriptStep[] = [{ command: 'AT+FRM=146', result: 'NO CARRIER' }, ...asked(DIS, 'OK')];
  expect(await heard(script, { fast: PAGE, quirks: { noFcerror: true } })).toEqual([
    'V.21 on',
    'DIS good',
    'V.21 off',
  ]);
});

test('who wants V.21 alone while a fast carrier is awaited gets it: the modem is interrupted', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRM=146', result: 'waits' },
    { interrupt: 'OK' },
    ...asked(DIS, 'OK'),
  ];
  const told = await heard(script, { fast: PAGE, later: (listener) => listener.retarget(null) });
  expect(told).toEqual(['V.21 on', 'DIS good', 'V.21 off']);
});

test('an endless frame does not grow without bound', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRH=3', result: 'CONNECT' },
    { receive: new Uint8Array(100_000) },
    { next: 'ERROR' },
  ];
  expect(await heard(script)).toContain('frame bad');
});

test('a modem that refuses every fax command has hung up', async () => {
  const script = Array.from({ length: 8 }, (): ScriptStep => ({ command: 'AT+FRH=3', result: 'ERROR' }));
  await expect(heard(script)).rejects.toThrow('the modem takes no fax commands any more');
});

test('a modem that finds NO CARRIER at once, again and again, is given up', async () => {
  const script = Array.from({ length: 41 }, (): ScriptStep[] => [
    { command: 'AT+FRH=3', result: 'NO CARRIER' },
    { next: 'waits' },
    { interrupt: 'OK' },
  ]).flat();
  await expect(heard(script)).rejects.toThrow('the modem answers NO CARRIER to every attempt to listen');
});
