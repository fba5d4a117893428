// The wire contract between a device and a relay: control messages, limits, close codes.
// Text frames carry one of these as JSON; binary frames are a call's data and are never looked into.
// Procedures and step numbers in parentheses: docs/relay-protocol.md.

import { z } from 'zod';

export const RELAY_SUBPROTOCOL = 'hikyaku.relay.v1';
export const RELAY_PROTOCOL_VERSION = 1;

/** A control message, as UTF-8 text, is never longer than this (bytes). */
export const MAX_CONTROL_BYTES = 16 * 1024;
/** A device never has a binary frame longer than the relay's `maxFrameBytes`; this is the default and the upper bound. */
export const MAX_DATA_FRAME_BYTES = 64 * 1024;

/** Device ids: lower-case letters, digits, `-`, `_`, `.`; 1 to 64 characters, first and last a letter or digit. */
export const deviceIdSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/, 'not a device id');

const callIdSchema = z.string().min(1).max(64);
const requestIdSchema = z.string().min(1).max(64);
const shortText = z.string().max(200);

/** What the caller tells the callee (through the relay) before the call is answered. */
export const callInfoSchema = z.object({
  kind: z.enum(['document', 'live']),
  displayName: shortText.optional(),
});
export type CallInfo = z.infer<typeof callInfoSchema>;

/** Why a connect request did not become a call (9), or why a call ended without both releases. */
export const callCauseSchema = z.enum([
  'unknownDevice', // no such device id, or not one this caller may see
  'offline', // the device has no connection at the relay
  'busy', // the device has no idle connection, or is at its limit of calls
  'refused', // the callee said no, or the relay does not allow this call
  'noAnswer', // the callee did not answer within the time limit
  'cancelled', // the caller withdrew its request
  'callerGone', // the caller vanished while the callee was being asked
  'peerGone', // the other end's connection broke in mid call
  'stalled', // no progress for the relay's stall limit
  'idleTooLong', // no data at all for the relay's idle limit
  'relayStopping',
  'tooManyRequests', // connect requests faster than the relay's limit
]);
export type CallCause = z.infer<typeof callCauseSchema>;

/** Limits a relay tells a device at login. Times in milliseconds, sizes in bytes. */
export const relayLimitsSchema = z.object({
  keepaliveIntervalMs: z.number().int().positive(),
  maxFrameBytes: z.number().int().positive().max(MAX_DATA_FRAME_BYTES),
  maxConnections: z.number().int().positive(),
  maxCalls: z.number().int().positive(),
  answerTimeoutMs: z.number().int().positive(),
  stallTimeoutMs: z.number().int().positive(),
});
export type RelayLimits = z.infer<typeof relayLimitsSchema>;

export const directoryEntrySchema = z.object({
  deviceId: deviceIdSchema,
  displayName: shortText.optional(),
  busy: z.boolean(),
});
export type DirectoryEntry = z.infer<typeof directoryEntrySchema>;

/** Device → relay. */
export const deviceMessageSchema = z.discriminatedUnion('type', [
  /** (1) First message on every connection. `sessionToken` joins a further connection to the session it names; without it a new session begins and stale ones of this device are closed. */
  z.object({
    type: z.literal('login'),
    deviceId: deviceIdSchema,
    password: z.string().min(1).max(256),
    versions: z.array(z.number().int().positive()).min(1).max(16),
    software: shortText,
    displayName: shortText.optional(),
    sessionToken: z.string().max(128).optional(),
  }),
  /** (4) */
  z.object({ type: z.literal('keepalive') }),
  /** Devices online that this device may see, by device id ascending, after `after`. */
  z.object({
    type: z.literal('directory'),
    requestId: requestIdSchema,
    filter: z.string().max(64).optional(),
    after: deviceIdSchema.optional(),
    limit: z.number().int().min(1).max(100),
  }),
  /** Ask for `directoryChange` messages on this connection, or stop them. */
  z.object({ type: z.literal('watchDirectory'), on: z.boolean() }),
  /** (6) Only on an idle connection, which then waits for `joined` or `connectFailed`. */
  z.object({ type: z.literal('connect'), callee: deviceIdSchema, info: callInfoSchema }),
  /** The caller withdraws a connect request that was not answered yet. Answered by `connectFailed` (cancelled) or, when the answer came first, by the `joined` already under way. */
  z.object({ type: z.literal('cancelConnect') }),
  /** (8) The callee's answer to `incoming`. */
  z.object({
    type: z.literal('answer'),
    callId: callIdSchema,
    accept: z.boolean(),
    cause: z.enum(['refused', 'busy']).optional(),
  }),
  /** (21)(21') This end needs the connection no more for this call; data of the other end that still arrives is thrown away. */
  z.object({ type: z.literal('release'), callId: callIdSchema }),
  /** (22) Closes every connection of the device's session. */
  z.object({ type: z.literal('logout') }),
]);
export type DeviceMessage = z.infer<typeof deviceMessageSchema>;

