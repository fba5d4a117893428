// The story of a call as it is told while it runs, and the report at its end.

import { describeEvent } from '../../../fax/t30/describeEvent.ts';
import { describeCapabilities, describeParameters } from '../../../fax/t30/frames/describeCapabilities.ts';
import type { JournalEvent } from '../../../fax/t30/journal.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import type { CallProgress, CallReport, FaxClass, RemoteAbilities } from '../../../protocol/modem.ts';
import type { Outcome } from '../../../protocol/outcome.ts';
import type { DriverTools } from '../faxDriver.types.ts';
import type { Response } from './responses.ts';
import {
  capabilitiesOf,
  rateBpsOf,
  ratesUpTo,
  readSubparameters,
  sureModulation,
  writeSubparameters,
} from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

/** Of trouble that is reported. */
const MOST_FAILED_TRAININGS = 20;

export class CallTale {
  pagesSent = 0;
  pagesReceived = 0;
  /** The end of the last document was said and confirmed. */
  complete = false;
  /** Pages that had to be sent again. */
  repeats = 0;
  readonly #tools: DriverTools;
  readonly #base: 10 | 16;
  readonly #direction: CallReport['direction'];
  #connectedAtMs: number | undefined;
  #remoteId: string | undefined;
  #abilities: RemoteAbilities | undefined;
  #hasDocumentToPoll = false;
  #session: { values: Subparameters; parameters: SessionParameters } | undefined;
  readonly #failedTrainings: CallReport['trouble']['trainingFailedAt'] = [];

  /** `base`: of the numbers that the modem tells. */
  constructor(tools: DriverTools, base: 10 | 16, direction: CallReport['direction']) {
    this.#tools = tools;
    this.#base = base;
    this.#direction = direction;
  }

  /** What the modem says, in words. */
  tell(response: Response): void {
    switch (response.kind) {
      case 'connected':
        this.connected();
        this.write('A fax machine answers.');
        return;
      case 'remoteId':
        if (response.id !== '') {
          this.#remoteId = response.id;
          this.progress({ remoteId: response.id });
        }
        this.event({ type: 'remoteIdentity', frame: response.frame, id: response.id });
        return;
      case 'capabilities':
      case 'pollRequest':
        this.#tellCapabilities(response.values);
        return;
      case 'documentToPoll':
        if (this.#direction === 'incoming') {
          this.write('They want to fetch a document.');
          return;
        }
        this.#hasDocumentToPoll = true;
        if (this.#abilities !== undefined) {
          this.#abilities = { ...this.#abilities, hasDocumentToPoll: true };
        }
        this.write('They have a document to be fetched.');
        return;
      case 'voice':
        this.write('The modem hears a voice instead of a fax machine.');
        return;
      case 'address':
        this.event({ type: 'remoteSubaddress', frame: response.frame, given: response.text !== '' });
        return;
      case 'hangup':
        this.write(
          `The modem has ended the call (code ${response.code === '' ? 'missing' : response.code}).`,
        );
        return;
      case 'session':
      case 'confirmedToReceive':
      case 'nonStandard':
      case 'pageStatus':
      case 'postPage':
    }
  }

  event(event: JournalEvent): void {
    this.write(describeEvent(event));
  }

  write(text: string): void {
    this.#tools.events.journal(text.slice(0, 1000));
  }

  connected(): void {
    this.#connectedAtMs ??= this.#tools.nowMs();
  }

  /** What was agreed on, when it is new. */
  agreed(values: Subparameters, parameters: SessionParameters): void {
    const before = this.#session?.values;
    this.#session = { values, parameters };
    if (before !== undefined && isSame(values, before)) return;
    if (before !== undefined && values.br < before.br) this.trainingFailed(before.br);
    const text = describeParameters(parameters);
    this.write(
      `Chosen: ${parameters.rate === null ? text.replace('rate not given', bitsPerSecond(rateBpsOf(values.br))) : text}.`,
    );
    const modulation = sureModulation(values.br);
    this.progress({
      rateBps: rateBpsOf(values.br),
      ...(modulation === undefined ? {} : { modulation }),
      coding: parameters.coding,
      ecm: parameters.ecmFrameOctets !== null,
    });
  }

