// The receiving side: pages as the modem hands them over. The next +FDR confirms a page, so it is given only when the
// page is durable; a page that is not to be confirmed is refused before it.

import { isCopyQualityAcceptable } from '../../../fax/t4/copyQuality.ts';
import type { CopyQualityLimits } from '../../../fax/t4/copyQuality.ts';
import type { PageQuality } from '../../../fax/t4/coding.ts';
import type { Outcome } from '../../../protocol/outcome.ts';
import { dialOutcome } from '../callOutcome.ts';
import type { PostPage } from './dialect.ts';
import type { Heard } from './heard.ts';
import {
  DATA_START_MS,
  PAGE_REFUSALS,
  PAGE_RESULT_MS,
  START_TRIES,
  STORE_MS,
  STRAY_OK_MS,
  TRAINING_MS,
  silenceMs,
} from './limits.ts';
import { PageIntake } from './pageIntake.ts';
import type { BitOrderKnowledge } from './pageIntake.ts';
import type { Class2Session } from './session.ts';
import { rateBpsOf, readSubparameters, sessionOf } from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

interface ReceivePlan {
  /** Its best rate tells V.17 from V.29. */
  own: Subparameters;
  copyQuality: CopyQualityLimits;
  order: BitOrderKnowledge;
  /** What the sender must give (SID, PWD); undefined for nothing. */
  password: string | undefined;
}

/**
 * `complete`: the sender said that it was done, and everything is stored. `wantsToPoll`: it wants to fetch a document.
 * Else why the call must end, or has ended; the caller of this breaks it off.
 */
type Reception = 'complete' | 'wantsToPoll' | Outcome;

export async function receivePages(session: Class2Session, plan: ReceivePlan): Promise<Reception> {
  const receiving = new Receiving(session, plan);
  for (;;) {
    const done = await receiving.page();
    if (done !== 'next') return done;
  }
}

const DC1 = 0x11;
const DC2 = 0x12;

/** A sender's fine A4 page in MH, when the modem never said how it travels. */
const UNTOLD: Subparameters = { vr: 1, br: 3, wd: 0, ln: 2, df: 0, ec: 0, bf: 0, st: 0 };

class Receiving {
  readonly #session: Class2Session;
  readonly #plan: ReceivePlan;
  /** Stored, and confirmed by the next +FDR; what followed it. */
  #stored: PostPage | 'unknown' | null = null;
  /** What followed the page that was confirmed last. */
  #lastClosing: PostPage | 'unknown' | null = null;
  #refusals = 0;
  #firstPage = true;
  /** A part of a page (PPS-NULL) came, and its rest will. */
  #intake: PageIntake | null = null;

  constructor(session: Class2Session, plan: ReceivePlan) {
    this.#session = session;
    this.#plan = plan;
  }

