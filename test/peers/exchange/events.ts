// What the exchange tells: one event per line. `atMs` is modelled time since its start.

/** Fields that tell how far a fax machine's T.30 session has come. */
export interface MachineStatistics {
  rateBps: number;
  ecm: boolean;
  compression: 'MH' | 'MR' | 'MMR' | null;
  pagesSent: number;
  pagesReceived: number;
  /** Of the last page. */
  width: number;
  rows: number;
  xPerMetre: number;
  yPerMetre: number;
  imageOctets: number;
  badRows: number;
  longestBadRun: number;
  ecmRetries: number;
}

interface Events {
  ready: { fast: boolean };
  reply: { id: number; ok: boolean; error?: string; path?: string; slave?: string | null };

  // A call.
  callPlaced: { call: number; from: string; to: string };
  ring: { call: number; to: string };
  answered: { call: number; from: string; to: string };
  /** A signal of one end began or ended, at the sample. */
  signal: { call: number; number: string; on: boolean };
  /** The first signal of page data, or of a block of it, in this page (1…). */
  pageData: { call: number; page: number };
  cut: { call: number; how: 'release' | 'silence' | 'noise' };
  /** The call lasted longer, or was silent for longer, than the exchange allows; it is released. */
  stuck: { call: number; reason: string };
  released: {
    call: number;
    from: string;
    to: string;
    /** The number that hung up, or `exchange`. */
    by: string;
    reason: string;
    answered: boolean;
    /** From answer to release, modelled. */
    durationMs?: number;
  };

  // A modem.
  hostOpened: { number: string };
  hostClosed: { number: string };
  command: { number: string; text: string };
  result: { number: string; text: string };
  /** The host let the transmitter run dry within a page. */
  underrun: { number: string };
  /** The host gave the transmitter nothing for 5 s: ERROR (T.31 8.3.5). */
  noData: { number: string };
  frameTooLong: { number: string };
  /** The host read so slowly that octets for it were lost. */
  outputLost: { number: string; octets: number };

  // A fax machine; `frame` also of a modem, for what its host sends.
  frame: { number: string; direction: 'sent' | 'received'; name: string; hex: string };
  /** ECM data frames since the last other frame. */
  ecmFrames: { number: string; direction: 'sent' | 'received'; count: number };
  /** After DIS, DTC or DCS. */
  agreed: {
    number: string;
    by: string;
    farId: string | null;
    subAddress: string | null;
    senderId: string | null;
    password: string | null;
    pollingAddress: string | null;
  } & MachineStatistics;
  page: { number: string; by: string } & MachineStatistics;
  /** spandsp's T.30 end status: 0 is success. */
  end: {
    number: string;
    status: number;
    statusText: string;
    farId: string | null;
    /** The TIFF file that it received into, if any. */
    file: string | null;
  } & MachineStatistics;
  callFailed: { number: string; cause: 'busy' | 'noAnswer' | 'noDialTone' | 'unknownNumber' };
}

export type ExchangeEventName = keyof Events;
export type ExchangeEventOf<Name extends ExchangeEventName> = {
  [Each in Name]: { event: Each; atMs: number } & Events[Each];
}[Name];
export type ExchangeEvent = ExchangeEventOf<ExchangeEventName>;

/** A predicate for events of one name whose fields have these values: `isEvent('end', { number: '200' })`. */
export function isEvent<Name extends ExchangeEventName>(
  name: Name,
  fields: Partial<ExchangeEventOf<Name>> = {},
): (event: ExchangeEvent) => event is ExchangeEventOf<Name> & ExchangeEvent {
  const wanted = new Map<string, unknown>(Object.entries(fields));
  return (event): event is ExchangeEventOf<Name> & ExchangeEvent =>
    event.event === name &&
    Object.entries(event).every(([key, value]) => !wanted.has(key) || wanted.get(key) === value);
}
