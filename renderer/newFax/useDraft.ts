// The draft in the gateway that belongs to the chosen files and options: remade on every change, dropped on leaving.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import type { PageOptions } from '../../protocol/imaging.ts';
import { useApi } from '../gateway/gateway.tsx';
import { useOutgoing } from '../gateway/queries.ts';
import { queryKeys } from '../gateway/queryKeys.ts';

export interface Draft {
  /** The newest draft; the former one stays until its successor is there. */
  document: OutgoingDocument | undefined;
  error: unknown;
  tryAgain(): void;
  send(request: { recipients: readonly string[]; title: string }): Promise<OutgoingDocument>;
}

/** Several changes in a row make one draft. */
const PAUSE_MS = 200;

/** `fileIds`: `undefined` while files are on their way, empty when there are none. */
export function useDraft(fileIds: readonly string[] | undefined, options: PageOptions): Draft {
  const api = useApi();
  const queries = useQueryClient();
  const [draftId, setDraftId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  const current = useRef<string | undefined>(undefined);
  const { data: document } = useOutgoing(draftId);

  useEffect(() => {
    if (fileIds === undefined) return undefined;
    let stale = false;
    const drop = (id: string | undefined): void => {
      // What cannot be dropped now, the gateway drops by itself after a day.
      if (id !== undefined) api.outgoing.remove.mutate({ documentId: id }).catch(() => {});
    };
    const remake = async (): Promise<void> => {
      try {
        const made = fileIds.length === 0 ? undefined : await makeDraft();
        if (stale) {
          drop(made?.id);
          return;
        }
        const old = current.current;
        current.current = made?.id;
        if (made !== undefined) queries.setQueryData(queryKeys.outgoing(made.id), made);
        setDraftId(made?.id);
        setError(undefined);
        drop(old);
      } catch (failure) {
        if (!stale) setError(failure);
      }
    };
    const makeDraft = (): Promise<OutgoingDocument> =>
      api.drafts.create.mutate({ fileIds: [...fileIds], options });
    const timer = setTimeout(() => void remake(), PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [api, queries, fileIds, options, round]);

  useEffect(
    () => () => {
      const left = current.current;
      current.current = undefined;
      if (left !== undefined) api.outgoing.remove.mutate({ documentId: left }).catch(() => {});
    },
    [api],
  );

  return {
    document: draftId === undefined ? undefined : document,
    error,
    tryAgain: () => setRound(round + 1),
    async send({ recipients, title }) {
      if (draftId === undefined) throw new Error('there is no draft to send');
      const sent = await api.outgoing.send.mutate({
        documentId: draftId,
        recipients: [...recipients],
        ...(title === '' ? {} : { title }),
      });
      // It is a fax now, no longer a draft to be dropped.
      current.current = undefined;
      queries.setQueryData(queryKeys.outgoing(sent.id), sent);
      return sent;
    },
  };
}
