// One line: its modem host's process, its state, and the one call that it can have.

import { ApiError } from '../../protocol/api/types.ts';
import type { Line, LineSetup, TelephoneSettings } from '../../protocol/api/lines.ts';
import type { LineTestResult, ModemReply, ModemRequest } from '../../protocol/modem.ts';
import type { Log } from '../log.ts';
import { logWith } from '../log.ts';
import { newId } from '../store/newId.ts';
import { withoutUndefined } from '../store/row.ts';
import { answerPlan, isAnsweredNow, type Ringing } from './answering.ts';
import { createLineCall, type CallReply, type LineCall, type LineCallTiming } from './lineCall.ts';
import { modemSetup } from './lineSetup.ts';
import { lineText } from './lineTexts.ts';
import type { IncomingAnswer, IncomingLineCall, LineCallEvents } from './lines.types.ts';
import { startModemHost, type ModemHostProcess, type ModemHostTiming } from './modemHostProcess.ts';
import { createModemTest, unanswered } from './modemTest.ts';

export interface SupervisorHooks {
  /** What the line shows may have changed. */
  changed(): void;
  /** It rang long enough, or was answered by hand. `undefined`: not taken. */
  answering(call: IncomingLineCall): IncomingAnswer | undefined;
  faxNumber(): string;
  telephone(): TelephoneSettings;
}

export interface SupervisorOptions {
  id: string;
  setup: LineSetup;
  hooks: SupervisorHooks;
  log: Log;
  hostEntry?: string | undefined;
  hostTiming?: Partial<ModemHostTiming> | undefined;
  callTiming?: Partial<LineCallTiming> | undefined;
  testMs?: number | undefined;
}

export interface SupervisedLine {
  readonly id: string;
  setup(): LineSetup;
  view(): Line;
  /** A call could begin now. */
  isFree(): boolean;
  /** It will be free by itself: a call is up, it rings, it is being tested or asked who it is. */
  isBusy(): boolean;
  call(): LineCall | undefined;
  /** When it was last taken; only to be compared. */
  lastUsed(): number;

  start(): void;
  /** Takes effect at once, or after the call that is up. */
  change(setup: LineSetup): void;
  /** What the modem is told may have changed. */
  refresh(): void;
  /** Resolves when the modem was found, or why not is known (or it is off and the port released); after `withinMs` in any case. */
  settled(withinMs: number): Promise<void>;
  /** Begins a call on a free line. The call is over at once, with LINE_BROKEN, when the host is gone. */
  dial(request: Extract<ModemRequest, { type: 'dial' }>, events: LineCallEvents): LineCall;
  /** By hand. Throws ApiError CONFLICT. */
  answer(): void;
  /** Throws ApiError CONFLICT when the line is in use. Never rejects for what the modem does. */
  test(): Promise<LineTestResult>;
  /** Ends a call, politely for so long, and releases the port. Never rejects. */
  stop(callMs: number): Promise<void>;
}

const SETTLE_MS = 30_000;
/** One number for all lines, so that the line that was used longest ago is known. */
let uses = 0;

