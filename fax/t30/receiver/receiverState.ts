// What the receiving station of a call is given, what it remembers, and what it may be waiting for.

import type { PageQuality } from '../../t4/coding.ts';
import type { Frame } from '../frames/frame.ts';
import type { CallPlan, Effect, Step } from '../machine.ts';
import type { Outcome, OutcomeCode, Phase } from '../outcome.ts';
import type { FastRate, SessionParameters } from '../parameters.ts';
import type { Release } from '../release.ts';
import type { TimerName } from '../timers.ts';
import type { CommandEar } from './commandEar.ts';
import type { ReceivedBlock } from './receivedBlock.ts';

export interface ReceiveTask {
  plan: CallPlan;
  /** X bit of our frames: false for the answerer, true for a caller that polls. */
  x: boolean;
  /** Our CSI and DIS, or CIG and DTC: said again when a DCS cannot be accepted. */
  identification: readonly Uint8Array[];
  /** For the outcome: what was sent earlier in the call. */
  pagesSent: number;
  /** START_OF_RECEIVING, or where the reception before the last EOM left off. */
  progress: ReceivingProgress;
}

/** How far the reception is. Kept by the caller or answerer from one phase B to the next. */
export interface ReceivingProgress {
  /** Number of the page that comes next, counted over the call. */
  page: number;
  /** Pages confirmed. */
  pagesReceived: number;
  /** Pages that the sender gave up (EOR): they were never confirmed and will not come again. */
  pagesLost: number;
}

export const START_OF_RECEIVING: ReceivingProgress = { page: 0, pagesReceived: 0, pagesLost: 0 };

/** What follows a page, without PRI (no operator is here) and with EOS as the EOM that it is for a receiver. */
export type PageClosing = 'MPS' | 'EOM' | 'EOP';

/** How a call ends from here. `silently`: the far end has gone or needs no word any more. */
export interface Ending {
  code: OutcomeCode;
  phase: Phase;
  detail: string;
  silently: boolean;
}

/** Waiting for the page without ECM, during it, or after it for the post-message command. */
export interface PageMode {
  at: 'page';
  stage: 'waiting' | 'arriving' | 'over';
  /** No page has been heard yet and the sender may not have heard our MCF: its command may come once more. */
  mayRepeat: boolean;
  quality: PageQuality | null;
  /** RTC was seen, or it is not known. */
  endSeen: boolean;
  /** Without RTC, and the command did not follow at once: the carrier was lost before the page's end. */
  late: boolean;
}

/** Waiting for the ECM frames of a block, during them, or after them for PPS. */
export interface BurstMode {
  at: 'burst';
  stage: 'waiting' | 'arriving' | 'over';
  training: 'short' | 'long';
  /** RCP was seen. */
  ended: boolean;
}

/** Waiting for a command; `after` is what was said last. */
export interface CommandMode {
  at: 'command';
  after: 'FTT' | 'identification' | 'RTN' | 'RTP' | 'EOM' | 'EOP';
}

/** Waiting for the host to make the page durable. */
export interface StoringMode {
  at: 'storing';
  /** The sender waits for our answer and nothing else: it may be given at any moment. */
  open: boolean;
  /** How often the command was heard. */
  heard: number;
}

export type WaitingMode = PageMode | BurstMode | CommandMode | StoringMode;

export interface Answer {
  /** For the journal. */
  name: string;
  frames: readonly Uint8Array[];
  /** What is waited for when it has been sent. */
  wait: WaitingMode;
}

export interface TrainingMode {
  at: 'training';
  stage: 'waiting' | 'arriving';
  /** Answer to the training, whatever it brings, when the DCS was not acceptable. */
  verdict: 'train' | 'identify' | Ending;
}

export type Mode =
  | WaitingMode
  | TrainingMode
  | { at: 'sending'; answer: Answer; confirms: boolean; failures: number }
  | { at: 'releasing'; release: Release }
  | { at: 'done'; done: ReceiverDone };

export type ReceiverDone =
  | { kind: 'newPhaseB'; frames: readonly Frame[]; progress: ReceivingProgress }
  | { kind: 'ended'; outcome: Outcome; progress: ReceivingProgress };

/** The page that the host was asked to make durable. */
export interface PageInStore {
  page: number;
  closing: PageClosing;
  /** RTP instead of MCF. */
  retrain: boolean;
  status: 'waiting' | 'stored' | 'failed';
  detail: string;
  /** T5 has run out. */
  overdue: boolean;
}

export interface EcmProgress {
  block: ReceivedBlock;
  /** Counters of the last block confirmed, and the marks of its frames; null when any may come. */
  last: { page: number; block: number; marks: readonly number[] } | null;
  /** Blocks confirmed of the page that is coming. */
  blocks: number;
  /** A block of this page was given up by EOR: the page can no longer become whole. */
  broken: boolean;
  /** PPR since a frame was gained, and frames held at the last one. */
  fruitlessPprs: number;
  heldAtPpr: number;
}

export interface Counters {
  /** Answers since a block or page was confirmed, and how many of them in a row were the same. */
  fruitless: number;
  same: number;
  ftt: number;
  refusals: number;
  /** Refusals of the page that is coming; and how many pages in a row lacked RTC. */
  rtn: number;
  missingEnds: number;
  /** Carriers and commands that led nowhere since the last command that was understood. */
  noise: number;
}

export interface ReceiverState {
  task: ReceiveTask;
  progress: ReceivingProgress;
  phase: Phase;
  mode: Mode;
  ear: CommandEar;
  /** Timers of the mode that run, and T5. */
  running: readonly TimerName[];
  /** Abort: as soon as nothing is said or heard. */
  closing: Ending | null;
  parameters: SessionParameters | null;
  /** By DCS, or CTC since. */
  rate: FastRate | null;
  /** A TCF was heard since the last one that was good. */
  trainingHeard: boolean;
  /** The page was begun and is neither confirmed nor dropped. */
  pageOpen: boolean;
  /** Some of it arrived. */
  pageTouched: boolean;
  attempt: number;
  /** What was said last, and what closed the page that it answered. */
  last: Answer | null;
  answered: PageClosing | null;
  /** While a sender is awaited that may have gone: how often in a row the line was silent; and whether it is being sensed. */
  silence: { times: number; sensing: boolean };
  store: PageInStore | null;
  ecm: EcmProgress;
  counters: Counters;
}

export type ReceiverStep = Step<ReceiverState> & { done?: ReceiverDone };

/** Effects of one step, in order. Functions that take it add to it and return the next state. */
export type Effects = Effect[];
