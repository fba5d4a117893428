// The files of a new fax: dropped or chosen, with progress, order, and errors in words.

import { ArrowDown, ArrowUp, Files, FileText, FileWarning, FolderOpen, LoaderCircle, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { DropZone, FileTrigger, Text } from 'react-aria-components';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { UploadError } from '../gateway/upload.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useFormats, useLanguage, useT } from '../language/language.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { ACCEPTED_TYPES, type ChosenFile, type ChosenFiles } from './useFiles.ts';
import styles from './newFax.module.css';

interface FileListProps {
  files: ChosenFiles;
  /** The earlier fax whose pages are sent again; files that are added take their place. */
  pagesOf: { title: string; pages: number } | undefined;
  onDropPages: () => void;
  /** The file that the gateway could not make pages of, and why. */
  failedName: string | undefined;
  failure: OutcomeCode | undefined;
  error: string | undefined;
}

export function FileList({
  files,
  pagesOf,
  onDropPages,
  failedName,
  failure,
  error,
}: FileListProps): ReactNode {
  const t = useT();
  const language = useLanguage();
  return (
    <section className={styles['files']} aria-label={t('newFax.files')}>
      <h2 className={styles['label']}>{t('newFax.files')}</h2>
      {pagesOf !== undefined && (
        <ul className={styles['fileList']}>
          <li className={styles['file']}>
            <Files size={17} strokeWidth={1.75} aria-hidden />
            <span className={styles['fileName']} title={pagesOf.title}>
              {t('newFax.pagesOf', { title: pagesOf.title })}
            </span>
            <span className={styles['fileSize']}>
              {pagesOf.pages > 0 && t('pages', { count: pagesOf.pages })}
            </span>
            <IconButton
              icon={X}
              label={t('newFax.removeFile', { name: pagesOf.title })}
              onPress={onDropPages}
            />
            <p className={styles['fileNote']}>{t('newFax.pagesOfNote')}</p>
          </li>
        </ul>
      )}
      {files.files.length > 0 && (
        <ul className={styles['fileList']}>
          {files.files.map((file, index) => (
            <FileRow
              key={file.key}
              file={file}
              failure={failedName === file.name ? failure : undefined}
              first={index === 0}
              last={index === files.files.length - 1}
              onRemove={() => files.remove(file.key)}
              onMove={(by) => files.move(file.key, by)}
            />
          ))}
        </ul>
      )}
      {failure !== undefined && !files.files.some((file) => file.name === failedName) && (
        <p className={styles['error']}>{outcomeText(failure, language)}</p>
      )}
      <DropZone
        className={`${styles['dropZone']} ${files.files.length > 0 || pagesOf !== undefined ? styles['dropZoneSmall'] : ''}`}
        aria-label={t('newFax.dropZone')}
        getDropOperation={() => 'copy'}
        onDrop={(event) => {
          // Files are taken by the window itself; here comes only what is pasted.
          void Promise.all(
            event.items.flatMap((item) => (item.kind === 'file' ? [item.getFile()] : [])),
          ).then((dropped) => files.add(dropped));
        }}
      >
        <Text slot="label" className={styles['dropText'] ?? ''}>
          {t('newFax.dropHere')}
        </Text>
        <FileTrigger
          allowsMultiple
          acceptedFileTypes={[...ACCEPTED_TYPES]}
          onSelect={(chosen) => {
            if (chosen !== null) files.add([...chosen]);
          }}
        >
          <Button small icon={FolderOpen}>
            {t('newFax.chooseFiles')}
          </Button>
        </FileTrigger>
        {files.files.length === 0 && pagesOf === undefined && (
          <p className={styles['types']}>{t('newFax.types')}</p>
        )}
      </DropZone>
      {error !== undefined && (
        <p className={styles['error']} role="alert">
          {error}
        </p>
      )}
    </section>
  );
}

function FileRow({
  file,
  failure,
  first,
  last,
  onRemove,
  onMove,
}: {
  file: ChosenFile;
  failure: OutcomeCode | undefined;
  first: boolean;
  last: boolean;
  onRemove: () => void;
  onMove: (by: -1 | 1) => void;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const trouble = useTrouble(file, failure);
  const uploading = file.state.kind === 'uploading';
  const Icon = trouble === undefined ? (uploading ? LoaderCircle : FileText) : FileWarning;
  return (
    <li className={styles['file']} data-bad={trouble !== undefined}>
      <Icon size={17} strokeWidth={1.75} aria-hidden />
      <span className={styles['fileName']} title={file.name}>
        {file.name}
      </span>
      <span className={styles['fileSize']}>
        {file.state.kind === 'uploading' && file.state.share > 0
          ? `${Math.round(file.state.share * 100)} %`
          : formats.bytes(file.byteLength)}
      </span>
      {!(first && last) && (
        <>
          <IconButton
            icon={ArrowUp}
            label={t('newFax.moveUp', { name: file.name })}
            isDisabled={first}
            onPress={() => onMove(-1)}
          />
          <IconButton
            icon={ArrowDown}
            label={t('newFax.moveDown', { name: file.name })}
            isDisabled={last}
            onPress={() => onMove(1)}
          />
        </>
      )}
      <IconButton icon={X} label={t('newFax.removeFile', { name: file.name })} onPress={onRemove} />
      {trouble !== undefined && <p className={styles['fileTrouble']}>{trouble}</p>}
    </li>
  );
}

function useTrouble(file: ChosenFile, failure: OutcomeCode | undefined): string | undefined {
  const language = useLanguage();
  const words = useErrorWords();
  if (file.state.kind === 'unusable') return outcomeText(file.state.code, language);
  if (file.state.kind === 'failed') return words(new UploadError(file.state.failure));
  return failure === undefined ? undefined : outcomeText(failure, language);
}
