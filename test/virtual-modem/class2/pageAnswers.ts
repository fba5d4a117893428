// What a sending Class 2 modem waits for behind a page: that its host says what follows, and how the far end answers.

import type { Frame } from '../../../fax/t30/frames/frame.ts';
import { TIMERS } from '../../../fax/t30/timers.ts';
import type { Class2Host, Closing, PageStatus } from './class2Host.ts';
import { CallOver, hear } from './conversation.ts';
import type { Conversation, Script } from './conversation.ts';
import type { OutgoingPage } from './outgoingPage.ts';

export interface Sender {
  talk: Conversation;
  host: Class2Host;
  /** X bit of our frames: a station that has heard a DIS. */
  x: boolean;
}

const CODE = {
  noClosing: 50,
  dcn: 51,
  unanswered: { MPS: 52, EOM: 56, EOP: 54 },
  badAnswer: { MPS: 53, EOM: 57, EOP: 55 },
} as const;

/** What follows, by +FET in Class 2: the host may take a while to say. */
export function* closingOf({ talk, host }: Sender, page: OutgoingPage): Script<Closing> {
  const untilMs = talk.clock.nowMs + TIMERS.T2.ms;
  while (page.closing === null) {
    if (host.aborted) throw new CallOver(2, true);
    if (talk.clock.nowMs >= untilMs) throw new CallOver(CODE.noClosing, true);
    yield* hear(talk, untilMs - talk.clock.nowMs, true);
  }
  return page.closing;
}

export function isPageAnswer({ name }: Frame): boolean {
  return ['MCF', 'RTN', 'RTP', 'PIN', 'PIP'].includes(name);
}

export function statusOf(answer: Frame | null, closing: Closing): PageStatus {
  const name: string | undefined = answer?.name;
  switch (name) {
    case 'MCF':
      return 1;
    case 'RTN':
      return 2;
    case 'RTP':
      return 3;
    case 'PIN':
      return 4;
    case 'PIP':
      return 5;
    case 'DCN':
      throw new CallOver(CODE.dcn);
    case undefined:
      throw new CallOver(CODE.unanswered[closing], true);
    default:
      throw new CallOver(CODE.badAnswer[closing], true);
  }
}
