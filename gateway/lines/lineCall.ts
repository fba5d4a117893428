// One call over a line: hands pages over, has received ones stored, and ends in exactly one report, whatever happens to
// the modem host.

import type { CallProgress, CallReport, FaxClass, ModemReply, ModemRequest } from '../../protocol/modem.ts';
import { outcome, type Outcome } from '../../protocol/outcome.ts';
import { StoreError } from '../call/documentCall.types.ts';
import { brokenReport, isConnected } from '../calls/brokenReport.ts';
import { errorText, type Log } from '../log.ts';
import type { LineCallEvents, ReceivedPage } from './lines.types.ts';

export type CallReply = Extract<ModemReply, { callId: string }>;

export interface LineCallTiming {
  /** From a person's wish to its end; then the host is given up. */
  hangUpMs: number;
  /** Without any word of the call, even where pages take longest; then the host is given up. */
  silenceMs: number;
  /** From the end of the call until its last pages are stored. */
  storeMs: number;
}

export const LINE_CALL_TIMING: LineCallTiming = {
  // The host itself takes the port away from a driver that does not end within 30 s.
  hangUpMs: 40_000,
  // A dithered page at 2,400 bit/s without a word on the way takes half of it.
  silenceMs: 30 * 60_000,
  storeMs: 60_000,
};

export interface LineCallOptions {
  callId: string;
  direction: CallReport['direction'];
  /** Over all documents given with the call. */
  pagesToSend: number;
  /** Whether CONFIRMED must mean that all of them went. False for documents kept to be polled. */
  mustSendAll: boolean;
  faxClass: FaxClass | undefined;
  events: LineCallEvents;
  /** To the modem host; false when it is gone. */
  send(request: ModemRequest): boolean;
  /** The host is of no use any more: ends it. `broken` follows. */
  giveUp(why: string): void;
  log: Log;
  timing?: Partial<LineCallTiming> | undefined;
}

export interface LineCall {
  readonly callId: string;
  /** Resolves once, with what became of it; never rejects. */
  readonly over: Promise<CallReport>;
  /** What the host says of this call. */
  reply(reply: CallReply): void;
  /** The host is gone, or was never told. */
  broken(detail: string): void;
  /** A person ends it: politely, then by force. */
  hangUp(withinMs?: number): void;
}

