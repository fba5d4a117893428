// What the gateway's API speaks of: status, documents, deliveries, contacts, settings.

import { z } from 'zod';
import { deviceIdSchema } from '../relay.ts';
import { outcomeSchema } from '../outcome.ts';
import { imagingWarningSchema, pageOptionsSchema } from '../imaging.ts';
import { destinationSchema } from '../destination.ts';
import { callProgressSchema, pageQualitySchema } from '../modem.ts';
import { callSummarySchema, lineSchema } from './lines.ts';

const isoTime = z.string();
const id = z.string().min(1).max(64);
/** SUB, SEP, PWD (T.30 §5.3.6). */
const faxKey = z
  .string()
  .max(20)
  .regex(/^[0-9*# ]*$/, 'It has digits, * and # only, at most 20.');

export const relayStatusSchema = z.object({
  state: z.enum(['notConfigured', 'connecting', 'online', 'offline']),
  embedded: z.boolean(),
  url: z.string().optional(),
  deviceId: deviceIdSchema.optional(),
  relayName: z.string().optional(),
  encrypted: z.boolean(),
  since: isoTime.optional(),
  lastContactAt: isoTime.optional(),
  /** Why it is offline. */
  outcome: outcomeSchema.optional(),
  nextAttemptAt: isoTime.optional(),
  connections: z.number().int(),
  idleConnections: z.number().int(),
});
export type RelayStatus = z.infer<typeof relayStatusSchema>;

export const liveCallSchema = z.object({
  callId: id,
  direction: z.enum(['outgoing', 'incoming']),
  /** Device id or `tel:` number; `tel:` alone for a caller who gave none. */
  peer: z.string().max(64),
  peerName: z.string().optional(),
  documentId: id.optional(),
  pagesDone: z.number().int(),
  pagesTotal: z.number().int().optional(),
  startedAt: isoTime,
  /** A call over a telephone line. */
  line: z
    .object({
      lineId: id,
      lineName: z.string(),
      progress: callProgressSchema,
      /** Estimated from the coded pages and the rate. */
      remainingSeconds: z.number().int().nonnegative().optional(),
    })
    .optional(),
});
export type LiveCall = z.infer<typeof liveCallSchema>;

export const gatewayStatusSchema = z.object({
  version: z.string(),
  displayName: z.string(),
  startedAt: isoTime,
  relay: relayStatusSchema,
  calls: z.array(liveCallSchema),
  /** Telephone lines, in the order in which they were added. */
  lines: z.array(lineSchema.pick({ id: true, name: true, state: true, text: true })),
  counts: z.object({
    inboxUnread: z.number().int(),
    outboxActive: z.number().int(),
    failed: z.number().int(),
  }),
  diskFreeBytes: z.number().optional(),
  /** Documents taken up again when the gateway started. */
  resumedAtStart: z.number().int(),
});
export type GatewayStatus = z.infer<typeof gatewayStatusSchema>;

export const documentPageSchema = z.object({
  index: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  xDpi: z.number().int(),
  yDpi: z.number().int(),
  byteLength: z.number().int(),
  sha256: z.string(),
  warnings: z.array(imagingWarningSchema),
  /** Outgoing: when the page was prepared. Incoming: when it was stored. */
  storedAt: isoTime,
  /** What the telephone line did to it; only of pages that came over one. */
  quality: pageQualitySchema.optional(),
});
export type DocumentPage = z.infer<typeof documentPageSchema>;

/** One recipient of an outgoing document. */
export const deliverySchema = z.object({
  id,
  destination: destinationSchema,
  contactName: z.string().optional(),
  status: z.enum(['waiting', 'calling', 'sending', 'confirmed', 'failed', 'cancelled']),
  pagesConfirmed: z.number().int(),
  /** Of the last attempt, or of the whole when it is over. */
  outcome: outcomeSchema.optional(),
  /** The outcome in English, for scripts and logs; the UI has its own texts. */
  text: z.string().optional(),
  attempts: z.number().int(),
  nextAttemptAt: isoTime.optional(),
  confirmedAt: isoTime.optional(),
  /** Of the last telephone call made for it. */
  call: callSummarySchema.optional(),
});
export type Delivery = z.infer<typeof deliverySchema>;

export const attemptSchema = z.object({
  deliveryId: id,
  number: z.number().int(),
  startedAt: isoTime,
  endedAt: isoTime.optional(),
  pagesConfirmed: z.number().int(),
  outcome: outcomeSchema.optional(),
  call: callSummarySchema.optional(),
});
export type Attempt = z.infer<typeof attemptSchema>;

/**
 * `draft`: pages made or being made, not sent yet. `preparing`: sent, pages not ready. `active`: at least one delivery
 * is not over. `confirmed`, `partly` (some confirmed), `failed`, `cancelled`: all deliveries are over.
 */
export const outgoingStatusSchema = z.enum([
  'draft',
  'preparing',
  'active',
  'confirmed',
  'partly',
  'failed',
  'cancelled',
]);
export type OutgoingStatus = z.infer<typeof outgoingStatusSchema>;

/** When and how urgently a document goes out. */
export const sendingSchema = z.object({
  priority: z.enum(['low', 'normal', 'high']),
  /** Not before. */
  sendAt: isoTime
    .refine((text) => !Number.isNaN(Date.parse(text)), 'It is a time such as 2026-11-30T08:00:00Z.')
    .optional(),
  /** Over telephone lines only in the cheap hours of the settings. */
  cheapHours: z.boolean(),
  /** SUB and password, for telephone recipients. */
  subaddress: faxKey.optional(),
  password: faxKey.optional(),
});
export type Sending = z.infer<typeof sendingSchema>;

export const outgoingDocumentSchema = z.object({
  id,
  title: z.string(),
  status: outgoingStatusSchema,
  createdAt: isoTime,
  sentAt: isoTime.optional(),
  finishedAt: isoTime.optional(),
  options: pageOptionsSchema,
  /** Pages made so far; all of them once `prepared`. */
  pages: z.number().int(),
  pagesExpected: z.number().int().optional(),
  prepared: z.boolean(),
  /** Why the pages could not be made. */
  preparation: outcomeSchema.optional(),
  preparationText: z.string().optional(),
  failedFileName: z.string().optional(),
  substitutedFonts: z.array(z.string()),
  totalBytes: z.number().int(),
  sending: sendingSchema.omit({ password: true }),
  deliveries: z.array(deliverySchema),
});
export type OutgoingDocument = z.infer<typeof outgoingDocumentSchema>;

export const incomingDocumentSchema = z.object({
  id,
  /** Device id or `tel:` number; `tel:` alone for a caller who gave none. */
  from: z.string().max(64),
  fromName: z.string(),
  contactName: z.string().optional(),
  subject: z.string().optional(),
  purpose: z.enum(['fax', 'echo']),
  pages: z.number().int(),
  pagesExpected: z.number().int().optional(),
  /**
   * `receiving`: its call is up. `broken`: the call broke, the sender is expected to go on. `partial`: a telephone call
   * ended early; what came is all there is.
   */
  state: z.enum(['receiving', 'broken', 'complete', 'partial', 'cancelled']),
  read: z.boolean(),
  receivedAt: isoTime,
  completedAt: isoTime.optional(),
  /** What the caller's machine says of itself (TSI), caller id, and the subaddress it asked for. */
  remoteId: z.string().optional(),
  callerNumber: z.string().optional(),
  callerName: z.string().optional(),
  subaddress: z.string().optional(),
  /** The telephone call that brought it. */
  call: callSummarySchema.optional(),
  /** What the line did to each page, in order; only of faxes that came over a telephone line. */
  quality: z.array(pageQualitySchema).optional(),
});
export type IncomingDocument = z.infer<typeof incomingDocumentSchema>;

export const contactSchema = z.object({
  id,
  name: z.string().min(1).max(100),
  deviceId: deviceIdSchema.optional(),
  telephone: z.string().max(40).optional(),
  note: z.string().max(1000).optional(),
});
export type Contact = z.infer<typeof contactSchema>;
export const newContactSchema = contactSchema.omit({ id: true });
export type NewContact = z.infer<typeof newContactSchema>;

export const onlineDeviceSchema = z.object({
  deviceId: deviceIdSchema,
  displayName: z.string().optional(),
  contactName: z.string().optional(),
  busy: z.boolean(),
});
export type OnlineDevice = z.infer<typeof onlineDeviceSchema>;

export const settingsSchema = z.object({
  /** Who this office is, on every header line and to every callee. */
  displayName: z.string().trim().min(1).max(60),
  faxNumber: z.string().trim().max(40),
  headerLine: z.boolean(),
  paper: z.enum(['a4', 'letter']),
  /** Whose calls are answered. */
  accept: z.enum(['everyone', 'contacts', 'nobody']),
  /** Device ids, and `tel:` numbers as the caller id gives them. */
  blockedDevices: z.array(destinationSchema).max(10_000),
  maxConnections: z.number().int().min(2).max(64),
  giveUpAfterHours: z.number().int().min(1).max(240),
});
export type Settings = z.infer<typeof settingsSchema>;

/** The relay account as it may be shown: the password never leaves the gateway. */
export const relayAccountSchema = z.object({
  url: z.string(),
  deviceId: deviceIdSchema,
  ca: z.string().optional(),
  proxy: z.string().optional(),
});
export type RelayAccount = z.infer<typeof relayAccountSchema>;

export const newRelayAccountSchema = z.object({
  url: z.url({
    protocol: /^wss?$/,
    error: 'A relay address begins with wss:// (or ws:// without encryption).',
  }),
  deviceId: deviceIdSchema,
  /** Left out: the stored password stays, when url and device id stay. */
  password: z.string().min(1).max(256).optional(),
  /** PEM text of certificates to trust beside the system's. */
  ca: z.string().max(100_000).optional(),
  proxy: z.url({ protocol: /^https?$/ }).optional(),
});
export type NewRelayAccount = z.infer<typeof newRelayAccountSchema>;

/** Something changed: ask again for what you show. `delivery` progress comes with its numbers so that a bar can move without asking. */
export const gatewayEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), status: gatewayStatusSchema }),
  z.object({ type: z.literal('outgoing'), documentId: id, removed: z.boolean() }),
  z.object({ type: z.literal('incoming'), documentId: id, removed: z.boolean() }),
  z.object({ type: z.literal('contacts') }),
  z.object({ type: z.literal('settings') }),
  z.object({ type: z.literal('online') }),
  /** A line was added, changed or removed, or its state changed. */
  z.object({ type: z.literal('lines') }),
  z.object({ type: z.literal('remotes') }),
  /** What is kept to be fetched by polling: something was added, fetched or taken away. */
  z.object({ type: z.literal('pollOffers') }),
  /** A telephone call began, ended, or its journal went on. */
  z.object({ type: z.literal('call'), callId: id }),
]);
export type GatewayEvent = z.infer<typeof gatewayEventSchema>;

export const pageRequestSchema = z.object({
  /** Documents per answer. */
  limit: z.number().int().min(1).max(500).default(100),
  cursor: z.string().max(200).optional(),
});

export interface Listing<T> {
  items: T[];
  /** Pass as `cursor` for the next items; absent at the end. */
  nextCursor?: string;
}

/** An error that a client can show: a stable code and one sentence. */
export const API_ERROR_CODES = [
  'NOT_FOUND',
  'INVALID_INPUT',
  'NOT_ALLOWED',
  'CONFLICT',
  'RELAY_OFFLINE',
  'DISK_FULL',
  'TOO_LARGE',
  'FAILED',
] as const;
export type ApiErrorCode = (typeof API_ERROR_CODES)[number];

export class ApiError extends Error {
  readonly code: ApiErrorCode;
  constructor(code: ApiErrorCode, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }
}
