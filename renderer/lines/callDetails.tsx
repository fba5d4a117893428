// One call: what became of it, what was agreed with the other machine, and its story.

import { ChevronLeft, FileText, PhoneOff } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CallRecord } from '../../protocol/api/lines.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { CallStory } from '../calls/callStory.tsx';
import { durationWords, progressWords } from '../calls/callWords.ts';
import { useOutgoing, useStatus } from '../gateway/queries.ts';
import { folderOf } from '../gateway/eventCache.ts';
import { useFormats, useLanguage, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { resolutionName } from '../language/pageWords.ts';
import { LiveLineCall } from '../calls/liveLineCall.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { Facts } from '../parts/facts.tsx';
import { Notice } from '../parts/notice.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { callResultWords, pagesWords } from './callResultWords.ts';
import { useLineCommands } from './useLineCommands.ts';
import styles from './record.module.css';

export function CallDetails({ call, name }: { call: CallRecord; name: string }): ReactNode {
  const t = useT();
  const formats = useFormats();
  const language = useLanguage();
  const commands = useLineCommands();
  const [, go] = useGo();
  const live = useStatus()?.calls.find(({ callId }) => callId === call.id);
  const { icon, tone, words } = callResultWords(call, t, language);
  const { report } = call;
  const [incomingId] = call.incomingIds;
  return (
    <article className={styles['record']} aria-label={t('call.with', { name })} data-pane="document">
      <header className={styles['head']}>
        <span className={panes['back']}>
          <IconButton icon={ChevronLeft} label={t('action.backToList')} onPress={() => go('/lines/calls')} />
        </span>
        <h2 className={panes['paneTitle']}>{name}</h2>
        <StatusMark icon={icon} tone={tone}>
          {tone === 'bad' ? t('calls.failed') : words}
        </StatusMark>
        <span className={panes['gap']} />
        {report === undefined && live !== undefined && (
          <Button small icon={PhoneOff} onPress={() => void commands.hangUp(call.id)}>
            {t('line.hangUp')}
          </Button>
        )}
        {incomingId !== undefined && (
          <Button small icon={FileText} onPress={() => go(`/inbox/${incomingId}`)}>
            {t('calls.openFax')}
          </Button>
        )}
        {call.outgoingIds.map((documentId) => (
          <OpenOutgoing key={documentId} documentId={documentId} />
        ))}
      </header>
      <div className={styles['body']} data-pane-focus tabIndex={-1}>
        {report === undefined ? (
          live?.line === undefined ? (
            call.progress !== undefined && <p>{progressWords(call.progress, undefined, t)}</p>
          ) : (
            <LiveLineCall call={live} line={live.line} label={t('call.progress')} />
          )
        ) : (
          report.outcome.code !== 'CONFIRMED' && (
            <Notice tone="bad">{outcomeText(report.outcome.code, language, report.direction)}</Notice>
          )
        )}
        <Facts
          columns
          facts={[
            [t('calls.began'), formats.exactTime(call.startedAt)],
            [t('calls.direction'), t(call.direction === 'outgoing' ? 'calls.outgoing' : 'calls.incoming')],
            call.number === '' ? undefined : [t('calls.number'), call.number, 'exact'],
            [t('call.line'), lineName(call.lineName, t)],
            report === undefined || report.connectedMs === 0
              ? undefined
              : [t('call.duration'), durationWords(report.connectedMs)],
            report === undefined
              ? undefined
              : [t('calls.pages'), pagesWords(report, t) ?? t('calls.noPages')],
            report?.remoteId === undefined ? undefined : [t('call.remoteId'), report.remoteId, 'exact'],
            report?.remoteMaker === undefined ? undefined : [t('calls.maker'), report.remoteMaker],
            report?.rateBps === undefined
              ? undefined
              : [
                  t('call.speed'),
                  `${t('call.rate', { rate: formats.number(report.rateBps) })}${
                    report.modulation === undefined ? '' : ` (${report.modulation})`
                  }`,
                ],
            report?.coding === undefined ? undefined : [t('call.coding'), report.coding],
            report?.resolution === undefined
              ? undefined
              : [t('call.resolution'), resolutionName(report.resolution, t)],
            report?.ecm === undefined
              ? undefined
              : [t('call.correction'), t(report.ecm ? 'call.on' : 'call.off')],
            troubleOf(),
          ]}
        />
        <h3 className={styles['sectionTitle']}>{t('story.title')}</h3>
        <CallStory callId={call.id} level={4} />
      </div>
    </article>
  );

  function troubleOf(): readonly [string, string] | undefined {
    const { trainingFailedAt = [], repeats = 0 } = report?.trouble ?? {};
    const parts = [
      ...(trainingFailedAt.length === 0
        ? []
        : [
            t('calls.trainingFailed', {
              rates: trainingFailedAt
                .map(({ modulation, rateBps }) => `${formats.number(rateBps)} (${modulation})`)
                .join(', '),
            }),
          ]),
      ...(repeats === 0 ? [] : [t('calls.repeats', { count: repeats })]),
    ];
    return parts.length === 0 ? undefined : [t('calls.trouble'), parts.join(' · ')];
  }
}

/** To the fax that the call carried, in whichever folder it stands by now; nothing when it was deleted. */
function OpenOutgoing({ documentId }: { documentId: string }): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const { data: document } = useOutgoing(documentId);
  const folder = document === undefined ? undefined : folderOf(document);
  if (document === undefined || folder === undefined) return null;
  return (
    <Button
      small
      icon={FileText}
      aria-label={`${t('calls.openFax')}: ${document.title}`}
      onPress={() => go(`/${folder}/${documentId}`)}
    >
      {t('calls.openFax')}
    </Button>
  );
}
