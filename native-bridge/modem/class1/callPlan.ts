// What the T.30 machine is to do in a call, and what this station can: from the gateway's request and the modem's facts.

import type { CallPlan, DocumentToSend, LineProfile, StationLimits } from '../../../fax/t30/machine.ts';
import type { PageGeometry } from '../../../fax/t30/parameters.ts';
import type { CallDocument } from '../../../protocol/modem.ts';
import type { AnswerRequest, DialRequest, ModemFacts } from '../faxDriver.types.ts';
import { CONVERTED_RESOLUTIONS, nearestResolution } from '../pages/nearestResolution.ts';
import { ratesOfCodes } from './modulationCodes.ts';

/** The plan of an outgoing or an incoming call. */
export function callPlan(request: DialRequest | AnswerRequest, facts: ModemFacts, localId: string): CallPlan {
  const isCaller = request.type === 'dial';
  const { hints } = request;
  return {
    localId,
    documents: request.documents.map(documentToSend),
    poll:
      isCaller && request.poll !== undefined
        ? { address: request.poll.address ?? null, password: request.poll.password ?? null }
        : null,
    answer: {
      receives: isCaller || request.receives,
      pollPassword: isCaller ? null : (request.pollPassword ?? null),
      pollAddress: isCaller ? null : (request.pollAddress ?? null),
      receivePassword: isCaller ? null : (request.receivePassword ?? null),
    },
    limits: stationLimits(facts),
    profile: {
      avoidModulations: hints.avoidModulations,
      avoidCodings: hints.avoidCodings,
      avoidEcm: hints.avoidEcm,
      maxRateBps: hints.maxRateBps ?? null,
      ecmFrameOctets: null,
      onRtn: 'repeat',
      pageRepeats: PAGE_REPEATS,
      correctAtMost: CORRECTIONS,
      copyQuality: isCaller ? COPY_QUALITY : request.copyQuality,
    },
  };
}

/** A page is sent again after RTN, and a block corrected after CTC, so often before the call ends for it. */
const PAGE_REPEATS = 2;
const CORRECTIONS = 2;

/** For a document that is fetched: what practice holds good (fact sheet §1.8). */
const COPY_QUALITY: LineProfile['copyQuality'] = { minGoodPercent: 95, maxBadRun: 5 };

/** Everything that fax/t4 codes and the page host converts; nothing is printed, so that no line needs time. */
const CAPABILITIES: StationLimits['capabilities'] = {
  resolutions: CONVERTED_RESOLUTIONS,
  prefersInch: false,
  prefersMetric: true,
  codings: ['MH', 'MR', 'MMR'],
  ecm: true,
  prefers64: false,
  width: 303,
  length: 'unlimited',
  northAmericanLetter: true,
  northAmericanLegal: true,
  minScanTime: { standardMs: 0, fineMs: 0, superfineMs: 0 },
  subaddress: true,
  password: true,
  selectivePolling: true,
  v8: false,
  others: [],
};

function stationLimits({ transmitCodes, receiveCodes, profile }: ModemFacts): StationLimits {
  const { brokenTransmitCodes, brokenReceiveCodes } = profile.quirks;
  return {
    sendRates: ratesOfCodes(transmitCodes, brokenTransmitCodes),
    receiveRates: ratesOfCodes(receiveCodes, brokenReceiveCodes),
    capabilities: CAPABILITIES,
  };
}

function documentToSend({ pages, subaddress, password }: CallDocument): DocumentToSend {
  return {
    pages: pages.map(({ width, height, xDpi, yDpi }): PageGeometry => ({
      widthPixels: width,
      rows: height,
      resolution: nearestResolution(xDpi, yDpi),
    })),
    subaddress: subaddress ?? null,
    password: password ?? null,
  };
}
