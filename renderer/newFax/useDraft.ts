// The draft in the gateway that belongs to what was chosen: remade on every change, dropped on leaving.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { OutgoingDocument, Sending } from '../../protocol/api/types.ts';
import type { PageOptions } from '../../protocol/imaging.ts';
import { useApi } from '../gateway/gateway.tsx';
import { useOutgoing } from '../gateway/queries.ts';
import { queryKeys } from '../gateway/queryKeys.ts';
import { stopPictures } from '../parts/pagePictures.ts';

/** What the pages are made of: files, or the pages of an earlier outgoing fax as they are. */
export type DraftSource =
  | { kind: 'files'; fileIds: readonly string[]; options: PageOptions }
  | { kind: 'pagesOf'; documentId: string };

export interface Draft {
  /** The newest draft; the former one stays until its successor is there. */
  document: OutgoingDocument | undefined;
  /** The draft of what is chosen now is not there yet. */
  pending: boolean;
  error: unknown;
  tryAgain: () => void;
  send: (request: {
    recipients: readonly string[];
    title: string;
    sending: Partial<Sending>;
  }) => Promise<OutgoingDocument>;
}

/** Several changes in a row make one draft. */
const PAUSE_MS = 200;

/** `source`, memoized: `undefined` while files are on their way; without files there is no draft. */
export function useDraft(source: DraftSource | undefined): Draft {
  const api = useApi();
  const queries = useQueryClient();
  const [made, setMade] = useState<{ source: DraftSource; id: string | undefined }>();
  const [failed, setFailed] = useState<{ source: DraftSource; error: unknown }>();
  const wantedNow = useRef<DraftSource | undefined>(undefined);
  const current = useRef<string | undefined>(undefined);
  const { data: document } = useOutgoing(made?.id);

  const drop = useCallback(
    (id: string | undefined): void => {
      if (id === undefined) return;
      stopPictures('outgoing', id);
      // What cannot be dropped now, the gateway drops by itself after a day.
      api.outgoing.remove.mutate({ documentId: id }).catch(() => {});
    },
    [api],
  );
  const remake = useCallback(
    async (wanted: DraftSource): Promise<void> => {
      const isStale = (): boolean => wantedNow.current !== wanted;
      const make = async (): Promise<OutgoingDocument | undefined> => {
        if (wanted.kind === 'pagesOf') return api.drafts.createFrom.mutate({ documentId: wanted.documentId });
        const { fileIds, options } = wanted;
        return fileIds.length === 0
          ? undefined
          : api.drafts.create.mutate({ fileIds: [...fileIds], options });
      };
      try {
        const draft = await make();
        if (isStale()) {
          drop(draft?.id);
          return;
        }
        const old = current.current;
        current.current = draft?.id;
        if (draft !== undefined) queries.setQueryData(queryKeys.outgoing(draft.id), draft);
        setMade({ source: wanted, id: draft?.id });
        setFailed(undefined);
        drop(old);
      } catch (error) {
        if (!isStale()) setFailed({ source: wanted, error });
      }
    },
    [api, queries, drop],
  );

  useEffect(() => {
    if (source === undefined) return undefined;
    wantedNow.current = source;
    const timer = setTimeout(() => void remake(source), PAUSE_MS);
    return () => {
      wantedNow.current = undefined;
      clearTimeout(timer);
    };
  }, [source, remake]);

  useEffect(
    () => () => {
      const left = current.current;
      current.current = undefined;
      drop(left);
    },
    [drop],
  );

  const error = failed !== undefined && failed.source === source ? failed.error : undefined;
  return {
    document: made?.id === undefined ? undefined : document,
    pending: source === undefined || (made?.source !== source && error === undefined),
    error,
    tryAgain() {
      setFailed(undefined);
      if (source !== undefined) void remake(source);
    },
    async send({ recipients, title, sending }) {
      const id = made?.id;
      if (id === undefined) throw new Error('there is no draft to send');
      // It is a fax from now on, no longer a draft to be dropped.
      current.current = undefined;
      try {
        const sent = await api.outgoing.send.mutate({
          documentId: id,
          recipients: [...recipients],
          ...(title === '' ? {} : { title }),
          sending,
        });
        queries.setQueryData(queryKeys.outgoing(sent.id), sent);
        return sent;
      } catch (failure) {
        current.current = id;
        throw failure;
      }
    },
  };
}
