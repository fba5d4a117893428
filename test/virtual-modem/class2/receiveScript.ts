// A Class 2 modem receives: training check, pages, their confirmation when the host has asked for the next one (T.30
// phases B to D).

import { buildFrame } from '../../../fax/t30/frames/frame.ts';
import type { Frame } from '../../../fax/t30/frames/frame.ts';
import { parseParameters } from '../../../fax/t30/frames/parameters.ts';
import { widthPixels } from '../../../fax/t30/negotiation/paper.ts';
import { isTrainingGood } from '../../../fax/t30/negotiation/trainingCheck.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import { TIMERS } from '../../../fax/t30/timers.ts';
import { PageDecoder } from '../../../fax/t4/pageDecoder.ts';
import type { Class2Host, Closing, IncomingPage, PageStatus } from './class2Host.ts';
import { CallOver, happens, hear, say } from './conversation.ts';
import type { Script } from './conversation.ts';
import { receiveEcmPage } from './receiveEcm.ts';
import { carrierComes, closingNamed } from './receiving.ts';
import type { PageEnd, Receiver } from './receiving.ts';

/** How the receiving ended: after EOM with what was heard next. */
export interface ReceivingEnd {
  frames: readonly Frame[] | null;
}

/** An answer may be put off for so long without the sender losing patience (T4). */
const ANSWER_WITHIN_MS = 2200;
const TRAININGS = 12;
const COMMANDS = 3;
const STATUS_FRAMES = { 1: 'MCF', 2: 'RTN', 3: 'RTP', 4: 'PIN', 5: 'PIP' } as const;
const CODE = { badCommand: 73, noCommand: 72, noPage: 90, noPostMessage: 100, dcn: 101 } as const;

/** From a DCS on. Ends the call after EOP, or returns after EOM. */
export function* receiveDocument(receiver: Receiver, dcs: readonly Frame[]): Script<ReceivingEnd> {
  const { talk, host, x } = receiver;
  let session = yield* trainedSession(receiver, dcs);
  yield* hostAsksToReceive(receiver, null);
  if (host.words.confirmed !== null) host.tell(host.words.confirmed);
  let answer: 'CFR' | 'MCF' | 'RTN' | 'RTP' | 'PIN' | 'PIP' = 'CFR';
  for (let page = 0; ; page++) {
    let said = buildFrame(answer, { x });
    yield* say(talk, [said]);
    if (answer === 'RTN' || answer === 'RTP') {
      const again = yield* hear(talk, TIMERS.T2.ms);
      if (again?.at(-1)?.name !== 'DCS') throw new CallOver(again === null ? CODE.noCommand : CODE.dcn);
      session = yield* trainedSession(receiver, again);
      said = buildFrame('CFR', { x });
      yield* say(talk, [said]);
    }
    host.tellSession(session);
    const incoming = lazyPage(host, session);
    const { closing, quality } =
      session.ecmFrameOctets === null
        ? yield* receivePlainPage(receiver, session, incoming, said)
        : yield* receiveEcmPage(receiver, session, incoming, said);
    const judged = session.ecmFrameOctets === null ? host.judges(quality) : 1;
    incoming.close(judged, quality, closing);
    yield* hostAsksToReceive(receiver, session.ecmFrameOctets === null ? 'repeated' : 'busy');
    const status: PageStatus = host.statusOverride ?? judged;
    answer = STATUS_FRAMES[status];
    if (closing === 'MPS' || status === 2) continue;
    yield* say(talk, [buildFrame(answer, { x })]);
    if (closing === 'EOM') return { frames: yield* hear(talk, TIMERS.T2.ms) };
    yield* farewell(receiver, buildFrame(answer, { x }));
  }
}

/** DCN after the last page; its EOP may come again when our answer was lost. */
function* farewell({ talk }: Receiver, answer: Uint8Array): Script<void> {
  for (let heard = 0; heard < COMMANDS; heard++) {
    const frames = yield* hear(talk, TIMERS.T2.ms);
    const name = frames?.at(-1)?.name;
    if (name === undefined || name === 'DCN') break;
    yield* say(talk, [answer]);
  }
  throw new CallOver(0);
}

function* trainedSession({ talk, x }: Receiver, dcs: readonly Frame[]): Script<SessionParameters> {
  let command = dcs;
  for (let tries = 0; tries < TRAININGS; tries++) {
    const session = parseParameters(command.at(-1)?.fif ?? new Uint8Array(0));
    const { rate } = session;
    if (rate === null || session.unsupported.length > 0) throw new CallOver(CODE.badCommand, true);
    talk.signals.carryOut({ type: 'receiveFast', rate, training: 'long', purpose: 'TCF' });
    let good: boolean | null = null;
    const untilMs = talk.clock.nowMs + TIMERS.carrier.ms;
    while (good === null) {
      const happening = yield* happens(untilMs - talk.clock.nowMs);
      if (happening.type === 'trainingCheck') {
        good = isTrainingGood(happening.octets, rate, session.ecmFrameOctets !== null);
      } else if (happening.type === 'timeout') good = false;
      else if (happening.type === 'carrier' && happening.carrier === 'V.21' && happening.present) break;
    }
    if (good === true) return session;
    if (good === false) yield* say(talk, [buildFrame('FTT', { x })]);
    const next = yield* hear(talk, TIMERS.T2.ms);
    const name = next?.at(-1)?.name;
    if (name === 'DCN') throw new CallOver(CODE.badCommand);
    if (name !== 'DCS' || next === null) throw new CallOver(CODE.noCommand, true);
    command = next;
  }
  throw new CallOver(CODE.badCommand, true);
}

