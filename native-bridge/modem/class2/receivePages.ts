// The receiving side: pages as the modem hands them over. The next +FDR confirms a page, so it is given only when the
// page is durable; a page that is not to be confirmed is refused before it, and kept if it does not come again.

import type { CopyQualityLimits } from '../../../fax/t4/copyQuality.ts';
import type { PageQuality } from '../../../fax/t4/coding.ts';
import type { Outcome } from '../../../protocol/outcome.ts';
import { withinTime } from '../serial/withinTime.ts';
import type { PostPage } from './dialect.ts';
import {
  AFTER_EOM_MS,
  ECM_PAGE_REFUSALS,
  LEAST_KEPT_ROWS,
  NEXT_PAGE_MS,
  PAGE_REFUSALS,
  START_TRIES,
  STORE_MS,
  STRAY_OK_MS,
  TRAINING_MS,
  silenceMs,
} from './limits.ts';
import { takePageData } from './pageData.ts';
import type { StartHabits } from './pageData.ts';
import { PageIntake } from './pageIntake.ts';
import type { BitOrderKnowledge } from './pageIntake.ts';
import { isArrivedWhole } from './pageJudgement.ts';
import type { Class2Session } from './session.ts';
import { rateBpsOf, readSubparameters, sessionOf } from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

interface ReceivePlan {
  /** Its best rate tells V.17 from V.29. */
  own: Subparameters;
  copyQuality: CopyQualityLimits;
  order: BitOrderKnowledge;
  habits: StartHabits;
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
    if (done === 'next') continue;
    await receiving.keepRefused();
    return done;
  }
}

