// Lines over fake modem hosts, in a folder of their own, with everything that happens noted.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Line } from '../../protocol/api/lines.ts';
import type { CallReport } from '../../protocol/modem.ts';
import { createSettingsStore, type SettingsStore } from '../settings/settings.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrations.ts';
import { createLines, type LinesOptions } from './lines.ts';
import type {
  IncomingAnswer,
  IncomingLineCall,
  Lines,
  OutgoingLineCall,
  ReceivedPage,
} from './lines.types.ts';

export const FAKE_HOST = fileURLToPath(new URL('fakeModemHost.testSupport.ts', import.meta.url));

/** A page's data are no octets any more in a file of text. */
const requestSchema = z.looseObject({ type: z.string() });
type Request = z.infer<typeof requestSchema>;

export interface LinesStage {
  readonly lines: Lines;
  readonly settings: SettingsStore;
  readonly folder: string;
  /** The path of a port, whose name says how its modem behaves. */
  port(name: string): string;
  /** Callers that were to be answered; what `answers` gives. */
  readonly callers: IncomingLineCall[];
  answers: (call: IncomingLineCall) => IncomingAnswer | undefined;
  frees(): number;
  until(question: () => boolean): Promise<void>;
  untilState(lineId: string, state: Line['state']): Promise<Line>;
  line(lineId: string): Line;
  /** Requests that reached modem hosts with ports in the folder. */
  requests(): Request[];
  starts(): string[];
  /** Stops, and begins again with the same data. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export function openLinesStage(timing: LinesOptions['timing'] = {}, subfolder = 'ports'): LinesStage {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'hikyaku-lines-')));
  const folder = join(root, subfolder);
  mkdirSync(folder);
  const db = openDatabase(join(root, 'database'));
  migrate(db);
  const settings = createSettingsStore(db);
  const watchers = new Set<() => void>();
  const callers: IncomingLineCall[] = [];
  let frees = 0;
  const look = (): void => {
    for (const watch of watchers) watch();
  };
  const open = (): Lines =>
    createLines({
      db,
      settings,
      hostEntry: FAKE_HOST,
      timing: { ...timing, host: { firstPauseMs: 20, longestPauseMs: 100, closeMs: 1_000, ...timing.host } },
      log: { info() {}, warn() {}, error() {} },
      events: {
        changed: look,
        free() {
          frees += 1;
          look();
        },
        answering(call) {
          callers.push(call);
          look();
          return stage.answers(call);
        },
      },
    });
  let lines = open();
  const read = (name: string): string[] => {
    try {
      return readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    } catch {
      return [];
    }
  };
  const stage: LinesStage = {
    get lines() {
      return lines;
    },
    settings,
    folder,
    port: (name) => join(folder, name),
    callers,
    answers: () => undefined,
    frees: () => frees,
    until: (question) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (!question()) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
    async untilState(lineId, state) {
      await stage.until(() => stage.line(lineId).state === state);
      return stage.line(lineId);
    },
    line(lineId) {
      const found = lines.list().find(({ id }) => id === lineId);
      if (found === undefined) throw new Error(`no line ${lineId}`);
      return found;
    },
    requests: () => read('requests').map((text) => requestSchema.parse(JSON.parse(text))),
    starts: () => read('starts'),
    async reopen() {
      await lines.stop();
      lines = open();
      lines.start();
    },
    async close() {
      await lines.stop();
      db.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  lines.start();
  return stage;
}

export interface MadeCall {
  readonly report: Promise<CallReport>;
  readonly confirmed: number[];
  readonly journal: string[];
  readonly pagesAsked: number[];
  withdraw(): void;
  startedOn(): Line | undefined;
  readonly connected: Promise<void>;
}

/** Calls a number with a document of so many pages. */
export function makeCall(
  stage: LinesStage,
  number: string,
  pages: number,
  more: Partial<OutgoingLineCall> & { page?: OutgoingLineCall['events']['page'] } = {},
): MadeCall {
  const { page, ...rest } = more;
  const withdrawing = new AbortController();
  const connected = Promise.withResolvers<void>();
  const confirmed: number[] = [];
  const journal: string[] = [];
  const pagesAsked: number[] = [];
  let started: Line | undefined;
  const report = stage.lines.call(
    {
      callId: `call-${number}-${(calls += 1)}`,
      number,
      documents:
        pages === 0
          ? []
          : [{ pages: Array.from({ length: pages }, () => ({ width: 8, height: 8, xDpi: 204, yDpi: 196 })) }],
      expectedIdentities: [],
      hints: { avoidModulations: [], avoidCodings: [], avoidEcm: false },
      events: {
        progress: () => connected.resolve(),
        journal: ({ text }) => void journal.push(text),
        pagesConfirmed: (count) => void confirmed.push(count),
        page:
          page ??
          (async (index) => {
            pagesAsked.push(index);
            return { info: PAGE_INFO, data: Buffer.from('page') };
          }),
        storePage: async () => undefined,
      },
      ...rest,
    },
    withdrawing.signal,
    (line) => {
      started = line;
    },
  );
  return {
    report,
    confirmed,
    journal,
    pagesAsked,
    withdraw: () => withdrawing.abort(),
    startedOn: () => started,
    connected: connected.promise,
  };
}
let calls = 0;
export const PAGE_INFO = { width: 8, height: 8, xDpi: 204, yDpi: 196, byteLength: 4, sha256: 'b'.repeat(64) };

export interface TakenCall extends IncomingAnswer {
  readonly stored: number[];
  readonly report: Promise<CallReport>;
  ends(): number;
}

/** Takes a caller's pages. */
export function takeCaller(
  storePage: (page: ReceivedPage) => Promise<void> = async () => undefined,
): TakenCall {
  const report = Promise.withResolvers<CallReport>();
  const stored: number[] = [];
  let ends = 0;
  return {
    stored,
    report: report.promise,
    ends: () => ends,
    documents: [],
    ended(told) {
      ends += 1;
      report.resolve(told);
    },
    events: {
      progress: () => undefined,
      journal: () => undefined,
      pagesConfirmed: () => undefined,
      page: () => Promise.reject(new Error('nothing is kept to be polled')),
      async storePage(page) {
        await storePage(page);
        stored.push(page.page);
      },
    },
  };
}
