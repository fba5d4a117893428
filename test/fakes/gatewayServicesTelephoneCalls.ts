// Calls over the telephone lines of the fake gateway's office, their stories, and the machines known from them.

import type { CallRecord, RemoteProfile } from '../../protocol/api/lines.ts';
import type { CallReport, JournalLine, RemoteAbilities } from '../../protocol/modem.ts';
import { outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { before } from './gatewayServicesRules.ts';
import { RATES, RUNNING_CALL, RUNNING_PROGRESS } from './gatewayServicesTelephoneLines.ts';

const machine: RemoteAbilities = {
  ratesBps: RATES,
  modulations: ['V.27ter', 'V.29', 'V.17'],
  resolutions: ['standard', 'fine', 'superfine'],
  codings: ['MH', 'MR', 'MMR'],
  ecm: true,
  widthMm: 215,
  canReceive: true,
  hasDocumentToPoll: false,
  subaddress: true,
  password: false,
  text: 'up to 14400 bit/s (V.17), fine and superfine, MMR, error correction',
};
const oldMachine: RemoteAbilities = {
  ...machine,
  ratesBps: [2_400, 4_800, 7_200, 9_600],
  modulations: ['V.27ter', 'V.29'],
  resolutions: ['standard', 'fine'],
  codings: ['MH', 'MR'],
  ecm: false,
  subaddress: false,
  text: 'up to 9600 bit/s (V.29), fine, MR, no error correction',
};

export function fakeReport(code: OutcomeCode, change: Partial<CallReport> = {}): CallReport {
  return {
    outcome: outcome(code, code.startsWith('TEL_') ? 'dial' : 'confirm'),
    direction: 'outgoing',
    faxClass: '1',
    connectedMs: 0,
    pagesSent: 0,
    pagesReceived: 0,
    complete: code === 'CONFIRMED',
    trouble: { trainingFailedAt: [], repeats: 0 },
    ...change,
  };
}
export function sampleCalls(now: Date): CallRecord[] {
  const call = (
    id: string,
    secondsAgo: number,
    number: string,
    code: OutcomeCode,
    report: Partial<CallReport>,
    change: Partial<CallRecord> = {},
  ): CallRecord => ({
    id,
    lineId: 'line-1',
    lineName: 'Front desk',
    direction: 'outgoing',
    number,
    startedAt: before(now, secondsAgo),
    endedAt: before(now, secondsAgo - 60),
    report: fakeReport(code, report),
    text: outcomeText(code),
    incomingIds: [],
    outgoingIds: [],
    ...change,
  });
  const {
    endedAt: _runs,
    report: _none,
    text: _silent,
    ...running
  } = call(
    RUNNING_CALL,
    70,
    '+81755550148',
    'CONFIRMED',
    {},
    { outgoingIds: ['out-tel-1'], progress: RUNNING_PROGRESS },
  );
  const agreed: Partial<CallReport> = {
    connectedMs: 62_400,
    remoteId: '+81 78 555 0111',
    remoteMaker: 'Ricoh',
    abilities: machine,
    rateBps: 14_400,
    modulation: 'V.17',
    coding: 'MMR',
    resolution: 'fine',
    ecm: true,
  };
  return [
    running,
    call('call-busy-2', 120, '+441174960044', 'TEL_BUSY', {}, { outgoingIds: ['out-tel-2'] }),
    call('call-busy-1', 240, '+441174960044', 'TEL_BUSY', {}, { outgoingIds: ['out-tel-2'] }),
    call(
      'call-in-1',
      540,
      '+81655500177',
      'CONFIRMED',
      {
        ...agreed,
        direction: 'incoming',
        remoteId: '+81 6 5550 0177',
        pagesReceived: 3,
        rateBps: 9_600,
        modulation: 'V.29',
        coding: 'MR',
        ecm: false,
        trouble: { trainingFailedAt: [{ modulation: 'V.17', rateBps: 14_400 }], repeats: 1 },
      },
      { direction: 'incoming', lineId: 'line-2', lineName: '受注専用', incomingIds: ['in-tel-1'] },
    ),
    call(
      'call-in-2',
      1_500,
      '',
      'FAX_BROKEN_OFF',
      {
        direction: 'incoming',
        pagesReceived: 1,
        rateBps: 4_800,
        coding: 'MH',
        ecm: false,
        connectedMs: 48_000,
      },
      { direction: 'incoming', incomingIds: ['in-tel-2'] },
    ),
    call(
      'call-good',
      2_050,
      '+81785550111',
      'CONFIRMED',
      { ...agreed, pagesSent: 4 },
      { outgoingIds: ['out-tel-3'] },
    ),
    call('call-silent', 2_100, '+81785550111', 'TEL_NO_ANSWER', {}, { outgoingIds: ['out-tel-3'] }),
    call(
      'call-wrong',
      4_200,
      '+12065550199',
      'WRONG_NUMBER',
      { ...agreed, remoteId: '+1 206 555 0100', connectedMs: 9_100 },
      { outgoingIds: ['out-tel-4'], lineId: 'line-3', lineName: 'Back office' },
    ),
  ];
}

export function sampleRemotes(now: Date): RemoteProfile[] {
  const remote = (number: string, change: Partial<RemoteProfile>): RemoteProfile => ({
    number,
    avoidModulations: [],
    avoidCodings: [],
    avoidEcm: false,
    fixed: false,
    callsConfirmed: 1,
    callsFailed: 0,
    lastCallAt: before(now, 2_000),
    abilities: machine,
    ...change,
  });
  return [
    remote('+81785550111', { identity: '+81 78 555 0111', maker: 'Ricoh', callsConfirmed: 14 }),
    remote('+81655500177', {
      identity: '+81 6 5550 0177',
      maker: 'Panasonic',
      abilities: oldMachine,
      avoidModulations: ['V.17'],
      avoidEcm: true,
      maxRateBps: 9_600,
      callsConfirmed: 5,
      callsFailed: 3,
    }),
    remote('+81755550148', { identity: '+81 75 555 0148', maker: 'Canon', callsConfirmed: 2 }),
    remote('+12065550199', { identity: '+1 206 555 0199', callsConfirmed: 1, callsFailed: 1 }),
    remote('+441174960044', { identity: '+44 117 496 0044', callsConfirmed: 7, callsFailed: 4 }),
  ];
}

/** What was said and heard, by call. */
export function sampleJournals(): Map<string, JournalLine[]> {
  return new Map([
    [
      RUNNING_CALL,
      story(['Dialling 0755550148.', ...GREETING, 'Page 1 is confirmed.', 'Page 2 is confirmed.']),
    ],
    ['call-good', story(['Dialling 0785550111.', ...GREETING, ...ENDING])],
    ['call-busy-1', story(['Dialling 441174960044.', 'The number is busy.'])],
    ['call-busy-2', story(['Dialling 441174960044.', 'The number is busy.'])],
    ['call-silent', story(['Dialling 0785550111.', 'Nobody answers.'])],
    ['call-in-1', story(['Answering after 2 rings.', ...GREETING, ...ENDING])],
  ]);
}

const GREETING = [
  'A fax machine answers.',
  'They are “+81 78 555 0111”: up to 14400 bit/s (V.17), fine and superfine, MMR, error correction.',
  'We ask for 14400 bit/s (V.17), MMR, fine, with error correction.',
  'The training signal was heard well.',
  'Sending page 1, 31400 octets.',
];
const ENDING = ['Page 1 is confirmed.', 'That was the last page.', 'Both ends hang up.'];

const story = (texts: readonly string[]): JournalLine[] =>
  texts.map((text, index) => ({ atMs: index * 4_300 + index * index * 700, text }));
