// The draft in the gateway that belongs to the chosen files and options: remade on every change, dropped on leaving.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import type { PageOptions } from '../../protocol/imaging.ts';
import { useApi } from '../gateway/gateway.tsx';
import { useOutgoing } from '../gateway/queries.ts';
import { queryKeys } from '../gateway/queryKeys.ts';

export interface Draft {
  /** The newest draft; the former one stays until its successor is there. */
  document: OutgoingDocument | undefined;
  error: unknown;
  tryAgain: () => void;
  send: (request: { recipients: readonly string[]; title: string }) => Promise<OutgoingDocument>;
}

/** Several changes in a row make one draft. */
const PAUSE_MS = 200;

/** `fileIds`: `undefined` while files are on their way, empty when there are none. */
export function useDraft(fileIds: readonly string[] | undefined, options: PageOptions): Draft {
  const api = useApi();
  const queries = useQueryClient();
  const [draftId, setDraftId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const current = useRef<string | undefined>(undefined);
  const { data: document } = useOutgoing(draftId);

  const drop = useCallback(
    (id: string | undefined): void => {
      // What cannot be dropped now, the gateway drops by itself after a day.
      if (id !== undefined) api.outgoing.remove.mutate({ documentId: id }).catch(() => {});
    },
    [api],
  );
  const remake = useCallback(
    async (files: readonly string[], isStale: () => boolean): Promise<void> => {
      try {
        const made =
          files.length === 0 ? undefined : await api.drafts.create.mutate({ fileIds: [...files], options });
        if (isStale()) {
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
        if (!isStale()) setError(failure);
      }
    },
    [api, queries, options, drop],
  );

  useEffect(() => {
    if (fileIds === undefined) return undefined;
    let stale = false;
    const timer = setTimeout(() => void remake(fileIds, () => stale), PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [fileIds, remake]);

  useEffect(
    () => () => {
      const left = current.current;
      current.current = undefined;
      drop(left);
    },
    [drop],
  );

  return {
    document: draftId === undefined ? undefined : document,
    error,
    tryAgain: () => void remake(fileIds ?? [], () => false),
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
