// What can be done with a line; failures are told in words.

import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Line, LineSetup, NewLine } from '../../protocol/api/lines.ts';
import { apiErrorOf } from '../../protocol/api/carrier.ts';
import { useApi } from '../gateway/gateway.tsx';
import { queryKeys } from '../gateway/queryKeys.ts';
import type { MessageId } from '../language/en.ts';
import { useT } from '../language/language.tsx';
import { useErrorWords } from '../language/errorWords.ts';
import { useToast } from '../parts/toasts.tsx';

export interface LineCommands {
  /** Each resolves with `false` (or `undefined`) when it could not be done, and the person was told why. */
  add(line: NewLine): Promise<Line | undefined>;
  change(lineId: string, change: Partial<LineSetup>): Promise<Line | undefined>;
  remove(lineId: string): Promise<boolean>;
  answer(lineId: string): Promise<boolean>;
  hangUp(callId: string): Promise<boolean>;
}

export function useLineCommands(): LineCommands {
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const t = useT();
  return useMemo(() => {
    const attempt = async <T>(
      action: () => Promise<T>,
      conflict: MessageId = 'error.CONFLICT',
    ): Promise<{ done: T } | undefined> => {
      try {
        return { done: await action() };
      } catch (error) {
        const text = apiErrorOf(error)?.code === 'CONFLICT' ? t(conflict) : words(error);
        toast({ kind: 'error', text });
        return undefined;
      }
    };
    const put = (line: Line): void => {
      queries.setQueryData<Line[]>(queryKeys.lines, (lines) => {
        if (lines === undefined) return lines;
        return lines.some(({ id }) => id === line.id)
          ? lines.map((old) => (old.id === line.id ? line : old))
          : [...lines, line];
      });
    };
    const putting = async (action: () => Promise<Line>): Promise<Line | undefined> => {
      const line = (await attempt(action, 'addLine.conflict'))?.done;
      if (line !== undefined) put(line);
      return line;
    };
    return {
      add: (line) => putting(() => api.lines.add.mutate(line)),
      change: (lineId, change) => putting(() => api.lines.change.mutate({ lineId, change })),
      async remove(lineId) {
        const removed = await attempt(() => api.lines.remove.mutate({ lineId }), 'line.conflictRemove');
        if (removed === undefined) return false;
        queries.setQueryData<Line[]>(queryKeys.lines, (lines) => lines?.filter(({ id }) => id !== lineId));
        return true;
      },
      answer: async (lineId) =>
        (await attempt(() => api.lines.answer.mutate({ lineId }), 'line.conflictAnswer')) !== undefined,
      hangUp: async (callId) => (await attempt(() => api.calls.hangUp.mutate({ callId }))) !== undefined,
    };
  }, [api, queries, toast, words, t]);
}
