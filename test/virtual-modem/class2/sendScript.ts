// A Class 2 modem sends: training, pages with and without error correction, what follows them (T.30 phases B to D).

import { buildFrame } from '../../../fax/t30/frames/frame.ts';
import { buildIdentity } from '../../../fax/t30/frames/identity.ts';
import { buildParameters } from '../../../fax/t30/frames/parameters.ts';
import { isSameRate } from '../../../fax/t30/negotiation/rates.ts';
import type { Capabilities, FastRate, SessionParameters } from '../../../fax/t30/parameters.ts';
import { RATES } from '../../../fax/t30/parameters.ts';
import { TCF_MS, TIMERS, TURNAROUND_MS } from '../../../fax/t30/timers.ts';
import type { PageStatus } from './class2Host.ts';
import { sessionFor } from './class2Parameters.ts';
import { ask, CallOver, happens, hear, say } from './conversation.ts';
import type { Script } from './conversation.ts';
import type { OutgoingPage } from './outgoingPage.ts';
import { closingOf, isPageAnswer, statusOf } from './pageAnswers.ts';
import type { Sender } from './pageAnswers.ts';
import { sendEcmPage } from './sendEcm.ts';

const DCS_TRIES = 3;
const CODE = {
  cannotReceive: 21,
  dcnInTraining: 24,
  dcsUnanswered: 25,
  leastSpeed: 27,
  badTrainingAnswer: 28,
  underflow: 43,
} as const;

/** Until the host has no more pages. `remote`: the DIS, or the DTC, that was heard. */
export function* sendDocuments(sender: Sender, first: Capabilities): Script<void> {
  const { talk, host } = sender;
  let remote = first;
  let rate: FastRate | null = null;
  let session: SessionParameters | null = null;
  for (let page = 0; ;) {
    yield* hostAsksToSend(sender);
    let training: 'long' | 'short' = 'short';
    if (session === null) {
      session = yield* train(sender, remote, rate);
      rate = session.rate;
      training = 'short';
    }
    if (session.rate?.modulation !== 'V.17') training = 'long';
    host.tellSession(session);
    const outgoing = host.beginPage(session);
    if (session.ecmFrameOctets === null) yield* sendPlainPage(sender, session, training, outgoing);
    const status: PageStatus =
      session.ecmFrameOctets === null
        ? yield* closePage(sender, outgoing)
        : yield* sendEcmPage(sender, session, training, outgoing, page);
    const closing = yield* closingOf(sender, outgoing);
    if (status === 1 || status === 3 || status === 5) page++;
    if (closing === 'EOP' && status !== 2 && status !== 4) {
      host.pageAnswered(status, true);
      yield* say(talk, [buildFrame('DCN', { x: sender.x })]);
      throw new CallOver(0);
    }
    host.pageAnswered(status, false);
    if (status !== 1) session = null;
    if (closing === 'EOM' && status !== 2) {
      session = null;
      remote = (yield* phaseB(sender)) ?? remote;
    }
  }
}

/** After EOM the far end says its DIS again. */
function* phaseB({ talk }: Sender): Script<Capabilities | null> {
  yield* hear(talk, TIMERS.T1.ms);
  return null;
}

/** +FDT; what the far end says meanwhile is heard and left alone. */
function* hostAsksToSend({ talk, host }: Sender): Script<void> {
  const untilMs = talk.clock.nowMs + TIMERS.T1.ms;
  while (!host.asksToSend) {
    if (host.aborted) throw new CallOver(2, true);
    if (talk.clock.nowMs >= untilMs) throw new CallOver(40, true);
    const heard = yield* hear(talk, untilMs - talk.clock.nowMs, true);
    if (heard?.at(-1)?.name === 'DCN') throw new CallOver(CODE.dcnInTraining);
  }
}

