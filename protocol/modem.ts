// The contract between the gateway and a modem host: one process per line, nothing else in it. Carried over the child
// process's message channel with structured clone (`serialization: 'advanced'`).

import { z } from 'zod';
import { MAX_PAGE_HEIGHT, MAX_PAGE_WIDTH, MAX_PAGES, pageInfoSchema } from './page.ts';
import { outcomeSchema } from './outcome.ts';

/** Service classes in which a modem can be driven. `auto`: 1.0 or 1 when its profile is known good, else the best 2.x. */
export const faxClassSchema = z.enum(['1', '1.0', '2', '2.0', '2.1']);
export type FaxClass = z.infer<typeof faxClassSchema>;
export const faxClassChoiceSchema = z.union([z.literal('auto'), faxClassSchema]);
export type FaxClassChoice = z.infer<typeof faxClassChoiceSchema>;

export const modulationSchema = z.enum(['V.27ter', 'V.29', 'V.17']);
export const codingSchema = z.enum(['MH', 'MR', 'MMR']);

const callId = z.string().min(1).max(64);
const pageIndex = z
  .number()
  .int()
  .min(0)
  .max(MAX_PAGES - 1);
/** Of a person or a machine; never trusted, shown as it is. */
const shortText = z.string().max(200);

/** How a line's modem is to be driven. */
export const modemSetupSchema = z.object({
  /** Serial port or PTY: `/dev/ttyACM0`, `COM3`. */
  path: z.string().min(1).max(400),
  faxClass: faxClassChoiceSchema,
  /** A profile by name (native-bridge/modem/profiles); left out: recognised by what the modem says. */
  profile: z.string().max(40).optional(),
  baudRate: z.number().int().min(300).max(921_600).optional(),
  flowControl: z.enum(['auto', 'hardware', 'software', 'none']),
  /** CSI and TSI: digits, space and +, at most 20. */
  localId: z.string().max(20),
  toneDialling: z.boolean(),
  /** Dial without waiting for a dial tone. */
  blindDial: z.boolean(),
  /** Further commands after the profile's own: `AT&K4`. */
  extraInit: z.array(z.string().max(80)).max(10),
});
export type ModemSetup = z.infer<typeof modemSetupSchema>;

/** What is avoided with this number, by experience or by choice. */
export const remoteHintsSchema = z.object({
  avoidModulations: z.array(modulationSchema),
  avoidCodings: z.array(codingSchema),
  avoidEcm: z.boolean(),
  maxRateBps: z.number().int().positive().optional(),
});
export type RemoteHints = z.infer<typeof remoteHintsSchema>;

/** A document to be sent in a call: geometry first, its pages are asked for one by one. */
export const callDocumentSchema = z.object({
  pages: z
    .array(
      z.object({
        width: z.number().int().min(1).max(MAX_PAGE_WIDTH),
        height: z.number().int().min(1).max(MAX_PAGE_HEIGHT),
        xDpi: z.number().int().positive(),
        yDpi: z.number().int().positive(),
      }),
    )
    .min(1)
    .max(MAX_PAGES),
  subaddress: z.string().max(20).optional(),
  password: z.string().max(20).optional(),
});
export type CallDocument = z.infer<typeof callDocumentSchema>;

/** Gateway → modem host. */
export const modemRequestSchema = z.discriminatedUnion('type', [
  /** Opens the port and keeps it, whatever happens to it; again with another setup: between calls. */
  z.object({ type: z.literal('open'), setup: modemSetupSchema }),
  /** Asks the modem everything anew and listens for a dial tone without dialling, where it can. Answered by `tested`. */
  z.object({ type: z.literal('test'), testId: callId }),
  /** Ends in exactly one `ended`. `number` is what the modem dials: digits, `*#,w`. Pages are counted over all documents. */
  z.object({
    type: z.literal('dial'),
    callId,
    number: z.string().min(1).max(60),
    documents: z.array(callDocumentSchema).max(50),
    poll: z
      .object({ address: z.string().max(20).optional(), password: z.string().max(20).optional() })
      .optional(),
    /** The wrong-number guard: who is expected to answer; nothing is compared when it is empty. */
    guard: z
      .object({ expected: z.array(z.string().max(20)), onMismatch: z.enum(['hangUp', 'goOn']) })
      .optional(),
    hints: remoteHintsSchema,
    answerWithinMs: z.number().int().positive(),
  }),
  /** Answers the call that rings, or one taken by hand. Ends in exactly one `ended`. */
  z.object({
    type: z.literal('answer'),
    callId,
    receives: z.boolean(),
    /** Kept to be polled; whoever calls may send and fetch in one call. */
    documents: z.array(callDocumentSchema).max(50),
    pollAddress: z.string().max(20).optional(),
    pollPassword: z.string().max(20).optional(),
    receivePassword: z.string().max(20).optional(),
    hints: remoteHintsSchema,
    copyQuality: z.object({
      minGoodPercent: z.number().min(0).max(100),
      maxBadRun: z.number().int().min(0).max(10_000),
    }),
  }),
  /** Answers `pageWanted`: T.6 as stored (one block, most significant bit first). */
  z.object({
    type: z.literal('page'),
    callId,
    page: pageIndex,
    info: pageInfoSchema,
    data: z.instanceof(Uint8Array),
  }),
  z.object({ type: z.literal('pageUnavailable'), callId, page: pageIndex, detail: shortText }),
  /** Answers `pageReceived`: it is durable, or never will be. Only then the sender gets its confirmation. */
  z.object({ type: z.literal('pageStored'), callId, page: pageIndex }),
  z.object({
    type: z.literal('pageNotStored'),
    callId,
    page: pageIndex,
    detail: shortText,
    diskFull: z.boolean().optional(),
  }),
  /** A person ends the call: politely, within seconds. */
  z.object({ type: z.literal('hangUp'), callId }),
  /** Answered by `ports`, at any time; opens nothing. */
  z.object({ type: z.literal('listPorts') }),
  /** Answered by `pong` at once, in a call too: a host that has nothing to tell is still at work. */
  z.object({ type: z.literal('ping') }),
  /** Releases the port and ends the process. */
  z.object({ type: z.literal('close') }),
]);
export type ModemRequest = z.infer<typeof modemRequestSchema>;

