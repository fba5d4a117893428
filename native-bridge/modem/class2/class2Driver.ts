// The driver for modems that speak T.30 themselves: Class 2, 2.0 and 2.1. One call from dialling or answering to the
// released line.

import type { Outcome } from '../../../protocol/outcome.ts';
import { outcome } from '../../../protocol/outcome.ts';
import type { CallReport } from '../../../protocol/modem.ts';
import type {
  AnswerRequest,
  CreateDriver,
  DialRequest,
  DriverTools,
  FaxDriver,
  ModemFacts,
} from '../faxDriver.types.ts';
import { defaultCopyQualityLimits } from '../../../fax/t4/copyQuality.ts';
import { matchIdentity } from '../identityGuard.ts';
import { releaseLine } from '../callControl/releaseLine.ts';
import { answer, dial } from './calling.ts';
import { CallTale } from './callTale.ts';
import { dialectOf } from './dialect.ts';
import { ownSubparameters } from './ownCapabilities.ts';
import type { StartHabits } from './pageData.ts';
import type { BitOrderKnowledge } from './pageIntake.ts';
import { planPages } from './pagePlan.ts';
import { PageSupply } from './pageSupply.ts';
import { receivePages } from './receivePages.ts';
import { sendPages } from './sendPages.ts';
import { Class2Session } from './session.ts';
import { setUp } from './setUp.ts';
import type { Subparameters } from './subparameters.ts';

/** Learned of the modem, over its calls. */
type ModemHabits = StartHabits & { saysXon: boolean };

/** A driver is made for each call; what was discovered of the modem lasts until it is discovered anew. */
const HABITS = new WeakMap<ModemFacts, ModemHabits>();

export const createClass2Driver: CreateDriver = (tools): FaxDriver => {
  const habits = HABITS.get(tools.facts) ?? { saysXon: true };
  HABITS.set(tools.facts, habits);
  return {
    async run(request, signal) {
      const call = new Class2Call(tools, request, { signal, habits });
      return call.run();
    },
  };
};

class Class2Call {
  readonly #tools: DriverTools;
  readonly #request: DialRequest | AnswerRequest;
  readonly #session: Class2Session;
  readonly #tale: CallTale;
  readonly #own: Subparameters;
  readonly #habits: ModemHabits;
  readonly #order: BitOrderKnowledge;

