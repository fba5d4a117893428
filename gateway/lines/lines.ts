// The gateway's telephone lines: set up, watched, chosen for each number, called over, answered.

import type { Line, TelephoneSettings } from '../../protocol/api/lines.ts';
import { ApiError } from '../../protocol/api/types.ts';
import { lacksCountry, numberOf, telephoneDestination, telephoneFault } from '../../protocol/destination.ts';
import { automaticLineName } from '../../protocol/lineName.ts';
import { modemRequestSchema, type CallReport, type LineTestResult } from '../../protocol/modem.ts';
import { outcome, type Outcome } from '../../protocol/outcome.ts';
import { errorText, type Log } from '../log.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { Database } from '../store/database.ts';
import { createLineTable, type LineRow } from '../store/lineTable.ts';
import { newId } from '../store/newId.ts';
import { dialString } from './dialString.ts';
import { linesFor, rulesWithoutLine } from './lineChoice.ts';
import { unbegunReport, type LineCall, type LineCallTiming } from './lineCall.ts';
import { changedSetup, newLineSetup, portBehind, refuseNoPort } from './lineSetup.ts';
import { createLineSupervisor, type SupervisedLine } from './lineSupervisor.ts';
import { lineTestReport } from './lineTest.ts';
import type {
  LineAvailability,
  LineCallEvents,
  Lines,
  LinesEvents,
  OutgoingLineCall,
} from './lines.types.ts';
import type { ModemHostTiming } from './modemHostProcess.ts';
import { scanPorts } from './portScan.ts';
import { createTelephoneSettings } from './telephoneSettings.ts';

export interface LinesOptions {
  db: Database;
  settings: Pick<SettingsStore, 'get' | 'read' | 'write'>;
  events: LinesEvents;
  log: Log;
  /** The modem host's module, for tests. */
  hostEntry?: string;
  timing?: {
    host?: Partial<ModemHostTiming>;
    call?: Partial<LineCallTiming>;
    /** From `add` to the answer, whatever is known by then. */
    settleMs?: number;
    /** For the calls that are up when everything stops. */
    stopCallMs?: number;
    probeMs?: number;
    testMs?: number;
  };
}

const SETTLE_MS = 30_000;
/** The gateway as a whole has ten seconds to stop. */
const STOP_CALL_MS = 5_500;
const MOST_LINES = 100;

