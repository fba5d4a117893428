// What the modem has told about the call so far, from whichever line it came in.

import { parseNonStandard } from '../../../fax/t30/frames/nonStandard.ts';
import type { Dialect } from './dialect.ts';
import { readResponse } from './responses.ts';
import type { Response } from './responses.ts';
import { readSubparameters } from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

export class Heard {
  connected = false;
  voice = false;
  /** CSI, TSI or CIG, whichever came last. */
  remoteId: string | undefined;
  remoteMaker: string | undefined;
  /** Of its DIS; of its DTC when it wants to fetch. */
  remote: Subparameters | undefined;
  /** In force, of the last DCS. */
  session: Subparameters | undefined;
  /** A DCS was told since this was last set to false. */
  newSession = false;
  hasDocumentToPoll = false;
  wantsToPoll = false;
  readonly addresses = new Map<'SUB' | 'SEP' | 'PWD', string>();
  pageStatus: number | null = null;
  postPage: number | null = null;
  /** Value of +FHNG or +FHS as it was written: the call is over. */
  hangup: string | undefined;
  /** NO CARRIER or ERROR outside of any command. */
  lost = false;
  readonly #dialect: Dialect;
  readonly #isCaller: boolean;
  readonly #onResponse: (response: Response) => void;
  readonly #onOver: (() => void)[] = [];

  constructor(dialect: Dialect, isCaller: boolean, onResponse: (response: Response) => void) {
    this.#dialect = dialect;
    this.#isCaller = isCaller;
    this.#onResponse = onResponse;
  }

  get isOver(): boolean {
    return this.hangup !== undefined || this.lost;
  }

  /** A fax machine is, or was, at the other end; +FCON may be missing where what it can do is not. */
  get isFax(): boolean {
    return this.connected || this.remote !== undefined || this.session !== undefined;
  }

  /** Calls back once when the modem tells that the call is over; at once when it has. */
  whenOver(callback: () => void): void {
    if (this.isOver) callback();
    else this.#onOver.push(callback);
  }

  take(line: string): void {
    const response = readResponse(line);
    if (response === null) return;
    this.#note(response);
    this.#onResponse(response);
  }

  /** A line that came while no command was running. */
  takeUnasked(line: string): void {
    if (/^\s*NO CARRIER\b/iu.test(line)) {
      this.lost = true;
      this.#over();
    } else {
      this.take(line);
    }
  }

  /** What was told about the last page counts no more. */
  forgetPage(): void {
    this.pageStatus = null;
    this.postPage = null;
  }

  #note(response: Response): void {
    switch (response.kind) {
      case 'connected':
        this.connected = true;
        return;
      case 'voice':
        this.voice = true;
        return;
      case 'remoteId':
        if (response.id !== '') this.remoteId = response.id;
        return;
      case 'capabilities':
        this.remote = readSubparameters(response.values, this.#dialect.base) ?? this.remote;
        return;
      case 'pollRequest':
        this.wantsToPoll = true;
        this.remote = readSubparameters(response.values, this.#dialect.base) ?? this.remote;
        return;
      case 'session':
        this.newSession = true;
        this.session = readSubparameters(response.values, this.#dialect.base) ?? this.session;
        return;
      case 'documentToPoll':
        // To an answering modem's host it is the caller that wants to fetch.
        if (this.#isCaller) this.hasDocumentToPoll = true;
        else this.wantsToPoll = true;
        return;
      case 'nonStandard': {
        const { maker } = parseNonStandard(response.octets);
        if (!maker.startsWith('unknown')) this.remoteMaker = maker;
        return;
      }
      case 'address':
        this.addresses.set(response.frame, response.text);
        return;
      case 'pageStatus':
        this.pageStatus = response.status ?? this.pageStatus;
        return;
      case 'postPage':
        this.postPage = response.number ?? this.postPage;
        return;
      case 'hangup':
        this.hangup ??= response.code;
        this.#over();
        return;
      case 'confirmedToReceive':
    }
  }

  #over(): void {
    for (const callback of this.#onOver.splice(0)) callback();
  }
}