/**
 * +FDR. The sender is kept waiting meanwhile: with RNR when it corrects errors (`busy`), else by letting it repeat its
 * command (`repeated`); before the first page (null) it would train again.
 */
function* hostAsksToReceive(
  { talk, host, x }: Receiver,
  meanwhile: 'repeated' | 'busy' | null,
): Script<void> {
  for (let waited = 0; ; waited++) {
    const untilMs = talk.clock.nowMs + ANSWER_WITHIN_MS;
    while (talk.clock.nowMs < untilMs) {
      if (host.aborted) throw new CallOver(2, true);
      if (host.asksToReceive) return;
      yield* happens(untilMs - talk.clock.nowMs);
    }
    if (host.asksToReceive) return;
    const limit = meanwhile === 'busy' ? TIMERS.T5.ms / ANSWER_WITHIN_MS : COMMANDS;
    if (waited >= limit) throw new CallOver(CODE.noPostMessage, true);
    if (meanwhile === 'busy') yield* say(talk, [buildFrame('RNR', { x })]);
    const heard = yield* hear(talk, TIMERS.T2.ms);
    if (heard === null) throw new CallOver(CODE.noCommand, true);
    if (heard.at(-1)?.name === 'DCN') throw new CallOver(CODE.dcn);
  }
}

function* receivePlainPage(
  receiver: Receiver,
  session: SessionParameters,
  incoming: IncomingPage,
  said: Uint8Array,
): Script<PageEnd> {
  const { talk } = receiver;
  const { rate, coding, width, resolution } = session;
  if (rate === null) throw new CallOver(CODE.badCommand, true);
  const decoder = new PageDecoder(
    { coding, width: widthPixels(width, resolution), fillOrder: 'lsb' },
    () => undefined,
  );
  talk.pageSink = {
    push: (octets) => {
      decoder.push(octets);
      incoming.push(octets);
    },
    end: () => ({ quality: decoder.quality, endSeen: decoder.end() === 'endOfPage' }),
  };
  const isShort = rate.modulation === 'V.17';
  for (let repeats = 0; ; repeats++) {
    talk.signals.carryOut({
      type: 'receiveFast',
      rate,
      training: isShort ? 'short' : 'long',
      purpose: 'page',
    });
    const came = yield* carrierComes(receiver);
    if (came === 'fast') {
      let happening = yield* happens(Infinity);
      while (happening.type !== 'pageEnd') {
        if (receiver.host.aborted) throw new CallOver(2, true);
        happening = yield* happens(Infinity);
      }
      decoder.end();
      incoming.end();
      const closing = yield* postMessage(receiver);
      receiver.closing = closing;
      return { closing, quality: decoder.quality };
    }
    const heard = came === 'V.21' ? yield* hear(talk, TIMERS.T2.ms) : null;
    const name = heard?.at(-1)?.name;
    if (name === 'DCN') throw new CallOver(CODE.dcn);
    if (name === undefined || repeats >= COMMANDS) throw new CallOver(CODE.noPage, true);
    // The sender has not heard our answer if it says the same as before; else its page was not heard here.
    const closing = closingNamed(name);
    if (closing !== null && closing !== receiver.closing) throw new CallOver(CODE.noPage, true);
    yield* say(talk, [said]);
  }
}

function* postMessage({ talk }: Receiver): Script<Closing> {
  const untilMs = talk.clock.nowMs + 2 * TIMERS.T2.ms;
  for (;;) {
    const heard = yield* hear(talk, untilMs - talk.clock.nowMs);
    const name = heard?.at(-1)?.name;
    if (name === undefined) throw new CallOver(CODE.noPostMessage, true);
    if (name === 'DCN') throw new CallOver(CODE.dcn);
    const closing = closingNamed(name);
    if (closing !== null) return closing;
  }
}

/** The host is told CONNECT when the first octets are there. */
function lazyPage(host: Class2Host, session: SessionParameters): IncomingPage {
  let page: IncomingPage | null = null;
  const opened = (): IncomingPage => (page ??= host.openPage(session));
  return {
    push: (octets) => opened().push(octets),
    end: () => opened().end(),
    close: (status, quality, closing) => opened().close(status, quality, closing),
  };
}
