// Chooses one of the latest faxes to be kept for whoever calls and asks for it.

import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '../gateway/gateway.tsx';
import { useOutgoingFolder } from '../gateway/queries.ts';
import { queryKeys } from '../gateway/queryKeys.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useFormats, useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { SwitchField, TextField } from '../parts/fields.tsx';
import { Notice } from '../parts/notice.tsx';
import { SelectField } from '../parts/select.tsx';
import { useToast } from '../parts/toasts.tsx';
import { isFaxKey } from './faxKey.ts';
import formStyles from '../parts/form.module.css';

const FORM = 'keepDocument';
/** More than these nobody looks through in a list of choices. */
const OFFERED = 50;

export function KeepDocument({ onClose }: { onClose: () => void }): ReactNode {
  const t = useT();
  const formats = useFormats();
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const sent = useOutgoingFolder('sent', '');
  const failed = useOutgoingFolder('failed', '');
  const outbox = useOutgoingFolder('outbox', '');
  const [documentId, setDocumentId] = useState<string>();
  const [address, setAddress] = useState('');
  const [password, setPassword] = useState('');
  const [once, setOnce] = useState(false);
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const documents = [...outbox.items, ...sent.items, ...failed.items]
    .filter((document) => document.prepared && document.pages > 0)
    .toSorted((a, b) => (a.createdAt > b.createdAt ? -1 : 1))
    .slice(0, OFFERED);

  const keep = async (): Promise<void> => {
    setTried(true);
    if (documentId === undefined || !isFaxKey(address) || !isFaxKey(password) || saving) return;
    setSaving(true);
    try {
      const offer = await api.polling.offer.mutate({
        documentId,
        once,
        ...(address.trim() === '' ? {} : { address: address.trim() }),
        ...(password.trim() === '' ? {} : { password: password.trim() }),
      });
      await queries.invalidateQueries({ queryKey: queryKeys.pollOffers });
      toast({ text: t('polling.added', { title: offer.title }) });
      onClose();
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
      setSaving(false);
    }
  };
  const loading = [sent, failed, outbox].some((list) => list.loading);
  return (
    <Dialog
      title={t('polling.keepTitle')}
      open
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form={FORM} kind="primary" isPending={saving}>
            {t('polling.keep')}
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className={formStyles['form']}
        aria-label={t('polling.keepTitle')}
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        {!loading && documents.length === 0 ? (
          <Notice tone="info">{t('polling.noDocuments')}</Notice>
        ) : (
          <SelectField
            label={t('polling.document')}
            hint={t('polling.documentHint')}
            value={documentId}
            placeholder={t('polling.needDocument')}
            onChange={setDocumentId}
            error={tried && documentId === undefined ? t('polling.needDocument') : undefined}
            options={documents.map((document) => ({
              value: document.id,
              label: `${document.title} (${t('pages', { count: document.pages })}, ${formats.listTime(document.createdAt)})`,
            }))}
          />
        )}
        <SwitchField label={t('polling.once')} value={once} onChange={setOnce} />
        <TextField
          label={t('polling.address')}
          hint={t('polling.addressHint')}
          value={address}
          onChange={setAddress}
          maxLength={20}
          error={tried && !isFaxKey(address) ? t('polling.badKey') : undefined}
        />
        <TextField
          label={t('polling.password')}
          hint={t('polling.passwordHint')}
          type="password"
          value={password}
          onChange={setPassword}
          maxLength={20}
          error={tried && !isFaxKey(password) ? t('polling.badKey') : undefined}
        />
      </form>
    </Dialog>
  );
}
