// The driver of a Class 1 or 1.0 modem: dials or answers, runs the T.30 machine of fax/t30 on it, hangs up, reports.

import { parseFrame } from '../../../fax/t30/frames/frame.ts';
import { parseIdentity } from '../../../fax/t30/frames/identity.ts';
import { describeEvent } from '../../../fax/t30/describeEvent.ts';
import type { Outcome as T30Outcome } from '../../../fax/t30/outcome.ts';
import { answerer, caller } from '../../../fax/t30/station.ts';
import type { CallReport } from '../../../protocol/modem.ts';
import { outcome } from '../../../protocol/outcome.ts';
import type { Outcome } from '../../../protocol/outcome.ts';
import { releaseLine } from '../callControl/releaseLine.ts';
import { dialOutcome, t30Outcome } from '../callOutcome.ts';
import type { AnswerRequest, CreateDriver, DialRequest, DriverTools } from '../faxDriver.types.ts';
import { matchIdentity } from '../identityGuard.ts';
import { callPlan } from './callPlan.ts';
import { CallStory } from './callStory.ts';
import type { Connection } from './class1Line.ts';
import { connect } from './connect.ts';
import { LineModem } from './lineModem.ts';
import { SendingProgress } from './sendingProgress.ts';
import { T30Call } from './t30Call.ts';

export const createClass1Driver: CreateDriver = (tools) => ({
  run: async (request, signal) => await new Class1Call(tools, request).run(signal),
});

class Class1Call {
  readonly #tools: DriverTools;
  readonly #request: DialRequest | AnswerRequest;
  readonly #story: CallStory;
  readonly #pages: number;
  readonly #progress: SendingProgress;
  /** Set when the guard ended the call. */
  #wrongNumber: string | undefined;
  #call: T30Call | undefined;

  constructor(tools: DriverTools, request: DialRequest | AnswerRequest) {
    this.#tools = tools;
    this.#request = request;
    const direction = request.type === 'dial' ? 'outgoing' : 'incoming';
    this.#story = new CallStory(direction, tools.facts.faxClass);
    this.#pages = request.documents.reduce((sum, { pages }) => sum + pages.length, 0);
    this.#progress = new SendingProgress(
      () => tools.nowMs(),
      (change) => tools.events.progress(change),
    );
  }

  async run(signal: AbortSignal): Promise<CallReport> {
    const { events } = this.#tools;
    const nowMs = (): number => this.#tools.nowMs();
    let connectedAtMs: number | undefined;
    let t30: T30Outcome | null = null;
    let result: Outcome;
    try {
      const connection = await connect(this.#tools, this.#request, signal);
      if ('failure' in connection) result = dialOutcome(connection.failure, connection.detail);
      else {
        connectedAtMs = nowMs();
        t30 = await this.#session(connection.connection, signal);
        result = this.#outcomeOf(t30);
      }
    } catch (error) {
      result = outcome('INTERNAL_ERROR', 'call', String(error));
    }
    events.progress({ phase: 'ending' });
    await this.#release();
    await this.#call?.keepUnfinished();
    const connectedMs = connectedAtMs === undefined ? 0 : nowMs() - connectedAtMs;
    return this.#story.report(result, t30, { connectedMs, pages: this.#pages });
  }

  async #session(connection: Connection, signal: AbortSignal): Promise<T30Outcome> {
    const { dialogue, connection: port, facts, localId, pages, events } = this.#tools;
    const { profile } = facts;
    const plan = callPlan(this.#request, facts, localId);
    const call = new T30Call({
      station: this.#request.type === 'dial' ? caller(plan) : answerer(plan),
      modem: new LineModem({
        dialogue,
        quirks: profile.quirks,
        nowMs: () => this.#tools.nowMs(),
        discard: async () => await port.discard(),
      }),
      connection,
      pages,
      paced: profile.flowControl === 'none',
      report: (event) => {
        events.journal(describeEvent(event));
        const change = this.#story.take(event);
        if (change !== null) events.progress(change);
        this.#progress.take(event);
        if (event.type === 'pageConfirmed' && event.direction === 'send') {
          events.pagesConfirmed(this.#story.pagesSent);
        }
      },
      frameHeard: (octets) => this.#frameHeard(octets),
      pageCoded: (page, octets) => this.#progress.pageCoded(page, octets),
      kept: (page) => events.journal(`Page ${page + 1} was not confirmed; what came of it is kept.`),
      fault: (detail) => events.journal(`A fault of the program: ${detail}`),
      sending: (effect, share) => this.#progress.sending(effect, share),
    });
    this.#call = call;
    const hangUp = (): void => call.abort('from this side');
    signal.addEventListener('abort', hangUp, { once: true });
    try {
      const ended = call.run();
      if (signal.aborted) hangUp();
      return await ended;
    } finally {
      signal.removeEventListener('abort', hangUp);
    }
  }

  #frameHeard(octets: Uint8Array): void {
    this.#guard(octets);
    if (!this.#story.frameHeard(octets)) return;
    const { remoteId, subaddress } = this.#story;
    this.#tools.pages.setSender({
      ...(remoteId === undefined ? {} : { remoteId }),
      ...(subaddress === undefined ? {} : { subaddress }),
    });
  }

  /** The identity is compared before anything was sent, and before the machine hears that it may. */
  #guard(octets: Uint8Array): void {
    const guard = this.#request.type === 'dial' ? this.#request.guard : undefined;
    if (guard === undefined || this.#wrongNumber !== undefined || this.#story.pagesSent > 0) return;
    const frame = parseFrame(octets);
    if (frame?.name !== 'CSI') return;
    const heard = parseIdentity(frame.fif);
    const match = matchIdentity(heard, guard.expected);
    if (match !== 'mismatch') return;
    const { events } = this.#tools;
    const expected = guard.expected.join(', ');
    if (guard.onMismatch === 'goOn') {
      events.journal(
        `The machine calls itself “${heard}”, not “${expected}” as expected; going on as chosen.`,
      );
      return;
    }
    events.journal(
      `The machine calls itself “${heard}”, not “${expected}” as expected; hanging up as chosen.`,
    );
    this.#wrongNumber = `expected ${expected}, heard ${heard}`;
    this.#call?.abort('the wrong-number guard');
  }

  #outcomeOf(t30: T30Outcome): Outcome {
    if (this.#wrongNumber !== undefined && t30.code !== 'OK') {
      return outcome('WRONG_NUMBER', 'call', `${t30.code}: ${this.#wrongNumber}`);
    }
    return t30Outcome(t30, this.#request.type === 'dial' ? 'outgoing' : 'incoming');
  }

  async #release(): Promise<void> {
    try {
      await releaseLine(this.#tools.dialogue, this.#tools.connection);
    } catch (error) {
      this.#tools.events.journal(`The modem could not be told to hang up: ${String(error)}`);
    }
  }
}
