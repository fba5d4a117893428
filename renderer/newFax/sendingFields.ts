// When and how urgently a fax goes out, as the form holds it, what is wrong with it, and what the gateway is told.

import type { Sending } from '../../protocol/api/types.ts';
import { isFaxKey } from '../lines/faxKey.ts';

export interface SendingFields {
  when: 'now' | 'at' | 'cheap';
  /** Local date and time, as the field for it gives them: `2026-11-23T08:30`. */
  sendAt: string;
  priority: Sending['priority'];
  subaddress: string;
  password: string;
}

export const SEND_NOW: SendingFields = {
  when: 'now',
  sendAt: '',
  priority: 'normal',
  subaddress: '',
  password: '',
};

/** The next full hour that is at least half an hour away: what people mean by "later". */
export function laterToday(now: Date): string {
  const at = new Date(now.getTime() + 90 * 60_000);
  at.setMinutes(0, 0, 0);
  return localTime(at);
}

function localTime(at: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function sendingErrors(
  fields: SendingFields,
  nowMs: number,
): { sendAt: boolean; subaddress: boolean; password: boolean } {
  const at = new Date(fields.sendAt).getTime();
  return {
    sendAt: fields.when === 'at' && !(at > nowMs),
    subaddress: !isFaxKey(fields.subaddress),
    password: !isFaxKey(fields.password),
  };
}

/** `byTelephone`: some recipient is a number; what only a fax machine understands is left out otherwise. */
export function sendingOf(fields: SendingFields, byTelephone: boolean): Partial<Sending> {
  const subaddress = fields.subaddress.trim();
  const password = fields.password.trim();
  return {
    priority: fields.priority,
    cheapHours: byTelephone && fields.when === 'cheap',
    ...(fields.when === 'at' ? { sendAt: new Date(fields.sendAt).toISOString() } : {}),
    ...(byTelephone && subaddress !== '' ? { subaddress } : {}),
    ...(byTelephone && password !== '' ? { password } : {}),
  };
}
