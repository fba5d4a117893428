// The telephone lines of the office that the fake gateway pretends to be, and what a scan finds there.

import type { FoundPort, Line } from '../../protocol/api/lines.ts';
import type { CallProgress, ModemIdentity } from '../../protocol/modem.ts';
import { before } from './gatewayServicesRules.ts';

export const RATES = [2_400, 4_800, 7_200, 9_600, 12_000, 14_400];

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

function newFakeLine(line: Pick<Line, 'id' | 'name' | 'path'> & Partial<Line>): Line {
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
