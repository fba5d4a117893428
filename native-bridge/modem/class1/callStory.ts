// The story of a call as the machine tells it, event by event: what is shown while it runs, and the report of its end.

import { parseFrame } from '../../../fax/t30/frames/frame.ts';
import { describeCapabilities } from '../../../fax/t30/frames/describeCapabilities.ts';
import { parseIdentity } from '../../../fax/t30/frames/identity.ts';
import type { JournalEvent } from '../../../fax/t30/journal.ts';
import type { Outcome as T30Outcome } from '../../../fax/t30/outcome.ts';
import type { Capabilities, FastRate, SessionParameters } from '../../../fax/t30/parameters.ts';
import type { CallProgress, CallReport, FaxClass, RemoteAbilities } from '../../../protocol/modem.ts';
import type { Outcome } from '../../../protocol/outcome.ts';

type Direction = CallReport['direction'];

/** More failed trainings than any fall-back has steps. */
const MOST_FAILED_TRAININGS = 20;
const PHASES = {
  A: 'dialling',
  B: 'identifying',
  C: 'sending',
  D: 'confirming',
  E: 'ending',
} as const satisfies Record<string, CallProgress['phase']>;

export class CallStory {
  /** Pages confirmed, in order from the first. */
  pagesSent = 0;
  pagesReceived = 0;
  readonly #direction: Direction;
  readonly #faxClass: FaxClass;
  #remoteId: string | undefined;
  #remoteMaker: string | undefined;
  #abilities: RemoteAbilities | undefined;
  #subaddress: string | undefined;
  #parameters: SessionParameters | undefined;
  #rate: FastRate | undefined;
  #failed: { modulation: FastRate['modulation']; rateBps: number }[] = [];
  #repeats = 0;

  constructor(direction: Direction, faxClass: FaxClass) {
    this.#direction = direction;
    this.#faxClass = faxClass;
  }

  get remoteId(): string | undefined {
    return this.#remoteId;
  }

  get subaddress(): string | undefined {
    return this.#subaddress;
  }

  /** A good frame on V.21. True when it tells more of who calls than is known so far. */
  frameHeard(octets: Uint8Array): boolean {
    const frame = parseFrame(octets);
    if (frame?.name === 'CSI' || frame?.name === 'TSI' || frame?.name === 'CIG') {
      const id = parseIdentity(frame.fif);
      if (id === '' || id === this.#remoteId) return false;
      this.#remoteId = id;
      return true;
    }
    if (frame?.name !== 'SUB') return false;
    const subaddress = parseIdentity(frame.fif);
    if (subaddress === '' || subaddress === this.#subaddress) return false;
    this.#subaddress = subaddress;
    return true;
  }

  /** Takes an event; gives what changes for whoever watches the call, null for nothing. */
  take(event: JournalEvent): Partial<CallProgress> | null {
    switch (event.type) {
      case 'phase':
        // Which way a page goes is told with it.
        return event.phase === 'C' ? null : { phase: PHASES[event.phase] };
      case 'remoteIdentity':
        return this.#remoteId === undefined ? null : { remoteId: this.#remoteId };
      case 'remoteMaker':
        this.#remoteMaker =
          event.stationName === null ? event.maker : `${event.maker} “${event.stationName}”`.slice(0, 80);
        return null;
      case 'remoteCapabilities':
        this.#abilities = abilitiesOf(event.capabilities);
        return null;
      case 'agreed':
        this.#parameters = event.parameters;
        this.#rate = event.parameters.rate ?? undefined;
        return { phase: 'training', ...this.#way() };
      case 'training':
        return this.#training(event);
      case 'fallBack':
        this.#rate = event.to;
        return this.#way();
      case 'pageBegins':
        if (event.attempt > 1) this.#repeats++;
        return {
          phase: event.direction === 'send' ? 'sending' : 'receiving',
          page: event.page,
          ...(event.direction === 'send' ? { pagePercent: 0 } : {}),
        };
      case 'blockReceived':
        if (event.missing > 0) this.#repeats++;
        return null;
      case 'pageConfirmed':
        if (event.direction === 'send') this.pagesSent++;
        else this.pagesReceived++;
        return { pagesSent: this.pagesSent, pagesReceived: this.pagesReceived };
      case 'frameReceived':
        // A block is asked for again.
        if (event.name === 'PPR') this.#repeats++;
        return null;
      case 'frameSent':
      case 'frameIgnored':
      case 'remoteSubaddress':
      case 'blockSent':
      case 'pageReceived':
      case 'pageRefused':
      case 'waitingForHost':
      case 'timeout':
      case 'ended':
        return null;
    }
  }

  /** `t30` null when it never came to a T.30 session. `pages`: how many there were to be sent. */
  report(
    outcome: Outcome,
    t30: T30Outcome | null,
    options: { connectedMs: number; pages: number },
  ): CallReport {
    const pagesSent = t30?.pagesSent ?? 0;
    const parameters = this.#parameters;
    return {
      outcome,
      direction: this.#direction,
      faxClass: this.#faxClass,
      connectedMs: Math.max(0, Math.round(options.connectedMs)),
      pagesSent,
      pagesReceived: t30?.pagesReceived ?? 0,
      complete: t30?.code === 'OK' || (options.pages > 0 && pagesSent === options.pages),
      ...(this.#remoteId === undefined ? {} : { remoteId: this.#remoteId }),
      ...(this.#remoteMaker === undefined ? {} : { remoteMaker: this.#remoteMaker }),
      ...(this.#abilities === undefined ? {} : { abilities: this.#abilities }),
      ...(this.#subaddress === undefined ? {} : { subaddress: this.#subaddress }),
      ...this.#way(),
      ...(parameters === undefined ? {} : { resolution: parameters.resolution }),
      trouble: { trainingFailedAt: this.#failed, repeats: this.#repeats },
    };
  }

  #training({ rate, result }: Extract<JournalEvent, { type: 'training' }>): Partial<CallProgress> {
    this.#rate = rate;
    if ((result === 'refused' || result === 'bad') && this.#failed.length < MOST_FAILED_TRAININGS) {
      this.#failed.push({ modulation: rate.modulation, rateBps: rate.rateBps });
    }
    return { phase: 'training', ...this.#way() };
  }

  /** How the pages travel. */
  #way(): Pick<CallProgress, 'rateBps' | 'modulation' | 'coding' | 'ecm'> {
    return {
      ...(this.#rate === undefined ? {} : { rateBps: this.#rate.rateBps, modulation: this.#rate.modulation }),
      ...(this.#parameters === undefined
        ? {}
        : { coding: this.#parameters.coding, ecm: this.#parameters.ecmFrameOctets !== null }),
    };
  }
}

/** Longer than any number of words that describeCapabilities finds. */
const MOST_TEXT = 500;

function abilitiesOf(capabilities: Capabilities): RemoteAbilities {
  const { rates, resolutions, codings, ecm, width } = capabilities;
  return {
    ratesBps: [...new Set(rates.map(({ rateBps }) => rateBps))],
    modulations: [...new Set(rates.map(({ modulation }) => modulation))],
    resolutions: [...resolutions],
    codings: [...codings],
    ecm,
    widthMm: width,
    canReceive: capabilities.canReceive,
    hasDocumentToPoll: capabilities.hasDocumentToPoll,
    subaddress: capabilities.subaddress,
    password: capabilities.password,
    text: describeCapabilities(capabilities).slice(0, MOST_TEXT),
  };
}
