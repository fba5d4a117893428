// How the pages are made of the files.

import type { ReactNode } from 'react';
import type { PageOptions } from '../../protocol/imaging.ts';
import { useT } from '../language/language.tsx';
import { Segments } from '../parts/fields.tsx';
import styles from './newFax.module.css';

export function OptionFields({
  options,
  fixed,
  onChange,
}: {
  options: PageOptions;
  /** The pages are made already: the options are only told. */
  fixed: boolean;
  onChange: (change: Partial<PageOptions>) => void;
}): ReactNode {
  const t = useT();
  return (
    <section className={styles['options']} aria-label={t('newFax.options')}>
      {fixed && <p className={styles['fixed']}>{t('newFax.optionsFixed')}</p>}
      <Segments
        label={t('options.resolution')}
        disabled={fixed}
        value={options.resolution}
        onChange={(resolution) => onChange({ resolution })}
        options={[
          { value: 'standard', label: t('resolution.standard') },
          { value: 'fine', label: t('resolution.fine') },
          { value: 'superfine', label: t('resolution.superfine') },
        ]}
      />
      <Segments
        label={t('options.mode')}
        disabled={fixed}
        value={options.mode}
        onChange={(mode) => onChange({ mode })}
        options={[
          { value: 'text', label: t('mode.text') },
          { value: 'auto', label: t('mode.auto') },
          { value: 'photo', label: t('mode.photo') },
        ]}
      />
      <div className={styles['optionPair']}>
        <Segments
          label={t('options.paper')}
          disabled={fixed}
          value={options.paper}
          onChange={(paper) => onChange({ paper })}
          options={[
            { value: 'a4', label: 'A4' },
            { value: 'letter', label: 'Letter' },
          ]}
        />
        <Segments
          label={t('options.placement')}
          disabled={fixed}
          value={options.placement}
          onChange={(placement) => onChange({ placement })}
          options={[
            { value: 'fit', label: t('placement.fit') },
            { value: 'crop', label: t('placement.crop') },
          ]}
        />
      </div>
    </section>
  );
}
