// What is known of a received fax, beside its pages.

import { UserPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { isTelephone, numberOf } from '../../protocol/destination.ts';
import type { PageQualityReport } from '../../protocol/modem.ts';
import type { DocumentPage, IncomingDocument } from '../../protocol/api/types.ts';
import { StoryButton } from '../calls/callStory.tsx';
import { durationWords } from '../calls/callWords.ts';
import { canBeReached } from '../language/destinationWords.ts';
import { type Formats } from '../language/formats.ts';
import { type Translate, useFormats, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { damagedLines, qualityMarks, resolutionWords } from '../language/pageWords.ts';
import { Button } from '../parts/button.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { startContact } from '../shell/faxIntent.ts';
import { useGo } from '../shell/navigation.tsx';
import panes from '../shell/panes.module.css';
import { senderName } from './senderWords.ts';
import { IncomingState } from './inboxRow.tsx';

export function InboxDetails({
  document,
  pages,
}: {
  document: IncomingDocument;
  pages: readonly DocumentPage[];
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const [, go] = useGo();
  const totalBytes = pages.reduce((sum, page) => sum + page.byteLength, 0);
  const [first] = pages;
  const telephone = isTelephone(document.from);
  return (
    <aside className={panes['details']} aria-label={t('details.title')} data-pane="details">
      <div className={panes['detailsBody']} data-pane-focus tabIndex={-1}>
        <h3 className={panes['detailsTitle']}>{t('details.title')}</h3>
        <IncomingState document={document} />
        {document.state === 'broken' && <p className={panes['note']}>{t('incoming.brokenText')}</p>}
        {document.state === 'partial' && <p className={panes['note']}>{t('incoming.partialText')}</p>}
        {document.state === 'cancelled' && <p className={panes['note']}>{t('incoming.cancelledText')}</p>}
        <Damage quality={document.quality ?? []} />
        <Facts
          facts={[
            ...(telephone ? callerFacts(document, t) : relayFacts(document, t)),
            [t('details.received'), formats.dateTime(document.receivedAt)],
            [
              t('details.pages'),
              document.pagesExpected === undefined || document.pagesExpected === document.pages
                ? t('pages', { count: document.pages })
                : t('details.pagesOf', { done: document.pages, total: document.pagesExpected }),
            ],
            first === undefined ? undefined : [t('details.quality'), resolutionWords(first, t)],
            first === undefined ? undefined : [t('details.size'), formats.bytes(totalBytes)],
            ...callFacts(document, t, formats),
          ]}
        />
        {document.call !== undefined && <StoryButton callId={document.call.callId} />}
        {document.contactName === undefined && document.from !== 'echo' && canBeReached(document.from) && (
          <Button
            small
            icon={UserPlus}
            onPress={() =>
              startContact(go, {
                name: senderName(document, t),
                ...(telephone ? { telephone: numberOf(document.from) } : { deviceId: document.from }),
              })
            }
          >
            {t('inbox.addContact')}
          </Button>
        )}
      </div>
    </aside>
  );
}

/** Which pages the line damaged or cut off, and what to do; nothing when none. */
function Damage({ quality }: { quality: readonly PageQualityReport[] }): ReactNode {
  const t = useT();
  const marks = quality.map((page) => qualityMarks(page, t));
  if (marks.every((words) => words.length === 0)) return null;
  return (
    <div className={panes['note']}>
      <ul aria-label={t('quality.pages')}>
        {marks.map(
          (words, index) =>
            words.length > 0 && (
              // Pages never change their places.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={index}>{t('quality.page', { page: index + 1, marks: words.join(' · ') })}</li>
            ),
        )}
      </ul>
      {damagedLines(quality) > 0 && <p className={panes['noteMore']}>{t('quality.text')}</p>}
      {quality.some(({ partial }) => partial === true) && (
        <p className={panes['noteMore']}>{t('quality.partText')}</p>
      )}
    </div>
  );
}

function relayFacts(document: IncomingDocument, t: Translate): Fact[] {
  return [
    [t('details.from'), document.from, 'exact'],
    [t('details.saysName'), document.fromName],
  ];
}

function callerFacts(document: IncomingDocument, t: Translate): (Fact | undefined)[] {
  const { callerNumber, callerName, remoteId, subaddress, from } = document;
  const number = callerNumber ?? (canBeReached(from) ? numberOf(from) : undefined);
  return [
    number === undefined ? undefined : [t('details.number'), number, 'exact'],
    callerName === undefined ? undefined : [t('details.callerName'), callerName],
    remoteId === undefined ? undefined : [t('details.remoteId'), remoteId, 'exact'],
    subaddress === undefined ? undefined : [t('details.subaddress'), subaddress, 'exact'],
  ];
}

function callFacts({ call }: IncomingDocument, t: Translate, formats: Formats): (Fact | undefined)[] {
  if (call === undefined) return [];
  const { rateBps, modulation, coding, ecm, durationMs } = call;
  return [
    call.lineName === undefined ? undefined : [t('call.line'), lineName(call.lineName, t)],
    rateBps === undefined
      ? undefined
      : [
          t('call.speed'),
          `${t('call.rate', { rate: formats.number(rateBps) })}${modulation === undefined ? '' : ` (${modulation})`}`,
        ],
    coding === undefined ? undefined : [t('call.coding'), coding],
    ecm === undefined ? undefined : [t('call.correction'), t(ecm ? 'call.on' : 'call.off')],
    durationMs === undefined || durationMs === 0
      ? undefined
      : [t('call.duration'), durationWords(durationMs)],
  ];
}
