import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildFrame } from '../../../fax/t30/frames/frame.ts';
import type { Quirks } from '../profiles/profile.types.ts';
import { LineGoneError, LineModem } from './lineModem.ts';
import { scriptedDialogue } from './scriptedDialogue.testSupport.ts';
import type { ScriptStep } from './scriptedDialogue.testSupport.ts';
import { sendFast, sendFrames } from './sending.ts';
import type { Sent } from './sending.ts';

const CSI = buildFrame('CSI', { x: false, fif: new Uint8Array(20), final: false });
const DIS = buildFrame('DIS', { x: false, fif: Uint8Array.of(0, 0xee, 0xf8) });
const MCF = buildFrame('MCF', { x: false });
const V17 = { modulation: 'V.17', rateBps: 14_400 } as const;
const DLE_ETX = Uint8Array.of(0x10, 0x03);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function modemOf(script: readonly ScriptStep[], quirks: Quirks = {}) {
  const dialogue = scriptedDialogue(script);
  const discarded: string[] = [];
  const modem = new LineModem({
    dialogue,
    quirks,
    nowMs: () => performance.now(),
    discard: async () => {
      discarded.push('discarded');
    },
  });
  return { modem, dialogue, discarded };
}

async function passing<Value>(promise: Promise<Value>): Promise<Value> {
  const state = { settled: false };
  const watched = promise.finally(() => {
    state.settled = true;
  });
  watched.catch(() => undefined);
  while (!state.settled) await vi.advanceTimersByTimeAsync(10);
  return await watched;
}

/** Frames after theirs. Fails where the driver leaves the script. */
async function frames(
  script: readonly ScriptStep[],
  octets: readonly Uint8Array[],
  quirks?: Quirks,
): Promise<Sent> {
  const { modem, dialogue } = modemOf(script, quirks);
  modem.lastHeard = 'them';
  const { signal } = new AbortController();
  const sent = await passing(sendFrames(modem, { type: 'sendFrames', gapMs: 75, frames: octets }, signal));
  expect(dialogue.mistakes).toEqual([]);
  expect(dialogue.left).toBe(0);
  return sent;
}

async function fast(
  script: readonly ScriptStep[],
  data: Uint8Array,
  purpose: 'TCF' | 'page' | 'ECM' = 'page',
) {
  const { modem, dialogue } = modemOf(script);
  const { signal } = new AbortController();
  const shares: number[] = [];
  const sent = await passing(
    sendFast(
      modem,
      { type: 'sendFast', gapMs: 75, rate: V17, training: 'short', data, purpose },
      { signal, paced: false, onProgress: (share) => shares.push(share) },
    ),
  );
  expect(dialogue.mistakes).toEqual([]);
  expect(dialogue.left).toBe(0);
  return { sent, shares };
}

test('frames follow each other at CONNECT, and the final one ends the carrier', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRS=6', result: 'OK' },
    { command: 'AT+FTH=3', result: 'CONNECT' },
    { send: 'last', octets: CSI },
    { next: 'CONNECT' },
    { send: 'last', octets: DIS },
    { next: 'OK' },
  ];
  expect(await frames(script, [CSI, DIS])).toEqual({ result: 'sent' });
});

test('after our own carrier the pause is +FTS', async () => {
  const { modem, dialogue } = modemOf([
    { command: 'AT+FTS=6', result: 'OK' },
    { command: 'AT+FTH=3', result: 'CONNECT' },
    { send: 'last' },
    { next: 'OK' },
  ]);
  const effect = { type: 'sendFrames', gapMs: 75, frames: [MCF] } as const;
  expect(await passing(sendFrames(modem, effect, new AbortController().signal))).toEqual({ result: 'sent' });
  expect(dialogue.mistakes).toEqual([]);
});

test('flags that are on already need no command', async () => {
  const { modem, dialogue } = modemOf([{ send: 'last' }, { next: 'OK' }]);
  modem.standing = 'flags';
  const effect = { type: 'sendFrames', gapMs: 75, frames: [MCF] } as const;
  expect(await passing(sendFrames(modem, effect, new AbortController().signal))).toEqual({ result: 'sent' });
  expect(dialogue.mistakes).toEqual([]);
  expect(modem.standing).toBe('command');
});

test('a modem that ends the carrier too early gets the rest on another one', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRS=6', result: 'OK' },
    { command: 'AT+FTH=3', result: 'CONNECT' },
    { send: 'last', octets: CSI },
    { next: 'OK' },
    { command: 'AT+FTS=6', result: 'OK' },
    { command: 'AT+FTH=3', result: 'CONNECT' },
    { send: 'last', octets: DIS },
    { next: 'OK' },
  ];
  expect(await frames(script, [CSI, DIS])).toEqual({ result: 'sent' });
});

test('where +FRS and +FTS are unknown or harmful, the host keeps silence', async () => {
  const begin: ScriptStep[] = [{ command: 'AT+FTH=3', result: 'CONNECT' }, { send: 'last' }, { next: 'OK' }];
  expect(await frames(begin, [MCF], { noFrs: true, noFts: true })).toEqual({ result: 'sent' });
  expect(await frames([{ command: 'AT+FTS=6', result: 'OK' }, ...begin], [MCF], { noFrs: true })).toEqual({
    result: 'sent',
  });
  const unknown: ScriptStep[] = [
    { command: 'AT+FRS=6', result: 'ERROR' },
    { command: 'AT+FTS=6', result: 'ERROR' },
  ];
  expect(await frames([...unknown, ...begin], [MCF])).toEqual({ result: 'sent' });
});

