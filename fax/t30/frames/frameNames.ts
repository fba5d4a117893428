// Every facsimile control field of T.30 by name, in the order of the standard's groups.

export const FRAME_NAMES = [
  // Called to caller
  'DIS',
  'CSI',
  'NSF',
  // To poll: caller to called
  'DTC',
  'CIG',
  'NSC',
  'PWD',
  'SEP',
  'PSA',
  'CIA',
  'ISP',
  // Sender to receiver
  'DCS',
  'TSI',
  'SUB',
  'NSS',
  'SID',
  'TSA',
  'IRA',
  'CTC',
  // Pre-message responses
  'CFR',
  'FTT',
  'CTR',
  'CSA',
  // Post-message commands
  'EOM',
  'MPS',
  'EOR',
  'EOP',
  'RR',
  'EOS',
  'PRI-EOM',
  'PRI-MPS',
  'PRI-EOP',
  'PPS',
  // Post-message responses
  'MCF',
  'RTN',
  'RTP',
  'PIN',
  'PIP',
  'PID',
  'RNR',
  'ERR',
  'PPR',
  'FDM',
  // Other
  'DCN',
  'CRP',
  'FNV',
  'TR',
  'TNR',
  'DNK',
  // ECM, on the fast carrier
  'FCD',
  'RCP',
  'CCD',
  // Keys
  'DES',
  'DEC',
  'DER',
  'DTK',
  'RK',
] as const;

export type FrameName = (typeof FRAME_NAMES)[number];

/** What only a receiving station says, before a message and behind it. */
export const RECEIVER_RESPONSES = [
  'CFR',
  'FTT',
  'CTR',
  'CSA',
  'MCF',
  'RTN',
  'RTP',
  'PIN',
  'PIP',
  'PID',
  'RNR',
  'ERR',
  'PPR',
] as const satisfies readonly FrameName[];
