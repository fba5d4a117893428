// Lists that come in several answers, as far as somebody wants them.

import type { Listing } from '../../protocol/api/types.ts';
import type { CommandContext } from './commandContext.ts';

export interface ListOptions {
  all?: boolean;
  limit?: number;
  search?: string;
}

const SHOWN_TO_A_PERSON = 100;
const GIVEN_TO_A_SCRIPT = 1_000;
const LARGEST_ANSWER = 500;

interface PageRequest {
  limit: number;
  cursor?: string;
  search?: string;
}

export async function collect<T>(
  context: CommandContext,
  options: ListOptions,
  list: (request: PageRequest) => Promise<Listing<T>>,
): Promise<T[]> {
  const usual = context.output.json ? GIVEN_TO_A_SCRIPT : SHOWN_TO_A_PERSON;
  const wanted = options.all === true ? Infinity : (options.limit ?? usual);
  const search = options.search === undefined ? {} : { search: options.search };
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(LARGEST_ANSWER, wanted - items.length);
    const listing: Listing<T> = await list({ limit, ...search, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...listing.items);
    cursor = listing.nextCursor;
  } while (cursor !== undefined && items.length < wanted);
  return items;
}
