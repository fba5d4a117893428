// A known machine in words: what it can do, and what is avoided with it.

import type { RemoteProfile } from '../../protocol/api/lines.ts';
import type { Formats } from '../language/formats.ts';
import type { Translate } from '../language/language.tsx';
import { resolutionName } from '../language/pageWords.ts';

type Avoided = Pick<RemoteProfile, 'avoidModulations' | 'avoidCodings' | 'avoidEcm' | 'maxRateBps'>;

export function avoidedWords(machine: Avoided, t: Translate): string[] {
  const { avoidModulations, avoidCodings, avoidEcm } = machine;
  return [
    ...[...avoidModulations, ...avoidCodings].map((what) => t('machines.avoid', { what })),
    ...(avoidEcm ? [t('machines.avoidEcm')] : []),
  ];
}

/** Names and values, for a list of facts. */
export function abilityFacts(
  abilities: NonNullable<RemoteProfile['abilities']>,
  t: Translate,
  formats: Formats,
): (readonly [string, string])[] {
  const rate = Math.max(0, ...abilities.ratesBps);
  const extras = [
    ...(abilities.hasDocumentToPoll ? [t('machines.canPoll')] : []),
    ...(abilities.subaddress ? [t('machines.subaddress')] : []),
    ...(abilities.password ? [t('machines.password')] : []),
    ...(abilities.canReceive ? [] : [t('machines.cannotReceive')]),
  ];
  return [
    ...(rate === 0
      ? []
      : [
          [
            t('machines.speeds'),
            t('machines.speedsUpTo', {
              rate: formats.number(rate),
              modulations: abilities.modulations.join(', '),
            }),
          ] as const,
        ]),
    [t('machines.codings'), abilities.codings.join(', ')],
    [t('call.correction'), t(abilities.ecm ? 'call.on' : 'call.off')],
    [t('machines.resolutions'), abilities.resolutions.map((name) => resolutionName(name, t)).join(', ')],
    [t('machines.width'), t('machines.widthMm', { count: abilities.widthMm })],
    ...(extras.length === 0 ? [] : [[t('machines.extras'), extras.join(', ')] as const]),
  ];
}
