// Whether a device is online, as icon and word.

import { Circle, CircleDot, Phone } from 'lucide-react';
import type { ReactNode } from 'react';
import { useT } from '../language/language.tsx';
import type { Presence } from '../newFax/recipients.ts';
import { StatusMark } from './statusMark.tsx';

const LOOKS = {
  online: { icon: CircleDot, tone: 'good' },
  busy: { icon: Phone, tone: 'wait' },
  offline: { icon: Circle, tone: 'calm' },
} as const;

export function OnlineMark({ presence }: { presence: Presence }): ReactNode {
  const t = useT();
  const { icon, tone } = LOOKS[presence];
  return (
    <StatusMark icon={icon} tone={tone}>
      {t(`presence.${presence}`)}
    </StatusMark>
  );
}
