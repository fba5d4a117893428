// Telephone lines as a way out: one call carries all documents that are due for a number, from the first page on that
// the far machine has not confirmed.

import { numberOf } from '../../protocol/destination.ts';
import { outcome } from '../../protocol/outcome.ts';
import type { TelephoneSettings } from '../../protocol/api/lines.ts';
import type { CallProgress, CallReport } from '../../protocol/modem.ts';
import type { CallEntry, CallLog } from '../calls/callLog.ts';
import { remainingSeconds } from '../calls/remainingTime.ts';
import type { RedialLimits } from '../../protocol/countryProfiles.ts';
import { canonicalDestination } from '../../protocol/canonicalNumber.ts';
import type { Lines, OutgoingLineCall } from '../lines/lines.types.ts';
import type { Remotes } from '../remotes/remotes.ts';
import { newId } from '../store/newId.ts';
import { withoutUndefined } from '../store/row.ts';
import type { CallHeader, PageStamper } from './callHeader.ts';
import { nextCheapTime } from './cheapHours.ts';
import type { Parcel, Route, RouteCall } from './route.types.ts';
import { LONGEST_TELEPHONE_DELAY_MS, telephoneRetryAfterMs, telephoneRetryCause } from './telephoneRetry.ts';

/** Longer calls keep others waiting for the line, and a broken one has more to repeat. */
const DOCUMENTS_PER_CALL = 10;
/** Drawn from the dialling on; a machine that has answered waits 25 s more (T.30's T1 is 35 ± 5 s). */
const HEADER_WITHIN_MS = 15_000;

export interface TelephoneRouteOptions {
  lines: Pick<Lines, 'availability' | 'cause' | 'call' | 'list'>;
  settings(): TelephoneSettings;
  redialLimits(): RedialLimits;
  calls: Pick<CallLog, 'begin'>;
  remotes: Pick<Remotes, 'hints' | 'expectedIdentities' | 'learn'>;
  callHeader: CallHeader;
}

/** A document's share of a call's pages. */
interface Share {
  readonly parcel: Parcel;
  /** Number of its first page in the call, and in the document. */
  readonly firstOfCall: number;
  readonly firstOfDocument: number;
  readonly pages: number;
  /** Puts the time of this call on its pages. */
  readonly stamp: PageStamper;
}

