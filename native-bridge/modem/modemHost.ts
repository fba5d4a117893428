// The modem host without its process: takes the gateway's requests, keeps the line, runs one call at a time.

import { modemRequestSchema } from '../../protocol/modem.ts';
import type { FaxClass, LineTestResult, ModemPort, ModemReply, ModemRequest } from '../../protocol/modem.ts';
import { outcome } from '../../protocol/outcome.ts';
import type { Outcome } from '../../protocol/outcome.ts';
import { bareReport } from './callReport.ts';
import type { AnswerRequest, CreateDriver, DialRequest } from './faxDriver.types.ts';
import { LineKeeper } from './lineKeeper.ts';
import { lineTimes } from './lineKeeper.types.ts';
import type { LineParts, LineTimes } from './lineKeeper.types.ts';
import { callTimes, runCall } from './runningCall.ts';
import type { CallTimes, RunningCall } from './runningCall.ts';
import { withinTime } from './serial/withinTime.ts';

export interface ModemHostParts extends LineParts {
  createDriver: (faxClass: FaxClass) => CreateDriver;
  listPorts: () => Promise<ModemPort[]>;
  tell: (reply: ModemReply) => void;
  /** `close` was asked for, and everything is released. */
  closed: () => void;
  lineTimes?: LineTimes;
  callTimes?: CallTimes;
}

/** What a process that ends gives its call, and then its modem, to let go of the line. */
interface Patience {
  callMs: number;
  releaseMs: number;
}

/** The gateway wants us gone, and gives us a few seconds: a call gets so long for its DCN (1.2 s of V.21). */
const ASKED: Patience = { callMs: 1_300, releaseMs: 1_200 };
/**
 * The gateway is gone, and nobody waits: a carrier may last until the modem's buffer is empty, then comes DCN, and then the
 * modem's word that it is on hook.
 */
const ORPHANED: Patience = { callMs: 20_000, releaseMs: 8_000 };
/** What is left of a call has so long to notice that its port is gone. */
const LAST_MOMENT_MS = 300;

/** What a modem is given to dial: no character that could end the command. */
const DIALABLE = /^[0-9*#,w]+$/iu;

export class ModemHost {
  readonly #parts: ModemHostParts;
  readonly #keeper: LineKeeper;
  #call: RunningCall | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: ModemHostParts) {
    this.#parts = parts;
    this.#keeper = new LineKeeper(
      parts,
      {
        state: (state, more) => parts.tell({ type: 'line', state, ...more }),
        ring: (ring) => parts.tell({ type: 'ring', ...ring }),
        ringEnded: () => parts.tell({ type: 'ringEnded' }),
      },
      parts.lineTimes ?? lineTimes,
    );
  }

  /** Any message of the gateway; one that is not in order is answered where somebody waits for an answer. */
  take(message: unknown): void {
    const request = modemRequestSchema.safeParse(message);
    if (request.success) this.#carryOut(request.data);
    else this.#refuse(message, request.error.issues[0]?.message ?? 'not in order');
  }

  /** Ends a call politely but soon, hangs up, releases the port. */
  close(): Promise<void> {
    this.#closing ??= this.#close(ASKED);
    return this.#closing;
  }

  /** Like `close`, when nobody is there any more to start another host for the line: it is left on hook. */
  orphaned(): Promise<void> {
    this.#closing ??= this.#close(ORPHANED);
    return this.#closing;
  }

  async #close({ callMs, releaseMs }: Patience): Promise<void> {
    const call = this.#call;
    if (call !== undefined) {
      call.hangUp();
      await withinTime(call.over, callMs);
    }
    await this.#keeper.close(releaseMs);
    if (call !== undefined) await withinTime(call.over, LAST_MOMENT_MS);
  }

  /** The process is about to end for a fault of its own: hangs up as well as it still can. */
  abandon(): Promise<void> {
    return this.#keeper.abandon();
  }

  #carryOut(request: ModemRequest): void {
    switch (request.type) {
      case 'open':
        this.#keeper.open(request.setup);
        return;
      case 'test':
        this.#keeper.test((result) => this.#parts.tell({ type: 'tested', testId: request.testId, result }));
        return;
      case 'dial':
      case 'answer':
        this.#begin(request);
        return;
      case 'page':
      case 'pageUnavailable':
      case 'pageStored':
      case 'pageNotStored':
        if (this.#call?.callId === request.callId) this.#call.take(request);
        return;
      case 'hangUp':
        if (this.#call?.callId === request.callId) this.#call.hangUp();
        return;
      case 'ping':
        this.#parts.tell({ type: 'pong' });
        return;
      case 'listPorts':
        void this.#listPorts();
        return;
      case 'close':
        void this.close().then(() => this.#parts.closed());
    }
  }

  #begin(request: DialRequest | AnswerRequest): void {
    // Said twice is meant once.
    if (this.#call?.callId === request.callId) return;
    if (request.type === 'dial' && !DIALABLE.test(request.number)) {
      this.#end(
        request,
        outcome('NUMBER_NOT_DIALABLE', 'line', 'the number has characters that cannot be dialled'),
      );
      return;
    }
    const line =
      this.#closing === undefined
        ? this.#keeper.borrow(request.type)
        : { refused: 'the line is being closed' };
    if ('refused' in line) {
      this.#end(request, outcome('LINE_NOT_READY', 'line', line.refused));
      return;
    }
    const call = runCall({
      request,
      line,
      createDriver: this.#parts.createDriver(line.facts.faxClass),
      tell: this.#parts.tell,
      cut: () => this.#keeper.cutCall(),
      times: this.#parts.callTimes ?? callTimes,
      nowMs: () => performance.now(),
    });
    this.#call = call;
    void call.over.then(() => {
      if (this.#call === call) this.#call = undefined;
    });
  }

  #end({ callId, type }: { callId: string; type: string }, why: Outcome): void {
    const report = bareReport(why, type === 'answer' ? 'incoming' : 'outgoing');
    this.#parts.tell({ type: 'ended', callId, report });
  }

  async #listPorts(): Promise<void> {
    const ports = await this.#parts.listPorts().catch(() => []);
    this.#parts.tell({ type: 'ports', ports: ports.slice(0, 200) });
  }

  #refuse(message: unknown, detail: string): void {
    const type = textOf(message, 'type');
    const callId = textOf(message, 'callId');
    const testId = textOf(message, 'testId');
    const page = numberOf(message, 'page');
    const why = `a message of the gateway is not in order: ${detail}`.slice(0, 200);
    if ((type === 'dial' || type === 'answer') && callId !== undefined && callId !== this.#call?.callId) {
      this.#end({ callId, type }, outcome('INTERNAL_ERROR', 'line', why));
    } else if (type === 'test' && testId !== undefined) {
      const result: LineTestResult = { answers: false, dialTone: 'unknown', dialogue: [], detail: why };
      this.#parts.tell({ type: 'tested', testId, result });
    } else if (type === 'page' && page !== undefined && callId === this.#call?.callId) {
      this.#call?.refusePage(page, why);
    }
  }
}

function textOf(message: unknown, key: string): string | undefined {
  const value = fieldOf(message, key);
  return typeof value === 'string' && value.length >= 1 && value.length <= 64 ? value : undefined;
}

function numberOf(message: unknown, key: string): number | undefined {
  const value = fieldOf(message, key);
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

function fieldOf(message: unknown, key: string): unknown {
  if (typeof message !== 'object' || message === null) return undefined;
  return Object.entries(message).find(([name]) => name === key)?.[1];
}
