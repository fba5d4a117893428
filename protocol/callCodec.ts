// Call messages as bytes: an encoder, and a decoder that takes a stream cut anywhere.
// The decoder never holds more than one message: what a prefix announces is judged before anything is allocated.

import {
  CALL_MESSAGE_CODES,
  callMessageSchema,
  MAX_CALL_BODY_BYTES,
  MAX_CALL_HEADER_BYTES,
  type CallMessage,
  type CallMessageHeader,
} from './call.ts';

/** Type (1), header length (4), body length (4). */
export const CALL_PREFIX_BYTES = 9;

export type CallCodecFault =
  | 'unknownType'
  | 'headerTooLong'
  | 'bodyTooLong'
  | 'bodyMissing' // page data without data: it could go on for ever
  | 'bodyUnexpected' // only page data has a body
  | 'headerNotJson'
  | 'headerNotValid';

/** What came is not a call message. The stream cannot be followed any further. */
export class CallCodecError extends Error {
  readonly fault: CallCodecFault;
  constructor(fault: CallCodecFault, detail: string) {
    super(`call stream: ${fault} (${detail})`);
    this.name = 'CallCodecError';
    this.fault = fault;
  }
}

export interface DecodedCallMessages {
  /** Complete messages, in order; bodies are copies and may be kept. */
  messages: CallMessage[];
  /** Set when the stream is not one of call messages; the messages before the fault stand in `messages`. */
  error?: CallCodecError;
}

export interface CallDecoder {
  /** Takes the next bytes of the stream, cut anywhere. Never throws; after an error it answers with that error only. */
  push(chunk: Uint8Array): DecodedCallMessages;
}

/**
 * A message as bytes. The type travels as its code and is left out of the JSON header.
 * Throws CallCodecError when header or body are longer than the protocol allows, which the caller has to prevent.
 */
export function encodeCallMessage(message: CallMessage): Uint8Array<ArrayBuffer> {
  const { type, body, ...fields } = message;
  const header = new TextEncoder().encode(JSON.stringify(fields));
  const bodyLength = body?.byteLength ?? 0;
  const fault = lengthFault(type, header.byteLength, bodyLength);
  if (fault) throw fault;
  const bytes = new Uint8Array(CALL_PREFIX_BYTES + header.byteLength + bodyLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, CALL_MESSAGE_CODES[type]);
  view.setUint32(1, header.byteLength);
  view.setUint32(5, bodyLength);
  bytes.set(header, CALL_PREFIX_BYTES);
  if (body) bytes.set(body, CALL_PREFIX_BYTES + header.byteLength);
  return bytes;
}

export function createCallDecoder(): CallDecoder {
  const prefix = new Uint8Array(CALL_PREFIX_BYTES);
  let prefixFilled = 0;
  let current: { type: CallMessageHeader['type']; headerLength: number; bytes: Uint8Array } | undefined;
  let currentFilled = 0;
  let broken: CallCodecError | undefined;

  /** Takes what it can of `chunk` from `offset` on; answers the offset behind it. */
  function take(chunk: Uint8Array, offset: number, messages: CallMessage[]): number {
    if (!current) {
      const part = chunk.subarray(offset, offset + CALL_PREFIX_BYTES - prefixFilled);
      prefix.set(part, prefixFilled);
      prefixFilled += part.byteLength;
      if (prefixFilled < CALL_PREFIX_BYTES) return offset + part.byteLength;
      const announced = readPrefix(prefix);
      if (announced instanceof CallCodecError) {
        broken = announced;
        return chunk.byteLength;
      }
      current = {
        type: announced.type,
        headerLength: announced.headerLength,
        bytes: new Uint8Array(announced.headerLength + announced.bodyLength),
      };
      currentFilled = 0;
      return offset + part.byteLength;
    }
    const part = chunk.subarray(offset, offset + current.bytes.byteLength - currentFilled);
    current.bytes.set(part, currentFilled);
    currentFilled += part.byteLength;
    if (currentFilled === current.bytes.byteLength) {
      const message = readMessage(current.type, current.headerLength, current.bytes);
      current = undefined;
      prefixFilled = 0;
      if (message instanceof CallCodecError) broken = message;
      else messages.push(message);
    }
    return offset + part.byteLength;
  }

  return {
    push(chunk) {
      const messages: CallMessage[] = [];
      let offset = 0;
      while (offset < chunk.byteLength && !broken) offset = take(chunk, offset, messages);
      return broken ? { messages, error: broken } : { messages };
    },
  };
}

const typeOfCode = new Map(
  Object.entries(CALL_MESSAGE_CODES).map(
    ([type, code]) => [code, type as CallMessageHeader['type']] as const,
  ),
);

function readPrefix(
  prefix: Uint8Array,
): { type: CallMessageHeader['type']; headerLength: number; bodyLength: number } | CallCodecError {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const code = view.getUint8(0);
  const headerLength = view.getUint32(1);
  const bodyLength = view.getUint32(5);
  const type = typeOfCode.get(code as (typeof CALL_MESSAGE_CODES)[CallMessageHeader['type']]);
  if (!type) return new CallCodecError('unknownType', `type ${code}`);
  return lengthFault(type, headerLength, bodyLength) ?? { type, headerLength, bodyLength };
}

function lengthFault(
  type: CallMessageHeader['type'],
  headerLength: number,
  bodyLength: number,
): CallCodecError | undefined {
  if (headerLength > MAX_CALL_HEADER_BYTES) {
    return new CallCodecError('headerTooLong', `${type}, ${headerLength} bytes`);
  }
  // The shortest JSON object is {}; less would also make a message that needs no further byte to be complete.
  if (headerLength < 2) return new CallCodecError('headerNotJson', `${type}, ${headerLength} bytes`);
  if (bodyLength > MAX_CALL_BODY_BYTES) {
    return new CallCodecError('bodyTooLong', `${type}, ${bodyLength} bytes`);
  }
  if (type === 'pageData' && bodyLength === 0) return new CallCodecError('bodyMissing', type);
  if (type !== 'pageData' && bodyLength > 0) return new CallCodecError('bodyUnexpected', type);
  return undefined;
}

function readMessage(
  type: CallMessageHeader['type'],
  headerLength: number,
  bytes: Uint8Array,
): CallMessage | CallCodecError {
  let fields: unknown;
  try {
    fields = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, headerLength)));
  } catch {
    return new CallCodecError('headerNotJson', type);
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    return new CallCodecError('headerNotValid', `${type}: not an object`);
  }
  const header = callMessageSchema.safeParse({ ...fields, type });
  if (!header.success) {
    const issue = header.error.issues[0];
    return new CallCodecError('headerNotValid', `${type}: ${issue?.path.join('.') ?? ''}`.slice(0, 100));
  }
  return type === 'pageData' ? { ...header.data, body: bytes.subarray(headerLength) } : header.data;
}
