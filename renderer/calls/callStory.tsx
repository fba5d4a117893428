// The story of a call: its main steps in the person's language, and below them, folded away, the technical record.

import { Copy, ScrollText } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { JournalLine } from '../../protocol/modem.ts';
import { useContactFinder } from '../gateway/contactFinder.ts';
import { useCall, useJournal } from '../gateway/queries.ts';
import { destinationWords } from '../language/destinationWords.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useFormats, useLanguage, useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Fold } from '../parts/fold.tsx';
import textStyles from '../parts/text.module.css';
import { useToast } from '../parts/toasts.tsx';
import { callSteps } from './callSteps.ts';
import { storyTime } from './callWords.ts';
import styles from './calls.module.css';

/** A button, and the story in a dialog. */
export function StoryButton({ callId, name }: { callId: string; name?: string }): ReactNode {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        small
        icon={ScrollText}
        onPress={() => setOpen(true)}
        {...(name === undefined ? {} : { 'aria-label': `${t('story.show')}: ${name}` })}
      >
        {t('story.show')}
      </Button>
      {open && (
        <Dialog wide title={t('story.title')} open onClose={() => setOpen(false)}>
          <CallStory callId={callId} level={3} />
        </Dialog>
      )}
    </>
  );
}

export function CallStory({
  callId,
  level,
}: {
  callId: string;
  /** Of the heading within it. */
  level: 3 | 4;
}): ReactNode {
  const t = useT();
  return (
    <div className={styles['story']}>
      <Steps callId={callId} />
      <Fold title={t('story.technical')} level={level}>
        <TechnicalRecord callId={callId} />
      </Fold>
    </div>
  );
}

function Steps({ callId }: { callId: string }): ReactNode {
  const t = useT();
  const formats = useFormats();
  const language = useLanguage();
  const words = useErrorWords();
  const contactOf = useContactFinder();
  const { data: call, error } = useCall(callId);
  if (call === undefined)
    return <p className={styles['soft']}>{error === null ? t('story.loading') : words(error)}</p>;
  const destination = `tel:${call.number}`;
  const name = contactOf(destination)?.name ?? destinationWords(destination, t);
  return (
    <ol className={styles['steps']} aria-label={t('story.list')}>
      {callSteps(call, name, { t, formats, language }).map(({ at, text }) => (
        <li key={text}>
          {at === undefined ? (
            <span />
          ) : (
            <time className={styles['stepTime']} dateTime={at}>
              {formats.timeOfDay(at)}
            </time>
          )}
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}

function TechnicalRecord({ callId }: { callId: string }): ReactNode {
  const t = useT();
  const toast = useToast();
  const words = useErrorWords();
  const { data: lines, error } = useJournal(callId);
  const { faxClass, outcome } = useCall(callId).data?.report ?? {};
  const copy = async (all: readonly JournalLine[]): Promise<void> => {
    try {
      await navigator.clipboard.writeText(
        all.map(({ atMs, text }) => `${storyTime(atMs)}  ${text}\n`).join(''),
      );
      toast({ text: t('story.copied') });
    } catch {
      toast({ kind: 'error', text: t('story.notCopied') });
    }
  };
  if (error !== null && lines === undefined) return <p className={styles['soft']}>{words(error)}</p>;
  if (lines === undefined) return <p className={styles['soft']}>{t('story.loading')}</p>;
  if (lines.length === 0) return <p className={styles['soft']}>{t('story.empty')}</p>;
  return (
    <div className={styles['story']}>
      <div className={styles['storyHead']}>
        <div className={styles['soft']}>
          <p>{t('story.text')}</p>
          {faxClass !== undefined && (
            <p>
              {t('calls.class')}: {faxClass}
            </p>
          )}
          {outcome !== undefined && outcome.disposition !== 'done' && (
            <code className={textStyles['exact']}>
              {[outcome.code, outcome.phase, outcome.detail].filter((part) => part !== undefined).join(' · ')}
            </code>
          )}
        </div>
        <Button small icon={Copy} onPress={() => void copy(lines)}>
          {t('story.copy')}
        </Button>
      </div>
      {/* A long story scrolls by keyboard only when it can have the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles['storyScroll']} role="region" aria-label={t('story.technical')} tabIndex={0}>
        <ol className={styles['storyLines']} lang="en">
          {lines.map((line, index) => (
            // Lines are only ever added at the end.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              <time className={styles['storyTime']}>{storyTime(line.atMs)}</time>
              <span>{line.text}</span>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
