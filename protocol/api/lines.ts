// What the gateway's API says of telephone lines: modems, calls, what is known of far machines, and how to dial.

import { z } from 'zod';
import {
  callProgressSchema,
  callReportSchema,
  codingSchema,
  faxClassChoiceSchema,
  lineStateNameSchema,
  lineTestResultSchema,
  modemIdentitySchema,
  modulationSchema,
  remoteAbilitiesSchema,
} from '../modem.ts';

const isoTime = z.string();
const id = z.string().min(1).max(64);
/** A telephone number or the like as it stands in CSI and TSI (T.30 §5.3.6.2.4). */
export const localIdSchema = z
  .string()
  .trim()
  .max(20)
  .regex(/^[ +0-9]*$/, 'A fax number has digits, blanks and + only, at most 20 of them.');

/** How a line is set up. `telephone`: a telephone line; `machine`: a fax machine wired to the modem. */
export const lineSetupSchema = z.object({
  name: z.string().trim().min(1).max(60),
  /** A serial port or PTY: `/dev/ttyACM0`, `COM3`. */
  path: z
    .string()
    .trim()
    .min(1)
    .max(400)
    .regex(/^\P{Cc}*$/u, 'A path has no control characters.'),
  kind: z.enum(['telephone', 'machine']),
  enabled: z.boolean(),
  direction: z.enum(['both', 'send', 'receive']),
  faxClass: faxClassChoiceSchema,
  /** A modem profile by name; left out: recognised. */
  profile: z.string().max(40).optional(),
  baudRate: z.number().int().min(300).max(921_600).optional(),
  flowControl: z.enum(['auto', 'hardware', 'software', 'none']),
  /** Empty: the office's fax number. */
  localId: localIdSchema,
  toneDialling: z.boolean(),
  /** Dial without waiting for a dial tone, as behind some exchanges. */
  blindDial: z.boolean(),
  /** Dialled before every number, such as `0,` for an outside line. */
  dialPrefix: z
    .string()
    .max(20)
    .regex(/^[0-9*#,w]*$/, 'A prefix has digits, *, #, w and commas only.'),
  /** Rings until the line answers; 0: by hand only. */
  answerAfterRings: z.number().int().min(0).max(20),
  /** Only rings with one of these cadences are answered (distinctive ring); empty: every ring. */
  answerCadences: z.array(z.string().max(20)).max(8),
  /** Lines with the same pool share the work; a line belongs to one pool. */
  pool: z.string().trim().max(40),
  extraInit: z.array(z.string().max(80)).max(10),
});
export type LineSetup = z.infer<typeof lineSetupSchema>;
/** What of it is to be another. `null`: found out by the modem host again. */
export const lineChangeSchema = lineSetupSchema
  .extend({ baudRate: lineSetupSchema.shape.baudRate.nullable() })
  .partial();
export type LineChange = z.infer<typeof lineChangeSchema>;

export const newLineSchema = lineSetupSchema
  .extend({
    name: z.string().trim().max(60).default(''),
    kind: lineSetupSchema.shape.kind.default('telephone'),
    enabled: z.boolean().default(true),
    direction: lineSetupSchema.shape.direction.default('both'),
    faxClass: faxClassChoiceSchema.default('auto'),
    flowControl: lineSetupSchema.shape.flowControl.default('auto'),
    localId: localIdSchema.default(''),
    toneDialling: z.boolean().default(true),
    blindDial: z.boolean().default(false),
    dialPrefix: lineSetupSchema.shape.dialPrefix.default(''),
    answerAfterRings: lineSetupSchema.shape.answerAfterRings.default(1),
    answerCadences: lineSetupSchema.shape.answerCadences.default([]),
    pool: lineSetupSchema.shape.pool.default(''),
    extraInit: lineSetupSchema.shape.extraInit.default([]),
  })
  .strict();
export type NewLine = z.input<typeof newLineSchema>;

export const lineSchema = lineSetupSchema.extend({
  id,
  /** `disabled`: switched off by the user. `starting`: its process is being started. */
  state: z.union([lineStateNameSchema, z.enum(['disabled', 'starting'])]),
  /** Since when. */
  since: isoTime,
  modem: modemIdentitySchema.optional(),
  /** Why it is not ready, for the technical log. */
  detail: z.string().optional(),
  /** In English, for scripts; the UI has its own. */
  text: z.string(),
  ringing: z
    .object({
      count: z.number().int(),
      callerNumber: z.string().optional(),
      callerName: z.string().optional(),
    })
    .optional(),
  callId: id.optional(),
});
export type Line = z.infer<typeof lineSchema>;

/** A serial port of this PC. `modem` when something on it answered like a fax modem. */
export const foundPortSchema = z.object({
  path: z.string(),
  maker: z.string().optional(),
  usbId: z.string().optional(),
  serialNumber: z.string().optional(),
  modem: modemIdentitySchema.optional(),
  /** `held`, `denied`, `silent` …: why nothing more is known; `inUse` by the line named. */
  state: z.union([lineStateNameSchema, z.literal('inUse')]),
  lineId: id.optional(),
  detail: z.string().optional(),
});
export type FoundPort = z.infer<typeof foundPortSchema>;

export const lineTestReportSchema = lineTestResultSchema.extend({
  lineId: id,
  passed: z.boolean(),
  /** What was found and what to do, in plain words (English). */
  text: z.string(),
  /** Of the test call, if one was asked for. */
  call: callReportSchema.optional(),
});
export type LineTestReport = z.infer<typeof lineTestReportSchema>;

/** Causes that the retry policy tells apart. */
export const RETRY_CAUSES = [
  'busy',
  'noAnswer',
  'noFax',
  'cannotReceive',
  'training',
  'pageRejected',
  'broken',
  'line',
] as const;
export const retryCauseSchema = z.enum(RETRY_CAUSES);
export type RetryCause = z.infer<typeof retryCauseSchema>;
const retryRuleSchema = z.object({
  delaySeconds: z
    .number()
    .int()
    .min(5)
    .max(24 * 3_600),
  /** Attempts that end for this cause in a row, without getting further, before it is given up. */
  tries: z.number().int().min(1).max(100),
});

const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'A time of day is HH:MM.');

export const telephoneSettingsSchema = z.object({
  /** Of the country profiles; empty: numbers are dialled as written, without their +. */
  country: z.string().regex(/^(?:|[a-z]{2})$/),
  retry: z.record(retryCauseSchema, retryRuleSchema),
  /** When faxes marked for cheap hours go out, in local time; may pass midnight. */
  cheapHours: z.object({ from: clockTime, to: clockTime }),
  /** The identity heard before page 1 against the one this number gave before. */
  wrongNumberGuard: z.enum(['off', 'note', 'hangUp']),
  /** Which lines may be used for numbers that begin so; the first that fits counts, none: every line. */
  rules: z
    .array(
      z.object({
        prefix: z
          .string()
          .regex(/^\+?[0-9*#]{1,20}$/, 'A rule begins with up to 20 digits, *, #, and + in front.'),
        lines: z.array(z.string().max(64)).min(1).max(50),
      }),
    )
    .max(200),
  /** What a page without error correction must reach to be confirmed. */
  copyQuality: z.object({
    minGoodPercent: z.number().min(0).max(100),
    maxBadRun: z.number().int().min(0).max(1_000),
  }),
  /** Callers who must give this password; empty: everyone. */
  receivePassword: z.string().max(20),
  /** Seconds that a number may ring. */
  answerWithinSeconds: z.number().int().min(20).max(180),
});
export type TelephoneSettings = z.infer<typeof telephoneSettingsSchema>;

/** What is known of the machine at a number, from earlier calls or by hand. */
export const remoteProfileSchema = z.object({
  /** As dialled by: `+81312345678`. */
  number: z.string().max(40),
  /** CSI that it gave last. */
  identity: z.string().max(40).optional(),
  maker: z.string().max(80).optional(),
  abilities: remoteAbilitiesSchema.optional(),
  /** Learned from trouble, or set by hand. */
  avoidModulations: z.array(modulationSchema),
  avoidCodings: z.array(codingSchema),
  avoidEcm: z.boolean(),
  maxRateBps: z.number().int().positive().optional(),
  /** Set by hand: nothing is learned over it. */
  fixed: z.boolean(),
  callsConfirmed: z.number().int(),
  callsFailed: z.number().int(),
  lastCallAt: isoTime.optional(),
});
export type RemoteProfile = z.infer<typeof remoteProfileSchema>;
export const remoteEditSchema = remoteProfileSchema
  .pick({
    avoidModulations: true,
    avoidCodings: true,
    avoidEcm: true,
    fixed: true,
  })
  .extend({
    /** `null`: as fast as both can. */
    maxRateBps: remoteProfileSchema.shape.maxRateBps.nullable(),
    /** As CSI can carry it (T.30 §5.3.6.2.4: 20 characters), though many machines put letters there. Empty: none. */
    identity: z
      .string()
      .trim()
      .max(20, 'The identity of a fax machine has at most 20 characters.')
      .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'The identity of a fax machine has no control characters.'),
  })
  .partial();
export type RemoteEdit = z.infer<typeof remoteEditSchema>;

/** A call over a telephone line, running or over. */
export const callRecordSchema = z.object({
  id,
  lineId: id,
  lineName: z.string(),
  direction: z.enum(['outgoing', 'incoming']),
  /** Dialled, or given by the caller; empty when the caller gave none. */
  number: z.string(),
  startedAt: isoTime,
  endedAt: isoTime.optional(),
  progress: callProgressSchema.optional(),
  report: callReportSchema.optional(),
  /** The outcome in English. */
  text: z.string().optional(),
  /** Incoming documents that it brought, and outgoing ones that it carried. */
  incomingIds: z.array(id),
  outgoingIds: z.array(id),
});
export type CallRecord = z.infer<typeof callRecordSchema>;

/** What a delivery or an incoming document shows of its call. */
export const callSummarySchema = z.object({
  callId: id,
  lineName: z.string().optional(),
  remoteId: z.string().optional(),
  rateBps: z.number().int().optional(),
  modulation: modulationSchema.optional(),
  coding: codingSchema.optional(),
  resolution: z.string().optional(),
  ecm: z.boolean().optional(),
  /** From answer to release. */
  durationMs: z.number().int().optional(),
});
export type CallSummary = z.infer<typeof callSummarySchema>;

/** An outgoing document kept to be fetched by whoever polls. */
export const pollOfferSchema = z.object({
  id,
  documentId: id,
  title: z.string(),
  pages: z.number().int(),
  address: z.string().max(20).optional(),
  hasPassword: z.boolean(),
  /** Taken away after it was fetched once. */
  once: z.boolean(),
  fetched: z.number().int(),
  createdAt: isoTime,
});
export type PollOffer = z.infer<typeof pollOfferSchema>;
const pollKey = z
  .string()
  .max(20)
  .regex(/^[0-9*# ]*$/, 'It has digits, * and # only, at most 20.');
export const newPollOfferSchema = z.object({
  documentId: id,
  address: pollKey.optional(),
  password: pollKey.optional(),
  once: z.boolean().default(true),
});
export type NewPollOffer = z.infer<typeof newPollOfferSchema>;
export const pollFetchSchema = z.object({
  number: z.string().max(60),
  address: pollKey.optional(),
  password: pollKey.optional(),
});
export type PollFetch = z.infer<typeof pollFetchSchema>;
