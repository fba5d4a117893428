// The main steps of a call in the person's language, made of what is known of it by field; the technical record has more.

import type { CallRecord } from '../../protocol/api/lines.ts';
import type { Language } from '../../protocol/outcomeTexts.ts';
import type { Formats } from '../language/formats.ts';
import type { Translate } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { outcomeCause } from '../language/outcomeWords.ts';
import { resolutionName } from '../language/pageWords.ts';
import { agreedWords, durationWords, progressWords } from './callWords.ts';

export interface CallStep {
  /** Of the beginning and the end. */
  at?: string;
  text: string;
}

/** `name`: who is at the other end. */
export function callSteps(
  call: CallRecord,
  name: string,
  { t, formats, language }: { t: Translate; formats: Formats; language: Language },
): CallStep[] {
  const { report, progress } = call;
  const known = report ?? progress;
  const began = t(call.direction === 'outgoing' ? 'step.called' : 'step.wasCalled', {
    name,
    line: lineName(call.lineName, t),
  });
  const agreed = [
    ...(known === undefined ? [] : agreedWords(known, t, formats)),
    ...(report?.resolution === undefined ? [] : [resolutionName(report.resolution, t)]),
  ];
  return [
    { at: call.startedAt, text: began },
    ...said(machineWords()),
    ...said(troubleWords()),
    ...said(agreed.length === 0 ? undefined : t('step.agreed', { agreed: agreed.join(' · ') })),
    ...said(pageWords()),
    ...(report === undefined
      ? said(
          progress === undefined
            ? undefined
            : t('step.now', { phase: progressWords(progress, undefined, t) }),
        )
      : [{ ...(call.endedAt === undefined ? {} : { at: call.endedAt }), text: endWords(report) }]),
  ];

  function machineWords(): string | undefined {
    const id = known?.remoteId?.trim() ?? '';
    const maker = report?.remoteMaker;
    if (id !== '')
      return maker === undefined ? t('step.machine', { id }) : t('step.machineBy', { id, maker });
    // Nothing is agreed with anything but a fax machine.
    return known?.rateBps === undefined ? undefined : t('step.machineUnnamed');
  }

  function troubleWords(): string | undefined {
    const failed = report?.trouble.trainingFailedAt ?? [];
    if (failed.length === 0) return undefined;
    return t('step.trainingFailed', {
      rates: failed.map(({ rateBps }) => t('call.rate', { rate: formats.number(rateBps) })).join(', '),
    });
  }

  function pageWords(): string | undefined {
    const { pagesSent = 0, pagesReceived = 0 } = known ?? {};
    const repeats = report?.trouble.repeats ?? 0;
    const words = [
      ...(pagesSent > 0 ? [t('step.pagesSent', { count: pagesSent })] : []),
      ...(pagesReceived > 0 ? [t('step.pagesReceived', { count: pagesReceived })] : []),
      ...(repeats > 0 ? [t('step.repeats', { count: repeats })] : []),
    ];
    // That nothing got across needs saying only where somebody was met.
    if (words.length === 0) return report?.rateBps === undefined ? undefined : t('step.noPages');
    return words.join(language === 'ja' ? '' : ' ');
  }

  function endWords({ outcome, connectedMs }: NonNullable<CallRecord['report']>): string {
    const cause =
      outcome.code === 'CONFIRMED'
        ? t('step.endedWell')
        : outcomeCause(outcome.code, language, call.direction);
    return connectedMs === 0 ? cause : t('step.ended', { duration: durationWords(connectedMs), cause });
  }
}

const said = (text: string | undefined): CallStep[] => (text === undefined ? [] : [{ text }]);