function* train(sender: Sender, remote: Capabilities, from: FastRate | null): Script<SessionParameters> {
  const { talk, host, x } = sender;
  if (!remote.canReceive && x) throw new CallOver(CODE.cannotReceive, true);
  const below = from === null ? 0 : RATES.findIndex((rate) => isSameRate(rate, from));
  let rates = host.sendRates.filter((rate) => RATES.findIndex((one) => isSameRate(one, rate)) >= below);
  for (let tries = 0; tries < DCS_TRIES;) {
    const session = sessionFor(host.wanted, remote, { ecm: host.canEcm, rates });
    if (session?.rate === null || session === null) throw new CallOver(CODE.leastSpeed, true);
    const { rate } = session;
    yield* say(talk, introduction(sender, session));
    talk.signals.carryOut({
      type: 'sendFast',
      gapMs: TURNAROUND_MS,
      rate,
      training: 'long',
      data: new Uint8Array(Math.round((rate.rateBps * TCF_MS) / 8000)),
      purpose: 'TCF',
    });
    while ((yield* happens(Infinity)).type !== 'sent');
    const answer: string | undefined = (yield* hear(talk, TIMERS.T4.ms))?.at(-1)?.name;
    switch (answer) {
      case 'CFR':
        return session;
      case 'FTT':
        rates = rates.slice(rates.findIndex((one) => isSameRate(one, rate)) + 1);
        if (rates.length === 0) throw new CallOver(CODE.leastSpeed, true);
        tries = 0;
        break;
      case 'DCN':
        throw new CallOver(CODE.dcnInTraining);
      case undefined:
      case 'DIS':
      case 'DTC':
        tries++;
        break;
      default:
        throw new CallOver(CODE.badTrainingAnswer, true);
    }
  }
  throw new CallOver(CODE.dcsUnanswered, true);
}

function introduction({ host, x }: Sender, session: SessionParameters): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const add = (name: 'SID' | 'SUB' | 'TSI', text: string): void => {
    if (text !== '') frames.push(buildFrame(name, { x, final: false, fif: buildIdentity(text) }));
  };
  add('SID', host.password);
  add('SUB', host.subaddress);
  add('TSI', host.localId);
  const said = { ...session, subaddressSent: host.subaddress !== '', senderIdSent: host.password !== '' };
  return [...frames, buildFrame('DCS', { x, fif: buildParameters(said) })];
}

/** As the host brings it; zeros (fill) while it brings nothing. */
function* sendPlainPage(
  { talk, host }: Sender,
  session: SessionParameters,
  training: 'long' | 'short',
  page: OutgoingPage,
): Script<void> {
  if (session.rate === null) throw new CallOver(CODE.leastSpeed, true);
  let starvedMs: number | null = null;
  const stream = talk.signals.sendFastStream({
    gapMs: TURNAROUND_MS,
    rate: session.rate,
    training,
    fill: () => {
      starvedMs ??= talk.clock.nowMs;
      if (talk.clock.nowMs - starvedMs > host.patienceMs) page.cancel();
      return 0;
    },
    onPiece: () => page.onLevel(stream.waitingOctets),
  });
  stream.push(page.take(Infinity));
  page.sink = (octets) => {
    starvedMs = null;
    stream.push(octets);
    page.onLevel(stream.waitingOctets);
  };
  page.isScarce = () => stream.waitingOctets < SCARCE_OCTETS;
  while (!page.ended) yield* happens(Infinity);
  if (page.cancelled) throw new CallOver(host.aborted ? 2 : CODE.underflow, true);
  stream.push(page.missingEnd(session.coding));
  stream.finish();
  while ((yield* happens(Infinity)).type !== 'sent');
}

const SCARCE_OCTETS = 300;

function* closePage(sender: Sender, page: OutgoingPage): Script<PageStatus> {
  const { talk, x } = sender;
  const closing = yield* closingOf(sender, page);
  const answer = yield* ask(talk, [buildFrame(closing, { x })], isPageAnswer);
  return statusOf(answer, closing);
}
