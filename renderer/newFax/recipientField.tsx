// To whom: chips, and a field that knows the address book, who is online, and what numbers and device ids look like.

import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type Ref, useMemo, useState } from 'react';
import {
  Button as BaseButton,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Tag,
  TagGroup,
  TagList,
  Text,
} from 'react-aria-components';
import { X } from 'lucide-react';
import { canonicalDestination } from '../../protocol/canonicalNumber.ts';
import { isTelephone } from '../../protocol/destination.ts';
import { useContacts, useCountry, useOnline, useStatus } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { destinationWords } from '../language/destinationWords.ts';
import { CandidateMark, WayIcon } from './recipientMarks.tsx';
import { type Candidate, candidatesOf, destinationsIn, matching, notAmong } from './recipients.ts';
import styles from './newFax.module.css';

/** Nobody looks through more: a letter or digit typed finds the rest. */
const MOST_OFFERED = 200;

interface RecipientFieldProps {
  recipients: readonly string[];
  onChange: (recipients: readonly string[]) => void;
  inputRef: Ref<HTMLInputElement>;
  error: string | undefined;
}

export function RecipientField({ recipients, onChange, inputRef, error }: RecipientFieldProps): ReactNode {
  const t = useT();
  const { data: contacts } = useContacts();
  const online = useOnline();
  const relayOnline = useStatus()?.relay.state === 'online';
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState<string>();
  // A new field for every recipient: the list of the last one is closed with it.
  const [round, setRound] = useState(0);
  const country = useCountry();
  const candidates = useMemo(
    () => candidatesOf(contacts ?? [], online, country),
    [contacts, online, country],
  );
  const offered = useMemo(() => {
    const found = matching(candidates, typed, country);
    const left = new Set(
      notAmong(
        found.map(({ id }) => id),
        recipients,
        country,
      ),
    );
    return found.filter(({ id }) => left.has(id)).slice(0, MOST_OFFERED);
  }, [candidates, typed, recipients, country]);

  const add = (ids: readonly string[]): void => {
    onChange([...recipients, ...notAmong(ids, recipients, country)]);
    setTyped('');
    setWrong(undefined);
  };
  const addAndGoOn = (ids: readonly string[]): void => {
    add(ids);
    setRound(round + 1);
  };
  const isKnown = (deviceId: string): boolean => candidates.some(({ id }) => id === deviceId);
  /** Takes what is typed as numbers and device ids, or as the name of a single candidate. */
  const takeTyped = (): boolean => {
    const text = typed.trim();
    if (text === '') return false;
    const named = candidates.filter((candidate) => candidate.name.toLowerCase() === text.toLowerCase());
    const [only] = named;
    // A contact with device and number goes by the device, which is offered first.
    if (only !== undefined && named.every(({ contactId }) => contactId === only.contactId)) {
      addAndGoOn([only.id]);
      return true;
    }
    const { destinations, bad } = destinationsIn(text, isKnown);
    if (bad === undefined) addAndGoOn(destinations);
    else {
      setWrong(bad);
      // The list would cover the words about what is wrong.
      setRound(round + 1);
    }
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.nativeEvent.isComposing || event.ctrlKey) return;
    const { target } = event;
    if (!(target instanceof HTMLInputElement)) return;
    const optionChosen = (target.getAttribute('aria-activedescendant') ?? '') !== '';
    const finish = event.key === ',' || event.key === ';' || (event.key === 'Enter' && !optionChosen);
    if (finish && takeTyped()) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === 'Backspace' && typed === '' && recipients.length > 0) {
      onChange(recipients.slice(0, -1));
    }
  };
  const offline = recipients.filter(
    (id) => !isTelephone(id) && !online.some((device) => device.deviceId === id),
  );
  const message = wrong === undefined ? error : t('newFax.notARecipient', { id: wrong });
  return (
    <div className={styles['recipients']} onKeyDownCapture={onKeyDown}>
      <ComboBox
        key={round}
        className={styles['combo'] ?? ''}
        allowsCustomValue
        items={offered}
        inputValue={typed}
        onInputChange={(text) => {
          setTyped(text);
          setWrong(undefined);
        }}
        value={null}
        onChange={(key) => {
          if (typeof key === 'string') addAndGoOn([key]);
        }}
        onBlur={() => {
          // Leaving the field with an id or a number in it means that one.
          const { destinations, bad } = destinationsIn(typed, isKnown);
          if (bad === undefined && destinations.length > 0) add(destinations);
        }}
        isInvalid={message !== undefined}
        validationBehavior="aria"
        // The list opens at the first key even while the directory is still on its way.
        allowsEmptyCollection
        autoFocus
      >
        <Label className={styles['label'] ?? ''}>{t('newFax.to')}</Label>
        <div className={styles['comboRow']}>
          <Input
            ref={inputRef}
            className={styles['comboInput'] ?? ''}
            placeholder={t('newFax.toPlaceholder')}
          />
          <BaseButton className={styles['comboButton'] ?? ''} aria-label={t('newFax.showContacts')}>
            <ChevronDown size={16} aria-hidden />
          </BaseButton>
        </div>
        <FieldError className={styles['error'] ?? ''}>{message}</FieldError>
        {offline.length > 0 && relayOnline && message === undefined && (
          <Text slot="description" className={styles['types'] ?? ''}>
            {t('newFax.offlineRecipients', { count: offline.length })}
          </Text>
        )}
        <Popover className={styles['comboPopover'] ?? ''} offset={4} maxHeight={320}>
          <ListBox<Candidate>
            className={styles['comboList'] ?? ''}
            renderEmptyState={() => <p className={styles['comboNothing']}>{t('newFax.noMatch')}</p>}
          >
            {(candidate) => (
              <ListBoxItem id={candidate.id} textValue={candidate.name} className={styles['comboItem'] ?? ''}>
                <span className={styles['comboName']}>{candidate.name}</span>
                {candidate.name !== candidate.id && (
                  <span className={styles['comboId']}>{destinationWords(candidate.id, t)}</span>
                )}
                <CandidateMark candidate={candidate} />
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
      {recipients.length > 0 && <Chips recipients={recipients} candidates={candidates} onRemove={onChange} />}
    </div>
  );
}

function Chips({
  recipients,
  candidates,
  onRemove,
}: {
  recipients: readonly string[];
  candidates: readonly Candidate[];
  onRemove: (recipients: readonly string[]) => void;
}): ReactNode {
  const t = useT();
  const country = useCountry();
  const nameOf = useMemo(
    () => new Map(candidates.map(({ id, name }) => [canonicalDestination(id, country), name])),
    [candidates, country],
  );
  return (
    <TagGroup
      className={styles['chipGroup'] ?? ''}
      aria-label={t('newFax.recipients')}
      onRemove={(keys) => onRemove(recipients.filter((id) => !keys.has(id)))}
    >
      <TagList className={styles['chips'] ?? ''}>
        {recipients.map((id) => {
          const shown = destinationWords(id, t);
          const name = nameOf.get(canonicalDestination(id, country)) ?? shown;
          return (
            <Tag key={id} id={id} textValue={name} className={styles['chip'] ?? ''}>
              <WayIcon destination={id} />
              <span
                title={t(isTelephone(id) ? 'newFax.viaTelephone' : 'newFax.viaRelay', {
                  name,
                  number: shown,
                })}
              >
                {name}
              </span>
              <BaseButton
                slot="remove"
                className={styles['chipRemove'] ?? ''}
                aria-label={t('newFax.removeRecipient', { name })}
              >
                <X size={13} aria-hidden />
              </BaseButton>
            </Tag>
          );
        })}
      </TagList>
    </TagGroup>
  );
}
