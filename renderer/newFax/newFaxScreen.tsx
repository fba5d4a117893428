// New fax: to whom, which files, how; and the pages exactly as they will arrive.

import { FilePlus2, SendHorizontal } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { PageOptions } from '../../protocol/imaging.ts';
import { useOutgoingPages, useSettings } from '../gateway/queries.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { type Translate, useFormats, useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/emptyState.tsx';
import { TextField } from '../parts/fields.tsx';
import { Notice } from '../parts/notice.tsx';
import { useToast } from '../parts/toasts.tsx';
import { type FaxIntent, useFaxIntents } from '../shell/faxIntent.ts';
import { useGo } from '../shell/navigation.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { PageViewer } from '../viewer/pageViewer.tsx';
import { DraftWarnings } from './draftWarnings.tsx';
import { FileList } from './fileList.tsx';
import { OptionFields } from './optionFields.tsx';
import { RecipientField } from './recipientField.tsx';
import { estimatedSeconds } from './sendEstimate.ts';
import { drawTestPage } from './testPage.ts';
import { type DraftSource, useDraft } from './useDraft.ts';
import { useFiles } from './useFiles.ts';
import { useSending } from './useSending.ts';
import styles from './newFax.module.css';

export function NewFaxScreen(): ReactNode {
  const t = useT();
  const [, go] = useGo();
  const toast = useToast();
  const words = useErrorWords();
  const settings = useSettings();
  const [recipients, setRecipients] = useState<readonly string[]>([]);
  const [title, setTitle] = useState('');
  const [chosen, setChosen] = useState<Partial<PageOptions>>({});
  const [tried, setTried] = useState(false);
  const recipientInput = useRef<HTMLInputElement>(null);
  const options = useMemo(
    (): PageOptions => ({
      resolution: 'fine',
      paper: settings?.paper ?? 'a4',
      placement: 'fit',
      mode: 'auto',
      ...chosen,
    }),
    [settings?.paper, chosen],
  );
  const files = useFiles();
  const [earlier, setEarlier] = useState<FaxIntent['pagesOf']>();
  // Files that were added take the place of an earlier fax's pages.
  const pagesOf = files.files.length === 0 ? earlier : undefined;
  const { readyIds } = files;
  // Pages that are made already do not depend on settings and options: those may change without a new draft.
  const earlierPages = useMemo(
    (): DraftSource | undefined =>
      pagesOf === undefined ? undefined : { kind: 'pagesOf', documentId: pagesOf.documentId },
    [pagesOf],
  );
  const known = settings !== undefined;
  const chosenFiles = useMemo(
    (): DraftSource | undefined =>
      known && readyIds !== undefined ? { kind: 'files', fileIds: readyIds, options } : undefined,
    [known, readyIds, options],
  );
  const draft = useDraft(earlierPages ?? chosenFiles);
  const { document } = draft;
  const { data: pages = [] } = useOutgoingPages(document?.id);

  useFaxIntents((intent) => {
    if (intent.to !== undefined) setRecipients((old) => [...new Set([...old, ...(intent.to ?? [])])]);
    if (intent.title !== undefined) setTitle(intent.title);
    if (intent.files !== undefined) files.add(intent.files);
    if (intent.testPage === true) {
      setTitle(t('newFax.testTitle'));
      files.addMade('hikyaku-test.png', () => drawTestPage(t));
    }
    if (intent.pagesOf !== undefined) setEarlier(intent.pagesOf);
  });

  const nothing = files.files.length === 0 && pagesOf === undefined;
  const failed = document?.preparation !== undefined && document.preparation.disposition === 'fail';
  const missing: Missing | undefined =
    recipients.length === 0
      ? 'recipient'
      : nothing
        ? 'files'
        : files.unusable
          ? 'goodFiles'
          : failed && !draft.pending
            ? 'pages'
            : undefined;

  const sending = useSending({
    draft,
    complete: missing === undefined,
    request: { recipients, title: title.trim() },
    onSent: (sent) => {
      toast({ text: t('newFax.queued', { count: recipients.length }) });
      go(`/outbox/${sent.id}`);
    },
  });
  const send = (): void => {
    setTried(true);
    if (missing === 'recipient') recipientInput.current?.focus();
    sending.press();
  };
  useShortcuts({ 'Ctrl+Enter': send });

  return (
    <div className={styles['screen']}>
      <form
        className={styles['form']}
        aria-label={t('newFax.title')}
        data-pane="form"
        onSubmit={(event) => event.preventDefault()}
      >
        <div className={styles['fields']}>
          <h1 className={styles['heading']}>{t('newFax.title')}</h1>
          <RecipientField
            recipients={recipients}
            onChange={setRecipients}
            inputRef={recipientInput}
            error={tried && missing === 'recipient' ? t('newFax.needRecipient') : undefined}
          />
          <FileList
            files={files}
            pagesOf={
              pagesOf === undefined ? undefined : { title: pagesOf.title, pages: document?.pages ?? 0 }
            }
            onDropPages={() => setEarlier(undefined)}
            failedName={failed ? document.failedFileName : undefined}
            failure={failed ? document.preparation?.code : undefined}
            error={tried ? fileError(missing, t) : undefined}
          />
          <TextField
            label={t('newFax.subject')}
            value={title}
            onChange={setTitle}
            maxLength={200}
            placeholder={files.files[0]?.name ?? pagesOf?.title ?? ''}
          />
          <OptionFields
            options={pagesOf === undefined ? options : (document?.options ?? options)}
            fixed={pagesOf !== undefined}
            onChange={(change) => setChosen({ ...chosen, ...change })}
          />
          {document !== undefined && <DraftWarnings document={document} pages={pages} />}
          {draft.error !== undefined && (
            <Notice tone="bad">
              {words(draft.error)}{' '}
              <Button small onPress={draft.tryAgain}>
                {t('action.tryAgain')}
              </Button>
            </Notice>
          )}
        </div>
        <footer className={styles['footer']}>
          <p className={styles['waiting']} role="status">
            {sending.state === 'waiting' &&
              t(files.uploading ? 'newFax.sendsWhenUploaded' : 'newFax.sendsWhenReady', {
                count: files.files.length,
              })}
          </p>
          {sending.state !== 'waiting' && (
            <Estimate
              pages={document?.pages ?? 0}
              expected={document?.pagesExpected}
              prepared={document?.prepared ?? false}
              bytes={document?.totalBytes ?? 0}
            />
          )}
          <span className={styles['sendButtons']}>
            {sending.state === 'waiting' && (
              <Button kind="quiet" onPress={sending.withdraw}>
                {t('newFax.notYet')}
              </Button>
            )}
            <Button
              kind="primary"
              icon={SendHorizontal}
              isPending={sending.state !== 'idle'}
              aria-keyshortcuts="Control+Enter"
              onPress={send}
            >
              {t('action.send')}
            </Button>
          </span>
        </footer>
      </form>
      {document !== undefined && pages.length > 0 ? (
        <PageViewer
          // A remade draft is the same fax: keep the place.
          folder="outgoing"
          documentId={document.id}
          pages={pages}
          pagesExpected={document.prepared ? undefined : document.pagesExpected}
          label={t('newFax.preview')}
          actions={<span className={styles['hint']}>{t('newFax.exactBits')}</span>}
        />
      ) : (
        <section className={styles['noPreview']} aria-label={t('newFax.preview')} data-pane="pages">
          <EmptyState
            icon={FilePlus2}
            title={t(nothing || failed ? 'newFax.noPages' : 'newFax.makingPages')}
            text={t('newFax.noPagesText')}
          />
        </section>
      )}
    </div>
  );
}

