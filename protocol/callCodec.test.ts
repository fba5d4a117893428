// Call messages as bytes: what goes in comes out however the stream is cut, and what is no message is refused.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CALL_MESSAGE_CODES,
  callMessageSchema,
  MAX_CALL_BODY_BYTES,
  MAX_CALL_HEADER_BYTES,
  type CallMessage,
} from './call.ts';
import { CALL_PREFIX_BYTES, CallCodecError, createCallDecoder, encodeCallMessage } from './callCodec.ts';
import { OUTCOMES, type OutcomeCode } from './outcome.ts';

const documentId = fc.stringMatching(/^[A-Za-z0-9_-]{8,64}$/);
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 100 }).filter((value) => value.length <= 500);
const index = fc.integer({ min: 0, max: 1999 });
const pageCount = fc.integer({ min: 1, max: 2000 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const progress = fc.record({
  documentId,
  pagesStored: fc.integer({ min: 0, max: 2000 }),
  documentStored: fc.boolean(),
});

const messages: fc.Arbitrary<CallMessage> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    versions: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 16 }),
    software: text,
    capabilities: fc.record({
      codings: fc.array(fc.string({ maxLength: 16 }), { maxLength: 16 }),
      maxWidth: fc.integer({ min: 1, max: 20_000 }),
      resolutions: fc.array(fc.tuple(fc.integer({ min: 1, max: 1200 }), fc.integer({ min: 1, max: 1200 })), {
        maxLength: 32,
      }),
      encryption: fc.array(fc.string({ maxLength: 16 }), { maxLength: 16 }),
    }),
    documentId: optional(documentId),
    progress: optional(progress),
  }),
  fc.record({
    type: fc.constant('document' as const),
    documentId,
    fromName: text,
    fromNumber: optional(text),
    to: fc.constantFrom('kyoto', 'osaka-2', 'a.b_c'),
    pageCount: optional(pageCount),
    subject: optional(text),
    purpose: fc.constantFrom('fax' as const, 'echo' as const),
    createdAt: fc.string({ maxLength: 40 }),
  }),
  fc.record({ type: fc.constant('ready' as const), progress }),
  fc.record({
    type: fc.constant('page' as const),
    index,
    coding: fc.constant('T6' as const),
    page: fc.record({
      width: fc.integer({ min: 1, max: 20_000 }),
      height: fc.integer({ min: 1, max: 65_535 }),
      xDpi: fc.integer({ min: 1, max: 2400 }),
      yDpi: fc.integer({ min: 1, max: 2400 }),
      byteLength: fc.integer({ min: 1, max: 32 * 1024 * 1024 }),
      sha256,
    }),
  }),
  fc.record({
    type: fc.constant('pageData' as const),
    index,
    body: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  }),
  fc.record({ type: fc.constant('pageStored' as const), index, sha256 }),
  fc.record({ type: fc.constant('documentEnd' as const), documentId, pageCount }),
  fc.record({ type: fc.constant('documentStored' as const), documentId }),
  fc.record({
    type: fc.constant('refuse' as const),
    code: fc.constantFrom(...(Object.keys(OUTCOMES) as OutcomeCode[])),
    detail: optional(text),
  }),
  fc.record({ type: fc.constant('cancel' as const), documentId }),
  fc.record({ type: fc.constant('end' as const) }),
);

/** Without fields that are undefined, and with the body as plain numbers: for comparing. */
function plain(message: CallMessage): unknown {
  const { body, ...fields } = message;
  return [JSON.parse(JSON.stringify(fields)), body ? [...body] : undefined];
}

function concat(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function raw(code: number, header: string | Uint8Array, body = 0, headerLength?: number): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(CALL_PREFIX_BYTES + json.length + body);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, code);
  view.setUint32(1, headerLength ?? json.length);
  view.setUint32(5, body);
  bytes.set(json, CALL_PREFIX_BYTES);
  return bytes;
}

