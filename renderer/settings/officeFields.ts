// The office's settings as a form holds them: texts as typed, what is wrong with them, and what has changed.

import type { Settings } from '../../protocol/api/types.ts';
import type { MessageId } from '../language/en.ts';
import { isTelephone, numberOf } from '../../protocol/destination.ts';
import { destinationsIn } from '../newFax/recipients.ts';

export interface OfficeFields {
  displayName: string;
  faxNumber: string;
  headerLine: boolean;
  paper: Settings['paper'];
  accept: Settings['accept'];
  /** Device ids and telephone numbers, one a line. */
  blocked: string;
  giveUpAfterHours: string;
}

export interface FieldProblem {
  id: MessageId;
  values: Record<string, string | number>;
}

export function fieldsOf(settings: Settings): OfficeFields {
  return {
    displayName: settings.displayName,
    faxNumber: settings.faxNumber,
    headerLine: settings.headerLine,
    paper: settings.paper,
    accept: settings.accept,
    blocked: settings.blockedDevices
      .map((blocked) => (isTelephone(blocked) ? numberOf(blocked) : blocked))
      .join('\n'),
    giveUpAfterHours: String(settings.giveUpAfterHours),
  };
}

export function officeErrors(
  fields: OfficeFields,
): Partial<Record<'displayName' | 'blocked' | 'giveUpAfterHours', FieldProblem>> {
  const { bad: badId } = destinationsIn(fields.blocked);
  const hours = Number(fields.giveUpAfterHours);
  return {
    ...(fields.displayName.trim() === ''
      ? { displayName: { id: 'settings.needDisplayName', values: {} } as const }
      : {}),
    ...(badId === undefined
      ? {}
      : { blocked: { id: 'newFax.notARecipient', values: { id: badId } } as const }),
    ...(Number.isInteger(hours) && hours >= 1 && hours <= 240
      ? {}
      : { giveUpAfterHours: { id: 'settings.badHours', values: {} } as const }),
  };
}

/** Only what differs from what is saved; empty when nothing does. */
export function changedSettings(saved: Settings, fields: OfficeFields): Partial<Settings> {
  const before = fieldsOf(saved);
  return {
    ...(fields.displayName === before.displayName ? {} : { displayName: fields.displayName.trim() }),
    ...(fields.faxNumber === before.faxNumber ? {} : { faxNumber: fields.faxNumber.trim() }),
    ...(fields.headerLine === before.headerLine ? {} : { headerLine: fields.headerLine }),
    ...(fields.paper === before.paper ? {} : { paper: fields.paper }),
    ...(fields.accept === before.accept ? {} : { accept: fields.accept }),
    ...(fields.blocked === before.blocked
      ? {}
      : { blockedDevices: destinationsIn(fields.blocked).destinations }),
    ...(fields.giveUpAfterHours === before.giveUpAfterHours
      ? {}
      : { giveUpAfterHours: Number(fields.giveUpAfterHours) }),
  };
}