  async page(): Promise<'next' | Reception> {
    const session = this.#session;
    const started = await this.#start();
    if (started !== null) return started;
    const refusal = this.#checkPassword();
    if (refusal !== null) return refusal;
    this.#tellSession();
    const page = session.tale.pagesReceived;
    if (this.#intake === null) {
      session.tale.event({ type: 'pageBegins', page, direction: 'receive', attempt: this.#refusals + 1 });
      session.tale.progress({ phase: 'receiving', page });
    }
    const values = session.heard.session;
    this.#intake ??= new PageIntake(session.tools.pages, page, this.#plan.order, this.#parameters(values));
    const failure = await this.#takeData(this.#intake, values);
    if (failure !== null) {
      session.tools.pages.drop(page);
      return failure;
    }
    return this.#judge(page, this.#intake);
  }

  /** +FDR until CONNECT, which also confirms the page before. Null when a page comes. */
  async #start(): Promise<Reception | null> {
    const session = this.#session;
    const { heard } = session;
    const trains = this.#firstPage || this.#stored !== 'MPS';
    session.tale.progress({ phase: this.#firstPage ? 'training' : 'confirming' });
    for (let attempt = 1; ; attempt++) {
      let answer = await session.command('AT+FDR', TRAINING_MS);
      this.#confirmStored(answer.result);
      const before = this.#stored === null ? this.#lastClosing : null;
      if (answer.result === 'OK' && !heard.isOver && !heard.wantsToPoll) {
        answer = await session.nextResult(trains ? STRAY_OK_MS.training : STRAY_OK_MS.page);
        // Behind the last page nothing else is to come.
        if (answer.result === 'timeout' && attempt < START_TRIES && before !== 'EOP') continue;
      }
      // A modem that has hung up gives no page, whatever else it says.
      if (answer.result === 'CONNECT' && heard.hangup === undefined) {
        this.#firstPage = false;
        return null;
      }
      if (heard.wantsToPoll && answer.result === 'OK' && !heard.isOver) return 'wantsToPoll';
      // Some modems say ERROR once after a page that was refused.
      if (answer.result === 'ERROR' && !heard.isOver && attempt < START_TRIES) continue;
      if (before === 'EOP' || (before === 'unknown' && session.hangupCode() === 0)) return 'complete';
      const detail = `${answer.result} in answer to AT+FDR`;
      if (this.#refusals > 0) {
        return session.ended(answer, { code: 'PAGE_QUALITY', phase: 'D', detail: `${detail}, after RTN` });
      }
      if (session.tale.pagesReceived > 0) {
        return session.ended(answer, { code: 'DCN_BEFORE_END', phase: 'D', detail });
      }
      return session.ended(answer, { code: 'DCN_IN_IDENTIFICATION', phase: 'B', detail });
    }
  }

  /** The page is counted once the modem was told to confirm it. */
  #confirmStored(result: string): void {
    const stored = this.#stored;
    if (stored === null || result === 'closed' || result === 'aborted') return;
    const { tale } = this.#session;
    tale.event({ type: 'pageConfirmed', page: tale.pagesReceived, direction: 'receive' });
    tale.pageReceived();
    tale.complete = stored === 'EOP';
    this.#lastClosing = stored;
    this.#stored = null;
  }

  #checkPassword(): Outcome | null {
    const { password } = this.#plan;
    const session = this.#session;
    if (password === undefined || password === session.heard.addresses.get('PWD')) return null;
    session.busy = 'receivingData';
    return session.outcome('PASSWORD_REFUSED', 'B', 'the sender did not give the password that is asked for');
  }

  #tellSession(): void {
    const session = this.#session;
    const { remoteId, addresses } = session.heard;
    const subaddress = addresses.get('SUB');
    session.tools.pages.setSender({
      ...(remoteId === undefined ? {} : { remoteId }),
      ...(subaddress === undefined ? {} : { subaddress }),
    });
    const values = session.heard.session;
    if (values !== undefined) session.tale.agreed(values, sessionOf(values, this.#plan.own.br));
  }

  #parameters(values: Subparameters | undefined): ReturnType<typeof sessionOf> | null {
    return values === undefined ? null : sessionOf(values, this.#plan.own.br);
  }

  /** Null when the page came to its end and the modem told what follows, as far as it does. */
  async #takeData(intake: PageIntake, values: Subparameters | undefined): Promise<Outcome | null> {
    const session = this.#session;
    session.heard.forgetPage();
    session.busy = 'receivingData';
    const how = await this.#receive(intake, values);
    switch (how) {
      case 'ended':
      case 'result': {
        const answer = await session.nextResult(PAGE_RESULT_MS, { isLast: hasPostPage });
        const isTold = session.heard.postPage !== null || (how === 'ended' && answer.result === 'OK');
        if (isTold && session.hangupCode() === null && !session.heard.lost) return null;
        return session.ended(answer, {
          code: 'PAGE_BROKEN_OFF',
          phase: 'C',
          detail: `${answer.result} in place of what follows a page`,
        });
      }
      case 'closed':
        session.closed = true;
        return dialOutcome('portLost', 'in the middle of a page');
      case 'timeout':
        return dialOutcome('modemSilent', 'page data stopped coming');
      case 'tooLarge':
        return session.outcome('PARAMETERS_REFUSED', 'C', 'the page has no end');
      case 'aborted':
        return session.ended(null, {
          code: 'PAGE_BROKEN_OFF',
          phase: 'C',
          detail: 'in the middle of a page',
        });
    }
  }

  async #receive(
    intake: PageIntake,
    values: Subparameters | undefined,
  ): Promise<'ended' | 'timeout' | 'result' | 'closed' | 'aborted' | 'tooLarge'> {
    const session = this.#session;
    const { dialogue, facts } = session.tools;
    const { startOctet = DC2, singleDle } = facts.profile.quirks;
    const enough = new AbortController();
    const signal = AbortSignal.any([session.signal, enough.signal]);
    const begun = intake.octets;
    const onOctets = (octets: Uint8Array): void => {
      intake.push(octets);
      if (intake.isTooLarge) enough.abort();
    };
    const longest = silenceMs(rateBpsOf(values?.br ?? 0), (values?.ec ?? 0) > 0);
    let how: Awaited<ReturnType<typeof dialogue.receiveData>> = 'timeout';
    // A modem that does not begin may be waiting for the other one of the two.
    for (const octet of [startOctet, startOctet === DC2 ? DC1 : DC2]) {
      if ((await dialogue.sendRaw(Uint8Array.of(octet))) === 'closed') return 'closed';
      const limitMs = octet === startOctet ? DATA_START_MS : longest;
      how = await dialogue.receiveData(onOctets, { silenceMs: limitMs, signal, singleDle });
      if (how !== 'timeout' || intake.octets > begun) break;
    }
    if (how === 'timeout' && intake.octets > begun) {
      how = await dialogue.receiveData(onOctets, { silenceMs: longest, signal, singleDle });
    }
    return how === 'aborted' && intake.isTooLarge ? 'tooLarge' : how;
  }

