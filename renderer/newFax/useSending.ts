// Send was pressed: at once when the draft is there, else as soon as it is, unless something comes in between.

import { useEffect, useEffectEvent, useState } from 'react';
import type { OutgoingDocument, Sending as SendingWay } from '../../protocol/api/types.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { useToast } from '../parts/toasts.tsx';
import type { Draft } from './useDraft.ts';

/** `waiting`: Send was pressed, but the draft is not there yet. */
export type SendingState = 'idle' | 'waiting' | 'sending';

export interface Sending {
  state: SendingState;
  /** The person wants it sent. */
  press: () => void;
  /** Not yet, after all. */
  withdraw: () => void;
}

export function useSending({
  draft,
  complete,
  request,
  onSent,
}: {
  draft: Draft;
  /** Whether everything that a fax needs was given; a wish to send ends when it is not. */
  complete: boolean;
  request: { recipients: readonly string[]; title: string; sending: Partial<SendingWay> };
  onSent: (sent: OutgoingDocument) => void;
}): Sending {
  const toast = useToast();
  const words = useErrorWords();
  const [state, setState] = useState<SendingState>('idle');
  const { pending, error } = draft;

  if (state === 'waiting') {
    if (!complete || error !== undefined) setState('idle');
    else if (!pending) setState('sending');
  }

  const submit = useEffectEvent(() => draft.send(request));
  const succeeded = useEffectEvent(onSent);
  const failed = useEffectEvent((failure: unknown) => {
    toast({ kind: 'error', text: words(failure) });
    setState('idle');
  });
  useEffect(() => {
    if (state === 'sending') submit().then(succeeded, failed);
  }, [state]);

  return {
    state,
    press() {
      if (!complete || state !== 'idle') return;
      setState('waiting');
      if (error !== undefined) draft.tryAgain();
    },
    withdraw() {
      if (state === 'waiting') setState('idle');
    },
  };
}
