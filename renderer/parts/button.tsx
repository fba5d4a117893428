// Buttons: with words, with an icon and words, or an icon whose word is in its tooltip.

import type { LucideIcon } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import {
  Button as BaseButton,
  type ButtonProps as BaseButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import styles from './button.module.css';

interface ButtonProps extends Omit<BaseButtonProps, 'className' | 'style' | 'children'> {
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  small?: boolean;
  icon?: LucideIcon;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = 'plain', small, icon: Icon, children, ...rest }: ButtonProps): ReactNode {
  return (
    <BaseButton
      {...rest}
      className={`${styles['button']} ${styles[kind]} ${small === true ? styles['small'] : ''}`}
    >
      {Icon !== undefined && <Icon size={16} strokeWidth={1.75} aria-hidden />}
      <span>{children}</span>
    </BaseButton>
  );
}

interface IconButtonProps extends Omit<BaseButtonProps, 'className' | 'style' | 'children'> {
  icon: LucideIcon;
  label: string;
  /** Shown behind the label in the tooltip. */
  shortcut?: string;
  chosen?: boolean;
}

export function IconButton({ icon: Icon, label, shortcut, chosen, ...rest }: IconButtonProps): ReactNode {
  return (
    <TooltipTrigger delay={500} closeDelay={50}>
      <BaseButton
        {...rest}
        aria-label={label}
        {...(chosen === undefined ? {} : { 'aria-pressed': chosen })}
        className={`${styles['iconButton']} ${chosen === true ? styles['chosen'] : ''}`}
      >
        <Icon size={17} strokeWidth={1.75} aria-hidden />
      </BaseButton>
      <Tip label={label} {...(shortcut === undefined ? {} : { shortcut })} />
    </TooltipTrigger>
  );
}

function Tip({ label, shortcut }: { label: string; shortcut?: string }): ReactNode {
  return (
    <Tooltip className={styles['tooltip'] ?? ''} offset={6}>
      {label}
      {shortcut !== undefined && <kbd className={styles['key']}>{shortcut}</kbd>}
    </Tooltip>
  );
}
