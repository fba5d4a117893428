// The telephone side of the office that the fake gateway pretends to be: lines in several states, calls with their
// stories, machines that are known, faxes that went out and came in over the line.

import type {
  CallRecord,
  CallSummary,
  FoundPort,
  Line,
  RemoteProfile,
  TelephoneSettings,
} from '../../protocol/api/lines.ts';
import type { Attempt, Delivery, IncomingDocument, OutgoingDocument } from '../../protocol/api/types.ts';
import type {
  CallProgress,
  CallReport,
  JournalLine,
  ModemIdentity,
  PageQualityReport,
  RemoteAbilities,
} from '../../protocol/modem.ts';
import { outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { before } from './gatewayServicesRules.ts';

export const TELEPHONE_SETTINGS: TelephoneSettings = {
  country: '',
  retry: {
    busy: { delaySeconds: 60, tries: 12 },
    noAnswer: { delaySeconds: 300, tries: 3 },
    noFax: { delaySeconds: 300, tries: 3 },
    cannotReceive: { delaySeconds: 600, tries: 6 },
    training: { delaySeconds: 120, tries: 3 },
    pageRejected: { delaySeconds: 120, tries: 3 },
    broken: { delaySeconds: 60, tries: 5 },
    line: { delaySeconds: 30, tries: 100 },
  },
  cheapHours: { from: '22:00', to: '06:00' },
  wrongNumberGuard: 'note',
  rules: [],
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
  receivePassword: '',
  answerWithinSeconds: 60,
};

const RATES = [2_400, 4_800, 7_200, 9_600, 12_000, 14_400];

const usr: ModemIdentity = {
  maker: 'U.S. Robotics',
  model: '5637 USB FaxModem',
  revision: 'CX93001-EIS_V0.2013-V92',
  profile: 'usr5637',
  classes: ['1', '1.0', '2'],
  faxClass: '1',
  sendRatesBps: RATES,
  receiveRatesBps: RATES,
  ecm: true,
};
const multitech: ModemIdentity = {
  maker: 'Multi-Tech',
  model: 'MT9234ZBA-USB',
  revision: '1.32n',
  profile: 'multitech-mt9234',
  classes: ['1', '1.0', '2', '2.0', '2.1'],
  faxClass: '2.1',
  sendRatesBps: RATES,
  receiveRatesBps: RATES,
  ecm: true,
};

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

const setup = {
  kind: 'telephone',
  enabled: true,
  direction: 'both',
  faxClass: 'auto',
  flowControl: 'auto',
  localId: '',
  toneDialling: true,
  blindDial: false,
  dialPrefix: '',
  answerAfterRings: 2,
  answerCadences: [],
  pool: '',
  extraInit: [],
} as const satisfies Partial<Line>;

export function newFakeLine(line: Pick<Line, 'id' | 'name' | 'path'> & Partial<Line>): Line {
  return {
    ...setup,
    answerCadences: [],
    extraInit: [],
    state: 'ready',
    since: new Date().toISOString(),
    text: 'Ready.',
    ...line,
  };
}

/** The running call of the sample office. */
export const RUNNING_CALL = 'call-out-tel-1-d1';

export const RUNNING_PROGRESS: CallProgress = {
  phase: 'sending',
  remoteId: '+81 75 555 0148',
  rateBps: 14_400,
  modulation: 'V.17',
  coding: 'MMR',
  ecm: true,
  page: 2,
  pagePercent: 62,
  pageOctets: 31_400,
  pagesSent: 2,
  pagesReceived: 0,
};

export function sampleLines(now: Date): Line[] {
  return [
    newFakeLine({
      id: 'line-1',
      name: 'Front desk',
      path: '/dev/serial/by-id/usb-U.S.Robotics_USB_Modem_0002-if00',
      state: 'inCall',
      since: before(now, 70),
      modem: usr,
      callId: RUNNING_CALL,
      text: 'A call is up.',
      localId: '+81 78 555 0132',
    }),
    newFakeLine({
      id: 'line-2',
      name: '受注専用',
      path: '/dev/ttyACM1',
      state: 'ringing',
      since: before(now, 4),
      modem: { ...usr, revision: 'CX93001-EIS_V0.2013-V92' },
      ringing: { count: 1, callerNumber: '+81655500177' },
      direction: 'receive',
      answerAfterRings: 0,
      text: 'Ringing: +81655500177.',
    }),
    newFakeLine({
      id: 'line-3',
      name: 'Back office',
      path: '/dev/ttyUSB0',
      since: before(now, 7_300),
      modem: multitech,
      pool: 'out',
      direction: 'send',
      text: 'Ready: Multi-Tech MT9234ZBA-USB.',
    }),
    newFakeLine({
      id: 'line-4',
      name: 'Warehouse',
      path: '/dev/ttyS0',
      state: 'denied',
      since: before(now, 86_000),
      detail: 'Error: Permission denied, cannot open /dev/ttyS0',
      text: 'You are not allowed to open /dev/ttyS0.',
    }),
    newFakeLine({
      id: 'line-5',
      name: 'Spare',
      path: '/dev/ttyACM3',
      state: 'disabled',
      enabled: false,
      since: before(now, 400_000),
      text: 'Switched off.',
    }),
  ];
}

export const FOUND_PORTS: FoundPort[] = [
  {
    path: '/dev/serial/by-id/usb-Conexant_USB_Modem_24680246-if00',
    maker: 'Conexant',
    usbId: '0572:1329',
    state: 'ready',
    modem: { ...usr, maker: 'Conexant', model: 'CX93010', profile: 'conexant-1329' },
  },
  { path: '/dev/ttyUSB3', maker: 'FTDI', usbId: '0403:6001', state: 'silent' },
  { path: '/dev/ttyS1', state: 'denied', detail: 'Permission denied' },
];

const summary = (callId: string, change: Partial<CallSummary> = {}): CallSummary => ({
  callId,
  lineName: 'Front desk',
  remoteId: '+81 78 555 0111',
  rateBps: 14_400,
  modulation: 'V.17',
  coding: 'MMR',
  resolution: 'fine',
  ecm: true,
  durationMs: 62_400,
  ...change,
});

/** A report as a call leaves it, by its outcome. */
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

interface TelephoneSample {
  outgoing: OutgoingDocument[];
  incoming: IncomingDocument[];
  attempts: Map<string, Attempt[]>;
  qualities: Map<string, PageQualityReport[]>;
  calls: CallRecord[];
  journals: Map<string, JournalLine[]>;
  remotes: RemoteProfile[];
}

export function sampleTelephone(now: Date): TelephoneSample {
  const sent = (
    id: string,
    title: string,
    minutesAgo: number,
    pages: number,
    delivery: Omit<Delivery, 'id'>,
  ) => outgoingOf(now, { id, title, minutesAgo, pages, delivery: { id: `${id}-d1`, ...delivery } });
  const outgoing = [
    sent('out-tel-1', 'Catalogue autumn 2026.pdf', 0, 12, {
      destination: 'tel:+81755550148',
      contactName: '山田商会',
      status: 'sending',
      pagesConfirmed: 2,
      attempts: 1,
    }),
    sent('out-tel-2', 'Prescription request, Ward 4', 6, 2, {
      destination: 'tel:+441174960044',
      contactName: 'St Anne’s Surgery',
      status: 'waiting',
      pagesConfirmed: 0,
      attempts: 2,
      outcome: outcome('TEL_BUSY', 'dial', 'BUSY after 4.1 s'),
      nextAttemptAt: new Date(now.getTime() + 50_000).toISOString(),
      call: { callId: 'call-busy-2', lineName: 'Back office' },
    }),
    sent('out-tel-3', '契約書 第三版', 34, 4, {
      destination: 'tel:+81785550111',
      contactName: '田中法律事務所',
      status: 'confirmed',
      pagesConfirmed: 4,
      attempts: 2,
      outcome: outcome('CONFIRMED', 'confirm'),
      confirmedAt: before(now, 33 * 60),
      call: summary('call-good'),
    }),
    sent('out-tel-4', 'Offer 2026-88', 70, 3, {
      destination: 'tel:+12065550199',
      status: 'failed',
      pagesConfirmed: 0,
      attempts: 1,
      outcome: outcome('WRONG_NUMBER', 'identify', 'heard “+1 206 555 0100”, expected “+1 206 555 0199”'),
      call: summary('call-wrong', {
        remoteId: '+1 206 555 0100',
        lineName: 'Back office',
        durationMs: 9_100,
      }),
    }),
  ];
  const attempts = new Map<string, Attempt[]>([
    [
      'out-tel-1',
      [
        {
          deliveryId: 'out-tel-1-d1',
          number: 1,
          startedAt: before(now, 70),
          pagesConfirmed: 2,
          call: { callId: RUNNING_CALL, lineName: 'Front desk' },
        },
      ],
    ],
    [
      'out-tel-2',
      [1, 2].map((number) => ({
        deliveryId: 'out-tel-2-d1',
        number,
        startedAt: before(now, 360 - number * 120),
        endedAt: before(now, 350 - number * 120),
        pagesConfirmed: 0,
        outcome: outcome('TEL_BUSY', 'dial', 'BUSY after 4.1 s'),
        call: { callId: `call-busy-${number}`, lineName: 'Back office' },
      })),
    ],
    [
      'out-tel-3',
      [
        {
          deliveryId: 'out-tel-3-d1',
          number: 1,
          startedAt: before(now, 35 * 60),
          endedAt: before(now, 35 * 60 - 40),
          pagesConfirmed: 0,
          outcome: outcome('TEL_NO_ANSWER', 'dial'),
          call: { callId: 'call-silent', lineName: 'Front desk' },
        },
        {
          deliveryId: 'out-tel-3-d1',
          number: 2,
          startedAt: before(now, 33 * 60 + 70),
          endedAt: before(now, 33 * 60),
          pagesConfirmed: 4,
          outcome: outcome('CONFIRMED', 'confirm'),
          call: summary('call-good'),
        },
      ],
    ],
    [
      'out-tel-4',
      [
        {
          deliveryId: 'out-tel-4-d1',
          number: 1,
          startedAt: before(now, 70 * 60),
          endedAt: before(now, 70 * 60 - 31),
          pagesConfirmed: 0,
          outcome: outcome('WRONG_NUMBER', 'identify', 'heard “+1 206 555 0100”'),
          call: summary('call-wrong', {
            remoteId: '+1 206 555 0100',
            lineName: 'Back office',
            durationMs: 9_100,
          }),
        },
      ],
    ],
  ]);
  const clean = { rows: 2_291, badRows: 0, longestBadRun: 0, ecm: false };
  const incoming: IncomingDocument[] = [
    {
      id: 'in-tel-1',
      from: 'tel:+81655500177',
      fromName: 'OSAKA DEPOT',
      contactName: '大阪物流センター',
      purpose: 'fax',
      pages: 3,
      pagesExpected: 3,
      state: 'complete',
      read: false,
      receivedAt: before(now, 9 * 60),
      completedAt: before(now, 8 * 60),
      remoteId: '+81 6 5550 0177',
      callerNumber: '+81655500177',
      callerName: 'OSAKA DEPOT',
      call: summary('call-in-1', {
        lineName: '受注専用',
        remoteId: '+81 6 5550 0177',
        rateBps: 9_600,
        modulation: 'V.29',
        coding: 'MR',
        ecm: false,
        durationMs: 141_000,
      }),
      quality: [
        clean,
        { ...clean, badRows: 12, longestBadRun: 4 },
        { ...clean, badRows: 1, longestBadRun: 1 },
      ],
    },
    {
      id: 'in-tel-2',
      from: 'tel:',
      fromName: '',
      purpose: 'fax',
      pages: 1,
      state: 'partial',
      read: false,
      receivedAt: before(now, 25 * 60),
      completedAt: before(now, 24 * 60),
      call: { callId: 'call-in-2', lineName: 'Front desk', rateBps: 4_800, coding: 'MH', ecm: false },
      quality: [{ ...clean, badRows: 44, longestBadRun: 21 }],
    },
  ];
  return {
    outgoing,
    incoming,
    attempts,
    qualities: new Map(incoming.map((document) => [document.id, document.quality ?? []])),
    calls: sampleCalls(now),
    journals: new Map([
      [
        RUNNING_CALL,
        story(['Dialling 0755550148.', ...GREETING, 'Page 1 is confirmed.', 'Page 2 is confirmed.']),
      ],
      ['call-good', story(['Dialling 0785550111.', ...GREETING, ...ENDING])],
      ['call-busy-1', story(['Dialling 441174960044.', 'The number is busy.'])],
      ['call-busy-2', story(['Dialling 441174960044.', 'The number is busy.'])],
      ['call-silent', story(['Dialling 0785550111.', 'Nobody answers.'])],
      ['call-in-1', story(['Answering after 2 rings.', ...GREETING, ...ENDING])],
    ]),
    remotes: sampleRemotes(now),
  };
}

function sampleCalls(now: Date): CallRecord[] {
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

function sampleRemotes(now: Date): RemoteProfile[] {
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

function outgoingOf(
  now: Date,
  sample: { id: string; title: string; minutesAgo: number; pages: number; delivery: Delivery },
): OutgoingDocument {
  const { id, title, minutesAgo, pages, delivery } = sample;
  const { status } = delivery;
  const sentAt = before(now, minutesAgo * 60 + 75);
  return {
    id,
    title,
    status: status === 'confirmed' || status === 'failed' ? status : 'active',
    createdAt: sentAt,
    sentAt,
    ...(status === 'confirmed' || status === 'failed' ? { finishedAt: before(now, minutesAgo * 60) } : {}),
    options: { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' },
    pages,
    pagesExpected: pages,
    prepared: true,
    substitutedFonts: [],
    totalBytes: pages * 31_400,
    sending: { priority: 'normal', cheapHours: false },
    deliveries: [
      {
        ...delivery,
        ...(delivery.outcome === undefined ? {} : { text: outcomeText(delivery.outcome.code) }),
      },
    ],
  };
}
