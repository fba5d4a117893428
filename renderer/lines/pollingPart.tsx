// Documents kept to be fetched by whoever calls, and fetching one from a machine elsewhere.

import { FileDown, FolderUp, Trash2 } from 'lucide-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import type { PollOffer } from '../../protocol/api/lines.ts';
import { numberOf, telephoneDestination } from '../../protocol/destination.ts';
import { apiErrorOf } from '../../protocol/api/carrier.ts';
import { useApi } from '../gateway/gateway.tsx';
import { usePollOffers, useStatus } from '../gateway/queries.ts';
import { queryKeys } from '../gateway/queryKeys.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useT } from '../language/language.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { TextField } from '../parts/fields.tsx';
import { Notice } from '../parts/notice.tsx';
import { useToast } from '../parts/toasts.tsx';
import { KeepDocument } from './keepDocument.tsx';
import { isFaxKey } from './faxKey.ts';
import { Section } from '../settings/section.tsx';
import formStyles from '../parts/form.module.css';
import itemStyles from '../parts/itemList.module.css';
import text from '../parts/text.module.css';
import styles from './linesScreen.module.css';

export function PollingPart(): ReactNode {
  const t = useT();
  return (
    <div className={styles['body']} data-pane="polling">
      <div className={styles['column']}>
        <Section title={t('polling.fetch')} text={t('polling.fetchText')}>
          <FetchForm />
        </Section>
        <Section title={t('polling.kept')} text={t('polling.keptText')}>
          <Offers />
        </Section>
      </div>
    </div>
  );
}

function FetchForm(): ReactNode {
  const t = useT();
  const api = useApi();
  const toast = useToast();
  const words = useErrorWords();
  const noLine = useStatus()?.lines.length === 0;
  const [number, setNumber] = useState('');
  const [address, setAddress] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [calling, setCalling] = useState(false);
  const destination = telephoneDestination(number);
  const fetchNow = async (): Promise<void> => {
    setTried(true);
    if (destination === undefined || !isFaxKey(address) || !isFaxKey(password) || calling) return;
    setCalling(true);
    try {
      await api.polling.fetch.mutate({
        number: numberOf(destination),
        ...(address.trim() === '' ? {} : { address: address.trim() }),
        ...(password.trim() === '' ? {} : { password: password.trim() }),
      });
      toast({ text: t('polling.calling', { number: numberOf(destination) }) });
      setNumber('');
      setTried(false);
    } catch (error) {
      const conflict = apiErrorOf(error)?.code === 'CONFLICT';
      toast({ kind: 'error', text: conflict ? t('polling.noFreeLine') : words(error) });
    } finally {
      setCalling(false);
    }
  };
  return (
    <form
      className={formStyles['form']}
      aria-label={t('polling.fetch')}
      onSubmit={(event) => {
        event.preventDefault();
        void fetchNow();
      }}
    >
      {noLine && <Notice tone="info">{t('polling.noLine')}</Notice>}
      <TextField
        label={t('polling.number')}
        type="tel"
        value={number}
        onChange={setNumber}
        maxLength={60}
        error={
          tried && destination === undefined
            ? t(number.trim() === '' ? 'polling.needNumber' : 'lineTest.badNumber')
            : undefined
        }
      />
      <div className={formStyles['pair']}>
        <TextField
          label={t('polling.address')}
          value={address}
          onChange={setAddress}
          maxLength={20}
          error={tried && !isFaxKey(address) ? t('polling.badKey') : undefined}
        />
        <TextField
          label={t('polling.password')}
          type="password"
          value={password}
          onChange={setPassword}
          maxLength={20}
          error={tried && !isFaxKey(password) ? t('polling.badKey') : undefined}
        />
      </div>
      <div className={formStyles['buttons']}>
        <Button type="submit" kind="primary" icon={FileDown} isPending={calling}>
          {t('polling.fetchNow')}
        </Button>
      </div>
    </form>
  );
}

function Offers(): ReactNode {
  const t = useT();
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const offers = usePollOffers();
  const [keeping, setKeeping] = useState(false);
  const keepButton = useRef<HTMLButtonElement>(null);
  const withdraw = async (offer: PollOffer): Promise<void> => {
    try {
      await api.polling.withdraw.mutate({ offerId: offer.id });
      queries.setQueryData<PollOffer[]>(queryKeys.pollOffers, (all) =>
        all?.filter(({ id }) => id !== offer.id),
      );
      toast({ text: t('polling.withdrawn', { title: offer.title }) });
      keepButton.current?.focus();
    } catch (error) {
      toast({ kind: 'error', text: words(error) });
    }
  };
  if (offers === undefined) return null;
  return (
    <>
      {offers.length === 0 ? (
        <p className={text['soft']}>{t('polling.keptEmpty')}</p>
      ) : (
        <ul className={itemStyles['items']} aria-label={t('polling.kept')}>
          {offers.map((offer) => (
            <li key={offer.id} className={itemStyles['item']}>
              <FolderUp size={17} strokeWidth={1.75} aria-hidden />
              <div className={itemStyles['words']}>
                <strong>{offer.title}</strong>
                <span className={text['soft']}>
                  {[
                    t('pages', { count: offer.pages }),
                    t('polling.fetched', { count: offer.fetched }),
                    ...(offer.once ? [t('polling.onceMark')] : []),
                    ...(offer.hasPassword ? [t('polling.withPassword')] : []),
                    ...(offer.address === undefined
                      ? []
                      : [t('polling.withAddress', { address: offer.address })]),
                  ].join(' · ')}
                </span>
              </div>
              <IconButton
                icon={Trash2}
                label={t('polling.withdrawNamed', { title: offer.title })}
                onPress={() => void withdraw(offer)}
              />
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button ref={keepButton} icon={FolderUp} onPress={() => setKeeping(true)}>
          {t('polling.keep')}
        </Button>
      </div>
      {keeping && <KeepDocument onClose={() => setKeeping(false)} />}
    </>
  );
}
