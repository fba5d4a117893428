// How far a call is, told a few times a second at most.

import { callProgressSchema } from '../../protocol/modem.ts';
import type { CallProgress } from '../../protocol/modem.ts';

const LEAST_GAP_MS = 250;

export interface ProgressTeller {
  change(change: Partial<CallProgress>): void;
  /** Tells what has not been told yet; nothing is told afterwards. */
  end(): void;
}

export function createProgressTeller(
  tell: (progress: CallProgress) => void,
  first: CallProgress,
  nowMs: () => number,
): ProgressTeller {
  let progress = first;
  let toldAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const now = (): void => {
    clearTimeout(timer);
    timer = undefined;
    toldAt = nowMs();
    tell(progress);
  };
  const soon = (): void => {
    const wait = toldAt + LEAST_GAP_MS - nowMs();
    if (wait <= 0) now();
    else timer ??= setTimeout(now, wait);
  };
  return {
    change(change) {
      if (ended) return;
      progress = fitting({ ...progress, ...change }, progress);
      soon();
    },
    end() {
      if (timer !== undefined) now();
      ended = true;
    },
  };
}

/** What a modem says may be beyond every measure: fields that the gateway would refuse stay as they were. */
function fitting(wanted: CallProgress, before: CallProgress): CallProgress {
  const checked = callProgressSchema.safeParse(wanted);
  if (checked.success) return checked.data;
  const wrong = new Set(checked.error.issues.map(({ path }) => path[0]));
  const kept = Object.fromEntries(Object.entries(wanted).filter(([key]) => !wrong.has(key)));
  const mended = callProgressSchema.safeParse({ ...before, ...kept });
  return mended.success ? mended.data : before;
}
