// By which way a recipient is reached, as icon and word: relay with presence, or telephone.

import { Link2, Phone } from 'lucide-react';
import type { ReactNode } from 'react';
import { isTelephone } from '../../protocol/destination.ts';
import { useT } from '../language/language.tsx';
import { OnlineMark } from '../parts/onlineMark.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import type { Candidate } from './recipients.ts';

export function CandidateMark({ candidate }: { candidate: Candidate }): ReactNode {
  const t = useT();
  if (candidate.presence !== undefined) return <OnlineMark presence={candidate.presence} />;
  return (
    <StatusMark icon={Phone} tone="calm">
      {t('destination.telephone')}
    </StatusMark>
  );
}

/** On a chip: small, with its word for assistive technology only. */
export function WayIcon({ destination }: { destination: string }): ReactNode {
  const t = useT();
  const telephone = isTelephone(destination);
  const Icon = telephone ? Phone : Link2;
  return (
    <>
      <Icon size={13} aria-hidden />
      <span className="visuallyHidden">{t(telephone ? 'destination.telephone' : 'destination.device')} </span>
    </>
  );
}
