// Services for calls over telephone lines that are still being built; each says so.

import type { LineServices } from '../../protocol/api/services.ts';
import { ApiError } from '../../protocol/api/types.ts';

type NotYet = 'listPollOffers' | 'addPollOffer' | 'removePollOffer' | 'fetchByPolling';

export function createNotYetServices(): Pick<LineServices, NotYet> {
  const refuse = (): never => {
    throw new ApiError('NOT_ALLOWED', 'This version of Hikyaku cannot do this yet.');
  };
  return {
    listPollOffers: () => [],
    addPollOffer: refuse,
    removePollOffer: refuse,
    fetchByPolling: async () => refuse(),
  };
}