  /** A modem says at which rate it sends, not at which rates it failed: those of sure modulation are noted. */
  trainingFailed(br: number): void {
    const modulation = sureModulation(br);
    if (modulation === undefined || this.#failedTrainings.length >= MOST_FAILED_TRAININGS) return;
    this.#failedTrainings.push({ modulation, rateBps: rateBpsOf(br) });
  }

  progress(change: Partial<CallProgress>): void {
    this.#tools.events.progress(change);
  }

  pageSent(): void {
    this.pagesSent += 1;
    this.#tools.events.pagesConfirmed(this.pagesSent);
    this.progress({ pagesSent: this.pagesSent });
  }

  pageReceived(): void {
    this.pagesReceived += 1;
    this.progress({ pagesReceived: this.pagesReceived });
  }

  report(
    outcome: Outcome,
    call: { faxClass: FaxClass; remoteMaker: string | undefined; subaddress: string | undefined },
  ): CallReport {
    const session = this.#session;
    const modulation = session === undefined ? undefined : sureModulation(session.values.br);
    return {
      outcome,
      direction: this.#direction,
      faxClass: call.faxClass,
      connectedMs:
        this.#connectedAtMs === undefined
          ? 0
          : Math.max(0, Math.round(this.#tools.nowMs() - this.#connectedAtMs)),
      pagesSent: this.pagesSent,
      pagesReceived: this.pagesReceived,
      complete: this.complete,
      ...(this.#remoteId === undefined ? {} : { remoteId: this.#remoteId }),
      ...(call.remoteMaker === undefined ? {} : { remoteMaker: call.remoteMaker.slice(0, 80) }),
      ...(this.#abilities === undefined ? {} : { abilities: this.#abilities }),
      ...(call.subaddress === undefined ? {} : { subaddress: call.subaddress.slice(0, 20) }),
      ...(session === undefined
        ? {}
        : {
            rateBps: rateBpsOf(session.values.br),
            coding: session.parameters.coding,
            resolution: session.parameters.resolution,
            ecm: session.parameters.ecmFrameOctets !== null,
          }),
      ...(modulation === undefined ? {} : { modulation }),
      trouble: { trainingFailedAt: this.#failedTrainings, repeats: this.repeats },
    };
  }

  #tellCapabilities(text: string): void {
    const values = readSubparameters(text, this.#base);
    if (values === null) {
      this.write(`They say what they can do in a way that cannot be read (${text.slice(0, 60)}).`);
      return;
    }
    const capabilities = capabilitiesOf(values, { hasDocumentToPoll: this.#hasDocumentToPoll });
    const words = describeCapabilities(capabilities);
    this.write(`They ${words}.`);
    this.#abilities = {
      ratesBps: [
        ...new Set([
          ...(values.br > 5 ? [rateBpsOf(values.br)] : []),
          ...ratesUpTo(values.br).map(({ rateBps }) => rateBps),
        ]),
      ],
      modulations: [...new Set(capabilities.rates.map(({ modulation }) => modulation))],
      resolutions: [...capabilities.resolutions],
      codings: [...capabilities.codings],
      ecm: capabilities.ecm,
      widthMm: capabilities.width,
      canReceive: true,
      hasDocumentToPoll: this.#hasDocumentToPoll,
      subaddress: false,
      password: false,
      text: words.slice(0, 500),
    };
  }
}

function isSame(one: Subparameters, other: Subparameters): boolean {
  return writeSubparameters(one, 16) === writeSubparameters(other, 16);
}

function bitsPerSecond(rateBps: number): string {
  return `${String(rateBps).replace(/^(\d\d)(\d{3})$/u, '$1 $2')} bit/s`;
}
