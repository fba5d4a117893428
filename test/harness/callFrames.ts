// The call protocol's framing, written once more from docs and contract for fake peers: a second reading of the
// same bytes, and one that may send what no real gateway would.

import { CALL_MESSAGE_CODES } from '../../protocol/call.ts';

export interface CallFrame {
  code: number;
  header: Record<string, unknown>;
  body: Buffer;
}

/** type (1 byte), header length (4), body length (4), header (JSON), body. */
export function encodeCallFrame(
  type: keyof typeof CALL_MESSAGE_CODES,
  header: object,
  body: Uint8Array = new Uint8Array(),
): Buffer {
  const json = Buffer.from(JSON.stringify({ type, ...header }));
  const head = Buffer.alloc(9);
  head.writeUInt8(CALL_MESSAGE_CODES[type], 0);
  head.writeUInt32BE(json.length, 1);
  head.writeUInt32BE(body.length, 5);
  return Buffer.concat([head, json, body]);
}

/** Collects bytes and hands out whole messages. */
export function callFrameReader(onFrame: (frame: CallFrame) => void): (bytes: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    while (pending.length >= 9) {
      const headerLength = pending.readUInt32BE(1);
      const end = 9 + headerLength + pending.readUInt32BE(5);
      if (pending.length < end) return;
      onFrame({
        code: pending.readUInt8(0),
        header: JSON.parse(pending.toString('utf8', 9, 9 + headerLength)) as Record<string, unknown>,
        body: pending.subarray(9 + headerLength, end),
      });
      pending = pending.subarray(end);
    }
  };
}
