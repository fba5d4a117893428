// Our caller in a conversation: what it has to send, what the far machine can do, and the way to its first page.

import { beginCalling, stepCaller } from '../caller.ts';
import type { CallerState } from '../caller.ts';
import { buildCapabilities } from '../frames/capabilities.ts';
import type { DocumentToSend, LineProfile } from '../machine.ts';
import { RATES } from '../parameters.ts';
import type { Capabilities, PageGeometry } from '../parameters.ts';
import { Conversation } from './conversation.ts';
import type { ConversationOptions, Row } from './conversation.ts';
import { CAPABILITIES, testPlan } from './testPlans.ts';
import type { PlanOptions } from './testPlans.ts';

export interface CallingOptions extends ConversationOptions {
  ecm?: boolean;
  /** Octets of the pages of each document; default one page of 600. */
  documents?: readonly (readonly number[])[];
  /** By page. */
  geometry?: readonly (Partial<PageGeometry> | undefined)[];
  document?: Partial<DocumentToSend>;
  localId?: string;
  poll?: PlanOptions['poll'];
  profile?: Partial<LineProfile>;
  remote?: Partial<Capabilities>;
}

export function callingConversation(options: CallingOptions = {}): Conversation<CallerState> {
  const { documents = [[600]], geometry = [], remote, ecm = false } = options;
  const sizes = documents.flat();
  const plan = testPlan({
    localId: options.localId ?? '',
    poll: options.poll ?? null,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  });
  let first = 0;
  const planned = documents.map((pages): DocumentToSend => {
    const start = first;
    first += pages.length;
    return {
      pages: pages.map((_, at) => ({
        widthPixels: 1728,
        rows: 100,
        resolution: 'R8x7.7',
        ...geometry[start + at],
      })),
      subaddress: null,
      password: null,
      ...options.document,
    };
  });
  const dis = buildCapabilities({
    ...CAPABILITIES,
    canReceive: true,
    hasDocumentToPoll: false,
    rates: RATES,
    ecm,
    ...remote,
  });
  return new Conversation(beginCalling({ ...plan, documents: planned }), stepCaller, {
    pages: sizes,
    ...options,
    fifs: { DIS: dis, ...options.fifs },
  });
}

/** Plays a table; gives the rows as they went, so that a test shows all that differs at once. */
export function played<State>(conversation: Conversation<State>, rows: readonly Row[]): readonly Row[] {
  return rows.map(([what]) => [what, ...conversation.hear(what)]);
}

/** Up to the first training. */
export const START: readonly Row[] = [['start'], ['DIS', 'DCS', 'TCF V.17 14400 long']];
/** Up to the first page without error correction, and its EOP. */
export const PAGE: readonly Row[] = [...START, ['CFR', 'page V.17 14400 short', 'EOP']];