/** A serial port of this computer, as native-bridge/modem/serial/portList.ts finds it. */
export const modemPortSchema = z.object({
  /** To be saved and opened: a name that stays the same when the modem is plugged in again, where there is one. */
  path: z.string().min(1).max(400),
  /** What `path` stands for now: /dev/ttyACM0. */
  device: z.string().min(1).max(400),
  maker: shortText.optional(),
  usbId: z.string().max(20).optional(),
  serialNumber: shortText.optional(),
});
export type ModemPort = z.infer<typeof modemPortSchema>;

export const modemIdentitySchema = z.object({
  maker: shortText,
  model: shortText,
  revision: shortText,
  /** Of native-bridge/modem/profiles. */
  profile: shortText,
  /** Classes that it offers, and the one chosen. */
  classes: z.array(faxClassSchema),
  faxClass: faxClassSchema,
  sendRatesBps: z.array(z.number().int()),
  receiveRatesBps: z.array(z.number().int()),
  ecm: z.boolean(),
});
export type ModemIdentity = z.infer<typeof modemIdentitySchema>;

/**
 * `opening`: the modem is being asked who it is. `ready`: on hook, idle. `ringing`, `inCall`. `absent`: there is no such
 * port; comes back by itself. `held`: another program has it. `denied`: this user may not open it. `silent`: the port is
 * there, but nothing on it answers. `unfit`: it answers, but cannot fax in the class asked for.
 */
export const lineStateNameSchema = z.enum([
  'opening',
  'ready',
  'ringing',
  'inCall',
  'absent',
  'held',
  'denied',
  'silent',
  'unfit',
]);
export type LineStateName = z.infer<typeof lineStateNameSchema>;

/** How far a call is, for whoever watches it. */
export const callProgressSchema = z.object({
  phase: z.enum([
    'dialling',
    'answering',
    'identifying',
    'training',
    'sending',
    'receiving',
    'confirming',
    'ending',
  ]),
  remoteId: z.string().max(40).optional(),
  rateBps: z.number().int().optional(),
  modulation: modulationSchema.optional(),
  coding: codingSchema.optional(),
  ecm: z.boolean().optional(),
  /** From 0, over the call. */
  page: z.number().int().optional(),
  /** 0 … 100, by octets of the coded page that have left; only while sending. */
  pagePercent: z.number().min(0).max(100).optional(),
  /** Coded octets of this page in all; once known. */
  pageOctets: z.number().int().optional(),
  pagesSent: z.number().int(),
  pagesReceived: z.number().int(),
});
export type CallProgress = z.infer<typeof callProgressSchema>;

/** What a far machine says that it can do, as far as the program uses it. */
export const remoteAbilitiesSchema = z.object({
  ratesBps: z.array(z.number().int()),
  modulations: z.array(modulationSchema),
  resolutions: z.array(z.string().max(20)),
  codings: z.array(codingSchema),
  ecm: z.boolean(),
  widthMm: z.number().int(),
  canReceive: z.boolean(),
  hasDocumentToPoll: z.boolean(),
  subaddress: z.boolean(),
  password: z.boolean(),
  /** In one line of plain words (English). */
  text: z.string().max(500),
});
export type RemoteAbilities = z.infer<typeof remoteAbilitiesSchema>;

