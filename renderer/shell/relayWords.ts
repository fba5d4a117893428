// The relay's state in words, with its icon.

import { CloudOff, Link2, LoaderCircle, type LucideIcon, Unplug } from 'lucide-react';
import type { RelayStatus } from '../../protocol/api/types.ts';
import type { Translate } from '../language/language.tsx';
import type { Tone } from '../parts/statusMark.tsx';

export function relayWords(
  relay: RelayStatus,
  t: Translate,
): { icon: LucideIcon; tone: Tone; words: string } {
  switch (relay.state) {
    case 'online':
      return {
        icon: Link2,
        tone: 'good',
        words: relay.embedded ? t('relay.onlineEmbedded') : t('relay.online'),
      };
    case 'connecting':
      return { icon: LoaderCircle, tone: 'wait', words: t('relay.connecting') };
    case 'offline':
      return { icon: Unplug, tone: 'bad', words: t('relay.offline') };
    case 'notConfigured':
      return { icon: CloudOff, tone: 'wait', words: t('relay.notConfigured') };
  }
}