test('an OK that was lost is noticed by a modem that takes commands', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRS=6', result: 'waits' },
    { interrupt: 'timeout' },
    { command: 'AT', result: 'OK' },
    { command: 'AT+FTH=3', result: 'CONNECT' },
    { send: 'last', octets: MCF },
    { next: 'waits' },
    { raw: DLE_ETX },
    { next: 'waits' },
    { command: 'AT', result: 'OK' },
  ];
  expect(await frames(script, [MCF])).toEqual({ result: 'sent' });
});

test('ERROR after the time of a frame does not make it be sent twice; a refusal at once does', async () => {
  const begin: ScriptStep[] = [
    { command: 'AT+FRS=6', result: 'OK' },
    { command: 'AT+FTH=3', result: 'CONNECT' },
    { send: 'last', octets: MCF },
  ];
  expect(await frames([...begin, { next: 'ERROR', afterMs: 1200 }], [MCF])).toEqual({ result: 'sent' });
  expect(await frames([...begin, { next: 'ERROR' }], [MCF])).toMatchObject({ result: 'failed' });
});

test('a CONNECT that comes twice does not make a final frame count as unsent', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRS=6', result: 'OK' },
    { command: 'AT+FTH=3', result: 'CONNECT' },
    { send: 'last', octets: MCF },
    { next: 'CONNECT' },
    { next: 'OK' },
  ];
  expect(await frames(script, [MCF])).toEqual({ result: 'sent' });
});

test('on a line that is never silent we speak all the same', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRS=6', result: 'waits' },
    { interrupt: 'OK' },
    { command: 'AT+FRS=6', result: 'waits' },
    { interrupt: 'OK' },
    { command: 'AT+FTS=16', result: 'OK' },
    { command: 'AT+FTH=3', result: 'CONNECT' },
    { send: 'last', octets: MCF },
    { next: 'OK' },
  ];
  expect(await frames(script, [MCF])).toEqual({ result: 'sent' });
});

test('a modem that refuses twice to begin is left alone', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FRS=6', result: 'OK' },
    { command: 'AT+FTH=3', result: 'ERROR' },
    { raw: DLE_ETX },
    { next: 'waits' },
    { command: 'AT', result: 'OK' },
    { command: 'AT+FRS=6', result: 'OK' },
    { command: 'AT+FTH=3', result: 'ERROR' },
    { raw: DLE_ETX },
    { next: 'waits' },
    { command: 'AT', result: 'OK' },
  ];
  expect(await frames(script, [MCF])).toEqual({
    result: 'failed',
    detail: 'ERROR where CONNECT was due after AT+FTH=3',
  });
});

test('a port that goes away ends the line', async () => {
  await expect(frames([{ command: 'AT+FRS=6', result: 'closed' }], [MCF])).rejects.toThrow(LineGoneError);
  const script: ScriptStep[] = [
    { command: 'AT+FRS=6', result: 'OK' },
    { command: 'AT+FTH=3', result: 'CONNECT' },
    { send: 'last', result: 'closed' },
  ];
  await expect(frames(script, [MCF])).rejects.toThrow(LineGoneError);
});

test('data leave in pieces, the last of which ends them', async () => {
  const { sent, shares } = await fast(
    [
      { command: 'AT+FTS=6', result: 'OK' },
      { command: 'AT+FTM=146', result: 'CONNECT' },
      { send: 'more' },
      { send: 'more' },
      { send: 'last' },
      { next: 'OK' },
    ],
    new Uint8Array(1500),
  );
  expect(sent).toEqual({ result: 'sent' });
  expect(shares.at(-1)).toBe(1);
});

test('a carrier that went early fails a page, and is left to the far end’s judgement under error correction', async () => {
  const script: ScriptStep[] = [
    { command: 'AT+FTS=6', result: 'OK' },
    { command: 'AT+FTM=146', result: 'CONNECT' },
    { send: 'last' },
    { next: 'ERROR' },
  ];
  expect((await fast(script, new Uint8Array(100))).sent).toMatchObject({ result: 'failed' });
  expect((await fast(script, new Uint8Array(100), 'ECM')).sent).toEqual({ result: 'sent' });
});

test('a CONNECT that was lost is asked for once more', async () => {
  const { sent } = await fast(
    [
      { command: 'AT+FTS=6', result: 'OK' },
      { command: 'AT+FTM=146', result: 'waits' },
      { raw: DLE_ETX },
      { next: 'OK' },
      { command: 'AT', result: 'OK' },
      { command: 'AT+FTS=6', result: 'OK' },
      { command: 'AT+FTM=146', result: 'CONNECT' },
      { send: 'last' },
      { next: 'OK' },
    ],
    new Uint8Array(100),
  );
  expect(sent).toEqual({ result: 'sent' });
});

test('a carrier is cut: what the port holds is dropped, and a half DLE cannot spoil the end', async () => {
  const { modem, dialogue, discarded } = modemOf([
    { send: 'last', octets: new Uint8Array(2) },
    { next: 'OK' },
  ]);
  modem.standing = 'transmitting';
  await passing(modem.settle());
  expect(discarded).toEqual(['discarded']);
  expect(dialogue.mistakes).toEqual([]);
  expect(modem.standing).toBe('command');
});

test('a modem that answers nothing at all is gone, within seconds', async () => {
  const { modem } = modemOf(
    Array.from({ length: 10 }, (): ScriptStep[] => [
      { raw: DLE_ETX },
      { next: 'waits' },
      { command: 'AT', result: 'waits' },
    ]).flat(),
  );
  modem.standing = 'unsure';
  const beganMs = performance.now();
  await expect(passing(modem.settle())).rejects.toThrow('the modem no longer answers');
  expect(performance.now() - beganMs).toBeLessThan(12_000);
});
