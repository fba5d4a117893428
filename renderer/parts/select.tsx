// A choice from many, behind one button: class, profile, country, speed.

import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as BaseButton,
  FieldError,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as BaseSelect,
  SelectValue,
  Text,
} from 'react-aria-components';
import fields from './fields.module.css';
import styles from './select.module.css';

export interface SelectOption<K extends string> {
  value: K;
  label: string;
}

export function SelectField<K extends string>({
  label,
  hint,
  error,
  value,
  placeholder = '',
  onChange,
  options,
}: {
  label: string;
  hint?: string;
  error?: string | undefined;
  /** `undefined`: nothing chosen yet. */
  value: K | undefined;
  placeholder?: string;
  onChange: (value: K) => void;
  options: readonly SelectOption<K>[];
}): ReactNode {
  return (
    <BaseSelect
      className={fields['field'] ?? ''}
      value={value ?? null}
      placeholder={placeholder}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      onChange={(key) => {
        const option = options.find((candidate) => candidate.value === key);
        if (option !== undefined) onChange(option.value);
      }}
    >
      <Label className={fields['label'] ?? ''}>{label}</Label>
      <BaseButton className={styles['button'] ?? ''}>
        <SelectValue className={styles['value'] ?? ''} />
        <ChevronDown size={16} aria-hidden />
      </BaseButton>
      {hint !== undefined && (
        <Text slot="description" className={fields['hint'] ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={fields['error'] ?? ''}>{error}</FieldError>
      <Popover className={styles['popover'] ?? ''} offset={4} maxHeight={320}>
        <ListBox className={styles['list'] ?? ''} items={options}>
          {(option) => (
            <ListBoxItem id={option.value} textValue={option.label} className={styles['item'] ?? ''}>
              {({ isSelected }) => (
                <>
                  <span>{option.label}</span>
                  {isSelected && <Check size={15} aria-hidden />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </BaseSelect>
  );
}
