// What a tester can say and hear, in few words, for the tables of scenarios.

import { encodePage } from '../../t4/pageEncoder.ts';
import type { Coding } from '../../t4/coding.ts';
import { buildEcmBurst } from '../ecm/frameStream.ts';
import { buildCapabilities } from '../frames/capabilities.ts';
import { buildFrame } from '../frames/frame.ts';
import type { FrameName } from '../frames/frameNames.ts';
import { buildIdentity } from '../frames/identity.ts';
import { buildContinueRate, buildParameters } from '../frames/parameters.ts';
import { buildEor, buildPpr, buildPps } from '../frames/postMessage.ts';
import type { PostMessageCommand } from '../frames/postMessage.ts';
import type { FastPurpose } from '../machine.ts';
import { RATES } from '../parameters.ts';
import type { OutcomeCode } from '../outcome.ts';
import type { Capabilities, FastRate, SessionParameters } from '../parameters.ts';
import type { TesterStep, Window } from './scenario.ts';
import type { LineFrame } from './signals.ts';
import type { TestPage } from './testPages.ts';
import { CAPABILITIES } from './testPlans.ts';

export const RATES_IN_FALL_BACK: readonly FastRate[] = RATES;
export const [V17_14400, V17_12000, V17_9600, V29_9600, V17_7200, V29_7200, V27_4800, V27_2400] = RATES;

/** Silence that a well-behaved station leaves before it speaks. */
const TURNAROUND_MS = 75;
/** When an answer comes without delay. */
export const AT_ONCE: Window = [TURNAROUND_MS - 25, 500];
/** When a command is repeated that found no answer: T4, 3 s ± 15 %, and the turn-around. */
export const AFTER_T4: Window = [2550, 3450 + 150];

// Frames

/** A frame said by a station with this X bit. */
export function frame(
  name: FrameName,
  options: { x?: boolean; fif?: Uint8Array; final?: boolean } = {},
): LineFrame {
  return { octets: buildFrame(name, { x: false, ...options }), fcsOk: true };
}

/** The same with X = 1: said by the calling station, which has received our DIS. */
export function calling(name: FrameName, fif?: Uint8Array): LineFrame {
  return frame(name, fif === undefined ? { x: true } : { x: true, fif });
}

export function identity(name: FrameName, text: string, x = false): LineFrame {
  return frame(name, { x, fif: buildIdentity(text), final: false });
}

export function dis(changes: Partial<Capabilities> = {}, name: 'DIS' | 'DTC' = 'DIS'): LineFrame {
  const capabilities: Capabilities = {
    ...CAPABILITIES,
    canReceive: true,
    hasDocumentToPoll: false,
    rates: RATES,
    ...changes,
  };
  return frame(name, { x: name === 'DTC', fif: buildCapabilities(capabilities) });
}

/** MH at standard resolution and 14 400 bit/s, without ECM. */
export function dcs(changes: Partial<SessionParameters> = {}, x = true): LineFrame {
  return frame('DCS', { x, fif: buildParameters(sessionParameters(changes)) });
}

export function sessionParameters(changes: Partial<SessionParameters> = {}): SessionParameters {
  return {
    rate: V17_14400,
    coding: 'MH',
    resolution: 'R8x3.85',
    inch: false,
    width: 215,
    length: 'A4',
    minScanMs: 0,
    ecmFrameOctets: null,
    subaddressSent: false,
    senderIdSent: false,
    unsupported: [],
    ...changes,
  };
}

export function pps(
  command: PostMessageCommand,
  counts: { page?: number; block?: number; frames: number; x?: boolean },
): LineFrame {
  return { octets: buildPps({ x: true, command, page: 0, block: 0, ...counts }), fcsOk: true };
}

/** Asks for these frames of the first `frames`; all beyond are asked for by custom. */
export function ppr(wanted: readonly number[], frames: number): LineFrame {
  const list = Array.from({ length: frames }, (_, number) => wanted.includes(number));
  return { octets: buildPpr({ x: false, wanted: list }), fcsOk: true };
}

export function eor(command: PostMessageCommand): LineFrame {
  return { octets: buildEor({ x: true, command }), fcsOk: true };
}

export function ctc(rate: FastRate): LineFrame {
  return calling('CTC', buildContinueRate(rate));
}

export function badFcs({ octets }: LineFrame): LineFrame {
  return { octets, fcsOk: false };
}

/** Any octets, FF 13 … included. */
export function raw(...octets: number[]): LineFrame {
  return { octets: Uint8Array.from(octets), fcsOk: true };
}

// Steps

export function say(...frames: LineFrame[]): TesterStep {
  return sayAfter(TURNAROUND_MS, ...frames);
}

export function sayAfter(afterMs: number, ...frames: LineFrame[]): TesterStep {
  const last = frames.length - 1;
  return { type: 'say', afterMs, frames: frames.map((one, at) => (at < last ? notFinal(one) : one)) };
}

function notFinal({ octets, fcsOk }: LineFrame): LineFrame {
  return { octets: octets[1] === 0x13 ? octets.with(1, 0x03) : octets, fcsOk };
}

export function hear(labels: readonly string[], within: Window = AT_ONCE): TesterStep {
  return { type: 'hear', labels, within, octets: null };
}

export function hearOctets(labels: readonly string[], octets: readonly number[]): TesterStep {
  return { type: 'hear', labels, within: AT_ONCE, octets };
}

interface Carrier {
  rate?: FastRate;
  training?: 'long' | 'short';
}