export function createTelephoneRoute(options: TelephoneRouteOptions): Route {
  const { lines } = options;
  return {
    name: 'telephone',
    documentsPerCall: DOCUMENTS_PER_CALL,
    // Two lines must never call one machine at once for want of knowing that it is one.
    canonical: (destination) => canonicalDestination(destination, options.settings().country),
    longestDelayMs: LONGEST_TELEPHONE_DELAY_MS,
    block(destination) {
      const cause = lines.cause(numberOf(destination));
      return cause === undefined ? undefined : { outcome: cause };
    },
    room: (running) => lines.list().filter(({ state }) => state !== 'disabled').length - running,
    pausedUntil: () => 0,
    takes: (destination) => lines.availability(numberOf(destination)) === 'free',
    call,
    retryKind: telephoneRetryCause,
    retryAfterMs: (kind, failures) =>
      telephoneRetryAfterMs(kind, failures, options.settings().retry, options.redialLimits()),
    holdsBack: (code) => ['TEL_BUSY', 'TEL_NO_ANSWER', 'TEL_NO_FAX', 'TEL_DELAYED'].includes(code),
    notBefore(sending, at) {
      const from = Math.max(at, sending.sendAt === undefined ? 0 : Date.parse(sending.sendAt));
      return sending.cheapHours ? nextCheapTime(from, options.settings().cheapHours) : from;
    },
  };

  async function call(route: RouteCall): Promise<CallReport['outcome']> {
    const number = numberOf(route.destination);
    const shares = sharesOf(route.parcels, options.callHeader, Date.now());
    // Their last page was confirmed when the program ended before it could write down that this was the last.
    for (const { parcel, pages } of shares) if (pages === 0) route.delivered(parcel);
    const open = shares.filter(({ pages }) => pages > 0);
    if (open.length === 0) return outcome('CONFIRMED', 'confirm');

    const callId = newId();
    let entry: CallEntry | undefined;
    let taken: { lineId: string; lineName: string } | undefined;
    let connected = false;
    let confirmed = 0;
    const octets = open.flatMap(({ parcel, firstOfDocument }) =>
      parcel.pages.slice(firstOfDocument).map(({ byteLength }) => byteLength),
    );
    const note = (pages: number): void => {
      if (pages <= confirmed) return;
      confirmed = pages;
      for (const share of open) tellShare(route, share, confirmed, share !== open.at(-1));
    };
    const report = await lines.call(
      {
        callId,
        number,
        documents: open.map(documentOf),
        expectedIdentities:
          options.settings().wrongNumberGuard === 'off' ? [] : options.remotes.expectedIdentities(number),
        hints: options.remotes.hints(number),
        events: {
          progress(progress) {
            entry?.progress(progress);
            showProgress(progress);
          },
          journal: (line) => entry?.journal(line),
          pagesConfirmed: note,
          async page(index) {
            const share = open.find(({ firstOfCall, pages }) => index < firstOfCall + pages);
            if (share === undefined) throw new Error(`page ${index} was not asked for`);
            const ofDocument = share.firstOfDocument + index - share.firstOfCall;
            return share.stamp(await share.parcel.source.page(ofDocument), ofDocument);
          },
          storePage: () => Promise.reject(new Error('this call only sends')),
        },
      },
      AbortSignal.any([route.cancelling, route.stopping]),
      (line) => {
        entry = options.calls.begin({ callId, line, direction: 'outgoing', number });
        route.recorded(callId);
        taken = { lineId: line.id, lineName: line.name };
      },
    );
    note(report.pagesSent);
    entry?.end(report);
    options.remotes.learn(number, report);
    const last = open.at(-1);
    // The last document is done when the call is: then everything is known of how it went.
    if (last === undefined || confirmed >= last.firstOfCall + last.pages)
      return outcome('CONFIRMED', 'confirm');
    // Nothing is delivered without a confirmation, whatever the modem makes of the call's end.
    return report.outcome.disposition === 'done'
      ? outcome('FAX_HUNG_UP', 'confirm', `the call ended well, but ${confirmed} pages were confirmed`)
      : report.outcome;

    function showProgress(progress: CallProgress): void {
      if (progress.phase !== 'dialling' && !connected) {
        connected = true;
        route.connected();
      }
      const line = taken;
      if (line === undefined) return;
      const left = remainingSeconds(progress, octets);
      route.live(() => ({ callId, line: withoutUndefined({ ...line, progress, remainingSeconds: left }) }));
    }
  }
}

function sharesOf(parcels: readonly Parcel[], callHeader: CallHeader, calledAt: number): Share[] {
  let firstOfCall = 0;
  return parcels.map((parcel) => {
    const firstOfDocument = Math.min(parcel.delivery.pagesConfirmed, parcel.pages.length);
    const pages = parcel.pages.length - firstOfDocument;
    const stamp = callHeader(parcel.preparation, {
      firstPage: firstOfDocument,
      at: calledAt,
      withinMs: HEADER_WITHIN_MS,
    });
    const share = { parcel, firstOfCall, firstOfDocument, pages, stamp };
    firstOfCall += share.pages;
    return share;
  });
}

function documentOf({ parcel, firstOfDocument }: Share): OutgoingLineCall['documents'][number] {
  const { subaddress, password } = parcel.document.sending;
  return {
    pages: parcel.pages
      .slice(firstOfDocument)
      .map(({ width, height, xDpi, yDpi }) => ({ width, height, xDpi, yDpi })),
    ...(subaddress === undefined ? {} : { subaddress }),
    ...(password === undefined ? {} : { password }),
  };
}

/** `confirmed` of the call's pages are: what that means for one of its documents. */
function tellShare(route: RouteCall, share: Share, confirmed: number, othersFollow: boolean): void {
  const own = Math.min(confirmed - share.firstOfCall, share.pages);
  if (own <= 0) return;
  share.parcel.source.confirmed(share.firstOfDocument + own);
  if (own === share.pages && othersFollow) route.delivered(share.parcel);
}
