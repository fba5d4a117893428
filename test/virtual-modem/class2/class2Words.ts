// What Class 2 (SP-2388-A), 2.0 and 2.1 (T.32) call the same things: commands that only keep a value, lines that the modem
// says, hang-up codes.

import type { FaxClass } from '../modem/personality.ts';
import type { ValueCommand } from '../modem/valueCommands.ts';

export type Class2 = Extract<FaxClass, '2' | '2.0' | '2.1'>;

export interface Class2Words {
  connected: string;
  /** Identities: of the called station, the sender, the one that polls. */
  csi: string;
  tsi: string;
  cig: string;
  dis: string;
  dcs: string;
  dtc: string;
  nsf: string;
  nss: string;
  confirmed: string | null;
  poll: string;
  pageStatus: string;
  pageEnd: string;
  hangUp: string;
}

export const WORDS: Readonly<Record<'2' | '2.0', Class2Words>> = {
  '2': {
    connected: '+FCON',
    csi: '+FCSI:',
    tsi: '+FTSI:',
    cig: '+FCIG:',
    dis: '+FDIS:',
    dcs: '+FDCS:',
    dtc: '+FDTC:',
    nsf: '+FNSF:',
    nss: '+FNSS:',
    confirmed: '+FCFR',
    poll: '+FPOLL',
    pageStatus: '+FPTS:',
    pageEnd: '+FET:',
    hangUp: '+FHNG:',
  },
  '2.0': {
    connected: '+FCO',
    csi: '+FCI:',
    tsi: '+FTI:',
    cig: '+FPI:',
    dis: '+FIS:',
    dcs: '+FCS:',
    dtc: '+FTC:',
    nsf: '+FNF:',
    nss: '+FNS:',
    confirmed: null,
    poll: '+FPO',
    pageStatus: '+FPS:',
    pageEnd: '+FET:',
    hangUp: '+FHS:',
  },
};

/** 2.1 says everything as 2.0 does. */
export function wordsOf(faxClass: Class2): Class2Words {
  return WORDS[faxClass === '2' ? '2' : '2.0'];
}

/** The names of settings, by what they mean, in each class. */
export interface SettingNames {
  capabilities: string;
  session: string;
  result: string;
  localId: string;
  pollId: string;
  canReceive: string;
  bitOrder: string;
  dataTimeout: string;
  copyQuality: string;
  pollRemote: string;
  pollLocal: string;
  pageStatus: string;
  hangUpCode: string;
  abort: string;
  buffer: string;
  reports: string;
}

export const SETTINGS: Readonly<Record<'2' | '2.0', SettingNames>> = {
  '2': {
    capabilities: '+FDCC',
    session: '+FDIS',
    result: '+FDCS',
    localId: '+FLID',
    pollId: '+FCIG',
    canReceive: '+FCR',
    bitOrder: '+FBOR',
    dataTimeout: '+FPHCTO',
    copyQuality: '+FCQ',
    pollRemote: '+FSPL',
    pollLocal: '+FLPL',
    pageStatus: '+FPTS',
    hangUpCode: '+FAXERR',
    abort: '+FK',
    buffer: '+FBUF',
    reports: '+FNR',
  },
  '2.0': {
    capabilities: '+FCC',
    session: '+FIS',
    result: '+FCS',
    localId: '+FLI',
    pollId: '+FPI',
    canReceive: '+FCR',
    bitOrder: '+FBO',
    dataTimeout: '+FCT',
    copyQuality: '+FCQ',
    pollRemote: '+FSP',
    pollLocal: '+FLP',
    pageStatus: '+FPS',
    hangUpCode: '+FHS',
    abort: '+FKS',
    buffer: '+FBS',
    reports: '+FNR',
  },
};

export function settingsOf(faxClass: Class2): SettingNames {
  return SETTINGS[faxClass === '2' ? '2' : '2.0'];
}

const FLAG: ValueCommand = { initial: '0', range: '(0,1)', takes: /^[01]$/ };
const IDENTITY: ValueCommand = { initial: '""', range: '(20)(32-127)', takes: /^"?[^"]{0,20}"?$/ };

/** By all the names that any of the classes has. */
export const CLASS2_VALUES: Readonly<Record<string, ValueCommand>> = {
  '+FLID': IDENTITY,
  '+FLI': IDENTITY,
  '+FCIG': IDENTITY,
  '+FPI': IDENTITY,
  '+FSA': IDENTITY,
  '+FPA': IDENTITY,
  '+FPW': IDENTITY,
  '+FCR': { ...FLAG, initial: '1' },
  '+FBOR': { initial: '0', range: '(0-3)', takes: /^[0-3]$/ },
  '+FBO': { initial: '0', range: '(0-3)', takes: /^[0-3]$/ },
  '+FPHCTO': { initial: '30', range: '(0-255)', takes: /^\d{1,3}$/ },
  '+FCT': { initial: '1E', range: '(0-FF)', takes: /^[0-9A-F]{1,2}$/i },
  '+FCQ': { initial: '1', range: '(0-2),(0-2)', takes: /^[0-2](,[0-2])?$/ },
  '+FSPL': FLAG,
  '+FSP': FLAG,
  '+FLPL': FLAG,
  '+FLP': FLAG,
  '+FAP': { initial: '0,0,0', range: '(0,1),(0,1),(0,1)' },
  '+FNR': { initial: '0,0,0,0', range: '(0,1),(0,1),(0,1),(0,1)', takes: /^[01](,[01]){0,3}$/ },
  '+FBUG': FLAG,
  '+FBU': FLAG,
  '+FREL': FLAG,
  '+FEA': FLAG,
  '+FMINSP': { initial: '0', range: '(0-5)', takes: /^[0-5]$/ },
  '+FMS': { initial: '0', range: '(0-5)', takes: /^[0-5]$/ },
  '+FBADLIN': { initial: '0', range: '(0-255)' },
  '+FBADMUL': { initial: '0', range: '(0-255)' },
  '+FRQ': { initial: '0,0', range: '(0-64),(0-FF)' },
  '+FCTCRTY': { initial: '0', range: '(0-255)' },
  '+FRY': { initial: '0', range: '(0-FF)' },
  '+FECM': FLAG,
  '+FIE': FLAG,
  '+FNS': { initial: '', range: '' },
  '+FFC': { initial: '0,0,0,0', range: '(0),(0),(0),(0)' },
  '+FPP': FLAG,
  '+FRBC': FLAG,
  '+FTBC': FLAG,
  '+FVRFC': FLAG,
  '+FWDFC': FLAG,
  '+FLNFC': FLAG,
};

/** Class 2 in decimal; 2.0 in hex, with 94 and 100–103 under other numbers. */
export function hangUpCode(code: number, faxClass: Class2): string {
  if (faxClass === '2') return String(code);
  if (code === 94) return '92';
  return code >= 100 ? `A${code - 100}` : String(code).padStart(2, '0');
}
