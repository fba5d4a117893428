// Modems that people have, as they answer and as they are odd (fact sheet §2.4 and §3.6), and one without oddities.

import { FAST_CODES } from '../line/fastCodes.ts';
import { NO_QUIRKS } from './personality.ts';
import type { FaxClass, Personality, Quirks } from './personality.ts';

const ALL_CLASSES = ['1', '1.0', '2', '2.0', '2.1'] as const satisfies readonly FaxClass[];

function personality(
  options: Partial<Omit<Personality, 'quirks'>> &
    Pick<Personality, 'name' | 'maker' | 'model'> & { quirks?: Partial<Quirks> },
): Personality {
  return {
    revision: '1.0',
    ati: { 0: '56000', 3: options.model },
    classes: ALL_CLASSES,
    transmitCodes: FAST_CODES,
    receiveCodes: FAST_CODES,
    adaptiveReception: false,
    ecm: true,
    codings: ['MR', 'MMR'],
    everyResolution: false,
    ...options,
    quirks: { ...NO_QUIRKS, ...options.quirks },
  };
}

const V17_9600_UP = FAST_CODES.filter((code) => code !== 73 && code !== 74);

export const PERSONALITIES = {
  plain: personality({
    name: 'plain',
    maker: 'Virtual Modem Works',
    model: 'Plain Fax Modem',
    adaptiveReception: true,
  }),
  superfine: personality({
    name: 'superfine',
    maker: 'Virtual Modem Works',
    model: 'Superfine Fax Modem',
    everyResolution: true,
  }),
  usr5637: personality({
    name: 'usr5637',
    maker: 'U.S. Robotics',
    model: 'USR5637',
    revision: '1.2.23',
    ati: { 0: '5601', 3: 'U.S. Robotics 56K FAX USB V1.2.23', 7: 'USR5637' },
    classes: ['1', '1.0', '2'],
    adaptiveReception: true,
    quirks: { softwareFlowInFax: true },
  }),
  usrCourier: personality({
    name: 'usrCourier',
    maker: 'U.S. Robotics',
    model: 'Courier V.Everything',
    ati: { 0: '3366', 3: 'USRobotics Courier V.Everything' },
    classes: ['1', '2.0'],
    transmitCodes: V17_9600_UP,
    receiveCodes: V17_9600_UP,
    ecm: false,
    codings: ['MR'],
    quirks: {
      frsResets: true,
      softwareFlowInFax: true,
      missingPlus: ['+FNF:'],
      absentCommands: ['+FCQ'],
      sendsNoRtc: true,
    },
  }),
  conexantCx93010: personality({
    name: 'conexantCx93010',
    maker: 'CONEXANT',
    model: 'CX93001-EIS_V0.2002-V92',
    revision: 'CX93001-EIS_V0.2002-V92',
    ati: { 0: '56000', 3: 'CX93001-EIS_V0.2002-V92', 6: 'RCV56DPF-PLL L8571A' },
    classes: ['1', '1.0', '2'],
    classesText: '0,1,1.0,2,8',
    adaptiveReception: true,
  }),
  conexant1329: personality({
    name: 'conexant1329',
    maker: 'CONEXANT',
    model: 'CX93010-1329',
    classes: ['1', '1.0', '2'],
    adaptiveReception: true,
    quirks: { deafCodes: [96] },
  }),
  agere: personality({
    name: 'agere',
    maker: 'LSI Corporation',
    model: 'Agere SV92',
    ati: { 0: 'LT V.92 1.0 MT5634ZBA-USB', 3: 'LT V.92 1.0' },
    classes: ['1', '2'],
    codings: ['MR'],
    quirks: { connectsOnAnyCarrier: true },
  }),
  rockwell: personality({
    name: 'rockwell',
    maker: 'ROCKWELL',
    model: 'RC288DPi',
    revision: 'V1.460',
    ati: { 0: '28800', 3: 'V1.460-V34_DP' },
    classes: ['1', '2'],
    ecm: false,
    codings: [],
    quirks: { softwareFlowInFax: true, receiveStart: 'DC2' },
  }),
  zyxel: personality({
    name: 'zyxel',
    maker: 'ZyXEL',
    model: 'U-336E',
    ati: { 0: '1496', 3: 'U1496E V 6.17' },
    classes: ['2', '2.0'],
    quirks: { pinPipSwapped: true },
  }),
  multiTech: personality({
    name: 'multiTech',
    maker: 'MULTI-TECH SYSTEMS',
    model: 'MT9234ZBA-V',
    revision: '1.31',
    ati: { 0: 'MT9234ZBA-V', 3: 'MT9234ZBA-V 1.31' },
    classes: ALL_CLASSES,
    adaptiveReception: true,
    quirks: { hexLineCounts: true, directReceiveData: true },
  }),
  iaxmodem: personality({
    name: 'iaxmodem',
    maker: 'www.soft-switch.org',
    model: 'spandsp',
    revision: '0.0.6',
    ati: { 0: 'spandsp', 3: 'www.soft-switch.org' },
    classes: ['1', '1.0'],
    adaptiveReception: true,
    quirks: { givesFramesUnasked: true },
  }),
  cirrus: personality({
    name: 'cirrus',
    maker: 'CIRRUS LOGIC',
    model: 'CL-MD9624',
    classes: ['1'],
    quirks: { noSilenceCommands: true },
  }),
  digi: personality({
    name: 'digi',
    maker: 'Digi',
    model: 'AccelePort RAS',
    classes: ['1'],
    quirks: { neverFcerror: true, dleNotDoubled: true },
  }),
} as const satisfies Record<string, Personality>;

export type PersonalityName = keyof typeof PERSONALITIES;

export function isPersonalityName(name: string): name is PersonalityName {
  return Object.hasOwn(PERSONALITIES, name);
}
