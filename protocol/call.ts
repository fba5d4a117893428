// What two gateways say to each other inside a call. The relay never looks into it.
// Each message: type (1 byte), header length (4 bytes, big-endian), body length (4 bytes), header (JSON, UTF-8), body.
// Messages form a byte stream: they may be cut anywhere into frames. Flow: docs/call-protocol.md.

import { z } from 'zod';
import { deviceIdSchema } from './relay.ts';
import { MAX_PAGES, pageInfoSchema, sha256Schema } from './page.ts';
import { outcomeCodeSchema } from './outcome.ts';

export const CALL_PROTOCOL_VERSION = 1;
export const MAX_CALL_HEADER_BYTES = 16 * 1024;
/** A page travels in bodies no longer than this, so that a message fits a relay frame with its header. */
export const MAX_CALL_BODY_BYTES = 48 * 1024;

export const documentIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
const pageIndex = z
  .number()
  .int()
  .min(0)
  .max(MAX_PAGES - 1);
const text = z.string().max(500);

/** How far the receiver has got with a document: `pagesStored` pages from the first on are safe. */
const progressSchema = z.object({
  documentId: documentIdSchema,
  pagesStored: z.number().int().min(0).max(MAX_PAGES),
  documentStored: z.boolean(),
});

export const capabilitiesSchema = z.object({
  codings: z.array(z.string().max(16)).max(16),
  maxWidth: z.number().int().positive(),
  resolutions: z.array(z.tuple([z.number().int().positive(), z.number().int().positive()])).max(32),
  encryption: z.array(z.string().max(16)).max(16),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

/** Message types and their headers, in the order of a call. Only `pageData` has a body. */
export const callMessageSchema = z.discriminatedUnion('type', [
  /** First message of both ends, the caller first. The caller names the document it comes for; the callee answers how far it has it. */
  z.object({
    type: z.literal('hello'),
    versions: z.array(z.number().int().positive()).min(1).max(16),
    software: text,
    capabilities: capabilitiesSchema,
    documentId: documentIdSchema.optional(),
    progress: progressSchema.optional(),
  }),
  /** Caller: the document that follows. The callee answers `ready` or `refuse`. */
  z.object({
    type: z.literal('document'),
    documentId: documentIdSchema,
    fromName: text,
    fromNumber: text.optional(),
    to: deviceIdSchema,
    pageCount: z.number().int().min(1).max(MAX_PAGES).optional(),
    subject: text.optional(),
    purpose: z.enum(['fax', 'echo']),
    createdAt: z.string().max(40),
  }),
  /**
   * Callee: go on with the page after the last stored one. Repeated, with its progress, when the callee has had nothing
   * else to say for a while: it is alive, and its disk is slow or much is still under way to it.
   */
  z.object({ type: z.literal('ready'), progress: progressSchema }),
  /** Caller: page number `index` (from 0) follows in `pageData` bodies, `page.byteLength` bytes in all. */
  z.object({ type: z.literal('page'), index: pageIndex, coding: z.literal('T6'), page: pageInfoSchema }),
  z.object({ type: z.literal('pageData'), index: pageIndex }),
  /** Callee: the page is durable. Nothing else confirms a page. */
  z.object({ type: z.literal('pageStored'), index: pageIndex, sha256: sha256Schema }),
  /** Caller: that was the last page. */
  z.object({
    type: z.literal('documentEnd'),
    documentId: documentIdSchema,
    pageCount: z.number().int().min(1).max(MAX_PAGES),
  }),
  /** Callee: the whole document is durable and stands in the inbox. */
  z.object({ type: z.literal('documentStored'), documentId: documentIdSchema }),
  /** Either end: it cannot go on with this document, and why. A code of a later version reads as RECEIVER_ERROR: try again. */
  z.object({
    type: z.literal('refuse'),
    code: outcomeCodeSchema.catch('RECEIVER_ERROR'),
    detail: text.optional(),
  }),
  /** Caller: the sender withdrew the document; the callee keeps the pages it confirmed, and takes no more. */
  z.object({ type: z.literal('cancel'), documentId: documentIdSchema }),
  /** (19)(20) Nothing more to say; release follows. */
  z.object({ type: z.literal('end') }),
]);
export type CallMessageHeader = z.infer<typeof callMessageSchema>;
export type CallMessage = CallMessageHeader & { body?: Uint8Array };

/** Type bytes on the wire. */
export const CALL_MESSAGE_CODES = {
  hello: 0x01,
  document: 0x02,
  ready: 0x03,
  page: 0x10,
  pageData: 0x11,
  pageStored: 0x12,
  documentEnd: 0x20,
  documentStored: 0x21,
  refuse: 0x30,
  cancel: 0x31,
  end: 0x3f,
} as const satisfies Record<CallMessageHeader['type'], number>;
