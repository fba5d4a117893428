// A call of a Class 2 modem from its beginning: the two stations tell who they are, then one sends (T.30 phase B).

import { parseCapabilities } from '../../../fax/t30/frames/capabilities.ts';
import { buildFrame } from '../../../fax/t30/frames/frame.ts';
import type { Frame } from '../../../fax/t30/frames/frame.ts';
import { buildIdentity } from '../../../fax/t30/frames/identity.ts';
import { parseParameters } from '../../../fax/t30/frames/parameters.ts';
import { TIMERS } from '../../../fax/t30/timers.ts';
import type { Transmitter } from '../line/transmitter.ts';
import type { Class2Host } from './class2Host.ts';
import { CallOver, happens, hear, say } from './conversation.ts';
import type { Conversation, Script } from './conversation.ts';
import { receiveDocument } from './receiveScript.ts';
import type { ReceivingEnd } from './receiveScript.ts';
import { sendDocuments } from './sendScript.ts';

const BEFORE_CED_MS = 200;
const CED_MS = 2600;
const AFTER_CED_MS = 75;
const CODE = { noAnswer: 11, notPolled: 21, dcn: 22, noCaller: 70, noCommand: 72 } as const;
const POLL_TRIES = 3;

type Over = (code: number) => void;

/** The call was answered; `over` is told how it ended. */
export function* placeCall(talk: Conversation, host: Class2Host, over: Over): Script<void> {
  yield* untilOver(talk, over, calling(talk, host));
}

/** The modem has gone off the hook for a caller. */
export function* answerCall(
  talk: Conversation,
  host: Class2Host,
  transmitter: Transmitter,
  over: Over,
): Script<void> {
  yield* untilOver(talk, over, answering(talk, host, transmitter));
}

function* untilOver(talk: Conversation, over: Over, script: Script<void>): Script<void> {
  let code = 0;
  try {
    yield* script;
  } catch (error) {
    if (!(error instanceof CallOver)) throw error;
    ({ code } = error);
    if (error.politely) {
      try {
        yield* say(talk, [buildFrame('DCN', { x: true })]);
      } catch (lost) {
        if (!(lost instanceof CallOver)) throw lost;
      }
    }
  }
  over(code);
}

function* calling(talk: Conversation, host: Class2Host): Script<void> {
  const heard = yield* hearUntil(talk, ['DIS'], CODE.noAnswer);
  const dis = heard.at(-1);
  if (dis === undefined) throw new CallOver(CODE.noAnswer);
  const remote = parseCapabilities(dis.fif);
  host.connected();
  host.tellFrames(heard);
  if (host.wantsToPoll && remote.hasDocumentToPoll) host.tell(host.words.poll);
  host.ready();
  const untilMs = talk.clock.nowMs + TIMERS.T1.ms;
  while (!host.asksToSend && !host.asksToReceive) {
    if (host.aborted) throw new CallOver(2, true);
    if (talk.clock.nowMs >= untilMs) throw new CallOver(20, true);
    const more = yield* hear(talk, untilMs - talk.clock.nowMs, true);
    if (more?.at(-1)?.name === 'DCN') throw new CallOver(CODE.dcn);
  }
  if (host.asksToSend) {
    yield* sendDocuments({ talk, host, x: true }, remote);
    return;
  }
  if (!remote.hasDocumentToPoll) throw new CallOver(CODE.notPolled, true);
  yield* receiveDocument({ talk, host, x: true }, yield* poll(talk, host));
}

function* poll(talk: Conversation, host: Class2Host): Script<readonly Frame[]> {
  const frames: Uint8Array[] = [];
  const add = (name: 'PWD' | 'SEP' | 'CIG', text: string): void => {
    if (text !== '') frames.push(buildFrame(name, { x: true, final: false, fif: buildIdentity(text) }));
  };
  add('PWD', host.password);
  add('SEP', host.pollAddress);
  add('CIG', host.pollId);
  frames.push(buildFrame('DTC', { x: true, fif: host.identify('poll') }));
  for (let tries = 0; tries < POLL_TRIES; tries++) {
    yield* say(talk, frames);
    const heard = yield* hear(talk, TIMERS.T4.ms);
    const name = heard?.at(-1)?.name;
    if (name === 'DCN') throw new CallOver(CODE.dcn);
    if (heard !== null && name === 'DCS') {
      host.tellFrames(heard);
      return heard;
    }
  }
  throw new CallOver(CODE.noCommand, true);
}

function* answering(talk: Conversation, host: Class2Host, transmitter: Transmitter): Script<void> {
  yield* pause(talk, BEFORE_CED_MS);
  transmitter.startTone('CED');
  yield* pause(talk, CED_MS);
  transmitter.stop();
  yield* pause(talk, AFTER_CED_MS);
  let isReady = false;
  for (let next: readonly Frame[] | null = null; ;) {
    const heard: readonly Frame[] = next ?? (yield* identify(talk, host));
    const command = heard.at(-1);
    if (!isReady) host.connected();
    host.tellFrames(heard);
    if (command?.name === 'DTC') {
      host.tell(host.words.poll);
      host.ready();
      yield* sendDocuments({ talk, host, x: false }, parseCapabilities(command.fif));
      return;
    }
    host.tellSession(parseParameters(command?.fif ?? new Uint8Array(0)));
    if (!isReady) host.ready();
    isReady = true;
    const { frames }: ReceivingEnd = yield* receiveDocument({ talk, host, x: false }, heard);
    next = frames?.at(-1)?.name === 'DCS' ? frames : null;
  }
}

/** CSI and DIS, until a command comes that begins something. */
function* identify(talk: Conversation, host: Class2Host): Script<readonly Frame[]> {
  const frames: Uint8Array[] = [];
  if (host.localId !== '') {
    frames.push(buildFrame('CSI', { x: false, final: false, fif: buildIdentity(host.localId) }));
  }
  frames.push(buildFrame('DIS', { x: false, fif: host.identify('answer') }));
  const untilMs = talk.clock.nowMs + TIMERS.T1.ms;
  while (talk.clock.nowMs < untilMs) {
    yield* say(talk, frames);
    const heard = yield* hear(talk, TIMERS.T4.ms);
    const name = heard?.at(-1)?.name;
    if (name === 'DCN') throw new CallOver(CODE.noCaller);
    if (heard !== null && (name === 'DCS' || (name === 'DTC' && host.hasDocumentToPoll))) return heard;
  }
  throw new CallOver(CODE.noCaller, true);
}

function* hearUntil(talk: Conversation, names: readonly string[], code: number): Script<readonly Frame[]> {
  const untilMs = talk.clock.nowMs + TIMERS.T1.ms;
  for (;;) {
    const heard = yield* hear(talk, untilMs - talk.clock.nowMs);
    if (heard === null) throw new CallOver(code);
    const name = heard.at(-1)?.name ?? '';
    if (name === 'DCN') throw new CallOver(CODE.dcn);
    if (names.includes(name)) return heard;
  }
}

function* pause(talk: Conversation, ms: number): Script<void> {
  const untilMs = talk.clock.nowMs + ms;
  while (talk.clock.nowMs < untilMs) yield* happens(untilMs - talk.clock.nowMs);
}