describe('call messages', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(messages, { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
        (sent, sizes) => {
          const stream = concat(sent.map(encodeCallMessage));
          const decoder = createCallDecoder();
          const got = cut(stream, sizes).flatMap((chunk) => {
            const decoded = decoder.push(chunk);
            expect(decoded.error).toBeUndefined();
            return decoded.messages;
          });
          expect(got.map(plain)).toEqual(sent.map(plain));
        },
      ),
    );
  });

  it('with the longest body come out whole', () => {
    const body = Uint8Array.from({ length: MAX_CALL_BODY_BYTES }, (_, at) => at & 0xff);
    const { messages: got } = createCallDecoder().push(
      encodeCallMessage({ type: 'pageData', index: 7, body }),
    );
    expect(got.map(plain)).toEqual([plain({ type: 'pageData', index: 7, body })]);
  });

  it('keep their bodies when the chunk they came in is used again', () => {
    const bytes = encodeCallMessage({ type: 'pageData', index: 0, body: Uint8Array.of(1, 2, 3) });
    const [message] = createCallDecoder().push(bytes).messages;
    bytes.fill(0);
    expect(message?.body && [...message.body]).toEqual([1, 2, 3]);
  });

  it('may carry fields of a later version, which are passed over', () => {
    const { messages: got, error } = createCallDecoder().push(
      raw(0x3f, '{"colour":"blue","nested":{"a":[1]}}'),
    );
    expect(error).toBeUndefined();
    expect(got).toEqual([{ type: 'end' }]);
  });

  it('take their type from the type byte, whatever the header says', () => {
    expect(createCallDecoder().push(raw(0x3f, '{"type":"hello"}')).messages).toEqual([{ type: 'end' }]);
  });

  it('of refusal with a code of a later version read as RECEIVER_ERROR', () => {
    expect(createCallDecoder().push(raw(0x30, '{"code":"ON_FIRE"}')).messages).toEqual([
      { type: 'refuse', code: 'RECEIVER_ERROR' },
    ]);
  });

  it('that are longer than the protocol allows are not encoded', () => {
    const body = new Uint8Array(MAX_CALL_BODY_BYTES + 1);
    expect(() => encodeCallMessage({ type: 'pageData', index: 0, body })).toThrow(CallCodecError);
    expect(() => encodeCallMessage({ type: 'end', body: Uint8Array.of(1) })).toThrow(CallCodecError);
  });
});

describe('a stream that is none of call messages', () => {
  it.each([
    ['unknownType', raw(0x7e, '{}')],
    ['headerTooLong', raw(0x01, '{}', 0, MAX_CALL_HEADER_BYTES + 1)],
    ['headerTooLong', raw(0x01, '{}', 0, 0xffffffff)],
    ['bodyTooLong', raw(0x11, '{"index":0}', MAX_CALL_BODY_BYTES + 1)],
    ['bodyMissing', raw(0x11, '{"index":0}')],
    ['bodyUnexpected', raw(0x3f, '{}', 1)],
    ['headerNotJson', raw(0x3f, '')],
    ['headerNotJson', raw(0x3f, '{"a":')],
    ['headerNotJson', raw(0x3f, Uint8Array.of(0x22, 0xff, 0xfe, 0x22))],
    ['headerNotValid', raw(0x3f, '[]')],
    ['headerNotValid', raw(0x3f, 'null')],
    ['headerNotValid', raw(0x12, '{"index":-1,"sha256":"x"}')],
    ['headerNotValid', raw(0x10, '{"index":0,"coding":"T6","page":{"byteLength":99999999999}}')],
  ] as const)('is refused: %s', (fault, bytes) => {
    const { messages: got, error } = createCallDecoder().push(bytes);
    expect(got).toEqual([]);
    expect(error?.fault).toBe(fault);
  });

  it('still gives the messages before the fault, and nothing after it', () => {
    const decoder = createCallDecoder();
    const end = encodeCallMessage({ type: 'end' });
    const first = decoder.push(concat([end, raw(0x7e, '{}'), end]));
    expect(first.messages).toEqual([{ type: 'end' }]);
    expect(first.error?.fault).toBe('unknownType');
    expect(decoder.push(end)).toEqual({ messages: [], error: first.error });
  });

  it('is refused by its prefix, before what it announces is waited for or made room for', () => {
    const prefix = raw(0x11, '', 0xff, 0xffff_ffff).subarray(0, CALL_PREFIX_BYTES);
    expect(createCallDecoder().push(prefix).error?.fault).toBe('headerTooLong');
  });

  it('never makes the decoder throw or give anything but valid messages: random bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => {
        const decoder = createCallDecoder();
        for (const chunk of chunks) {
          for (const { body: _, ...header } of decoder.push(chunk).messages) {
            expect(callMessageSchema.safeParse(header).success).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never makes the decoder throw or give anything but valid messages: true streams with bytes changed', () => {
    const change = fc.record({
      at: fc.nat(),
      value: fc.integer({ min: 0, max: 255 }),
      kind: fc.constantFrom('set', 'insert', 'remove'),
    });
    const codes = new Set<string>(Object.keys(CALL_MESSAGE_CODES));
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(messages, { minLength: 1, maxLength: 5 }),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
        (sent, changes, sizes) => {
          const stream = [...concat(sent.map(encodeCallMessage))];
          for (const { at, value, kind } of changes) {
            const where = at % stream.length;
            if (kind === 'set') stream[where] = value;
            else if (kind === 'insert') stream.splice(where, 0, value);
            else if (stream.length > 1) stream.splice(where, 1);
          }
          const decoder = createCallDecoder();
          for (const chunk of cut(Uint8Array.from(stream), sizes)) {
            const { messages: got, error } = decoder.push(chunk);
            for (const { body, ...header } of got) {
              expect(codes.has(header.type)).toBe(true);
              expect(callMessageSchema.safeParse(header).success).toBe(true);
              expect(body?.byteLength ?? 0).toBeLessThanOrEqual(MAX_CALL_BODY_BYTES);
            }
            if (error) refused += 1;
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});
