// Telephone lines for the outbox's tests: none, or one that does what the test says.

import { outcome } from '../../protocol/outcome.ts';
import type { Line, TelephoneSettings } from '../../protocol/api/lines.ts';
import type { CallReport } from '../../protocol/modem.ts';
import type { LineAvailability, OutgoingLineCall } from '../lines/lines.types.ts';
import type { CallHeader } from './callHeader.ts';
import type { TelephoneRouteOptions } from './telephoneRoute.ts';

const RULE = { delaySeconds: 60, tries: 3 };
export const TELEPHONE_SETTINGS: TelephoneSettings = {
  country: '',
  retry: {
    busy: RULE,
    noAnswer: { delaySeconds: 300, tries: 2 },
    noFax: RULE,
    cannotReceive: RULE,
    training: RULE,
    pageRejected: RULE,
    broken: { delaySeconds: 30, tries: 5 },
    line: { delaySeconds: 30, tries: 100 },
  },
  cheapHours: { from: '22:00', to: '06:00' },
  wrongNumberGuard: 'note',
  rules: [],
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
  receivePassword: '',
  answerWithinSeconds: 60,
};

const COMMON = {
  settings: () => TELEPHONE_SETTINGS,
  redialLimits: () => ({ redials: 14, windowSeconds: 3_600, gapSeconds: 5 }),
  calls: { begin: () => ({ progress: () => undefined, journal: () => undefined, end: () => undefined }) },
  remotes: {
    hints: () => ({ avoidModulations: [], avoidCodings: [], avoidEcm: false }),
    expectedIdentities: () => [],
    learn: () => undefined,
  },
  callHeader: () => async (page) => page,
} satisfies Omit<TelephoneRouteOptions, 'lines'>;

export const NO_LINES: TelephoneRouteOptions = {
  ...COMMON,
  lines: {
    list: () => [],
    availability: () => 'notSetUp',
    cause: () => outcome('LINE_NOT_SET_UP', 'queue'),
    call: async () => reportOf({ outcome: outcome('LINE_NOT_READY', 'line') }),
  },
};

/** One line; every call is kept for the test, which ends it. */
export class ScriptedLine {
  readonly calls: (OutgoingLineCall & {
    at: number;
    signal: AbortSignal;
    end(report: Partial<CallReport>): void;
  })[] = [];
  availability: LineAvailability = 'free';
  /** What was asked of the header lines, by call and document. */
  readonly headers: Parameters<CallHeader>[] = [];
  readonly learned: [string, CallReport][] = [];
  settings: TelephoneSettings = TELEPHONE_SETTINGS;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  options(): TelephoneRouteOptions {
    return {
      ...COMMON,
      settings: () => this.settings,
      callHeader: (...asked) => {
        this.headers.push(asked);
        return async ({ info, data }, index) => ({
          info,
          data: Buffer.concat([data, Buffer.from(`, stamped as ${index}`)]),
        });
      },
      remotes: { ...COMMON.remotes, learn: (number, report) => void this.learned.push([number, report]) },
      lines: {
        list: () => [TEST_LINE],
        availability: () => this.availability,
        cause: () => (this.availability === 'notReady' ? outcome('LINE_NOT_READY', 'line') : undefined),
        call: (call, signal, started) =>
          new Promise((resolve) => {
            this.availability = 'busy';
            const end = (report: Partial<CallReport>): void => {
              this.availability = 'free';
              resolve(reportOf(report));
            };
            this.calls.push({ ...call, at: this.#now(), signal, end });
            started(TEST_LINE);
            signal.addEventListener('abort', () => end({ outcome: outcome('CANCELLED', 'release') }), {
              once: true,
            });
          }),
      },
    };
  }
}

export function reportOf(report: Partial<CallReport>): CallReport {
  return {
    outcome: outcome('CONFIRMED', 'confirm'),
    direction: 'outgoing',
    connectedMs: 30_000,
    pagesSent: 0,
    pagesReceived: 0,
    complete: false,
    trouble: { trainingFailedAt: [], repeats: 0 },
    ...report,
  };
}

export const TEST_LINE: Line = {
  id: 'line-1',
  name: 'Front desk',
  path: '/dev/modem',
  kind: 'telephone',
  enabled: true,
  direction: 'both',
  faxClass: 'auto',
  flowControl: 'auto',
  localId: '',
  toneDialling: true,
  blindDial: false,
  dialPrefix: '',
  answerAfterRings: 1,
  answerCadences: [],
  pool: '',
  extraInit: [],
  state: 'ready',
  since: '2026-11-22T09:00:00Z',
  text: 'Ready.',
};
