// When the fax goes out, and what few need: priority, subaddress and password, folded away.

import type { ReactNode } from 'react';
import { useTelephoneSettings } from '../gateway/queries.ts';
import type { Formats } from '../language/formats.ts';
import { useFormats, useT } from '../language/language.tsx';
import { Segments, TextField } from '../parts/fields.tsx';
import { Fold } from '../parts/fold.tsx';
import { laterToday, type SendingFields, type sendingErrors } from './sendingFields.ts';
import styles from './newFax.module.css';

export function SendingOptions({
  fields,
  byTelephone,
  errors,
  onChange,
}: {
  fields: SendingFields;
  byTelephone: boolean;
  /** What is wrong, once Send was tried. */
  errors: ReturnType<typeof sendingErrors> | undefined;
  onChange: (change: Partial<SendingFields>) => void;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const cheap = useTelephoneSettings()?.cheapHours;
  const wrongKey = errors !== undefined && (errors.subaddress || errors.password);
  return (
    <section className={styles['options']} aria-label={t('newFax.when')}>
      <Segments
        label={t('newFax.when')}
        value={!byTelephone && fields.when === 'cheap' ? 'now' : fields.when}
        onChange={(when) =>
          onChange({
            when,
            ...(when === 'at' && fields.sendAt === '' ? { sendAt: laterToday(new Date()) } : {}),
          })
        }
        options={[
          { value: 'now', label: t('newFax.when.now') },
          { value: 'at', label: t('newFax.when.at') },
          ...(byTelephone ? [{ value: 'cheap' as const, label: t('newFax.when.cheap') }] : []),
        ]}
        {...(byTelephone && fields.when === 'cheap' && cheap !== undefined
          ? { hint: t('newFax.cheapHint', { from: cheap.from, to: cheap.to }) }
          : {})}
      />
      {fields.when === 'at' && (
        <TextField
          label={t('newFax.sendAt')}
          type="datetime-local"
          value={fields.sendAt}
          onChange={(sendAt) => onChange({ sendAt })}
          hint={shownTime(fields.sendAt, formats)}
          error={errors?.sendAt === true ? t('newFax.badSendAt') : undefined}
        />
      )}
      <Fold title={t('newFax.moreOptions')} level={3} mustBeOpen={wrongKey}>
        <div className={styles['options']}>
          <Segments
            label={t('newFax.priority')}
            value={fields.priority}
            onChange={(priority) => onChange({ priority })}
            options={(['low', 'normal', 'high'] as const).map((value) => ({
              value,
              label: t(`newFax.priority.${value}`),
            }))}
          />
          {byTelephone && (
            <>
              <TextField
                label={t('newFax.subaddress')}
                hint={t('newFax.subaddressHint')}
                exact
                value={fields.subaddress}
                onChange={(subaddress) => onChange({ subaddress })}
                maxLength={20}
                error={errors?.subaddress === true ? t('newFax.badKey') : undefined}
              />
              <TextField
                label={t('newFax.password')}
                hint={t('newFax.passwordHint')}
                type="password"
                value={fields.password}
                onChange={(password) => onChange({ password })}
                maxLength={20}
                error={errors?.password === true ? t('newFax.badKey') : undefined}
              />
            </>
          )}
        </div>
      </Fold>
    </section>
  );
}

/** The browser writes the field in its own language: here the time stands in that of the person. */
function shownTime(local: string, formats: Formats): string | undefined {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : formats.dayAndTime(at.toISOString());
}
