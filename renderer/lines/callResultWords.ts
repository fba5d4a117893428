// What became of a call, short enough for a list.

import { CheckCheck, CircleX, type LucideIcon, PhoneCall } from 'lucide-react';
import type { CallRecord } from '../../protocol/api/lines.ts';
import type { Language } from '../../protocol/outcomeTexts.ts';
import type { Translate } from '../language/language.tsx';
import { outcomeCause } from '../language/outcomeWords.ts';
import type { Tone } from '../parts/statusMark.tsx';
import { progressWords } from '../calls/callWords.ts';

export function callResultWords(
  call: CallRecord,
  t: Translate,
  language: Language,
): { icon: LucideIcon; tone: Tone; words: string } {
  const { report } = call;
  if (report === undefined)
    return {
      icon: PhoneCall,
      tone: 'busy',
      words: call.progress === undefined ? t('calls.running') : progressWords(call.progress, undefined, t),
    };
  const pages = pagesWords(report, t);
  if (report.outcome.code === 'CONFIRMED')
    return { icon: CheckCheck, tone: 'good', words: pages ?? t('calls.good') };
  // What the program does about it stands in the details.
  const cause = outcomeCause(report.outcome.code, language, report.direction);
  return { icon: CircleX, tone: 'bad', words: cause.replace(/[.。]$/u, '') };
}

/** "3 pages sent, 1 page received"; `undefined` when there were none. */
export function pagesWords(
  report: { pagesSent: number; pagesReceived: number },
  t: Translate,
): string | undefined {
  const parts = [
    ...(report.pagesSent > 0 ? [t('calls.sent', { count: report.pagesSent })] : []),
    ...(report.pagesReceived > 0 ? [t('calls.received', { count: report.pagesReceived })] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(' · ');
}
