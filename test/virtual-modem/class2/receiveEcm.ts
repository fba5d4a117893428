// A Class 2 modem receives a page with error correction: keeps the good frames of a block and asks for the others (T.30
// Annex A).

import { buildFrame, parseFrame } from '../../../fax/t30/frames/frame.ts';
import type { Frame } from '../../../fax/t30/frames/frame.ts';
import { BLOCK_FRAMES, buildPpr, parseEor, parsePps } from '../../../fax/t30/frames/postMessage.ts';
import type { PartialPage, PostMessageCommand } from '../../../fax/t30/frames/postMessage.ts';
import { parseContinueRate } from '../../../fax/t30/frames/parameters.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import { widthPixels } from '../../../fax/t30/negotiation/paper.ts';
import { TIMERS } from '../../../fax/t30/timers.ts';
import { PageDecoder } from '../../../fax/t4/pageDecoder.ts';
import { CallOver, happens, hear, say } from './conversation.ts';
import type { Script } from './conversation.ts';
import type { IncomingPage } from './class2Host.ts';
import { carrierComes, closingNamed } from './receiving.ts';
import type { PageEnd, Receiver } from './receiving.ts';

const FCD = 'FCD';
const MOST_FRUITLESS = 20;
const CODE = { badCommand: 73, noPage: 90, noCommand: 100, dcn: 101 } as const;

export function* receiveEcmPage(
  receiver: Receiver,
  session: SessionParameters,
  incoming: IncomingPage,
  said: Uint8Array,
): Script<PageEnd> {
  const { talk, x } = receiver;
  const { coding, width, resolution } = session;
  const decoder = new PageDecoder(
    { coding, width: widthPixels(width, resolution), fillOrder: 'lsb' },
    () => undefined,
  );
  let lastAnswer = said;
  const block = new ReceivedFrames();
  let { rate } = session;
  let training: 'long' | 'short' = rate?.modulation === 'V.17' ? 'short' : 'long';
  for (let fruitless = 0; fruitless < MOST_FRUITLESS; fruitless++) {
    if (rate === null) throw new CallOver(CODE.badCommand, true);
    talk.signals.carryOut({ type: 'receiveFast', rate, training, purpose: 'ECM' });
    const came = yield* carrierComes(receiver);
    if (came === null) throw new CallOver(CODE.noPage, true);
    if (came === 'fast') {
      yield* burst(receiver, block);
      training = rate.modulation === 'V.17' ? 'short' : 'long';
    }
    const command = (yield* hear(talk, 2 * TIMERS.T2.ms))?.at(-1);
    const answered = answerTo(command, { block, confirmed: receiver.confirmed, x });
    switch (answered.type) {
      case 'whole': {
        const data = block.take();
        fruitless = 0;
        decoder.push(data);
        incoming.push(data);
        receiver.confirmed = answered.pps;
        const closing = closingNamed(answered.pps.command);
        if (closing !== null) {
          decoder.end();
          incoming.end();
          return { closing, quality: decoder.quality };
        }
        lastAnswer = buildFrame('MCF', { x });
        break;
      }
      case 'say':
        lastAnswer = answered.frame;
        if (answered.isBad) block.clear();
        break;
      case 'continue':
        rate = answered.rate ?? rate;
        training = 'long';
        lastAnswer = buildFrame('CTR', { x });
        break;
      case 'again':
        break;
    }
    yield* say(talk, [lastAnswer]);
  }
  throw new CallOver(CODE.noPage, true);
}

type Answer =
  | { type: 'whole'; pps: PartialPage }
  | { type: 'say'; frame: Uint8Array; isBad: boolean }
  | { type: 'continue'; rate: SessionParameters['rate'] }
  | { type: 'again' };

function answerTo(
  command: Frame | undefined,
  { block, confirmed, x }: { block: ReceivedFrames; confirmed: Receiver['confirmed']; x: boolean },
): Answer {
  if (command === undefined) throw new CallOver(CODE.noCommand, true);
  const name: string = command.name;
  switch (name) {
    case 'DCN':
      throw new CallOver(CODE.dcn);
    case 'PPS': {
      const pps = parsePps(command);
      if (pps === null) return { type: 'again' };
      // Our MCF was lost: the block is here already.
      if (block.isEmpty && confirmed?.page === pps.page && confirmed.block === pps.block) {
        return { type: 'say', frame: buildFrame('MCF', { x }), isBad: false };
      }
      if (block.isWhole(pps.frames)) return { type: 'whole', pps };
      return { type: 'say', frame: buildPpr({ x, wanted: block.missing() }), isBad: false };
    }
    case 'CTC':
      return { type: 'continue', rate: parseContinueRate(command.fif) };
    case 'EOR': {
      const next: PostMessageCommand | null = parseEor(command);
      if (next === null) return { type: 'again' };
      return { type: 'say', frame: buildFrame('ERR', { x }), isBad: true };
    }
    // RR and CRP too: the last answer again.
    default:
      return { type: 'again' };
  }
}

function* burst({ host }: Receiver, block: ReceivedFrames): Script<void> {
  for (;;) {
    const happening = yield* happens(TIMERS.T1.ms * 4);
    if (happening.type === 'timeout') return;
    if (host.aborted) throw new CallOver(2, true);
    if (happening.type === 'carrier' && happening.carrier === 'fast' && !happening.present) return;
    if (happening.type !== 'frame' || happening.carrier !== 'fast' || !happening.fcsOk) continue;
    const frame = parseFrame(happening.octets);
    if (frame?.name !== FCD) continue;
    block.keep(frame.fif[0] ?? 0, frame.fif.slice(1));
  }
}

class ReceivedFrames {
  readonly #frames = new Map<number, Uint8Array>();
  /** Of the whole block, by its first PPS. */
  #count = 0;

  get isEmpty(): boolean {
    return this.#frames.size === 0;
  }

  keep(number: number, data: Uint8Array): void {
    this.#frames.set(number, data);
  }

  /** `frames` of this burst: only the first PPS of a block counts them all. */
  isWhole(frames: number): boolean {
    this.#count = Math.max(this.#count, frames, ...[...this.#frames.keys()].map((number) => number + 1));
    return this.#frames.size >= this.#count;
  }

  missing(): boolean[] {
    return Array.from({ length: BLOCK_FRAMES }, (_, number) => !this.#frames.has(number));
  }

  take(): Uint8Array {
    const ordered = [...this.#frames].sort(([one], [other]) => one - other).map(([, data]) => data);
    this.clear();
    return Buffer.concat(ordered);
  }

  clear(): void {
    this.#frames.clear();
    this.#count = 0;
  }
}