export function hearTcf(rate: FastRate = V17_14400, within: Window = AT_ONCE): TesterStep {
  return {
    type: 'hearFast',
    purpose: 'TCF',
    rate,
    training: 'long',
    within,
    frames: null,
    frameOctets: null,
  };
}

export function hearPage(
  { rate = V17_14400, training = 'short' }: Carrier = {},
  within: Window = AT_ONCE,
): TesterStep {
  return { type: 'hearFast', purpose: 'page', rate, training, within, frames: null, frameOctets: null };
}

export function hearBlock(
  frames: readonly number[],
  { rate = V17_14400, training = 'short', frameOctets = 256 }: Carrier & { frameOctets?: number } = {},
  within: Window = AT_ONCE,
): TesterStep {
  return { type: 'hearFast', purpose: 'ECM', rate, training, within, frames, frameOctets };
}

export function sayFast(
  purpose: FastPurpose,
  data: Uint8Array,
  { rate = V17_14400, training = 'short' }: Carrier = {},
  afterMs = TURNAROUND_MS,
): TesterStep {
  return { type: 'sayFast', purpose, rate, training, data, afterMs };
}

/** A page or block that goes on for so long and is on the line, but not heard by the machine's modem. */
export function sayUnheard(ms: number): TesterStep {
  const data = new Uint8Array(Math.round((ms * V17_14400.rateBps) / 8000));
  return {
    type: 'sayFast',
    purpose: 'page',
    rate: V17_14400,
    training: 'short',
    data,
    missed: true,
    afterMs: 75,
  };
}

/** A training check: `zeros` and `noise` in ms, one after the other. Default: a good one. */
export function sayTcf(
  rate: FastRate = V17_14400,
  parts: readonly ({ zeros: number } | { noise: number })[] = [{ zeros: 1500 }],
  afterMs = TURNAROUND_MS,
): TesterStep {
  const octets = parts.flatMap((part) => {
    const ms = 'zeros' in part ? part.zeros : part.noise;
    const length = Math.round((ms * rate.rateBps) / 8000);
    return Array.from({ length }, () => ('zeros' in part ? 0 : 0x5a));
  });
  return sayFast('TCF', Uint8Array.from(octets), { rate, training: 'long' }, afterMs);
}

export function quiet(ms: number): TesterStep {
  return { type: 'quiet', ms };
}

export function pause(ms: number): TesterStep {
  return { type: 'pause', ms };
}

/** By default at once; the machine may know it a little before the tester's carrier is off. */
export function end(
  code: OutcomeCode,
  counts: { sent?: number; received?: number; detail?: string } = {},
  within: Window = [-200, 500],
): TesterStep {
  const { sent = 0, received = 0, detail = null } = counts;
  return { type: 'end', code, pagesSent: sent, pagesReceived: received, within, detail };
}

// Pages

/** As it goes over the line: coded, with RTC or EOFB, least significant bit first. */
export function coded(page: TestPage, coding: Coding = 'MH', endOfPage = true): Uint8Array {
  const { widthPixels, rows } = page.geometry;
  return encodePage(page.raster, widthPixels, rows, { coding, fillOrder: 'lsb', endOfPage });
}

/** An EOL with the fill before it that makes it two octets; and RTC. */
const EOL = [0x00, 0x80];
const RTC = [0x00, 0x08, 0x80, 0x00, 0x08, 0x80, 0x00, 0x08, 0x80];
/** Rows of MH, white: whole, and one that lacks its last pixels. */
const GOOD_ROW = [
  ...encodePage(new Uint8Array(216), 1728, 1, {
    coding: 'MH',
    eol: false,
    endOfPage: false,
    fillOrder: 'lsb',
  }),
];
const BAD_ROW = [
  ...encodePage(new Uint8Array(125), 1000, 1, {
    coding: 'MH',
    eol: false,
    endOfPage: false,
    fillOrder: 'lsb',
  }),
];

/** A page in MH with so many rows, those in `bad` damaged. */
export function pageWithBadRows(rows: number, bad: readonly number[]): Uint8Array {
  const octets = Array.from({ length: rows }, (_, row) => [
    ...EOL,
    ...(bad.includes(row) ? BAD_ROW : GOOD_ROW),
  ]);
  return Uint8Array.from([...octets.flat(), ...RTC]);
}

/** Every `step`th row from `first` on, `count` of them. */
export function everyNth(step: number, count: number, first = 10): number[] {
  return Array.from({ length: count }, (_, index) => first + index * step);
}

// ECM

export interface Block {
  data: Uint8Array;
  frameOctets?: 256 | 64;
  rate?: FastRate;
  training?: 'long' | 'short';
}

export function frameCount({ data, frameOctets = 256 }: Block): number {
  return Math.ceil(data.length / frameOctets);
}

/** 0 … count − 1. */
export function numbers(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** A burst with these frames of the block (default all), the last one zero-padded unless `short`. */
export function sayBlock(
  block: Block,
  options: { send?: readonly number[]; short?: boolean; afterMs?: number } = {},
): TesterStep {
  const { data, frameOctets = 256, rate = V17_14400, training = 'short' } = block;
  const { send = numbers(frameCount(block)), short = false, afterMs = TURNAROUND_MS } = options;
  const frames = send.map((number) => {
    const part = data.subarray(number * frameOctets, (number + 1) * frameOctets);
    const padded = new Uint8Array(frameOctets);
    padded.set(part);
    return { number, data: short ? part : padded };
  });
  return sayFast('ECM', buildEcmBurst(frames, { rateBps: rate.rateBps }), { rate, training }, afterMs);
}
