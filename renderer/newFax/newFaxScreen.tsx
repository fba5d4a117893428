// New fax: to whom, which files, how; and the pages exactly as they will arrive.

import { FilePlus2, SendHorizontal } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { isTelephone } from '../../protocol/destination.ts';
import type { PageOptions } from '../../protocol/imaging.ts';
import { useOutgoingPages, useSettings, useStatus } from '../gateway/queries.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { type Translate, useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/emptyState.tsx';
import { TextField } from '../parts/fields.tsx';
import { Notice } from '../parts/notice.tsx';
import { useToast } from '../parts/toasts.tsx';
import { type FaxIntent, useFaxIntents } from '../shell/faxIntent.ts';
import { useGo } from '../shell/navigation.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { PageViewer } from '../viewer/pageViewer.tsx';
import { Estimate } from './estimate.tsx';
import { ConfirmNumber } from './confirmNumber.tsx';
import { DraftWarnings } from './draftWarnings.tsx';
import { FileList } from './fileList.tsx';
import { OptionFields } from './optionFields.tsx';
import { RecipientField } from './recipientField.tsx';
import { SEND_NOW, sendingErrors, sendingOf } from './sendingFields.ts';
import { SendingOptions } from './sendingOptions.tsx';
import { useNewNumbers } from './useNewNumbers.ts';
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
  const [sendingFields, setSendingFields] = useState(SEND_NOW);
  // When somebody last did something about the time to send at.
  const [nowMs, setNowMs] = useState(() => Date.now());
  const newNumbers = useNewNumbers(recipients);
  const byTelephone = recipients.some(isTelephone);
  const noLine = useStatus()?.lines.every(({ state }) => state === 'disabled') === true;
  const recipientInput = useRef<HTMLInputElement>(null);
  const confirmation = useRef<HTMLDivElement>(null);
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
      : newNumbers.asking || newNumbers.unconfirmed.length > 0
        ? 'confirmation'
        : Object.values(sendingErrors(sendingFields, nowMs)).some(Boolean)
          ? 'options'
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
    request: { recipients, title: title.trim(), sending: sendingOf(sendingFields, byTelephone) },
    onSent: (sent) => {
      toast({ text: t('newFax.queued', { count: recipients.length }) });
      go(`/outbox/${sent.id}`);
    },
  });
  const send = (): void => {
    setTried(true);
    setNowMs(Date.now());
    if (missing === 'recipient') recipientInput.current?.focus();
    if (missing === 'confirmation') confirmation.current?.querySelector('input')?.focus();
    sending.press();
  };
  useShortcuts({ 'Ctrl+Enter': send });
  const recipientError = (): string | undefined => {
    if (tried && missing === 'recipient') return t('newFax.needRecipient');
    return tried && missing === 'confirmation' && !newNumbers.asking ? t('newFax.needConfirm') : undefined;
  };

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
            error={recipientError()}
          />
          <div ref={confirmation} className={styles['confirmations']}>
            {newNumbers.unconfirmed.slice(0, 1).map((destination) => (
              <ConfirmNumber
                key={destination}
                destination={destination}
                mayTakeFocus={() => recipientInput.current?.value === ''}
                onConfirmed={() => {
                  newNumbers.confirm(destination);
                  if (newNumbers.unconfirmed.length === 1) recipientInput.current?.focus();
                }}
              />
            ))}
          </div>
          {byTelephone && noLine && (
            <Notice tone="warn">
              {t('newFax.noLine')}{' '}
              <Button small onPress={() => go('/lines')}>
                {t('action.openLines')}
              </Button>
            </Notice>
          )}
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
          <SendingOptions
            fields={sendingFields}
            byTelephone={byTelephone}
            errors={tried ? sendingErrors(sendingFields, nowMs) : undefined}
            onChange={(change) => {
              setNowMs(Date.now());
              setSendingFields((old) => ({ ...old, ...change }));
            }}
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
          {sending.state !== 'waiting' && <Estimate document={document} recipients={recipients} />}
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

type Missing = 'recipient' | 'confirmation' | 'options' | 'files' | 'goodFiles' | 'pages';

function fileError(missing: Missing | undefined, t: Translate): string | undefined {
  if (missing === 'files') return t('newFax.needFiles');
  if (missing === 'goodFiles') return t('newFax.needGoodFiles');
  return missing === 'pages' ? t('newFax.needPages') : undefined;
}
