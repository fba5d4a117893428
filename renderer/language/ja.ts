// Every text of the UI in Japanese; the same keys as `en.ts`.

import type { MessageId } from './en.ts';
import { shell } from './ja/shell.ts';
import { faxes } from './ja/faxes.ts';
import { newFax } from './ja/newFax.ts';
import { settings } from './ja/settings.ts';
import { calls } from './ja/calls.ts';
import { lines } from './ja/lines.ts';

export const ja: Readonly<Record<MessageId, string>> = {
  ...shell,
  ...faxes,
  ...newFax,
  ...settings,
  ...calls,
  ...lines,
};
