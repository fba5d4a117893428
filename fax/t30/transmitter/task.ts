// What the sending station of a call is given, what it remembers, and how its parts tell where to go on.

import type { DocumentToSend, CallPlan, Effect } from '../machine.ts';
import { negotiate } from '../negotiation/negotiate.ts';
import { commonRates } from '../negotiation/rates.ts';
import type { JournalEvent } from '../journal.ts';
import type { OutcomeCode, Phase } from '../outcome.ts';
import type { Capabilities, FastRate, PageFormat, PageGeometry, SessionParameters } from '../parameters.ts';
import type { CommandEar } from '../receiver/commandEar.ts';
import type { Release } from '../release.ts';
import type { Block } from './ecmBlock.ts';
import type { Command } from './command.ts';
import { NO_PAGES } from './pageStore.ts';
import type { PageStore } from './pageStore.ts';

export interface TransmitTask {
  plan: CallPlan;
  /** The far machine's DIS, or the DTC by which it polls. */
  remote: Capabilities;
  /** X bit of our frames: true when this station received a DIS, false when it is polled by DTC. */
  x: boolean;
  /** START_OF_SENDING, or where the transmission before the last EOM left off. */
  progress: SendingProgress;
  /** What closes the last page of the last document: EOM when something follows, as a poll. */
  lastCommand: 'EOP' | 'EOM';
}

/** How far the documents of a plan are. Kept by the caller or answerer from one phase B to the next. */
export interface SendingProgress {
  /** Pages confirmed, over all documents: also the page that is next. */
  page: number;
  /** Page counter of ECM, 0 … 255 over the call. */
  ecmPage: number;
  /** Where the fall-back stands. */
  rate: FastRate | null;
  pages: PageStore;
}

export const START_OF_SENDING: SendingProgress = { page: 0, ecmPage: 0, rate: null, pages: NO_PAGES };

/** Pages over all documents of a plan. */
export function pageCount(plan: CallPlan): number {
  return plan.documents.reduce((sum, { pages }) => sum + pages.length, 0);
}

export interface PlannedPage {
  geometry: PageGeometry;
  document: DocumentToSend;
  /** The last of its document. */
  isLast: boolean;
}

/** Page `page` of the plan, counted over all documents from 0; null beyond the last. */
export function plannedPage(plan: CallPlan, page: number): PlannedPage | null {
  let first = 0;
  for (const document of plan.documents) {
    const geometry = document.pages[page - first];
    if (geometry !== undefined) {
      return { geometry, document, isLast: page - first === document.pages.length - 1 };
    }
    first += document.pages.length;
  }
  return null;
}

/** What is agreed for the page that is next. */
export interface Session {
  rate: FastRate;
  parameters: SessionParameters;
  format: PageFormat;
}

/** The parameters for page `page`, at `rate` or the best one; or why there are none. */
export function sessionFor(task: TransmitTask, page: number, rate: FastRate | null): Session | string {
  const { plan, remote } = task;
  const planned = plannedPage(plan, page);
  if (planned === null) return 'no page is left to be sent';
  const { document, geometry } = planned;
  const negotiated = negotiate({
    limits: plan.limits,
    remote,
    page: geometry,
    profile: plan.profile,
    rate: rate ?? commonRates(plan.limits, remote, plan.profile)[0] ?? null,
  });
  if ('incompatible' in negotiated) return negotiated.incompatible;
  const { format } = negotiated;
  const parameters = {
    ...negotiated.parameters,
    subaddressSent: (document.subaddress ?? '') !== '' && remote.subaddress,
    senderIdSent: (document.password ?? '') !== '' && remote.password,
  };
  return parameters.rate === null ? 'no rate was chosen' : { rate: parameters.rate, parameters, format };
}

/** What closes a page: what follows, and whether the pages after it need a new phase B. */
export type PageCommand = 'MPS' | 'EOM' | 'EOP';

/** Waiting for the host while V.21 may be heard. `late`: the timer of the wait has run out meanwhile. */
export interface HostWait {
  ear: CommandEar;
  late: boolean;
}

export type Doing =
  /** DCS is held back until the page is ready; the far end repeats its DIS or DTC meanwhile. */
  | { at: 'holding'; wait: HostWait }
  | { at: 'training'; command: Command }
  /** Without error correction. */
  | { at: 'sendingPage' }
  | { at: 'sendingBlock'; block: Block }
  /** The page or its last block has left; the next one decides between MPS and EOM. `block` under ECM. */
  | { at: 'awaitingNext'; block: Block | null; wait: HostWait }
  | { at: 'postMessage'; command: Command; closing: PageCommand }
  | { at: 'partialPage'; command: Command; closing: PageCommand | 'NULL'; block: Block }
  /** RNR was heard: RR until the far end has room again. */
  | {
      at: 'notReady';
      command: Command;
      closing: PageCommand | 'NULL';
      block: Block;
      after: 'PPS' | 'EOR';
      t5Expired: boolean;
    }
  | { at: 'continuing'; command: Command; block: Block }
  | { at: 'endingCorrection'; command: Command; closing: PageCommand | 'NULL'; block: Block };

export type TransmitterState =
  | { at: 'sending'; sending: Sending }
  | { at: 'releasing'; release: Release }
  | { at: 'done' };

/** While pages are being sent: replaced, never changed, at each step. */
export interface Sending {
  task: TransmitTask;
  /** Counted over all documents: also how many are confirmed. */
  page: number;
  ecmPage: number;
  pages: PageStore;
  session: Session;
  /** How often the page was refused and is sent again. */
  repeats: number;
  doing: Doing;
}

/** Where a part of the transmitter wants to go on. */
export type Next =
  | { go: 'train' }
  | { go: 'page'; training: 'long' | 'short' }
  | { go: 'burst'; block: Block }
  /** The page, or a block of it, has left: what is said after it is to be decided. */
  | { go: 'close'; block: Block | null }
  | { go: 'say'; closing: PageCommand | 'NULL'; block: Block | null }
  | { go: 'askIfReady'; closing: PageCommand | 'NULL'; block: Block; after: 'PPS' | 'EOR' }
  | { go: 'continueToCorrect'; block: Block }
  | { go: 'endCorrection'; closing: PageCommand | 'NULL'; block: Block }
  | { go: 'newPhaseB' }
  | Ending;

/** `dcn` false when the far end said DCN itself. */
export interface Ending {
  go: 'release';
  code: OutcomeCode;
  phase: Phase;
  detail: string;
  dcn?: false;
}

export interface Move {
  state: Sending;
  effects: readonly Effect[];
  next?: Next;
}

export function doing(state: Sending, now: Doing, effects: readonly Effect[] = []): Move {
  return { state: { ...state, doing: now }, effects };
}

export function report(event: JournalEvent): Effect {
  return { type: 'report', event };
}
