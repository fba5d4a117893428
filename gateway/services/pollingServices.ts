// The API's services for polling: documents kept to be fetched, and fetching.

import type { LineServices } from '../../protocol/api/services.ts';
import type { PollFetches } from '../polling/pollFetch.ts';
import type { PollOffers } from '../polling/pollOffers.ts';

type PollingServices = Pick<
  LineServices,
  'listPollOffers' | 'addPollOffer' | 'removePollOffer' | 'fetchByPolling'
>;

export function createPollingServices(core: { offers: PollOffers; fetches: PollFetches }): PollingServices {
  return {
    listPollOffers: () => core.offers.list(),
    addPollOffer: (offer) => core.offers.add(offer),
    removePollOffer: (offerId) => core.offers.remove(offerId),
    fetchByPolling: (request) => core.fetches.fetch(request),
  };
}
