// What the host's main thread and its worker say to each other.

import type { ImagingReply, ImagingRequest } from '../../protocol/imaging.ts';

export interface WorkerOptions {
  /** False: only the bundled font stands in for missing ones, so that pages are the same on every computer. */
  systemFonts: boolean;
}

export type ToWorker = ImagingRequest;

export type FromWorker =
  | ImagingReply
  /** Something was achieved: the time limit begins anew. */
  | { type: 'step'; jobId: string; pagesDone: number; pagesTotal: number | undefined }
  /** Before the reply to a job that may have left native code in any state: the worker is not to be used again. */
  | { type: 'spoiled' };
