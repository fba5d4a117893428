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

/** CONNECT comes when the carrier begins, in some modems after its training. A receiver waits 6 s for a page (T2). */
const CONNECT_MS = 2500;
const BEGIN_TRIES = 2;
/** CONNECT that comes twice does so at once; the second must not be taken for the answer to the data. */
const DOUBLED_MS = 15;
const PREAMBLE_MS = 1150;
const V21_BPS = 300;
/**
 * After the time that the line needs. The answer to a frame is expected soon, so a result that was lost must be noticed
 * while its preamble lasts; after a page the far end waits for T2.
 */
const FRAME_MARGIN_MS = 1000;
const FAST_MARGIN_MS = 4000;
/** ERROR that comes sooner is a refusal: no frame has left by then. */
const REFUSAL_MS = 500;
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
  { gapMs, rate, training, data, purpose }: SendFast,
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
  await modem.nextResult(DOUBLED_MS, signal);
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
  const deadlineMs = startedMs + trainingMs(rate, training) + lineMs(data.length) + FAST_MARGIN_MS;
  const result = await endOfData(modem, deadlineMs, signal);
  if (result === 'aborted') return { result: 'cut' };
  // The carrier has gone early: under error correction the far end asks for what is missing.
  if (result === 'ERROR' && purpose !== 'ECM')
    return { result: 'failed', detail: 'ERROR where OK was due after the data' };
  onProgress(1);
  return { result: 'sent' };
}

/** The result behind the last data. A modem that gives none but takes commands again has sent them. */
async function endOfData(
  modem: LineModem,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<'sent' | 'ERROR' | 'aborted'> {
  for (;;) {
    const { result } = await modem.nextResult(Math.max(1, deadlineMs - modem.nowMs()), signal);
    if (result === 'aborted') return 'aborted';
    if (result === 'OK' || result === 'NO CARRIER' || result === 'ERROR') {
      modem.standing = 'command';
      modem.lastHeard = 'us';
      return result === 'ERROR' ? 'ERROR' : 'sent';
    }
    if (result === 'timeout') {
      modem.standing = 'unsure';
      await modem.settle();
      modem.lastHeard = 'us';
      return 'sent';
    }
    // CONNECT once more, or a line of something else.
  }
}

/** From CONNECT to the first data on the line (fact sheet §7), with a modem that takes its time. */
function trainingMs({ modulation, rateBps }: SendFast['rate'], training: SendFast['training']): number {
  switch (modulation) {
    case 'V.17':
      return training === 'long' ? 1600 : 400;
    case 'V.29':
      return 500;
    case 'V.27ter':
      return rateBps === 4800 ? 1200 : 1400;
  }
}

/** Silence, then the command that begins a carrier, up to its CONNECT. */
async function begin(
  modem: LineModem,
  command: string,
  { gapMs, signal }: { gapMs: number; signal: AbortSignal },
): Promise<Sent> {
  let last = '';
  for (let attempt = 0; attempt < BEGIN_TRIES; attempt++) {
    await modem.settle();
    if (signal.aborted) return { result: 'cut' };
    // An XON that came behind the last data counts no more.
    modem.dialogue.reset();
    if (!(await modem.silence(gapMs, signal)) || signal.aborted) return { result: 'cut' };
    // Until CONNECT has come it is not known whether a carrier is on.
    modem.standing = 'unsure';
    const { result } = await connected(modem, command, signal);
    if (result === 'CONNECT') return { result: 'sent' };
    if (result === 'aborted') return { result: 'cut' };
    last = result;
  }
  await modem.settle();
  return { result: 'failed', detail: `${last} where CONNECT was due after ${command}` };
}

/** An OK or NO CARRIER that came late, or twice, is not yet the answer. */
async function connected(modem: LineModem, command: string, signal: AbortSignal): Promise<AtAnswer> {
  const answer = await modem.command(command, CONNECT_MS, signal);
  return OTHERS_ANSWER.has(answer.result) ? await modem.nextResult(STALE_RESULT_MS, signal) : answer;
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
  const begunMs = modem.nowMs();
  const frameMs = ((frame.length + 4) * 8000 * 1.25) / V21_BPS;
  const deadlineMs = begunMs + PREAMBLE_MS + frameMs + FRAME_MARGIN_MS;
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
        // It has surely left by now: the next one can follow; or the carrier goes.
        if (!isLast) return { result: 'sent' };
        modem.standing = 'unsure';
        await modem.settle();
        modem.lastHeard = 'us';
        return { result: 'sent' };
      case 'ERROR':
        modem.standing = 'command';
        modem.lastHeard = 'us';
        // An answer that has left must never be said twice: the second one would confirm what comes next.
        return isLast && modem.nowMs() - begunMs > REFUSAL_MS
          ? { result: 'sent' }
          : { result: 'failed', detail: 'ERROR in answer to a frame' };
      default:
        // A line of something else: not this frame's result.
        break;
    }
  }
}