interface Refused {
  page: number;
  ecm: boolean;
  closing: PostPage | 'unknown';
  rows: number;
}

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
  /** A page that was not confirmed, as far as it can be read: it may come again, and else is all that there is of it. */
  #refused: Refused | null = null;
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
    const lost = await this.#isAnotherPage();
    if (lost !== null) return lost;
    this.#tellSession();
    const page = session.tale.pagesReceived;
    if (this.#intake === null) {
      session.tale.event({ type: 'pageBegins', page, direction: 'receive', attempt: this.#refusals + 1 });
      session.tale.progress({ phase: 'receiving', page });
    }
    const values = session.heard.session;
    this.#intake ??= new PageIntake(session.tools.pages, page, this.#plan.order, this.#parameters(values));
    const failure = await takePageData(session, this.#intake, { values, habits: this.#plan.habits });
    if (failure !== null) {
      this.#breaksOff(page, this.#intake, values);
      return failure;
    }
    return this.#judge(page, this.#intake);
  }

  /** +FDR until CONNECT, which also confirms the page before. Null when a page comes. */
  async #start(): Promise<Reception | null> {
    const session = this.#session;
    const { heard } = session;
    const trains = this.#firstPage || this.#stored !== 'MPS';
    if (this.#refused !== null) heard.newSession = false;
    session.tale.progress({ phase: this.#firstPage ? 'training' : 'confirming' });
    for (let attempt = 1; ; attempt++) {
      let answer = await session.command('AT+FDR', this.#startMs(trains));
      const { session: values } = heard;
      const mayFollow = this.#stored !== 'EOP' && !heard.isOver;
      // Some modems say CONNECT when the first block of a page is whole.
      if (answer.result === 'timeout' && mayFollow && values !== undefined && values.ec > 0) {
        answer = await session.nextResult(silenceMs(rateBpsOf(values.br), true));
      }
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
      const isWhole = before === 'EOP' || (before === 'unknown' && session.hangupCode() === 0);
      if (isWhole && this.#refused === null) return 'complete';
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

  /** Behind EOP comes DCN, within T2. */
  #startMs(trains: boolean): number {
    if (!trains || this.#stored === 'EOP') return NEXT_PAGE_MS;
    return this.#stored === 'EOM' ? AFTER_EOM_MS : TRAINING_MS;
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
    const { quality, endSeen } = arrived;
    const isGood = isArrivedWhole(arrived, parameters, this.#plan.copyQuality);
    tale.event({
      type: 'pageReceived',
      page,
      quality: ecm && isGood && quality.badRows === 0 ? null : quality,
      endSeen: isGood || endSeen !== false,
    });
    const closing = closingOf(postPage);
    this.#refused = { page, ecm, closing, rows: quality.rows };
    if (postPage !== null && postPage >= 8) return this.#givenUp(page, closing, quality.rows > 0);
    const modemRefuses = heard.pageStatus === 2 || heard.pageStatus === 4;
    if (!isGood || (modemRefuses && !(await session.set(`${session.dialect.pageStatus}=1`)))) {
      if (!ecm || quality.rows === 0 || this.#mayComeAgain(closing))
        return this.#refuse(page, quality, { ecm, isSet: modemRefuses });
    }
    if (isGood) intake.wasGood();
    return this.#store(page, closing, { ecm, damaged: !isGood });
  }

  /**
   * RTN is no answer of error correction (T.30 Annex A): a damaged page is refused so once, and only where it can be told
   * whether it comes again; then it is kept, marked.
   */
  #mayComeAgain(closing: PostPage | 'unknown'): boolean {
    return this.#refusals < ECM_PAGE_REFUSALS && (closing === 'MPS' || closing === 'EOP');
  }

  /** EOR: the sender goes on with its next page (T.30 Annex A.4.3); what came of this one is all that there is of it. */
  async #givenUp(
    page: number,
    closing: PostPage | 'unknown',
    isReadable: boolean,
  ): Promise<'next' | Outcome> {
    const session = this.#session;
    session.tale.event({ type: 'pageRefused', page, direction: 'receive', by: 'ERR' });
    if (isReadable) return this.#store(page, closing, { ecm: true, damaged: true });
    this.#refused = null;
    session.tools.pages.drop(page);
    return 'next';
  }

  async #store(
    page: number,
    closing: PostPage | 'unknown',
    { ecm, damaged }: { ecm: boolean; damaged: boolean },
  ): Promise<'next' | Outcome> {
    const session = this.#session;
    session.tale.progress({ phase: 'confirming' });
    this.#refused = null;
    if (damaged) session.tale.write(`Page ${page + 1} is kept as it came, damaged.`);
    const failure = await stored(session, page, { limitMs: ecm ? STORE_MS.ecm : STORE_MS.plain, damaged });
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
  async #refuse(
    page: number,
    quality: PageQuality,
    { ecm, isSet }: { ecm: boolean; isSet: boolean },
  ): Promise<'next' | Outcome> {
    const session = this.#session;
    if (quality.rows === 0) session.tools.pages.drop(page);
    this.#refusals += 1;
    const limit = quality.rows === 0 ? 1 : PAGE_REFUSALS;
    const isRefused = isSet || (await session.set(`${session.dialect.pageStatus}=2`));
    // The modem confirms it whatever we say.
    if (!isRefused && ecm && this.#refused !== null && quality.rows > 0 && !session.heard.isOver) {
      return this.#store(page, this.#refused.closing, { ecm, damaged: true });
    }
    if (this.#refusals > limit || !isRefused) {
      const times = this.#refusals === 1 ? 'once' : `${this.#refusals} times`;
      return session.outcome('PAGE_QUALITY', 'D', `page ${page + 1} was unusable ${times}`);
    }
    session.tale.event({ type: 'pageRefused', page, direction: 'receive', by: 'RTN' });
    return 'next';
  }

  /**
   * After a refusal under error correction. A sender that repeats the page says DCS again first (T.30 §5.3.6.1.7); without
   * one the modem has confirmed the page all the same, and another one comes.
   */
  async #isAnotherPage(): Promise<Outcome | null> {
    const refused = this.#refused;
    const session = this.#session;
    if (refused?.ecm !== true || refused.closing !== 'MPS' || session.heard.newSession) return null;
    if (refused.rows === 0) {
      session.busy = 'receivingData';
      return session.outcome(
        'PAGE_QUALITY',
        'D',
        `page ${refused.page + 1} was unusable, and cannot be had again`,
      );
    }
    const done = await this.#store(refused.page, refused.closing, { ecm: true, damaged: true });
    if (done !== 'next') return done;
    this.#confirmStored('CONNECT');
    return null;
  }

  /** The page ended in its middle: what there is of it may be all that ever comes. */
  #breaksOff(page: number, intake: PageIntake, values: Subparameters | undefined): void {
    const session = this.#session;
    this.#intake = null;
    const { quality } = intake.end(sessionOf(values ?? UNTOLD, this.#plan.own.br));
    if (quality.rows === 0) session.tools.pages.drop(page);
    else session.tale.event({ type: 'pageReceived', page, quality, endSeen: false });
    this.#refused = {
      page,
      ecm: (values?.ec ?? 0) > 0,
      closing: 'unknown',
      rows: quality.rows,
    };
  }

  /** At the end of the call: a page that was not confirmed and did not come again is kept, damaged and uncounted. */
  async keepRefused(): Promise<void> {
    const refused = this.#refused;
    const { tools, tale } = this.#session;
    if (refused === null) return;
    this.#refused = null;
    tale.complete = false;
    if (refused.rows < LEAST_KEPT_ROWS) {
      tools.pages.drop(refused.page);
      return;
    }
    try {
      await withinTime(tools.pages.keep(refused.page), STORE_MS.plain);
      tale.write(`Page ${refused.page + 1} did not come again; what came of it is kept.`);
    } catch (error) {
      tale.write(`What came of page ${refused.page + 1} is not kept: ${reasonOf(error)}.`);
    }
  }

  async #askForSession(): Promise<Subparameters> {
    const session = this.#session;
    const text = await session.ask(session.dialect.sessionQuery);
    const values = text === undefined ? null : readSubparameters(text, session.dialect.base);
    session.heard.session = values ?? undefined;
    return values ?? UNTOLD;
  }
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the page was not stored';
}

/** Null when the page is durable, else why it is not. */
async function stored(
  session: Class2Session,
  page: number,
  { limitMs, damaged }: { limitMs: number; damaged: boolean },
): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('the page was not stored in the time that a sender waits'), limitMs);
  });
  const storing = session.tools.pages.store(page, damaged).then(() => null, reasonOf);
  // Null of unlessOver: the call is over; what is stored meanwhile is stored.
  const first = await session.unlessOver(
    Promise.race([storing.then((failure) => ({ failure })), late.then((failure) => ({ failure }))]),
  );
  clearTimeout(timer);
  return first === null ? 'the call ended before the page was stored' : first.failure;
}
