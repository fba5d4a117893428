// What a Class 1 modem sends: frames on V.21 (+FTH), data on a fast carrier (+FTM).

import type { AtAnswer } from '../at/atDialogue.types.ts';
import type { Effect } from '../../../fax/t30/machine.ts';
import { modulationCode } from './modulationCodes.ts';
import { LineGoneError, pause } from './lineModem.ts';
import type { LineModem } from './lineModem.ts';

type SendFrames = Extract<Effect, { type: 'sendFrames' }>;
type SendFast = Extract<Effect, { type: 'sendFast' }>;

/** `cut`: another task takes its place; nobody is to be told. */
export type Sent = { result: 'sent' } | { result: 'failed'; detail: string } | { result: 'cut' };

/** CONNECT comes when the flags begin, in some modems after them. */
const CONNECT_MS = 4000;
const PREAMBLE_MS = 1150;
const V21_BPS = 300;
/** Longest training (V.27ter 2400 with talker echo protection; V.17 long), and a modem that is slow to begin. */
const TRAINING_MS = 2000;
/** After the time that the line needs: for what the modem and the system have on their own. */
const RESULT_MARGIN_MS = 3000;
const FAST_MARGIN_MS = 10_000;
/** A third of a second at 14,400 bit/s: small enough to stop soon, large enough to be nothing for the system. */
const CHUNK_OCTETS = 600;
/** How far the host is ahead of the line where nothing else holds it back. */
const AHEAD_MS = 3000;

/**
 * Frames one after the other, the carrier off behind the last. After ATA the flags are on already. Throws LineGoneError.
 */
export async function sendFrames(
  modem: LineModem,
  { gapMs, frames }: SendFrames,
  signal: AbortSignal,
): Promise<Sent> {
  for (const [index, frame] of frames.entries()) {
    if (signal.aborted) return { result: 'cut' };
    // At first; and when it took the frame before for the last one and switched the carrier off.
    if (modem.standing !== 'flags') {
      const begun = await begin(modem, 'AT+FTH=3', { gapMs, signal });
      if (begun.result !== 'sent') return begun;
      modem.standing = 'flags';
    }
    const said = await sendFrame(modem, frame, { isLast: index === frames.length - 1, signal });
    if (said.result !== 'sent') return said;
  }
  return { result: 'sent' };
}

/** Training and data, the carrier off behind them. `onProgress`: share that has left, 0 … 1. Throws LineGoneError. */
export async function sendFast(
  modem: LineModem,
  { gapMs, rate, training, data }: SendFast,
  { signal, paced, onProgress }: { signal: AbortSignal; paced: boolean; onProgress: (share: number) => void },
): Promise<Sent> {
  const code = modulationCode(rate, training);
  if (code === undefined)
    return { result: 'failed', detail: `the modem has no ${rate.modulation} ${rate.rateBps}` };
  const begun = await begin(modem, `AT+FTM=${code}`, { gapMs, signal });
  if (begun.result !== 'sent') return begun;
  modem.standing = 'transmitting';
  const { transmitDelayMs = 0 } = modem.quirks;
  if (transmitDelayMs > 0) await pause(transmitDelayMs, signal);
  const startedMs = modem.nowMs();
  const lineMs = (octets: number): number => (octets * 8000) / rate.rateBps;
  for (let from = 0; from < data.length; from += CHUNK_OCTETS) {
    const chunk = data.subarray(from, from + CHUNK_OCTETS);
    const last = from + chunk.length >= data.length;
    const taken = await modem.dialogue.sendData(chunk, { last, signal });
    if (taken === 'closed') throw new LineGoneError('the port went away while a page was being sent');
    if (taken === 'aborted' || signal.aborted) return { result: 'cut' };
    const elapsedMs = modem.nowMs() - startedMs;
    onProgress(Math.min(from + chunk.length, Math.max(0, (elapsedMs * rate.rateBps) / 8000)) / data.length);
    if (paced && !last) await pause(Math.max(0, lineMs(from + chunk.length) - elapsedMs - AHEAD_MS), signal);
  }
  const leftMs = Math.max(0, TRAINING_MS + lineMs(data.length) - (modem.nowMs() - startedMs));
  const { result } = await modem.nextResult(leftMs + FAST_MARGIN_MS, signal);
  if (result === 'aborted') return { result: 'cut' };
  if (result === 'OK' || result === 'NO CARRIER') {
    modem.standing = 'command';
    modem.lastHeard = 'us';
    onProgress(1);
    return { result: 'sent' };
  }
  modem.standing = result === 'ERROR' ? 'command' : 'unsure';
  return { result: 'failed', detail: `${result} where OK was due after the data` };
}

