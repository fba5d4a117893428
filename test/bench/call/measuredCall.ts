// One call over a fresh exchange, ours or HylaFAX's, to a fax machine of spandsp, and what was on the line when.

import path from 'node:path';
import type { Stage } from '../../harness/stage.ts';
import { openRig } from '../../peers/class1Rig.ts';
import { isEvent, startExchange } from '../../peers/exchange/exchange.ts';
import type { Exchange } from '../../peers/exchange/exchange.ts';
import { makeHylafaxSpool } from '../../peers/hylafax/hylafaxSpool.ts';
import { writePages } from './callPages.ts';
import type { CallPages } from './callPages.ts';

/** How the pages travel: with error correction in MMR, or without it in MH. */
export type Way = 'ECM + MMR' | 'MH without ECM';

export interface LineSignal {
  by: 'us' | 'them';
  /** Since the answer, modelled. */
  onMs: number;
  offMs: number;
}

export interface MeasuredCall {
  /** From answer to release, modelled. */
  durationMs: number;
  signals: readonly LineSignal[];
  /** Frames on V.21 that our end handed to its modem: address to FIF, without FCS. */
  frames: readonly Uint8Array[];
}

const OURS = '100';
const THEIRS = '200';
const OUR_ID = '+81 75 100';
const LONGEST_REAL_MS = 60_000;

/** Our Class 1 driver on a modem of the exchange. Throws when the pages are not confirmed at the first attempt. */
export async function ourCall(stage: Stage, pages: CallPages, way: Way): Promise<MeasuredCall> {
  const { exchange, device } = await openLine(stage, way);
  const rig = await openRig(device, stage);
  const { outcome, trouble } = await rig.dial(THEIRS, { pages, localId: OUR_ID }).report;
  if (outcome.code !== 'CONFIRMED' || trouble.repeats > 0 || trouble.trainingFailedAt.length > 0) {
    throw new Error(`our call went wrong: ${JSON.stringify({ outcome, trouble })}`);
  }
  return await measured(exchange);
}

/** HylaFAX's `faxsend` on the same modem with the same pages. Throws when it does not deliver them. */
export async function hylafaxCall(stage: Stage, pages: CallPages, way: Way): Promise<MeasuredCall> {
  const { exchange, device } = await openLine(stage, way);
  const spool = await makeHylafaxSpool(stage);
  const tiff = path.join(stage.folder, 'pages.tif');
  await writePages(pages, tiff);
  const isEcm = way === 'ECM + MMR';
  const { done, status, log } = await spool.send(
    { device, prototype: 'class1', localId: OUR_ID },
    { to: THEIRS, tiff, coding: isEcm ? 'MMR' : 'MH', ecm: isEcm },
  );
  if (!done) throw new Error(`HylaFAX's call went wrong: ${status}\n${log}`);
  return await measured(exchange);
}

async function openLine(stage: Stage, way: Way): Promise<{ exchange: Exchange; device: string }> {
  const exchange = await startExchange({ fast: true, ringMs: 1000, stage });
  const { path: device } = await exchange.addModem({ number: OURS });
  const limits = way === 'ECM + MMR' ? {} : { ecm: false, compressions: ['MH' as const] };
  await exchange.addMachine({
    number: THEIRS,
    localId: '+81 75 200',
    receiveTo: stage.folder,
    ...limits,
  });
  return { exchange, device };
}

async function measured(exchange: Exchange): Promise<MeasuredCall> {
  const { durationMs } = await exchange.nextEvent(isEvent('released', { answered: true }), LONGEST_REAL_MS);
  const { events } = exchange;
  const answered = events.find(isEvent('answered'));
  if (durationMs === undefined || answered === undefined) throw new Error('the exchange told no duration');
  const signals: LineSignal[] = [];
  for (const { number, on, atMs } of events.filter(isEvent('signal'))) {
    const by = number === OURS ? 'us' : 'them';
    const atCallMs = atMs - answered.atMs;
    if (on) signals.push({ by, onMs: atCallMs, offMs: durationMs });
    else {
      const open = signals.findLast((signal) => signal.by === by);
      if (open !== undefined) open.offMs = atCallMs;
    }
  }
  const frames = events
    .filter(isEvent('frame', { number: OURS, direction: 'sent' }))
    .map(({ hex }) => Uint8Array.from(Buffer.from(hex, 'hex')));
  await exchange.close();
  return { durationMs, signals, frames };
}