type Missing = 'recipient' | 'files' | 'goodFiles' | 'pages';

function fileError(missing: Missing | undefined, t: Translate): string | undefined {
  if (missing === 'files') return t('newFax.needFiles');
  if (missing === 'goodFiles') return t('newFax.needGoodFiles');
  return missing === 'pages' ? t('newFax.needPages') : undefined;
}

function Estimate({
  pages,
  expected,
  prepared,
  bytes,
}: {
  pages: number;
  expected: number | undefined;
  prepared: boolean;
  bytes: number;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  if (pages === 0) return <span className={styles['estimate']} />;
  if (!prepared)
    return (
      <span className={styles['estimate']} role="status">
        {expected === undefined
          ? t('newFax.made', { count: pages })
          : t('newFax.madeOf', { done: pages, total: expected })}
      </span>
    );
  const seconds = estimatedSeconds(pages, bytes);
  return (
    <span className={styles['estimate']}>
      {t('pages', { count: pages })} · {formats.bytes(bytes)} ·{' '}
      {seconds <= 10
        ? t('newFax.fewSeconds')
        : seconds < 90
          ? t('newFax.seconds', { count: Math.ceil(seconds / 10) * 10 })
          : t('newFax.minutes', { count: Math.ceil(seconds / 60) })}
    </span>
  );
}
