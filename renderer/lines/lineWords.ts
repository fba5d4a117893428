// A telephone line's state in words with its icon, and what helps when it is not ready.

import {
  CircleHelp,
  LoaderCircle,
  Lock,
  type LucideIcon,
  Phone,
  PhoneCall,
  PhoneIncoming,
  PowerOff,
  Unplug,
  UserRoundX,
} from 'lucide-react';
import type { Line } from '../../protocol/api/lines.ts';
import type { ModemIdentity } from '../../protocol/modem.ts';
import { MODEM_PROFILES } from '../../protocol/modemProfiles.ts';
import type { Translate } from '../language/language.tsx';
import type { Tone } from '../parts/statusMark.tsx';

type LineState = Line['state'];

const LOOKS: Readonly<Record<LineState, { icon: LucideIcon; tone: Tone }>> = {
  disabled: { icon: PowerOff, tone: 'calm' },
  starting: { icon: LoaderCircle, tone: 'wait' },
  opening: { icon: LoaderCircle, tone: 'wait' },
  ready: { icon: Phone, tone: 'good' },
  ringing: { icon: PhoneIncoming, tone: 'busy' },
  inCall: { icon: PhoneCall, tone: 'busy' },
  absent: { icon: Unplug, tone: 'bad' },
  held: { icon: UserRoundX, tone: 'bad' },
  denied: { icon: Lock, tone: 'bad' },
  silent: { icon: Unplug, tone: 'bad' },
  unfit: { icon: CircleHelp, tone: 'bad' },
};

export function lineStateWords(
  state: LineState,
  t: Translate,
): { icon: LucideIcon; tone: Tone; words: string } {
  return { ...LOOKS[state], words: t(`lineState.${state}`) };
}

/** Whether a person has to do something before this line can be used. */
export const needsAttention = (state: LineState): boolean => LOOKS[state].tone === 'bad';

/** What is the matter and what helps; `undefined` while all is well. */
export function lineAdvice(
  line: Pick<Line, 'state' | 'path' | 'faxClass'>,
  t: Translate,
): string | undefined {
  const { state, path, faxClass } = line;
  switch (state) {
    case 'absent':
    case 'held':
    case 'denied':
    case 'silent':
      return t(`lineAdvice.${state}`, { path });
    case 'unfit':
      return faxClass === 'auto'
        ? t('lineAdvice.unfit', { path })
        : t('lineAdvice.unfitClass', { path, faxClass });
    case 'disabled':
    case 'starting':
    case 'opening':
    case 'ready':
    case 'ringing':
    case 'inCall':
      return undefined;
  }
}

/** "U.S. Robotics 5637"; in words when the modem does not say. */
export function modemName(modem: Pick<ModemIdentity, 'maker' | 'model'>, t: Translate): string {
  const name = `${modem.maker} ${modem.model}`.trim();
  return name === '' ? t('line.unknownModem') : name;
}

/** Modem profiles to choose from, and the one that was set elsewhere by a name that nobody knows. */
export function profileOptions(chosen: string, t: Translate): { value: string; label: string }[] {
  const known = [
    { value: 'auto', label: t('lineForm.profile.auto') },
    ...Object.entries<string>(MODEM_PROFILES).map(([value, title]) => ({
      value,
      label: value === 'generic' || value === 'generic-class1' ? t(`lineForm.profile.${value}`) : title,
    })),
  ];
  return known.some(({ value }) => value === chosen) ? known : [...known, { value: chosen, label: chosen }];
}
