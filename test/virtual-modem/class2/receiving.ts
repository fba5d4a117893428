// What the scripts of a receiving Class 2 modem share.

import type { PartialPage } from '../../../fax/t30/frames/postMessage.ts';
import type { PageQuality } from '../../../fax/t4/coding.ts';
import { TIMERS } from '../../../fax/t30/timers.ts';
import type { Class2Host, Closing } from './class2Host.ts';
import { CallOver, happens } from './conversation.ts';
import type { Conversation, Script } from './conversation.ts';

export interface Receiver {
  talk: Conversation;
  host: Class2Host;
  /** X bit of our frames: false for the station that was called. */
  x: boolean;
  /** The block that was confirmed last, of whichever page: its PPS comes again when the confirmation was lost. */
  confirmed?: Pick<PartialPage, 'page' | 'block'>;
  /** What followed the last page without error correction, for the same reason. */
  closing?: Closing;
}

export interface PageEnd {
  closing: Closing;
  quality: PageQuality;
}

/** Which carrier comes when a fast one is awaited. */
export function* carrierComes({ talk, host }: Receiver): Script<'fast' | 'V.21' | null> {
  const untilMs = talk.clock.nowMs + TIMERS.T1.ms;
  for (;;) {
    const happening = yield* happens(untilMs - talk.clock.nowMs);
    if (happening.type === 'carrier' && happening.present) return happening.carrier;
    if (happening.type === 'timeout') return null;
    if (host.aborted) throw new CallOver(2, true);
  }
}

export function closingNamed(name: string): Closing | null {
  if (name.endsWith('MPS')) return 'MPS';
  if (name.endsWith('EOM') || name === 'EOS') return 'EOM';
  return name.endsWith('EOP') ? 'EOP' : null;
}
