// The wrong-number question: a number that is new is typed once more before anything goes there.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import { isSameDestination } from '../../protocol/canonicalNumber.ts';
import { numberOf } from '../../protocol/destination.ts';
import { useCountry } from '../gateway/queries.ts';
import { useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import fields from '../parts/fields.module.css';
import { destinationsIn } from './recipients.ts';
import styles from './newFax.module.css';

export function ConfirmNumber({
  destination,
  mayTakeFocus,
  onConfirmed,
}: {
  destination: string;
  /** Nobody is in the middle of typing something else. */
  mayTakeFocus: () => boolean;
  onConfirmed: () => void;
}): ReactNode {
  const t = useT();
  const country = useCountry();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const number = numberOf(destination);
  const first = useRef(mayTakeFocus);
  useEffect(() => {
    if (first.current()) input.current?.focus();
  }, []);
  const confirm = (): void => {
    const [again] = destinationsIn(typed).destinations;
    if (again !== undefined && isSameDestination(again, destination, country)) onConfirmed();
    else {
      setWrong(true);
      input.current?.focus();
      input.current?.select();
    }
  };
  return (
    <div className={styles['confirm']}>
      <TextField
        className={fields['field'] ?? ''}
        type="tel"
        value={typed}
        onChange={(text) => {
          setTyped(text);
          setWrong(false);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) {
            event.continuePropagation();
            return;
          }
          event.preventDefault();
          confirm();
        }}
        isInvalid={wrong}
        validationBehavior="aria"
        autoComplete="off"
        maxLength={60}
      >
        <Label className={fields['label'] ?? ''}>{t('newFax.confirmNumber', { number })}</Label>
        <span className={styles['confirmRow']}>
          <Input ref={input} className={`${fields['input']} ${fields['exact']}`} />
          <Button kind="primary" onPress={confirm}>
            {t('newFax.confirm')}
          </Button>
        </span>
        <Text slot="description" className={fields['hint'] ?? ''}>
          {t('newFax.confirmHint')}
        </Text>
        <FieldError className={fields['error'] ?? ''}>{t('newFax.confirmDiffers')}</FieldError>
      </TextField>
    </div>
  );
}
