// When a call that did not succeed is made again: a rule per cause, in a table that can be changed.

import { RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Input, TextField } from 'react-aria-components';
import { RETRY_CAUSES, type RetryCause } from '../../protocol/api/lines.ts';
import { DEFAULT_TELEPHONE_SETTINGS } from '../../protocol/api/telephoneDefaults.ts';
import { useT } from '../language/language.tsx';
import { Button } from '../parts/button.tsx';
import fieldStyles from '../parts/fields.module.css';
import { type DiallingFields, retryFieldsOf } from './diallingFields.ts';
import tableStyles from '../parts/table.module.css';

const { retry: DEFAULT_RETRY } = DEFAULT_TELEPHONE_SETTINGS;

type Retry = DiallingFields['retry'];

export function RetryTable({
  retry,
  onChange,
  error,
}: {
  retry: Retry;
  onChange: (retry: Retry) => void;
  error: string | undefined;
}): ReactNode {
  const t = useT();
  const change = (cause: RetryCause, part: Partial<Retry[RetryCause]>): void =>
    onChange({ ...retry, [cause]: { ...retry[cause], ...part } });
  const isDefault = RETRY_CAUSES.every((cause) => sameAsDefault(cause, retry[cause]));
  return (
    <>
      <table className={tableStyles['table']}>
        <thead>
          <tr>
            <th scope="col">{t('dialling.cause')}</th>
            <th scope="col">{t('dialling.delay')}</th>
            <th scope="col">{t('dialling.tries')}</th>
          </tr>
        </thead>
        <tbody>
          {RETRY_CAUSES.map((cause) => {
            const words = t(`retryCause.${cause}`);
            const usual = DEFAULT_RETRY[cause];
            return (
              <tr key={cause}>
                <th scope="row">
                  {words}
                  {!sameAsDefault(cause, retry[cause]) && (
                    <span className={tableStyles['usual']}>
                      {t('dialling.default', { delay: usual.delaySeconds, tries: usual.tries })}
                    </span>
                  )}
                </th>
                <td>
                  <Cell
                    label={t('dialling.delayOf', { cause: words })}
                    value={retry[cause].delay}
                    onChange={(delay) => change(cause, { delay })}
                    invalid={error !== undefined && !within(retry[cause].delay, 5, 86_400)}
                  />
                </td>
                <td>
                  <Cell
                    label={t('dialling.triesOf', { cause: words })}
                    value={retry[cause].tries}
                    onChange={(tries) => change(cause, { tries })}
                    invalid={error !== undefined && !within(retry[cause].tries, 1, 100)}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {error !== undefined && <p className={fieldStyles['error']}>{error}</p>}
      {!isDefault && (
        <div>
          <Button small icon={RotateCcw} onPress={() => onChange(retryFieldsOf(DEFAULT_RETRY))}>
            {t('dialling.defaults')}
          </Button>
        </div>
      )}
    </>
  );
}

function Cell({
  label,
  value,
  onChange,
  invalid,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  invalid: boolean;
}): ReactNode {
  return (
    <TextField
      aria-label={label}
      value={value}
      onChange={onChange}
      maxLength={5}
      isInvalid={invalid}
      validationBehavior="aria"
      inputMode="numeric"
      autoComplete="off"
    >
      <Input className={`${fieldStyles['input']} ${tableStyles['cell']}`} />
    </TextField>
  );
}

function sameAsDefault(cause: RetryCause, { delay, tries }: Retry[RetryCause]): boolean {
  const usual = DEFAULT_RETRY[cause];
  return Number(delay) === usual.delaySeconds && Number(tries) === usual.tries;
}

function within(text: string, least: number, most: number): boolean {
  const value = Number(text);
  return text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most;
}