/** Rows of a received page: what the line did to it. */
export const pageQualitySchema = z.object({
  rows: z.number().int().nonnegative(),
  badRows: z.number().int().nonnegative(),
  longestBadRun: z.number().int().nonnegative(),
  /** Received under error correction; rows that are bad all the same were lost between modem and computer (Class 2). */
  ecm: z.boolean(),
  /** Never confirmed to its sender: the call ended in it, and these are the rows that came. */
  partial: z.literal(true).optional(),
});
export type PageQualityReport = z.infer<typeof pageQualitySchema>;

export const journalLineSchema = z.object({
  /** Since the call began (dialled, or answered). */
  atMs: z.number().int().nonnegative(),
  text: z.string().max(1_000),
});
export type JournalLine = z.infer<typeof journalLineSchema>;

/** A call that is over. `pagesSent` counts what the far end confirmed, in order from the first page. */
export const callReportSchema = z.object({
  outcome: outcomeSchema,
  direction: z.enum(['outgoing', 'incoming']),
  faxClass: faxClassSchema.optional(),
  /** From answer to release; 0 when nobody answered. */
  connectedMs: z.number().int().nonnegative(),
  pagesSent: z.number().int().nonnegative(),
  pagesReceived: z.number().int().nonnegative(),
  /** The sender said that this was its last page, or we that ours was; else the call broke off. */
  complete: z.boolean(),
  remoteId: z.string().max(40).optional(),
  remoteMaker: z.string().max(80).optional(),
  abilities: remoteAbilitiesSchema.optional(),
  subaddress: z.string().max(20).optional(),
  /** Of the last page. */
  rateBps: z.number().int().optional(),
  modulation: modulationSchema.optional(),
  coding: codingSchema.optional(),
  resolution: z.string().max(20).optional(),
  ecm: z.boolean().optional(),
  /** What went wrong on the way, for the remote's profile. */
  trouble: z.object({
    trainingFailedAt: z.array(z.object({ modulation: modulationSchema, rateBps: z.number().int() })).max(20),
    /** ECM blocks or pages that had to be sent again. */
    repeats: z.number().int().nonnegative(),
  }),
});
export type CallReport = z.infer<typeof callReportSchema>;

export const lineTestResultSchema = z.object({
  answers: z.boolean(),
  modem: modemIdentitySchema.optional(),
  /** `unknown`: the modem cannot tell without dialling. */
  dialTone: z.enum(['heard', 'notHeard', 'unknown']),
  /** What was asked and answered, command by command. */
  dialogue: z.array(z.string().max(300)).max(100),
  detail: shortText.optional(),
});
export type LineTestResult = z.infer<typeof lineTestResultSchema>;

/** Modem host → gateway. `started` once; `line` whenever the state changes. */
export const modemReplySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started') }),
  z.object({ type: z.literal('pong') }),
  z.object({
    type: z.literal('line'),
    state: lineStateNameSchema,
    modem: modemIdentitySchema.optional(),
    detail: shortText.optional(),
  }),
  z.object({ type: z.literal('ports'), ports: z.array(modemPortSchema).max(200) }),
  z.object({ type: z.literal('tested'), testId: callId, result: lineTestResultSchema }),
  /**
   * `count` from 1. `cadence`: of a distinctive ring, as the modem names it. `callerIdDue`: who calls may be told yet, and
   * would be lost by answering now; told again with the same count, without it, within some seconds.
   */
  z.object({
    type: z.literal('ring'),
    count: z.number().int().positive(),
    callerNumber: z.string().max(40).optional(),
    callerName: z.string().max(80).optional(),
    cadence: z.string().max(20).optional(),
    callerIdDue: z.boolean().optional(),
  }),
  /** It rang, and the caller gave up. */
  z.object({ type: z.literal('ringEnded') }),
  z.object({ type: z.literal('progress'), callId, progress: callProgressSchema }),
  z.object({ type: z.literal('journal'), callId, line: journalLineSchema }),
  z.object({ type: z.literal('pageWanted'), callId, page: pageIndex }),
  /** Pages below `pages` are confirmed by the far end. */
  z.object({ type: z.literal('pagesConfirmed'), callId, pages: z.number().int().nonnegative() }),
  /** A whole page, waiting to be made durable. `data` is T.6 as stored. */
  z.object({
    type: z.literal('pageReceived'),
    callId,
    page: pageIndex,
    info: pageInfoSchema,
    data: z.instanceof(Uint8Array),
    quality: pageQualitySchema,
    remoteId: z.string().max(40).optional(),
    subaddress: z.string().max(20).optional(),
  }),
  z.object({ type: z.literal('ended'), callId, report: callReportSchema }),
]);
export type ModemReply = z.infer<typeof modemReplySchema>;
