// Fields of forms: text, choice from few side by side or one below the other, switch. Each with label, hint and error.

import type { ReactNode } from 'react';
import {
  FieldError,
  Input,
  Label,
  Radio,
  RadioGroup,
  Switch,
  Text,
  TextArea,
  TextField as BaseTextField,
} from 'react-aria-components';
import styles from './fields.module.css';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** In words; empty when all is well. */
  error?: string | undefined;
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'password' | 'tel' | 'url' | 'datetime-local';
  placeholder?: string;
  maxLength?: number;
  rows?: number;
  /** For ids and addresses, where each character counts. */
  exact?: boolean;
  autoFocus?: boolean;
  isRequired?: boolean;
}

export function TextField(props: TextFieldProps): ReactNode {
  const { label, hint, error, rows, exact, placeholder, ...field } = props;
  const inputClass = `${styles['input']} ${exact === true ? styles['exact'] : ''}`;
  return (
    <BaseTextField
      {...field}
      className={styles['field'] ?? ''}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      spellCheck={exact === true ? 'false' : 'true'}
      autoComplete={props.type === 'password' ? 'new-password' : 'off'}
    >
      <Label className={styles['label'] ?? ''}>{label}</Label>
      {rows === undefined ? (
        <Input className={inputClass} placeholder={placeholder ?? ''} />
      ) : (
        <TextArea className={inputClass} rows={rows} placeholder={placeholder ?? ''} />
      )}
      {hint !== undefined && (
        <Text slot="description" className={styles['hint'] ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={styles['error'] ?? ''}>{error}</FieldError>
    </BaseTextField>
  );
}

interface ChoiceProps<K extends string> extends FieldProps {
  disabled?: boolean;
  value: K;
  onChange: (value: K) => void;
  options: readonly { value: K; label: string; hint?: string }[];
}

/** All choices side by side; for two to four short ones. */
export function Segments<K extends string>({
  label,
  hint,
  disabled = false,
  value,
  onChange,
  options,
}: ChoiceProps<K>): ReactNode {
  return (
    <RadioGroup
      className={styles['field'] ?? ''}
      isDisabled={disabled}
      value={value}
      onChange={(next) => {
        const option = options.find((candidate) => candidate.value === next);
        if (option !== undefined) onChange(option.value);
      }}
      orientation="horizontal"
    >
      <Label className={styles['label'] ?? ''}>{label}</Label>
      <div className={styles['segments']}>
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className={styles['segment'] ?? ''}>
            {option.label}
          </Radio>
        ))}
      </div>
      {hint !== undefined && (
        <Text slot="description" className={styles['hint'] ?? ''}>
          {hint}
        </Text>
      )}
    </RadioGroup>
  );
}

/** Choices one below the other, each with its explanation. */
export function RadioList<K extends string>({ label, value, onChange, options }: ChoiceProps<K>): ReactNode {
  return (
    <RadioGroup
      className={styles['field'] ?? ''}
      value={value}
      onChange={(next) => {
        const option = options.find((candidate) => candidate.value === next);
        if (option !== undefined) onChange(option.value);
      }}
    >
      <Label className={styles['label'] ?? ''}>{label}</Label>
      {options.map((option) => (
        <Radio key={option.value} value={option.value} className={styles['radio'] ?? ''}>
          <span className={styles['dot']} aria-hidden />
          <span>
            {option.label}
            {option.hint !== undefined && <span className={styles['radioHint']}>{option.hint}</span>}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

export function SwitchField({
  label,
  hint,
  value,
  onChange,
}: {
  label: string;
  hint?: string;
  value: boolean;
  onChange: (value: boolean) => void;
}): ReactNode {
  return (
    <div className={styles['field']}>
      <Switch className={styles['switch'] ?? ''} isSelected={value} onChange={onChange}>
        <span className={styles['track']} aria-hidden />
        {label}
      </Switch>
      {hint !== undefined && <p className={styles['hint']}>{hint}</p>}
    </div>
  );
}
