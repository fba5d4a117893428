// A telephone call in words: how far it is, what it was like.

import type { CallSummary } from '../../protocol/api/lines.ts';
import type { LiveCall } from '../../protocol/api/types.ts';
import type { CallProgress } from '../../protocol/modem.ts';
import type { Formats } from '../language/formats.ts';
import type { Translate } from '../language/language.tsx';

export type LineCall = NonNullable<LiveCall['line']>;

/** "Sending page 3 of 12", or the phase when no page is under way. `total`: pages of the call, where known. */
export function progressWords(progress: CallProgress, total: number | undefined, t: Translate): string {
  if (progress.phase === 'sending' && progress.page !== undefined && total !== undefined)
    return t('call.sendingPage', { page: Math.min(progress.page + 1, total), total });
  if (progress.phase === 'receiving')
    return t('call.receivingPage', { page: (progress.page ?? progress.pagesReceived) + 1 });
  return t(`phase.${progress.phase}`);
}

/** "about 2 min left"; `undefined` while it cannot be known. */
export function remainingWords(line: Pick<LineCall, 'remainingSeconds'>, t: Translate): string | undefined {
  const { remainingSeconds } = line;
  if (remainingSeconds === undefined) return undefined;
  return remainingSeconds < 55
    ? t('call.lessThanAMinute')
    : t('call.minutesLeft', { count: Math.max(1, Math.round(remainingSeconds / 60)) });
}

/** What was agreed with the other machine, in short: rate, modulation, coding, error correction. */
export function agreedWords(
  call: Pick<CallSummary, 'rateBps' | 'modulation' | 'coding' | 'ecm'>,
  t: Translate,
  formats: Formats,
): string[] {
  return [
    ...(call.rateBps === undefined
      ? []
      : [
          t('call.rate', { rate: formats.number(call.rateBps) }) +
            (call.modulation === undefined ? '' : ` (${call.modulation})`),
        ]),
    ...(call.coding === undefined ? [] : [call.coding]),
    ...(call.ecm === undefined ? [] : [t(call.ecm ? 'call.ecm' : 'call.noEcm')]),
  ];
}

/** `1:02` for a minute and two seconds; with hours where there are any. */
export function durationWords(durationMs: number): string {
  const seconds = Math.round(durationMs / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** `02:07.4`: minutes, seconds and tenths since the call began. */
export function storyTime(atMs: number): string {
  const tenths = Math.floor(atMs / 100);
  const minutes = String(Math.floor(tenths / 600)).padStart(2, '0');
  const seconds = String(Math.floor(tenths / 10) % 60).padStart(2, '0');
  return `${minutes}:${seconds}.${tenths % 10}`;
}
