// What can be done with a fax on its way or over; failures are told in words.

import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import { useApi } from '../gateway/gateway.tsx';
import { queryKeys } from '../gateway/queryKeys.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { stopPictures } from '../parts/pagePictures.ts';
import { useToast } from '../parts/toasts.tsx';

export interface OutgoingCommands {
  /** Without delivery ids: all that are not over. */
  cancel(document: OutgoingDocument, deliveryIds?: string[]): Promise<void>;
  retry(document: OutgoingDocument, deliveryIds?: string[]): Promise<void>;
  /** `false`: it could not be removed, and the person was told why. */
  remove(document: OutgoingDocument): Promise<boolean>;
}

export function useOutgoingCommands(): OutgoingCommands {
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  return useMemo(() => {
    const attempt = async (action: () => Promise<OutgoingDocument | void>): Promise<boolean> => {
      try {
        const changed = await action();
        if (changed !== undefined) queries.setQueryData(queryKeys.outgoing(changed.id), changed);
        return true;
      } catch (error) {
        toast({ kind: 'error', text: words(error) });
        return false;
      }
    };
    const named = (
      document: OutgoingDocument,
      deliveryIds: string[] | undefined,
    ): { documentId: string; deliveryIds?: string[] } => ({
      documentId: document.id,
      ...(deliveryIds === undefined ? {} : { deliveryIds }),
    });
    return {
      async cancel(document, deliveryIds) {
        await attempt(() => api.outgoing.cancel.mutate(named(document, deliveryIds)));
      },
      async retry(document, deliveryIds) {
        await attempt(() => api.outgoing.retry.mutate(named(document, deliveryIds)));
      },
      async remove(document) {
        const goOn = stopPictures('outgoing', document.id);
        const removed = await attempt(() => api.outgoing.remove.mutate({ documentId: document.id }));
        if (!removed) goOn();
        return removed;
      },
    };
  }, [api, queries, toast, words]);
}