  constructor(
    tools: DriverTools,
    request: DialRequest | AnswerRequest,
    { signal, habits }: { signal: AbortSignal; habits: ModemHabits },
  ) {
    const dialect = dialectOf(tools.facts);
    this.#tools = tools;
    this.#request = request;
    this.#habits = habits;
    const direction = request.type === 'dial' ? 'outgoing' : 'incoming';
    this.#tale = new CallTale(tools, dialect.base, direction);
    this.#own = ownSubparameters(tools.facts, request.hints, dialect);
    this.#order = {
      reversed: undefined,
      // A page that tells is believed before the profile: makers changed it between two firmwares of one name.
      usuallyReversed: tools.facts.profile.quirks.reversedData ?? dialect.usuallyReversed,
    };
    this.#session = new Class2Session(tools, {
      dialect,
      direction,
      tale: this.#tale,
      signal,
    });
  }

  /** Never rejects; the line is released when it resolves, or the port is gone. */
  async run(): Promise<CallReport> {
    const session = this.#session;
    const stopListening = this.#tools.dialogue.onUnsolicited((what) => {
      if (what.type === 'line') session.heard.takeUnasked(what.text);
    });
    let result: Outcome;
    try {
      result = await this.#call();
    } catch (error) {
      // A bug of ours must not leave the line off hook.
      result = outcome('INTERNAL_ERROR', 'call', error instanceof Error ? error.message : 'unknown');
    }
    try {
      this.#tale.progress({ phase: 'ending' });
      if (!this.#tale.complete || result.code !== 'CONFIRMED') await session.breakOff();
      await releaseLine(this.#tools.dialogue, this.#tools.connection);
    } catch (error) {
      this.#tale.write(`Hanging up failed: ${error instanceof Error ? error.message : 'unknown'}.`);
    } finally {
      stopListening();
    }
    this.#tale.write(
      `The call has ended: ${result.code}${result.detail === undefined ? '' : ` (${result.detail})`}.`,
    );
    return this.#tale.report(result, {
      faxClass: session.dialect.faxClass,
      remoteMaker: session.heard.remoteMaker,
      subaddress: session.heard.addresses.get('SUB'),
    });
  }

  async #call(): Promise<Outcome> {
    const session = this.#session;
    const request = this.#request;
    const unready = await setUp(session, request, this.#own);
    if (unready !== null) return unready;
    return request.type === 'dial' ? this.#outgoing(request) : this.#incoming(request);
  }

  async #outgoing(request: DialRequest): Promise<Outcome> {
    const session = this.#session;
    this.#tale.progress({ phase: 'dialling', pagesSent: 0, pagesReceived: 0 });
    const polls = request.poll !== undefined;
    if (request.poll !== undefined) await this.#askToPoll(request.poll);
    const failed = await dial(session, request);
    if (failed !== null) return failed;
    this.#tale.connected();
    this.#tale.progress({ phase: 'identifying' });
    const wrong = this.#guard(request);
    if (wrong !== null) return wrong;
    const pages = planPages(request.documents);
    if (pages.length > 0) {
      const ended = await this.#send(pages, request, polls && session.heard.hasDocumentToPoll);
      if (ended !== null) return ended;
    }
    if (!polls) return this.#allSent();
    if (pages.length > 0 && !session.heard.hasDocumentToPoll) {
      return session.outcome('CANNOT_BE_POLLED', 'B', 'the far machine did not say that it has a document');
    }
    this.#tale.complete = false;
    return this.#receive(undefined);
  }

  async #incoming(request: AnswerRequest): Promise<Outcome> {
    const session = this.#session;
    this.#tale.progress({ phase: 'answering', pagesSent: 0, pagesReceived: 0 });
    const failed = await answer(session);
    if (failed !== null) return failed;
    this.#tale.connected();
    this.#tale.progress({ phase: 'identifying' });
    if (session.heard.wantsToPoll) return this.#serve(request);
    if (!request.receives) return session.outcome('CANNOT_RECEIVE', 'B', 'this line is not to receive');
    if (request.receivePassword !== undefined && session.dialect.password === null) {
      this.#tale.write('A password is asked for on this line, and a modem of this class cannot tell it.');
      return session.outcome('PASSWORD_REFUSED', 'B', 'Class 2 does not tell passwords');
    }
    return this.#receive(request.receivePassword, request);
  }

  /** The caller fetches what is kept for it. */
  async #serve(request: AnswerRequest): Promise<Outcome> {
    const session = this.#session;
    const { addresses } = session.heard;
    const pages = planPages(request.documents);
    if (pages.length === 0) return session.outcome('NOTHING_TO_POLL', 'B', 'nothing is kept to be fetched');
    const isAllowed =
      (request.pollPassword === undefined || request.pollPassword === addresses.get('PWD')) &&
      (request.pollAddress === undefined || request.pollAddress === addresses.get('SEP'));
    if (!isAllowed)
      return session.outcome('PASSWORD_REFUSED', 'B', 'it did not give the password or address');
    return (await this.#send(pages, request, false)) ?? this.#allSent();
  }

  async #askToPoll({ address, password }: NonNullable<DialRequest['poll']>): Promise<void> {
    const session = this.#session;
    const { dialect } = session;
    for (const [command, text, what] of [
      [dialect.pollingAddress, address, 'address'],
      [dialect.password, password, 'password'],
    ] as const) {
      if (text === undefined || text === '') continue;
      const given = command !== null && (await session.set(`${command}="${text.replace(/["\\;]/gu, '')}"`));
      if (!given) this.#tale.write(`This modem cannot give the ${what} of the document to be fetched.`);
    }
  }

  /** The wrong-number guard: who answers is compared with who is expected before a page is sent. */
  #guard({ guard }: DialRequest): Outcome | null {
    const { remoteId } = this.#session.heard;
    if (guard === undefined || matchIdentity(remoteId ?? null, guard.expected) !== 'mismatch') return null;
    const expected = guard.expected.join(', ');
    if (guard.onMismatch === 'goOn') {
      this.#tale.write(
        `“${remoteId ?? ''}” was not expected (${expected}); going on as this contact allows.`,
      );
      return null;
    }
    this.#tale.write(`“${remoteId ?? ''}” was not expected (${expected}); nothing is sent.`);
    return outcome('WRONG_NUMBER', 'identify', `“${remoteId ?? ''}” answered, expected: ${expected}`);
  }

  #send(
    pages: ReturnType<typeof planPages>,
    { hints }: DialRequest | AnswerRequest,
    thenFetches: boolean,
  ): Promise<Outcome | null> {
    // Most modems add an RTC of their own; some do not, and a second one does no harm.
    const keepsRtc = this.#tools.facts.profile.quirks.hostSendsRtc !== false;
    const supply = new PageSupply(this.#tools.pages, keepsRtc);
    return sendPages(this.#session, {
      pages,
      own: this.#own,
      hints,
      supply,
      thenFetches,
      habits: this.#habits,
    });
  }

  async #receive(password: string | undefined, request?: AnswerRequest): Promise<Outcome> {
    const session = this.#session;
    const done = await receivePages(session, {
      own: this.#own,
      copyQuality: request?.copyQuality ?? defaultCopyQualityLimits,
      order: this.#order,
      habits: this.#habits,
      password,
    });
    if (done === 'complete') {
      this.#tale.complete = true;
      return session.outcome('OK', 'E', 'every page was stored and confirmed');
    }
    const isUnpolled = request === undefined && session.hangupCode() === 21 && this.#tale.pagesReceived === 0;
    if (isUnpolled)
      return session.outcome('CANNOT_BE_POLLED', 'B', 'the modem says that it cannot be polled');
    if (done !== 'wantsToPoll') return done;
    return request === undefined
      ? session.outcome('NOTHING_TO_POLL', 'B', 'it wants to fetch a document itself')
      : this.#serve(request);
  }

  /** The modem's own end of the call, with DCN, is waited for before the line is released. */
  async #allSent(): Promise<Outcome> {
    const session = this.#session;
    await session.lastWord();
    return session.outcome('OK', 'E', 'every page was confirmed');
  }
}
