// The language of the scenarios: a tester without logic says and hears what a table tells it, within windows of time.

import type { HostOptions } from './pageHost.ts';
import type { CallPlan } from '../machine.ts';
import type { FastPurpose } from '../machine.ts';
import type { FastRate } from '../parameters.ts';
import type { OutcomeCode } from '../outcome.ts';
import type { LineFrame } from './signals.ts';
import type { TestPage } from './testPages.ts';

/** From and to, in ms, counted from the end of the step before. */
export type Window = readonly [fromMs: number, toMs: number];

export type TesterStep =
  /** V.21: these frames, `afterMs` after the step before. */
  | { type: 'say'; frames: readonly LineFrame[]; afterMs: number }
  /** A fast carrier with these octets in it. */
  | {
      type: 'sayFast';
      purpose: FastPurpose;
      rate: FastRate;
      training: 'long' | 'short';
      data: Uint8Array;
      missed?: boolean;
      afterMs: number;
    }
  /** One V.21 signal with exactly these frames (labels as `PPS-EOP`); `octets` of the last frame, when they matter. */
  | { type: 'hear'; labels: readonly string[]; within: Window; octets: readonly number[] | null }
  /** One fast carrier. `frames`: the numbers of its ECM frames, followed by three RCP. */
  | {
      type: 'hearFast';
      purpose: FastPurpose;
      rate: FastRate;
      training: 'long' | 'short';
      within: Window;
      frames: readonly number[] | null;
      /** Octets in each ECM frame but the last. */
      frameOctets: number | null;
    }
  /** Nothing is on the line for that long. */
  | { type: 'quiet'; ms: number }
  /** Whatever is on the line for that long is passed over. */
  | { type: 'pause'; ms: number }
  /** What the machine's own side does to it. */
  | { type: 'abort' | 'lineLost' }
  /** The machine ends, without another signal. */
  | {
      type: 'end';
      code: OutcomeCode;
      pagesSent: number;
      pagesReceived: number;
      within: Window;
      /** Part of the outcome's detail. */
      detail: string | null;
    };

export interface Scenario {
  /** A sentence: what the machine does. */
  name: string;
  /** Our machine; the tester is the other side. */
  machine: 'caller' | 'answerer';
  plan: CallPlan;
  host: HostOptions;
  steps: readonly TesterStep[];
  /** What must be stored in the end, page by page. */
  stores?: readonly TestPage[];
}