/** Relay → device. */
export const relayMessageSchema = z.discriminatedUnion('type', [
  /** (3) The connection is idle from here on. */
  z.object({
    type: z.literal('loginAccepted'),
    version: z.number().int().positive(),
    sessionToken: z.string().max(128),
    relayName: shortText,
    limits: relayLimitsSchema,
  }),
  /** (3) Then the relay closes the connection. `loginRefused` stands for unknown, disabled and wrong password alike. */
  z.object({
    type: z.literal('loginRefused'),
    code: z.enum(['loginRefused', 'versionNotSupported', 'tooManyAttempts', 'tooManyConnections']),
    retryAfterMs: z.number().int().nonnegative().optional(),
  }),
  /** (5) */
  z.object({ type: z.literal('keepaliveAck') }),
  z.object({
    type: z.literal('directory'),
    requestId: requestIdSchema,
    devices: z.array(directoryEntrySchema).max(100),
    more: z.boolean(),
  }),
  z.object({
    type: z.literal('directoryChange'),
    online: z.boolean(),
    device: directoryEntrySchema,
  }),
  /** (7) */
  z.object({
    type: z.literal('incoming'),
    callId: callIdSchema,
    caller: deviceIdSchema,
    info: callInfoSchema,
  }),
  /** A call announced by `incoming` came to nothing before it was joined; the connection is idle again. */
  z.object({ type: z.literal('incomingGone'), callId: callIdSchema, cause: callCauseSchema }),
  /** (9) To both ends: from here on binary frames are the call's data. */
  z.object({ type: z.literal('joined'), callId: callIdSchema, peer: deviceIdSchema }),
  /** (9) The connection is idle again. */
  z.object({ type: z.literal('connectFailed'), cause: callCauseSchema }),
  /** The call is over without the other end's release. Answer it with `release`; then the connection is idle. */
  z.object({ type: z.literal('callEnded'), callId: callIdSchema, cause: callCauseSchema }),
  /** Both ends have released: the connection is idle. */
  z.object({ type: z.literal('released'), callId: callIdSchema }),
  /** The relay stops soon and hopes to be back after so long. */
  z.object({ type: z.literal('goingAway'), backAfterMs: z.number().int().nonnegative() }),
  /** (24) Then the relay closes every connection of the session. */
  z.object({ type: z.literal('loggedOut') }),
  /** The device broke the protocol; the relay closes the connection after it, unless `fatal` is false. */
  z.object({ type: z.literal('error'), code: z.string().max(64), detail: shortText, fatal: z.boolean() }),
]);
export type RelayMessage = z.infer<typeof relayMessageSchema>;

/** WebSocket close codes of the relay, beside those of RFC 6455. */
export const RELAY_CLOSE = {
  loginRefused: 4401,
  loginTimeout: 4408,
  replaced: 4409, // a new session of the same device began
  protocolError: 4400,
  keepaliveTimeout: 4410,
  loggedOut: 4411,
} as const;

/** Silence for this many keepalive intervals drops a connection, on each side. */
export const SILENCE_INTERVALS = 2.5;