/** Silence, then the command that begins a carrier, up to its CONNECT. */
async function begin(
  modem: LineModem,
  command: string,
  { gapMs, signal }: { gapMs: number; signal: AbortSignal },
): Promise<Sent> {
  await modem.settle();
  if (signal.aborted) return { result: 'cut' };
  if (!(await modem.silence(gapMs, signal))) {
    return signal.aborted ? { result: 'cut' } : { result: 'failed', detail: 'the line is never silent' };
  }
  if (signal.aborted) return { result: 'cut' };
  const { result } = await connected(modem, command, signal);
  if (result === 'CONNECT') return { result: 'sent' };
  modem.standing = result === 'ERROR' || result === 'NO CARRIER' ? 'command' : 'unsure';
  if (result === 'aborted') return { result: 'cut' };
  await modem.settle();
  return { result: 'failed', detail: `${result} where CONNECT was due after ${command}` };
}

/** An OK that came late, or twice, is not yet the answer; and some modems say OK and have to be told once more. */
async function connected(modem: LineModem, command: string, signal: AbortSignal): Promise<AtAnswer> {
  const answer = await modem.command(command, CONNECT_MS, signal);
  if (!OTHERS_ANSWER.has(answer.result)) return answer;
  const next = await modem.nextResult(STALE_RESULT_MS, signal);
  return next.result === 'timeout' ? await modem.command(command, CONNECT_MS, signal) : next;
}

/** Results that belong to what was before: a command that begins a carrier never has them. */
const OTHERS_ANSWER: ReadonlySet<AtAnswer['result']> = new Set(['OK', 'NO CARRIER', '+FCERROR', 'RING']);
const STALE_RESULT_MS = 300;

async function sendFrame(
  modem: LineModem,
  frame: Uint8Array,
  { isLast, signal }: { isLast: boolean; signal: AbortSignal },
): Promise<Sent> {
  const taken = await modem.dialogue.sendData(frame, { last: true, signal });
  if (taken === 'closed') throw new LineGoneError('the port went away while a frame was being sent');
  if (taken === 'aborted') return { result: 'cut' };
  const frameMs = ((frame.length + 4) * 8000 * 1.25) / V21_BPS;
  const limitMs = PREAMBLE_MS + frameMs + RESULT_MARGIN_MS;
  const deadlineMs = modem.nowMs() + limitMs;
  for (;;) {
    const answer = await modem.nextResult(Math.max(1, deadlineMs - modem.nowMs()), signal);
    const result: string = answer.result;
    switch (result) {
      case 'CONNECT':
        if (!isLast) return { result: 'sent' };
        // It came twice, or late: OK follows.
        break;
      case 'OK':
      case 'NO CARRIER':
        modem.standing = 'command';
        modem.lastHeard = 'us';
        return { result: 'sent' };
      case 'aborted':
        return { result: 'cut' };
      case 'timeout':
        return await resultMissing(modem, isLast);
      case 'ERROR':
        modem.standing = 'command';
        return { result: 'failed', detail: 'ERROR in answer to a frame' };
      default:
        // A line of something else: not this frame's result.
        break;
    }
  }
}

/** The frame has surely left by now. The modem that takes commands again has sent it. */
async function resultMissing(modem: LineModem, isLast: boolean): Promise<Sent> {
  modem.standing = 'unsure';
  await modem.settle();
  modem.lastHeard = 'us';
  return isLast ? { result: 'sent' } : { result: 'failed', detail: 'no result after a frame' };
}
