// The sending side: every page from phase B to the far end's word about it. The modem speaks T.30; the page, what is
// agreed on for it, and what counts as confirmed are decided here.

import type { PageFormat } from '../../../fax/t30/parameters.ts';
import type { RemoteHints } from '../../../protocol/modem.ts';
import type { Outcome } from '../../../protocol/outcome.ts';
import { dialOutcome } from '../callOutcome.ts';
import type { PostPage } from './dialect.ts';
import {
  NEXT_PAGE_MS,
  PAGE_REPEATS,
  PREPARE_MS,
  START_TRIES,
  STRAY_OK_MS,
  TRAINING_MS,
  XON_AGAIN_MS,
  XON_MS,
  pageMs,
} from './limits.ts';
import { agreementFor, formatFor, isSameSession } from './pagePlan.ts';
import type { Agreement, PlannedPage } from './pagePlan.ts';
import { askForVerdict } from './pageVerdict.ts';
import type { PageSupply, SuppliedPage } from './pageSupply.ts';
import { isSameFormat } from './pageSupply.ts';
import { withTimeLimit } from './session.ts';
import type { Class2Session } from './session.ts';
import { rateBpsOf, sessionOf, writeSubparameters } from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

interface SendPlan {
  pages: readonly PlannedPage[];
  own: Subparameters;
  hints: RemoteHints;
  supply: PageSupply;
  /** A document is to be fetched afterwards: the last page ends with EOM, so that phase B comes again. */
  thenFetches: boolean;
  /** Learned of the modem, over its calls. */
  habits: { saysXon: boolean };
}

const XON = 0x11;
const DLE = 0x10;
/** About half a second at 14 400 bit/s: a person who hangs up does not wait, and progress moves. */
const CHUNK_OCTETS = 1024;

/** Null: everything was confirmed. Else why the call must end; the caller of this breaks it off. */
export async function sendPages(session: Class2Session, plan: SendPlan): Promise<Outcome | null> {
  const sending = new Sending(session, plan);
  for (let index = 0; index < plan.pages.length;) {
    const page = plan.pages[index];
    if (page === undefined) break;
    const next = plan.pages[index + 1] ?? null;
    const done = await sending.page(page, next);
    if (done === 'confirmed') index += 1;
    else if (done !== 'again') return done;
  }
  session.tale.complete = true;
  return null;
}

class Sending {
  readonly #session: Class2Session;
  readonly #plan: SendPlan;
  /** The next +FDT begins with DCS: at first, after EOM, and after a page that was refused. */
  #phaseB = true;
  /** The same, and after RTP. */
  #trains = true;
  #asked: Agreement | undefined;
  #br: number;
  #attempt = 1;
  /** What +FSA and +FPW hold. */
  readonly #given = new Map<string, string>();

  constructor(session: Class2Session, plan: SendPlan) {
    this.#session = session;
    this.#plan = plan;
    this.#br = plan.own.br;
  }

