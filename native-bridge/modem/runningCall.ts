// One call from the gateway's request to its one `ended`: the driver at work, its pages, its story, and a watch over it.

import { setTimeout as pause } from 'node:timers/promises';
import type { CallDocument, CallReport, ModemReply } from '../../protocol/modem.ts';
import { outcome } from '../../protocol/outcome.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import { createCallJournal } from './callJournal.ts';
import { bareReport, fittingReport } from './callReport.ts';
import type { AnswerRequest, CreateDriver, DialRequest } from './faxDriver.types.ts';
import type { LineInUse } from './lineKeeper.types.ts';
import { createCallPages } from './pages/callPages.ts';
import type { PageAnswer } from './pages/callPages.ts';
import type { NotStored } from './pages/incomingPages.ts';
import { createProgressTeller } from './progressTeller.ts';

export interface CallTimes {
  /** A driver ends a call politely within seconds; after so long its port is taken away. */
  hangUpMs: number;
  /** A driver notices that its port is gone; after so long it is left alone. */
  lostMs: number;
}

export const callTimes: CallTimes = { hangUpMs: 30_000, lostMs: 5_000 };

export interface RunningCallOptions {
  request: DialRequest | AnswerRequest;
  line: LineInUse;
  createDriver: CreateDriver;
  tell: (reply: ModemReply) => void;
  /** Takes the port away from a driver that does not let go. */
  cut: () => Promise<void>;
  times: CallTimes;
  nowMs: () => number;
}

export interface RunningCall {
  readonly callId: string;
  /** What the gateway says about a page. */
  take(answer: PageAnswer): void;
  /** The gateway's page came in a form that cannot be taken. */
  refusePage(page: number, detail: string): void;
  /** Politely; the call is over within seconds. */
  hangUp(): void;
  /** Resolves when `ended` was told. Never rejects. */
  readonly over: Promise<void>;
}

export function runCall(options: RunningCallOptions): RunningCall {
  const { request, line, createDriver, times, nowMs } = options;
  const { callId } = request;
  const direction = request.type === 'dial' ? 'outgoing' : 'incoming';
  const hangingUp = new AbortController();
  let confirmed = 0;
  let ended = false;
  const tell = (reply: ModemReply): void => {
    // A driver that was left alone may still be talking.
    if (!ended) options.tell(reply);
  };
  const journal = createCallJournal((written) => tell({ type: 'journal', callId, line: written }), nowMs);
  const progress = createProgressTeller(
    (told) => tell({ type: 'progress', callId, progress: told }),
    { phase: request.type === 'dial' ? 'dialling' : 'answering', pagesSent: 0, pagesReceived: 0 },
    nowMs,
  );
  const pageCount = countPages(request.documents);
  const pages = createCallPages({ callId, pageCount, tell });

  return {
    callId,
    take: (answer) => pages.take(answer),
    refusePage: (page, detail) => pages.take({ type: 'pageUnavailable', callId, page, detail }),
    hangUp: () => hangingUp.abort(new Error('ended from this side')),
    over: run(),
  };

  async function run(): Promise<void> {
    progress.change({});
    // While the number is being dialled the first page can come.
    if (request.type === 'dial') pages.expectFirst();
    const stop = new AbortController();
    const report = await Promise.race([drive(), watchHangUp(stop.signal), watchPort(stop.signal)]);
    stop.abort();
    progress.end();
    pages.close('the call is over');
    tell({ type: 'ended', callId, report: fittingReport(report, confirmed) });
    ended = true;
    line.giveBack();
  }

  async function drive(): Promise<CallReport> {
    try {
      const driver = createDriver({
        dialogue: line.dialogue,
        connection: line.connection,
        facts: line.facts,
        localId: line.setup.localId,
        toneDialling: line.setup.toneDialling,
        blindDial: line.setup.blindDial,
        pages: pages.host,
        events: {
          progress: (change) => progress.change(change),
          journal: (text) => journal.write(text),
          pagesConfirmed(count) {
            // Never fewer than before, never more than there are.
            if (!Number.isInteger(count) || count <= confirmed || count > pageCount) return;
            confirmed = count;
            tell({ type: 'pagesConfirmed', callId, pages: count });
          },
        },
        nowMs,
      });
      return withCause(await driver.run(request, hangingUp.signal), pages.whyNotStored());
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      journal.write(`The call broke off for a fault of this program: ${text}`);
      return broken(`driver failed: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  /** Resolves only when the driver did not end the call in time after it was told to. */
  async function watchHangUp(stop: AbortSignal): Promise<CallReport> {
    await aborted(hangingUp.signal, stop);
    journal.write('The call is ended from this side.');
    await pause(times.hangUpMs, undefined, { signal: stop }).catch(() => never());
    journal.write('The modem did not let go in time: its port is closed.');
    await options.cut();
    await pause(times.lostMs, undefined, { signal: stop }).catch(() => never());
    return cancelled();
  }

  /** Resolves only when the driver did not notice in time that its port is gone. */
  async function watchPort(stop: AbortSignal): Promise<CallReport> {
    const fault = await Promise.race([line.lost, aborted(stop, stop).then(() => never())]);
    journal.write(`The modem is gone: ${fault.detail}`);
    await pause(times.lostMs, undefined, { signal: stop }).catch(() => never());
    return hangingUp.signal.aborted ? cancelled() : broken(fault.detail);
  }

  function cancelled(): CallReport {
    return bareReport(outcome('CANCELLED', 'call', 'the modem did not let go in time'), direction, confirmed);
  }

  function broken(detail: string): CallReport {
    return bareReport(outcome('LINE_BROKEN', 'call', detail), direction, confirmed);
  }
}

const NOT_STORED_CODES = {
  diskFull: 'DISK_FULL',
  failed: 'PAGE_NOT_STORED',
  late: 'PAGE_STORED_LATE',
  unreadable: 'PAGE_UNREADABLE',
} as const satisfies Record<NotStored, OutcomeCode>;

/** T.30 knows only that a page was not stored; a person wants to know why. */
function withCause(report: CallReport, why: NotStored | undefined): CallReport {
  const { code, phase, detail } = report.outcome;
  if (code !== 'PAGE_NOT_STORED' || why === undefined) return report;
  return { ...report, outcome: outcome(NOT_STORED_CODES[why], phase, detail) };
}

function countPages(documents: readonly CallDocument[]): number {
  return documents.reduce((sum, { pages }) => sum + pages.length, 0);
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Resolves when `signal` is aborted; never once `stop` is. */
function aborted(signal: AbortSignal, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true, signal: stop });
  });
}
