// The telephone lines in the status strip: each by name while they are few, else how many are ready and which are not.

import { Phone } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as BaseButton } from 'react-aria-components';
import type { GatewayStatus } from '../../protocol/api/types.ts';
import { useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { lineStateWords, needsAttention } from '../lines/lineWords.ts';
import { StatusMark } from '../parts/statusMark.tsx';
import { useGo } from './navigation.tsx';
import styles from './shell.module.css';

/** More lines than these are told together. */
const SHOWN_BY_NAME = 2;

export function LineStates({ lines }: { lines: GatewayStatus['lines'] }): ReactNode {
  const t = useT();
  const [, go] = useGo();
  if (lines.length === 0) return null;
  const open = (): void => go('/lines');
  if (lines.length <= SHOWN_BY_NAME)
    return lines.map((line) => {
      const { icon, tone, words } = lineStateWords(line.state, t);
      return (
        <BaseButton key={line.id} className={styles['stripButton'] ?? ''} onPress={open}>
          <StatusMark icon={icon} tone={tone}>
            {t('strip.line', { name: lineName(line.name, t), state: words })}
          </StatusMark>
        </BaseButton>
      );
    });
  const usable = lines.filter(({ state }) => state !== 'disabled');
  const ready = usable.filter(({ state }) => ['ready', 'ringing', 'inCall'].includes(state)).length;
  const ringing = lines.find(({ state }) => state === 'ringing');
  const troubled = usable.some(({ state }) => needsAttention(state));
  const ringingWords = ringing === undefined ? undefined : lineStateWords('ringing', t);
  return (
    <>
      <BaseButton className={styles['stripButton'] ?? ''} onPress={open}>
        <StatusMark icon={Phone} tone={troubled ? 'wait' : 'good'}>
          {t('lines.someReady', { ready, total: usable.length })}
        </StatusMark>
      </BaseButton>
      {ringing !== undefined && ringingWords !== undefined && (
        <BaseButton className={styles['stripButton'] ?? ''} onPress={open}>
          <StatusMark icon={ringingWords.icon} tone={ringingWords.tone}>
            {t('strip.line', { name: lineName(ringing.name, t), state: ringingWords.words })}
          </StatusMark>
        </BaseButton>
      )}
    </>
  );
}
