// A Class 2 modem sends a page with error correction: blocks of up to 256 frames, each corrected until it is confirmed
// (T.30 Annex A).

import { buildEcmBurst } from '../../../fax/t30/ecm/frameStream.ts';
import type { EcmFrame } from '../../../fax/t30/ecm/frameStream.ts';
import { buildFrame } from '../../../fax/t30/frames/frame.ts';
import type { Frame } from '../../../fax/t30/frames/frame.ts';
import { buildContinueRate } from '../../../fax/t30/frames/parameters.ts';
import { BLOCK_FRAMES, buildEor, buildPps, parsePpr } from '../../../fax/t30/frames/postMessage.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import { TIMERS, TURNAROUND_MS } from '../../../fax/t30/timers.ts';
import type { PageStatus } from './class2Host.ts';
import { ask, CallOver, happens } from './conversation.ts';
import type { Script } from './conversation.ts';
import type { OutgoingPage } from './outgoingPage.ts';
import { closingOf, isPageAnswer, statusOf } from './pageAnswers.ts';
import type { Sender } from './pageAnswers.ts';

const PPRS_TO_CONTINUE = 4;
const MOST_CONTINUES = 3;
const CODE = { badSpeed: 27, noAnswer: 54, noProgress: 53 } as const;

/** `page` is counted over the call. */
export function* sendEcmPage(
  sender: Sender,
  session: SessionParameters,
  training: 'long' | 'short',
  outgoing: OutgoingPage,
  page: number,
): Script<PageStatus> {
  const blockOctets = BLOCK_FRAMES * (session.ecmFrameOctets ?? 256);
  let isWaiting = false;
  outgoing.isScarce = () => isWaiting;
  let isEndAdded = false;
  for (let block = 0; ; block++) {
    outgoing.want(blockOctets + 1);
    while (!outgoing.ended && outgoing.keptOctets <= blockOctets) {
      isWaiting = true;
      outgoing.onLevel(0);
      outgoing.want(blockOctets + 1);
      yield* happens(Infinity);
    }
    isWaiting = false;
    outgoing.onLevel(outgoing.ended ? 0 : Infinity);
    if (outgoing.cancelled) throw new CallOver(2, true);
    if (outgoing.ended && !isEndAdded) {
      isEndAdded = true;
      outgoing.push([...outgoing.missingEnd(session.coding)]);
    }
    const data = outgoing.take(blockOctets);
    const isLast = outgoing.ended && outgoing.keptOctets === 0;
    const status = yield* sendBlock(sender, session, training, { outgoing, data, page, block, isLast });
    if (isLast || status !== 1) return status;
  }
}

interface Block {
  outgoing: OutgoingPage;
  data: Uint8Array;
  page: number;
  block: number;
  isLast: boolean;
}

function* sendBlock(
  sender: Sender,
  session: SessionParameters,
  first: 'long' | 'short',
  { outgoing, data, page, block, isLast }: Block,
): Script<PageStatus> {
  const { talk, x } = sender;
  if (session.rate === null) throw new CallOver(CODE.badSpeed, true);
  let frames = framesOf(data, session.ecmFrameOctets ?? 256);
  let training = first;
  let continues = 0;
  for (let pprs = 0; ;) {
    talk.signals.carryOut({
      type: 'sendFast',
      gapMs: TURNAROUND_MS,
      rate: session.rate,
      training,
      data: buildEcmBurst(frames, { rateBps: session.rate.rateBps }),
      purpose: 'ECM',
    });
    while ((yield* happens(Infinity)).type !== 'sent');
    training = session.rate.modulation === 'V.17' ? 'short' : 'long';
    const command = isLast ? yield* closingOf(sender, outgoing) : 'NULL';
    const pps = buildPps({ x, command, page: page & 0xff, block: block & 0xff, frames: frames.length });
    const answer = yield* untilReady(sender, yield* ask(talk, [pps], isBlockAnswer));
    const wanted = answer === null ? null : parsePpr(answer);
    if (wanted === null) return statusOf(answer, command === 'NULL' ? 'EOP' : command);
    const all = framesOf(data, session.ecmFrameOctets ?? 256);
    const again = all.filter(({ number }) => wanted[number] === true);
    frames = again.length > 0 ? again : all.slice(-1);
    if (++pprs < PPRS_TO_CONTINUE) continue;
    pprs = 0;
    if (++continues > MOST_CONTINUES) {
      yield* ask(talk, [buildEor({ x, command })], ({ name }) => name === 'ERR');
      throw new CallOver(CODE.noProgress, true);
    }
    const fif = buildContinueRate(session.rate);
    const agreed = yield* ask(talk, [buildFrame('CTC', { x, fif })], ({ name }) => name === 'CTR');
    if (agreed?.name !== 'CTR') throw new CallOver(CODE.noProgress, true);
    training = 'long';
  }
}

/** RNR: asks with RR until the far end is ready, at most T5. */
function* untilReady(sender: Sender, first: Frame | null): Script<Frame | null> {
  const { talk, x } = sender;
  const untilMs = talk.clock.nowMs + TIMERS.T5.ms;
  let answer = first;
  while (answer?.name === 'RNR') {
    if (talk.clock.nowMs > untilMs) throw new CallOver(CODE.noProgress, true);
    answer = yield* ask(talk, [buildFrame('RR', { x })], isBlockAnswer);
  }
  return answer;
}

function isBlockAnswer(frame: Frame): boolean {
  return isPageAnswer(frame) || frame.name === 'PPR' || frame.name === 'RNR';
}

/** The last one is filled up with zeros. */
function framesOf(data: Uint8Array, frameOctets: number): EcmFrame[] {
  const count = Math.max(1, Math.ceil(data.length / frameOctets));
  return Array.from({ length: count }, (_, number) => {
    const whole = new Uint8Array(frameOctets);
    whole.set(data.subarray(number * frameOctets, (number + 1) * frameOctets));
    return { number, data: whole };
  });
}
