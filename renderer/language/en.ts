// Every text of the UI in English, from one catalog for each area. `ja.ts` has the same keys.

import { shell } from './en/shell.ts';
import { faxes } from './en/faxes.ts';
import { newFax } from './en/newFax.ts';
import { settings } from './en/settings.ts';
import { calls } from './en/calls.ts';
import { lines } from './en/lines.ts';

export const en = { ...shell, ...faxes, ...newFax, ...settings, ...calls, ...lines } as const;

export type MessageId = keyof typeof en;