export function createLineSupervisor(options: SupervisorOptions): SupervisedLine {
  const { id, hooks } = options;
  const log = logWith(options.log, { line: id });
  let setup = options.setup;
  let host: ModemHostProcess | undefined;
  let closing: Promise<void> | undefined;
  let stopped = false;
  let running = false;
  let state: Line['state'] = 'starting';
  let since = new Date().toISOString();
  let modem: Line['modem'];
  let detail: string | undefined;
  let ringing: Ringing | undefined;
  /** The caller of this ringing was not taken. */
  let declined = false;
  let call: LineCall | undefined;
  /** The set-up that the present process has, as text. */
  let told: string | undefined;
  let lastUsed = 0;
  const watchers = new Set<() => void>();
  const modemTest = createModemTest({
    send: (request) => host?.send(request) ?? false,
    giveUp: (why) => host?.restart(why),
    testMs: options.testMs,
  });

  const shownState = (): Line['state'] => {
    if (call !== undefined) return 'inCall';
    if (!setup.enabled) return 'disabled';
    return ringing !== undefined && state === 'ready' ? 'ringing' : state;
  };
  const isSettled = (): boolean => {
    if (stopped) return true;
    const shown = shownState();
    // After a call, the modem is made ready for the next one.
    if (call === undefined && shown === 'inCall') return false;
    return shown !== 'opening' && (shown !== 'starting' || detail !== undefined);
  };

  return {
    id,
    setup: () => setup,
    view,
    isFree: () => setup.enabled && state === 'ready' && !isInUse() && ringing === undefined,
    isBusy: () => setup.enabled && (isInUse() || !isSettled() || BUSY.has(shownState())),
    call: () => call,
    lastUsed: () => lastUsed,
    start() {
      running = true;
      sync();
    },
    change(next) {
      setup = next;
      sync();
      update();
    },
    refresh: sync,
    settled: (withinMs) => settled(withinMs),
    dial(request, events) {
      return begin(request, 'outgoing', events);
    },
    answer() {
      if (setup.direction === 'send') throw new ApiError('CONFLICT', 'This line is for sending only.');
      if (isInUse()) throw new ApiError('CONFLICT', 'This line has a call or a test already.');
      if (state !== 'ready' && state !== 'ringing') throw new ApiError('CONFLICT', lineText(view()));
      if (!takeCall()) throw new ApiError('CONFLICT', 'This call is not to be taken.');
    },
    test: runTest,
    async stop(callMs) {
      stopped = true;
      update();
      call?.hangUp(callMs);
      await call?.over;
      sync();
      await closing;
    },
  };

  function view(): Line {
    const shown = shownState();
    const { cadence: _cadence, callerIdDue: _due, ...ring } = ringing ?? { count: 0 };
    const known = withoutUndefined({
      ...setup,
      id,
      state: shown,
      since,
      modem,
      detail,
      ringing: ringing === undefined || call !== undefined ? undefined : ring,
      callId: call?.callId,
    });
    return { ...known, text: lineText(known) };
  }

  function isInUse(): boolean {
    return call !== undefined || modemTest.isRunning();
  }

  /** Has the process that the set-up asks for, with that set-up; waits for the end of a call first. */
  function sync(): void {
    const wanted = running && setup.enabled && !stopped;
    if (call !== undefined || closing !== undefined) return;
    if (wanted && host === undefined) start();
    else if (wanted) open();
    else if (host !== undefined) {
      const ending = host;
      forget();
      closing = ending.close().then(() => {
        closing = undefined;
        sync();
      });
      update();
    }
  }

  function start(): void {
    show('starting');
    host = startModemHost({
      log,
      entry: options.hostEntry,
      timing: options.hostTiming,
      events: {
        started: open,
        reply: (reply) => {
          if (host !== undefined) take(reply);
        },
        gone(reason) {
          // One that was let go ends as it was asked to.
          if (host === undefined) return;
          told = undefined;
          ringing = undefined;
          modem = undefined;
          modemTest.end(reason);
          call?.broken(reason.slice(0, 500));
          show('starting', reason);
        },
      },
    });
  }

  function forget(): void {
    host = undefined;
    told = undefined;
    ringing = undefined;
    modem = undefined;
    modemTest.end('the line was changed');
    show('starting');
  }

  /** Tells the process its set-up, when it has another one. */
  function open(): void {
    const wanted = modemSetup(setup, hooks.faxNumber());
    const text = JSON.stringify(wanted);
    if (text === told || call !== undefined || host === undefined) return;
    if (!host.send({ type: 'open', setup: wanted })) return;
    told = text;
    show('opening');
  }

  function take(reply: ModemReply): void {
    if ('callId' in reply) {
      takeOfCall(reply);
      return;
    }
    switch (reply.type) {
      case 'line':
        if (reply.state !== 'ringing' && reply.state !== 'ready') ringing = undefined;
        if (reply.state !== 'ringing') declined = false;
        modem = reply.modem ?? (WITH_MODEM.has(reply.state) ? modem : undefined);
        show(reply.state, reply.detail);
        // It may have begun to ring while the modem was made ready.
        considerAnswer();
        break;
      case 'ring':
        if (call !== undefined) break;
        ringing = withoutUndefined({
          count: reply.count,
          callerNumber: reply.callerNumber ?? ringing?.callerNumber,
          callerName: reply.callerName ?? ringing?.callerName,
          cadence: reply.cadence ?? ringing?.cadence,
          callerIdDue: reply.callerIdDue,
        });
        considerAnswer();
        update();
        break;
      case 'ringEnded':
        ringing = undefined;
        declined = false;
        update();
        break;
      case 'tested':
        modemTest.tested(reply.testId, reply.result);
        break;
      case 'ports':
      case 'started':
      case 'pong':
        break;
    }
  }

  function takeOfCall(reply: CallReply): void {
    if (reply.callId === call?.callId) call.reply(reply);
  }

  function considerAnswer(): void {
    if (ringing === undefined || declined || isInUse() || stopped) return;
    // A modem that is still being made ready, such as after a call, cannot answer; the caller waits.
    if (state !== 'ready' && state !== 'ringing') return;
    if (isAnsweredNow(setup, ringing)) takeCall();
  }

  /** False when nobody takes it. */
  function takeCall(): boolean {
    const callId = newId();
    const plan = hooks.answering({
      callId,
      line: view(),
      callerNumber: ringing?.callerNumber,
      callerName: ringing?.callerName,
    });
    declined = plan === undefined;
    if (plan === undefined) {
      log.info('a caller is not taken');
      return false;
    }
    const { documents, pollAddress, pollPassword } = plan;
    const request = withoutUndefined({
      type: 'answer' as const,
      callId,
      documents,
      pollAddress,
      pollPassword,
      ...answerPlan(plan, hooks.telephone()),
    });
    const answered = begin(request, 'incoming', plan.events);
    void answered.over.then((report) => {
      try {
        plan.ended(report);
      } catch (error) {
        log.error('end of a call not taken', { error: error instanceof Error ? error.message : '' });
      }
    });
    return true;
  }

  function begin(
    request: Extract<ModemRequest, { type: 'dial' | 'answer' }>,
    direction: 'outgoing' | 'incoming',
    events: LineCallEvents,
  ): LineCall {
    const { callId, documents } = request;
    const begun = createLineCall({
      callId,
      direction,
      pagesToSend: documents.reduce((sum, { pages }) => sum + pages.length, 0),
      mustSendAll: direction === 'outgoing',
      faxClass: modem?.faxClass,
      events,
      send: (message) => host?.send(message) ?? false,
      giveUp(why) {
        // There is no next process to hang up for a killed one: it is asked to, and killed if it does not.
        if (stopped) void host?.close();
        else host?.restart(why);
      },
      log,
      timing: options.callTiming,
    });
    call = begun;
    lastUsed = uses += 1;
    void begun.over.then(() => {
      call = undefined;
      ringing = undefined;
      since = new Date().toISOString();
      sync();
      update();
    });
    since = new Date().toISOString();
    if (host?.send(request) !== true) begun.broken('the modem host is not there');
    update();
    return begun;
  }

  async function runTest(): Promise<LineTestResult> {
    if (isInUse()) throw new ApiError('CONFLICT', 'This line has a call or a test already. Try again later.');
    if (shownState() === 'ringing') throw new ApiError('CONFLICT', 'Somebody is calling on this line.');
    await settled(SETTLE_MS);
    if (isInUse()) throw new ApiError('CONFLICT', 'This line has a call or a test already. Try again later.');
    if (!TESTABLE.has(shownState())) return unanswered(detail);
    try {
      return await modemTest.run(update, () => settled(SETTLE_MS));
    } finally {
      update();
    }
  }

  async function settled(withinMs: number): Promise<void> {
    if (!setup.enabled) await closing;
    if (isSettled()) return;
    const done = Promise.withResolvers<void>();
    const watch = (): void => {
      if (isSettled()) done.resolve();
    };
    const timer = setTimeout(done.resolve, withinMs);
    watchers.add(watch);
    await done.promise;
    clearTimeout(timer);
    watchers.delete(watch);
  }

  function show(next: Line['state'], why?: string): void {
    if (next !== state) since = new Date().toISOString();
    if (next !== state || why !== detail) log.info('line state', { state: next, detail: why });
    state = next;
    detail = why;
    update();
  }

  function update(): void {
    for (const watch of watchers) watch();
    hooks.changed();
  }
}

/** States in which the modem that was found before is still the one. */
const WITH_MODEM: ReadonlySet<Line['state']> = new Set(['ready', 'ringing', 'inCall']);
const BUSY: ReadonlySet<Line['state']> = new Set(['ringing', 'inCall']);
/** States in which a modem can be asked anew. */
const TESTABLE: ReadonlySet<Line['state']> = new Set(['ready', 'silent', 'unfit']);
