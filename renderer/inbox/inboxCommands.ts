// What can be done with a received fax; failures are told in words.

import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { IncomingDocument } from '../../protocol/api/types.ts';
import { useApi } from '../gateway/gateway.tsx';
import { type LoadedList, putIntoList, removeFromList } from '../gateway/listPatch.ts';
import { queryKeys } from '../gateway/queryKeys.ts';
import { useErrorWords } from '../language/errorWords.ts';
import { senderName } from './senderWords.ts';
import { useT } from '../language/language.tsx';
import { stopPictures } from '../parts/pagePictures.ts';
import { useToast } from '../parts/toasts.tsx';

export interface InboxCommands {
  markRead: (document: IncomingDocument, read: boolean) => Promise<void>;
  /** `onRestored` is called with the id when it was brought back. */
  remove: (document: IncomingDocument, onRestored: (id: string) => void) => Promise<void>;
}

export function useInboxCommands(): InboxCommands {
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const t = useT();
  return useMemo(() => {
    const failed = (error: unknown): void => toast({ kind: 'error', text: words(error) });
    const patch = (change: (list: LoadedList<IncomingDocument>) => LoadedList<IncomingDocument>): void => {
      queries.setQueriesData<LoadedList<IncomingDocument>>({ queryKey: queryKeys.inboxLists }, (list) =>
        list === undefined ? list : change(list),
      );
    };
    const put = (document: IncomingDocument): void => {
      queries.setQueryData(queryKeys.incoming(document.id), document);
      patch((list) =>
        putIntoList(list, document, {
          compare: (a, b) => (a.receivedAt === b.receivedAt ? 0 : a.receivedAt > b.receivedAt ? -1 : 1),
          belongs: () => true,
        }),
      );
    };
    const restore = async (document: IncomingDocument, onRestored: (id: string) => void): Promise<void> => {
      try {
        put(await api.inbox.restore.mutate({ documentId: document.id }));
        onRestored(document.id);
      } catch (error) {
        failed(error);
      }
    };
    return {
      async markRead(document, read) {
        try {
          put(await api.inbox.markRead.mutate({ documentId: document.id, read }));
        } catch (error) {
          failed(error);
        }
      },
      async remove(document, onRestored) {
        // Gone from the list at once; back when the gateway could not.
        patch((list) => removeFromList(list, document.id));
        const goOn = stopPictures('incoming', document.id);
        const removal = api.inbox.remove.mutate({ documentId: document.id });
        toast({
          text: t('inbox.removed', { name: senderName(document, t) }),
          // Undo may be faster than the gateway.
          undo: () => void removal.then(() => restore(document, onRestored)).catch(() => {}),
        });
        try {
          await removal;
        } catch (error) {
          put(document);
          goOn();
          failed(error);
        }
      },
    };
  }, [api, queries, toast, words, t]);
}