  async page(page: PlannedPage, next: PlannedPage | null): Promise<'confirmed' | 'again' | Outcome> {
    const session = this.#session;
    const { tale } = session;
    const agreement = this.#agreement(page);
    if ('incompatible' in agreement) return session.outcome('INCOMPATIBLE', 'B', agreement.incompatible);
    if (this.#phaseB) {
      tale.progress({ phase: 'training' });
      await this.#askForSession(page, agreement);
      this.#asked = agreement;
    }
    const prepared = await this.#take(page, agreement.format);
    if ('code' in prepared) return prepared;
    const failure = await startSending(session, this.#trains);
    if (failure !== null) return failure;
    const values = session.heard.session ?? agreement.values;
    const parameters = sessionOf(values, this.#plan.own.br);
    tale.agreed(values, parameters);
    const format = formatFor(parameters, rateBpsOf(values.br));
    const supplied = isSameFormat(prepared.format, format) ? prepared : await this.#take(page, format);
    if ('code' in supplied) return supplied;
    const closing = this.#closing(page, next);
    const silence = await this.#waitForXon();
    if (silence !== null) return silence;
    return this.#send(page, next, { octets: supplied.octets, values, closing });
  }

  /** For a page that follows with MPS, that of the page before it. */
  #agreement(page: PlannedPage): Agreement | { incompatible: string } {
    if (!this.#phaseB && this.#asked !== undefined) return this.#asked;
    return this.#agreementFor(page);
  }

  #agreementFor({ geometry }: PlannedPage): Agreement | { incompatible: string } {
    const { own, hints } = this.#plan;
    return agreementFor(geometry, { own, hints, remote: this.#session.heard.remote, br: this.#br });
  }

  #closing(page: PlannedPage, next: PlannedPage | null): PostPage {
    if (next === null) return this.#plan.thenFetches ? 'EOM' : 'EOP';
    if (page.isLastOfDocument || this.#asked === undefined) return 'EOM';
    const agreement = this.#agreementFor(next);
    return !('incompatible' in agreement) && isSameSession(agreement.values, this.#asked.values)
      ? 'MPS'
      : 'EOM';
  }

  /** SUB and PWD go with the DCS of their own document alone; modems that do not know them go on without. */
  async #askForSession({ document }: PlannedPage, { values }: Agreement): Promise<void> {
    const session = this.#session;
    const { dialect, tale } = session;
    session.heard.session = undefined;
    for (const [command, text, what] of [
      [dialect.subaddress, document.subaddress, 'subaddress'],
      [dialect.password, document.password, 'password'],
    ] as const) {
      const wanted = (text ?? '').replace(/["\\;]/gu, '');
      const isTold = command !== null && wanted === (this.#given.get(command) ?? '');
      if (isTold || (command === null && wanted === '')) continue;
      const given = command !== null && (await session.set(`${command}="${wanted}"`));
      if (given) this.#given.set(command, wanted);
      else if (wanted !== '') tale.write(`This modem cannot give the ${what}; the document goes without it.`);
    }
    await session.set(`${dialect.session}=${writeSubparameters(values, dialect.base)}`);
  }

  async #take({ page }: PlannedPage, format: PageFormat): Promise<SuppliedPage | Outcome> {
    const session = this.#session;
    try {
      const supplied = await session.unlessOver(this.#plan.supply.take(page, format, PREPARE_MS));
      return supplied ?? (await session.ended(null, notSent(page, 'the call ended while it was made ready')));
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown reason';
      return session.outcome('PAGE_UNAVAILABLE', 'C', `page ${page + 1}: ${reason}`);
    }
  }

  async #waitForXon(): Promise<Outcome | null> {
    const session = this.#session;
    const { habits } = this.#plan;
    if (!session.dialect.waitsForXon) return null;
    session.busy = 'sendingData';
    const limitMs = habits.saysXon ? XON_MS : XON_AGAIN_MS;
    const seen = await session.unlessOver(session.tools.dialogue.waitForOctet(XON, limitMs));
    if (seen === null) return session.ended(null, { code: 'SEND_FAILED', phase: 'C', detail: 'before XON' });
    if (!seen && habits.saysXon)
      session.tale.write('The modem did not say that it takes the page; sending it all the same.');
    habits.saysXon = seen;
    return null;
  }

  async #send(
    page: PlannedPage,
    next: PlannedPage | null,
    { octets, values, closing }: { octets: Uint8Array; values: Subparameters; closing: PostPage },
  ): Promise<'confirmed' | 'again' | Outcome> {
    const session = this.#session;
    const { tale } = session;
    tale.event({ type: 'pageBegins', page: page.page, direction: 'send', attempt: this.#attempt });
    tale.progress({ phase: 'sending', page: page.page, pagePercent: 0, pageOctets: octets.length });
    session.heard.forgetPage();
    const limitMs = pageMs(octets.length, rateBpsOf(values.br), values.ec > 0);
    const failure = await this.#sendData(octets, { closing, limitMs });
    if (failure !== null) return failure;
    if (next !== null && closing === 'MPS' && this.#asked !== undefined) {
      const parameters = sessionOf(values, this.#plan.own.br);
      this.#plan.supply.askFor(next.page, formatFor(parameters, rateBpsOf(values.br)));
    }
    tale.progress({ phase: 'confirming', pagePercent: 100 });
    const verdict = await askForVerdict(session, { page: page.page, closing, limitMs });
    switch (verdict.kind) {
      case 'over':
        return verdict.outcome;
      case 'confirmed':
        return this.#confirmed(page, closing, verdict);
      case 'refused':
        return this.#refused(page, values, verdict.by);
    }
  }

  async #sendData(
    octets: Uint8Array,
    { closing, limitMs }: { closing: PostPage; limitMs: number },
  ): Promise<Outcome | null> {
    const session = this.#session;
    const { pageEnd } = session.dialect;
    session.busy = 'sendingData';
    const sent = await withTimeLimit(limitMs, (signal) => this.#sendChunks(octets, signal), [session.signal]);
    if (sent !== 'sent' || session.heard.isOver) return this.#sendingFailed(sent);
    if (pageEnd.kind === 'command') return null;
    const ended = await session.tools.dialogue.sendRaw(Uint8Array.of(DLE, pageEnd.codes[closing]));
    return ended === 'closed' ? this.#sendingFailed(ended) : null;
  }

  async #sendChunks(octets: Uint8Array, signal: AbortSignal): Promise<'sent' | 'closed' | 'aborted'> {
    const { tools, dialect, tale, heard } = this.#session;
    for (let offset = 0; offset < octets.length && !heard.isOver; offset += CHUNK_OCTETS) {
      const end = Math.min(octets.length, offset + CHUNK_OCTETS);
      const last = dialect.pageEnd.kind === 'command' && end === octets.length;
      const sent = await tools.dialogue.sendData(octets.subarray(offset, end), { last, signal });
      if (sent !== 'sent') return sent;
      tale.progress({ pagePercent: Math.floor((end * 100) / octets.length) });
    }
    return 'sent';
  }

  async #sendingFailed(sent: 'sent' | 'closed' | 'aborted'): Promise<Outcome> {
    const session = this.#session;
    const detail = 'in the middle of a page';
    if (sent === 'closed') session.closed = true;
    if (sent === 'aborted' && !session.signal.aborted) {
      return dialOutcome('modemSilent', `${detail}: it takes no more data`);
    }
    return session.ended(null, { code: 'SEND_FAILED', phase: 'C', detail });
  }

  #confirmed(
    page: PlannedPage,
    closing: PostPage,
    { retrain = false, operator = false }: { retrain?: boolean; operator?: boolean },
  ): 'confirmed' | Outcome {
    const session = this.#session;
    session.tale.event({ type: 'pageConfirmed', page: page.page, direction: 'send' });
    session.tale.pageSent();
    this.#attempt = 1;
    this.#phaseB = closing === 'EOM';
    this.#trains = this.#phaseB || retrain;
    if (!operator || closing === 'EOP') return 'confirmed';
    return session.outcome('OPERATOR_INTERRUPT', 'D', `PIP after page ${page.page + 1}, which it confirms`);
  }

  #refused(page: PlannedPage, { br }: Subparameters, by: 'RTN' | 'PIN'): 'again' | Outcome {
    const session = this.#session;
    session.tale.event({ type: 'pageRefused', page: page.page, direction: 'send', by });
    if (by === 'PIN') return session.outcome('OPERATOR_INTERRUPT', 'D', `PIN for page ${page.page + 1}`);
    if (this.#attempt > PAGE_REPEATS) {
      const detail = `RTN for page ${page.page + 1}, sent ${this.#attempt} times`;
      return session.outcome('PAGE_REJECTED', 'D', detail);
    }
    this.#attempt += 1;
    session.tale.repeats += 1;
    session.tale.trainingFailed(br);
    this.#br = Math.max(0, br - 1);
    this.#phaseB = true;
    this.#trains = true;
    return 'again';
  }
}

/** +FDT until CONNECT. Null when the modem takes a page. */
async function startSending(session: Class2Session, trains: boolean): Promise<Outcome | null> {
  for (let attempt = 1; ; attempt++) {
    let answer = await session.command('AT+FDT', trains ? TRAINING_MS : NEXT_PAGE_MS);
    if (answer.result === 'OK' && !session.heard.isOver) {
      answer = await session.nextResult(trains ? STRAY_OK_MS.training : STRAY_OK_MS.page);
      if (answer.result === 'timeout' && attempt < START_TRIES) continue;
    }
    if (answer.result === 'CONNECT' && session.heard.hangup === undefined) return null;
    return session.ended(answer, {
      code: 'TRAINING_BAD_RESPONSE',
      phase: 'B',
      detail: `${answer.result} in answer to AT+FDT`,
    });
  }
}

function notSent(page: number, detail: string): { code: 'PAGE_UNAVAILABLE'; phase: 'C'; detail: string } {
  return { code: 'PAGE_UNAVAILABLE', phase: 'C', detail: `page ${page + 1}: ${detail}` };
}