export function createLines(options: LinesOptions): Lines {
  const { events, log, settings, timing = {} } = options;
  const table = createLineTable(options.db);
  const telephone = createTelephoneSettings(settings);
  const supervised = new Map<string, SupervisedLine>();
  /** Lines that were free when that was last looked at. */
  let free = new Set<string>();
  const stopping = new AbortController();
  let started = false;
  let scanning: Promise<unknown> = Promise.resolve();
  /** Changes of the table, one after the other: two lines never get one port. */
  let changes: Promise<unknown> = Promise.resolve();
  for (const row of table.list()) supervise(row);

  return {
    start() {
      started = true;
      for (const line of supervised.values()) line.start();
    },
    async stop() {
      stopping.abort();
      const lines = [...supervised.values()];
      await Promise.all([...lines.map((line) => line.stop(timing.stopCallMs ?? STOP_CALL_MS)), scanning]);
    },

    list: () => [...supervised.values()].map((line) => line.view()),
    scan(paths = []) {
      const scan = scanning.then(() =>
        scanPorts({
          paths,
          lines: [...supervised.values()].map((line) => line.view()),
          log,
          signal: stopping.signal,
          hostEntry: options.hostEntry,
          probeMs: timing.probeMs,
        }),
      );
      scanning = scan.catch(() => undefined);
      return scan;
    },
    async add(given) {
      // A port that is being looked at would be taken for one that is in use.
      await scanning;
      const line = await inTurn(async () => {
        if (supervised.size >= MOST_LINES) throw new ApiError('CONFLICT', 'There are too many lines.');
        const setup = newLineSetup(given, freeName());
        await refuseNoPort(setup.path);
        await refuseSamePort(setup.path, undefined);
        const row: LineRow = { id: newId(), setup };
        table.insert(row);
        return supervise(row);
      });
      if (started) line.start();
      events.changed();
      await line.settled(timing.settleMs ?? SETTLE_MS);
      return line.view();
    },
    async change(lineId, change) {
      const line = await inTurn(async () => {
        const found = lineOf(lineId);
        const setup = changedSetup(found.setup(), change);
        if (setup.path !== found.setup().path) {
          await refuseNoPort(setup.path);
          await refuseSamePort(setup.path, lineId);
        }
        table.update({ id: lineId, setup });
        found.change(setup);
        return found;
      });
      if (line.call() === undefined) await line.settled(timing.settleMs ?? SETTLE_MS);
      return line.view();
    },
    async remove(lineId) {
      await inTurn(async () => {
        const line = lineOf(lineId);
        if (line.call() !== undefined) {
          throw new ApiError('CONFLICT', 'A call is up on this line. Remove it when the call is over.');
        }
        const rules = rulesWithout(line);
        table.remove(lineId);
        if (rules !== undefined) telephone.change({ rules });
        supervised.delete(lineId);
        free.delete(lineId);
        await line.stop(0);
      });
      events.changed();
    },
    async test(lineId, number) {
      const line = lineOf(lineId);
      const called = number === undefined ? undefined : numberGiven(number);
      const result = await line.test();
      if (called === undefined || !line.isFree()) return lineTestReport(line.view(), result, undefined);
      const { report, journal } = await testCall(line, called);
      const dialogue = [...result.dialogue, ...journal].slice(0, MOST_DIALOGUE);
      const told: LineTestResult = { ...result, dialogue };
      await line.settled(timing.settleMs ?? SETTLE_MS);
      return lineTestReport(line.view(), told, { number: called, report });
    },
    async answer(lineId) {
      lineOf(lineId).answer();
    },
    async hangUp(callId) {
      const call = [...supervised.values()].map((line) => line.call()).find((one) => one?.callId === callId);
      if (call === undefined) throw new ApiError('NOT_FOUND', 'This call is over already.');
      call.hangUp();
    },
    officeChanged() {
      for (const line of supervised.values()) line.refresh();
    },

    settings: () => telephone.get(),
    changeSettings(change) {
      const changed = telephone.change(change);
      // A rule may have opened a line for who waits.
      events.free();
      return changed;
    },

    availability,
    cause(number) {
      const available = availability(number);
      if (available === 'notSetUp') return outcome('LINE_NOT_SET_UP', 'line');
      if (available !== 'notReady') return undefined;
      return outcome('LINE_NOT_READY', 'line', whyNotReady(number));
    },
    async call(call, signal, startedOn) {
      const refused = refusal(call.number);
      if (refused !== undefined) return unbegunReport(refused);
      const line = candidates(call.number).find((candidate) => candidate.isFree());
      if (line === undefined || stopping.signal.aborted) {
        const isSetUp = availability(call.number) !== 'notSetUp';
        return unbegunReport(
          outcome(isSetUp ? 'LINE_NOT_READY' : 'LINE_NOT_SET_UP', 'line', whyNotReady(call.number)),
        );
      }
      return callOver(line, call, signal, startedOn);
    },
  };

  function supervise(row: LineRow): SupervisedLine {
    const line = createLineSupervisor({
      ...row,
      log,
      hostEntry: options.hostEntry,
      hostTiming: timing.host,
      callTiming: timing.call,
      testMs: timing.testMs,
      hooks: {
        changed: lineChanged,
        answering: (call) => (stopping.signal.aborted ? undefined : events.answering(call)),
        faxNumber: () => settings.get().faxNumber,
        telephone: () => telephone.get(),
      },
    });
    supervised.set(row.id, line);
    return line;
  }

  function lineChanged(): void {
    const now = new Set([...supervised.values()].filter((line) => line.isFree()).map(({ id }) => id));
    const isNew = [...now].some((id) => !free.has(id));
    free = now;
    events.changed();
    if (isNew && !stopping.signal.aborted) events.free();
  }

  function lineOf(lineId: string): SupervisedLine {
    const line = supervised.get(lineId);
    if (line === undefined) throw new ApiError('NOT_FOUND', 'This line is no longer there.');
    return line;
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = changes.then(work);
    changes = mine.catch(() => undefined);
    return mine;
  }

  function freeName(): string {
    const names = new Set([...supervised.values()].map((line) => line.setup().name));
    for (let number = supervised.size + 1; ; number += 1) {
      const name = automaticLineName(number);
      if (!names.has(name)) return name;
    }
  }

  async function refuseSamePort(path: string, except: string | undefined): Promise<void> {
    const port = await portBehind(path);
    for (const line of supervised.values()) {
      const { path: itsPath, name } = line.setup();
      if (line.id === except) continue;
      if (itsPath === path || (await portBehind(itsPath)) === port) {
        throw new ApiError('CONFLICT', `The line “${name}” uses this port already.`);
      }
    }
  }

  /** The rules when a line is gone; `undefined` when they stay as they are. Throws ApiError CONFLICT. */
  function rulesWithout(line: SupervisedLine): TelephoneSettings['rules'] | undefined {
    const others = [...supervised.values()].filter((other) => other !== line);
    return rulesWithoutLine(telephone.get().rules, line, others);
  }

  function candidates(number: string): SupervisedLine[] {
    return linesFor(number, [...supervised.values()], telephone.get());
  }

  function availability(number: string): LineAvailability {
    const able = candidates(number);
    // What is never dialled need not wait for a line to hear that.
    if (able.length > 0 && refusal(number) !== undefined) return 'free';
    if (able.length === 0) return 'notSetUp';
    if (able.some((line) => line.isFree())) return 'free';
    return able.some((line) => line.isBusy()) ? 'busy' : 'notReady';
  }

  /** Of a number that no line dials. */
  function refusal(number: string): Outcome | undefined {
    const dialled = dialString(number, { country: telephone.get().country, dialPrefix: '' });
    return 'refused' in dialled ? outcome('NUMBER_NOT_DIALABLE', 'dial', dialled.refused) : undefined;
  }

  function whyNotReady(number: string): string {
    const able = candidates(number).map((line) => line.view());
    return able.map(({ name, text }) => `${name}: ${text}`).join(' ');
  }

  async function callOver(
    line: SupervisedLine,
    call: OutgoingLineCall,
    signal: AbortSignal,
    startedOn: (line: Line) => void,
  ): Promise<CallReport> {
    const { country, wrongNumberGuard, answerWithinSeconds } = telephone.get();
    const dialled = dialString(call.number, { country, dialPrefix: line.setup().dialPrefix });
    if ('refused' in dialled) {
      return unbegunReport(outcome('NUMBER_NOT_DIALABLE', 'dial', dialled.refused));
    }
    if (signal.aborted) return unbegunReport(outcome('CANCELLED', 'line'));
    const expected = call.expectedIdentities.filter((identity) => identity !== '' && identity.length <= 20);
    const request = modemRequestSchema.safeParse({
      type: 'dial',
      callId: call.callId,
      number: dialled.dial,
      documents: call.documents,
      poll: call.poll,
      ...(wrongNumberGuard === 'off' || expected.length === 0
        ? {}
        : { guard: { expected, onMismatch: wrongNumberGuard === 'hangUp' ? 'hangUp' : 'goOn' } }),
      hints: call.hints,
      answerWithinMs: answerWithinSeconds * 1_000,
    });
    if (!request.success || request.data.type !== 'dial') {
      const why = request.error?.message.slice(0, 400) ?? 'not a call';
      return unbegunReport(outcome('INTERNAL_ERROR', 'line', why));
    }
    try {
      startedOn(line.view());
      if (lacksCountry(`tel:${call.number}`, country)) {
        const text = `No country is set, so ${call.number} is dialled as ${dialled.dial}.`;
        call.events.journal({ atMs: 0, text });
      }
    } catch (error) {
      // A call that could not be noted is not made: nobody would know of it after a restart.
      log.error('call not begun', { error: errorText(error) });
      // Mostly a full disk: no reason to give a document up.
      return unbegunReport(outcome('LINE_NOT_READY', 'line', 'the call could not be noted'));
    }
    const begun = line.dial(request.data, call.events);
    return untilOver(begun, signal);
  }

  async function untilOver(call: LineCall, signal: AbortSignal): Promise<CallReport> {
    const hangUp = (): void => call.hangUp();
    signal.addEventListener('abort', hangUp, { once: true });
    if (signal.aborted) hangUp();
    try {
      return await call.over;
    } finally {
      signal.removeEventListener('abort', hangUp);
    }
  }

  /** Calls without a page: whoever answers as a fax machine has passed. */
  async function testCall(
    line: SupervisedLine,
    number: string,
  ): Promise<{ report: CallReport; journal: string[] }> {
    const journal: string[] = [];
    const nothing: LineCallEvents = {
      progress: () => undefined,
      journal: ({ atMs, text }) => {
        if (journal.length < MOST_DIALOGUE)
          journal.push(`${(atMs / 1_000).toFixed(1)} s ${text}`.slice(0, 300));
      },
      pagesConfirmed: () => undefined,
      page: () => Promise.reject(new Error('a test call has no pages')),
      storePage: () => Promise.reject(new Error('a test call takes no pages')),
    };
    const call: OutgoingLineCall = {
      callId: newId(),
      number,
      documents: [],
      expectedIdentities: [],
      hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false },
      events: nothing,
    };
    const report = await callOver(line, call, stopping.signal, () => undefined);
    return { report, journal };
  }
}

const MOST_DIALOGUE = 100;

function numberGiven(text: string): string {
  const destination = telephoneDestination(text);
  if (destination === undefined) throw new ApiError('INVALID_INPUT', telephoneFault(text));
  return numberOf(destination);
}