  async #judge(page: number, intake: PageIntake): Promise<'next' | Reception> {
    const session = this.#session;
    const { heard, tale } = session;
    const values = heard.session ?? (await this.#askForSession());
    const parameters = sessionOf(values, this.#plan.own.br);
    const ecm = parameters.ecmFrameOctets !== null;
    const { postPage } = heard;
    if (ecm && postPage === 3) return 'next';
    this.#intake = null;
    const arrived = intake.end(parameters);
    tale.event({ type: 'pageReceived', page, quality: arrived?.quality ?? null, endSeen: true });
    if (postPage !== null && postPage >= 8) {
      session.tools.pages.drop(page);
      tale.event({ type: 'pageRefused', page, direction: 'receive', by: 'ERR' });
      return 'next';
    }
    const isGood = arrived === null || isCopyQualityAcceptable(arrived.quality, this.#plan.copyQuality);
    const modemRefuses = heard.pageStatus === 2 || heard.pageStatus === 4;
    if (!isGood || (modemRefuses && !(await session.set(`${session.dialect.pageStatus}=1`)))) {
      return this.#refuse(page, arrived?.quality ?? null, modemRefuses);
    }
    intake.wasGood();
    return this.#store(page, closingOf(postPage), ecm ? STORE_MS.ecm : STORE_MS.plain);
  }

  async #store(page: number, closing: PostPage | 'unknown', limitMs: number): Promise<'next' | Outcome> {
    const session = this.#session;
    session.tale.progress({ phase: 'confirming' });
    const failure = await stored(session, page, limitMs);
    if (failure === null) {
      this.#stored = closing;
      this.#refusals = 0;
      return 'next';
    }
    if (session.signal.aborted || session.heard.isOver) {
      return session.ended(null, { code: 'PAGE_NOT_STORED', phase: 'D', detail: failure });
    }
    // Whatever the modem still says about the page, it must not be a confirmation.
    await session.set(`${session.dialect.pageStatus}=2`);
    return session.outcome('PAGE_NOT_STORED', 'D', failure);
  }

  /** RTN. Some senders take it for success: a page of which nothing came is not refused so politely for long. */
  async #refuse(page: number, quality: PageQuality | null, isSet: boolean): Promise<'next' | Outcome> {
    const session = this.#session;
    session.tools.pages.drop(page);
    this.#refusals += 1;
    const limit = quality?.rows === 0 ? 1 : PAGE_REFUSALS;
    const isRefused = isSet || (await session.set(`${session.dialect.pageStatus}=2`));
    if (this.#refusals > limit || !isRefused) {
      const times = this.#refusals === 1 ? 'once' : `${this.#refusals} times`;
      return session.outcome('PAGE_QUALITY', 'D', `page ${page + 1} was unusable ${times}`);
    }
    session.tale.event({ type: 'pageRefused', page, direction: 'receive', by: 'RTN' });
    return 'next';
  }

  async #askForSession(): Promise<Subparameters> {
    const session = this.#session;
    const text = await session.ask(session.dialect.sessionQuery);
    const values = text === undefined ? null : readSubparameters(text, session.dialect.base);
    session.heard.session = values ?? undefined;
    return values ?? UNTOLD;
  }
}

function hasPostPage({ postPage }: Heard): boolean {
  return postPage !== null;
}

/** +FET as the modem reports it: 0–2, PRI- 4–6; 3 without ECM is another page of the document. */
function closingOf(number: number | null): PostPage | 'unknown' {
  switch (number ?? -1) {
    case 0:
    case 3:
    case 4:
      return 'MPS';
    case 1:
    case 5:
      return 'EOM';
    case 2:
    case 6:
      return 'EOP';
    default:
      return 'unknown';
  }
}

/** Null when the page is durable, else why it is not. */
async function stored(session: Class2Session, page: number, limitMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('the page was not stored in the time that a sender waits'), limitMs);
  });
  const storing = session.tools.pages.store(page).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : 'the page was not stored'),
  );
  // Null of unlessOver: the call is over; what is stored meanwhile is stored.
  const first = await session.unlessOver(
    Promise.race([storing.then((failure) => ({ failure })), late.then((failure) => ({ failure }))]),
  );
  clearTimeout(timer);
  return first === null ? 'the call ended before the page was stored' : first.failure;
}
