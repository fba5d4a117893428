// Reads one control message of a device. Whatever the bytes are, the answer is a message or a reason, never an exception.

import { deviceMessageSchema, MAX_CONTROL_BYTES, type DeviceMessage } from '../../protocol/relay.ts';

export type ParsedControl =
  | { message: DeviceMessage }
  | { broken: 'messageTooLong' | 'notJson' | 'badMessage'; detail: string };

/** @param bytes one text frame, UTF-8 */
export function parseControlMessage(bytes: Buffer): ParsedControl {
  if (bytes.length > MAX_CONTROL_BYTES) {
    return {
      broken: 'messageTooLong',
      detail: `A control message has at most ${MAX_CONTROL_BYTES} bytes, this one ${bytes.length}.`,
    };
  }
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { broken: 'notJson', detail: 'A text frame must be one JSON message.' };
  }
  const parsed = deviceMessageSchema.safeParse(json);
  if (parsed.success) return { message: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'message' : issue.path.map(String).join('.');
  return { broken: 'badMessage', detail: `${where}: ${issue?.message ?? 'not valid'}`.slice(0, 200) };
}
