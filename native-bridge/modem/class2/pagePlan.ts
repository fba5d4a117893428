// The pages of a call in order, and what is to be agreed on for each.

import { negotiate } from '../../../fax/t30/negotiation/negotiate.ts';
import { maxRows, widthPixels } from '../../../fax/t30/negotiation/paper.ts';
import type {
  Capabilities,
  PageFormat,
  PageGeometry,
  SessionParameters,
} from '../../../fax/t30/parameters.ts';
import type { CallDocument, RemoteHints } from '../../../protocol/modem.ts';
import { nearestResolution } from '../pages/nearestResolution.ts';
import { capabilitiesOf, rateBpsOf, ratesUpTo, subparametersOf } from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

export interface PlannedPage {
  /** Over all documents of the call, from 0. */
  page: number;
  document: CallDocument;
  isFirstOfDocument: boolean;
  isLastOfDocument: boolean;
  geometry: PageGeometry;
}

export function planPages(documents: readonly CallDocument[]): readonly PlannedPage[] {
  const planned: PlannedPage[] = [];
  for (const document of documents) {
    for (const [index, { width, height, xDpi, yDpi }] of document.pages.entries()) {
      planned.push({
        page: planned.length,
        document,
        isFirstOfDocument: index === 0,
        isLastOfDocument: index === document.pages.length - 1,
        geometry: { widthPixels: width, rows: height, resolution: nearestResolution(xDpi, yDpi) },
      });
    }
  }
  return planned;
}

export interface Agreement {
  /** To be asked for by +FDIS or +FIS. */
  values: Subparameters;
  parameters: SessionParameters;
  format: PageFormat;
}

interface Abilities {
  own: Subparameters;
  /** The far machine's; undefined when the modem did not tell. */
  remote: Subparameters | undefined;
  hints: RemoteHints;
  /** The highest rate to try, by what happened in this call. */
  br: number;
}

/** The best for the page that both can do. */
export function agreementFor(
  geometry: PageGeometry,
  abilities: Abilities,
): Agreement | { incompatible: string } {
  const { own, hints } = abilities;
  const remote = abilities.remote ?? unheard(own);
  const br = Math.min(own.br, remote.br, abilities.br);
  const common = commonCapabilities(own, remote);
  const rates = ratesUpTo(br);
  const result = negotiate({
    limits: {
      sendRates: rates,
      receiveRates: [],
      capabilities: capabilitiesOf(own, { hasDocumentToPoll: false }),
    },
    remote: { ...common, rates },
    page: geometry,
    profile: {
      avoidModulations: [],
      avoidCodings: hints.avoidCodings,
      avoidEcm: own.ec === 0,
      maxRateBps: null,
      ecmFrameOctets: null,
      onRtn: 'repeat',
      pageRepeats: 0,
      correctAtMost: 0,
      copyQuality: { minGoodPercent: 0, maxBadRun: 0 },
    },
    rate: null,
  });
  if ('incompatible' in result) return result;
  const { parameters } = result;
  const values = subparametersOf(parameters, { br, ecmValue: own.ec, remoteVr: remote.vr });
  return { values, parameters, format: formatFor(parameters, rateBpsOf(br)) };
}

/** How pages are coded under these parameters. */
export function formatFor(parameters: SessionParameters, rateBps: number): PageFormat {
  const { coding, resolution, width, length, minScanMs, ecmFrameOctets } = parameters;
  return {
    coding,
    k: resolution === 'R8x3.85' ? 2 : 4,
    resolution,
    widthPixels: widthPixels(width, resolution),
    maxRows: maxRows(length, resolution),
    minScanBits: Math.ceil((rateBps * minScanMs) / 1000),
    ecm: ecmFrameOctets !== null,
  };
}

/** Whether a page can follow another without a new DCS. A longer length than it needs is no reason for one. */
export function isSameSession(next: Subparameters, current: Subparameters): boolean {
  return (
    next.vr === current.vr &&
    next.wd === current.wd &&
    next.df === current.df &&
    next.ec === current.ec &&
    next.ln <= current.ln
  );
}

/** A machine that the modem told nothing about: fine pages on A4 in MH are what every one takes that is still in use. */
function unheard(own: Subparameters): Subparameters {
  return { ...own, vr: own.vr & 1, wd: 0, df: 0, ec: 0, st: 5 };
}

function commonCapabilities(own: Subparameters, remote: Subparameters): Capabilities {
  const theirs = capabilitiesOf(remote, { hasDocumentToPoll: false });
  const ours = capabilitiesOf(own, { hasDocumentToPoll: false });
  return {
    ...theirs,
    resolutions: theirs.resolutions.filter((resolution) => ours.resolutions.includes(resolution)),
    width: theirs.width < ours.width ? theirs.width : ours.width,
    length: own.ln < remote.ln ? ours.length : theirs.length,
  };
}