export function createLineCall(options: LineCallOptions): LineCall {
  const { callId, events, log } = options;
  const timing = { ...LINE_CALL_TIMING, ...options.timing };
  const over = Promise.withResolvers<CallReport>();
  const startedAtMs = performance.now();
  let connectedAtMs: number | undefined;
  let progress: CallProgress | undefined;
  let confirmed = 0;
  const stored = new Set<number>();
  let storing: Promise<void> = Promise.resolve();
  const asked = new Set<number>();
  let finished = false;
  let hangUpTimer: NodeJS.Timeout | undefined;
  let hangUpByMs = Number.POSITIVE_INFINITY;
  let silenceTimer: NodeJS.Timeout | undefined;
  hear();

  return {
    callId,
    over: over.promise,
    reply(reply) {
      if (finished) return;
      hear();
      take(reply);
    },
    broken: (detail) => finish(hostGone(detail)),
    hangUp(withinMs = timing.hangUpMs) {
      if (finished) return;
      options.send({ type: 'hangUp', callId });
      // Asked again, for another reason, it never gets longer than it had.
      const byMs = performance.now() + withinMs;
      if (byMs >= hangUpByMs) return;
      hangUpByMs = byMs;
      clearTimeout(hangUpTimer);
      hangUpTimer = setTimeout(() => options.giveUp('it did not hang up'), withinMs);
    },
  };

  function hear(): void {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => options.giveUp('it forgot its call'), timing.silenceMs);
  }

  function take(reply: CallReply): void {
    switch (reply.type) {
      case 'progress':
        progress = reply.progress;
        if (isConnected(progress)) connectedAtMs ??= performance.now();
        tell(() => events.progress(reply.progress));
        break;
      case 'journal':
        tell(() => events.journal(reply.line));
        break;
      case 'pagesConfirmed':
        confirm(reply.pages);
        break;
      case 'pageWanted':
        void handOver(reply.page);
        break;
      case 'pageReceived':
        storing = storing.then(() => store(reply));
        break;
      case 'ended':
        finish(reply.report);
        break;
    }
  }

  /** Only ever more, and never more than there are. */
  function confirm(pages: number): void {
    const within = Math.min(pages, options.pagesToSend);
    if (within <= confirmed) return;
    confirmed = within;
    tell(() => events.pagesConfirmed(within));
  }

  async function handOver(page: number): Promise<void> {
    if (asked.has(page)) return;
    asked.add(page);
    try {
      if (page >= options.pagesToSend) throw new Error('there is no such page in this call');
      const { info, data } = await events.page(page);
      options.send({ type: 'page', callId, page, info, data: new Uint8Array(data) });
    } catch (error) {
      options.send({ type: 'pageUnavailable', callId, page, detail: shortOf(error) });
    } finally {
      asked.delete(page);
    }
  }

  /** A whole page is kept even when its call is over by now. */
  async function store(page: ReceivedPage): Promise<void> {
    try {
      if (page.info.byteLength !== page.data.byteLength)
        throw new Error('the page is not as long as it says');
      if (!stored.has(page.page)) await events.storePage(page);
      // Its sender was not told that it is here, and nobody may believe so.
      if (page.quality.partial !== true) stored.add(page.page);
      options.send({ type: 'pageStored', callId, page: page.page });
    } catch (error) {
      log.warn('received page not stored', { callId, page: page.page, detail: shortOf(error) });
      options.send({
        type: 'pageNotStored',
        callId,
        page: page.page,
        detail: shortOf(error),
        diskFull: error instanceof StoreError && error.code === 'RECEIVER_DISK_FULL',
      });
    }
  }

  function finish(report: CallReport): void {
    if (finished) return;
    finished = true;
    clearTimeout(hangUpTimer);
    clearTimeout(silenceTimer);
    void withLimit(storing, timing.storeMs).then(() => over.resolve(checked(report)));
  }

  /** What the gateway itself saw counts: pages that are stored, and pages that were confirmed before. */
  function checked(report: CallReport): CallReport {
    confirm(report.pagesSent);
    const claims = options.mustSendAll && report.outcome.code === 'CONFIRMED';
    const ending: Outcome =
      claims && confirmed < options.pagesToSend
        ? outcome(
            'LINE_BROKEN',
            'confirm',
            `the modem host counts ${confirmed} of ${options.pagesToSend} pages`,
          )
        : report.outcome;
    return { ...report, outcome: ending, pagesSent: confirmed, pagesReceived: stored.size };
  }

  function hostGone(detail: string): CallReport {
    const wished = hangUpTimer !== undefined;
    return brokenReport(
      {
        outcome: outcome(wished ? 'CANCELLED' : 'LINE_BROKEN', 'line', detail),
        direction: options.direction,
        faxClass: options.faxClass,
        connectedMs: connectedAtMs === undefined ? 0 : Math.round(performance.now() - connectedAtMs),
        pagesSent: confirmed,
        pagesReceived: stored.size,
      },
      progress,
    );
  }

  /** Whoever listens must not break the call. */
  function tell(listen: () => void): void {
    try {
      listen();
    } catch (error) {
      log.error('event of a call not taken', {
        callId,
        afterMs: Math.round(performance.now() - startedAtMs),
        error: errorText(error),
      });
    }
  }
}

/** A call that did not begin. */
export function unbegunReport(ending: Outcome): CallReport {
  return brokenReport(
    { outcome: ending, direction: 'outgoing', connectedMs: 0, pagesSent: 0, pagesReceived: 0 },
    undefined,
  );
}

function shortOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}

async function withLimit(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
