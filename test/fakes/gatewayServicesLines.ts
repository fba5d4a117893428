// The fake gateway's telephone lines: none at first, and those that are added are ready at once.

import type { LineServices } from '../../protocol/api/services.ts';
import {
  newLineSchema,
  type Line,
  type PollOffer,
  type RemoteProfile,
  type TelephoneSettings,
} from '../../protocol/api/lines.ts';
import { ApiError } from '../../protocol/api/types.ts';
import type { FakeState } from './gatewayServicesState.ts';

const SETTINGS: TelephoneSettings = {
  country: '',
  retry: {
    busy: { delaySeconds: 60, tries: 12 },
    noAnswer: { delaySeconds: 300, tries: 3 },
    noFax: { delaySeconds: 300, tries: 3 },
    cannotReceive: { delaySeconds: 600, tries: 6 },
    training: { delaySeconds: 120, tries: 3 },
    pageRejected: { delaySeconds: 120, tries: 3 },
    broken: { delaySeconds: 60, tries: 5 },
    line: { delaySeconds: 30, tries: 100 },
  },
  cheapHours: { from: '22:00', to: '06:00' },
  wrongNumberGuard: 'note',
  rules: [],
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
  receivePassword: '',
  answerWithinSeconds: 60,
};

export function createFakeLineServices(state: FakeState): LineServices {
  const { lines } = state;
  const remotes = new Map<string, RemoteProfile>();
  const offers = new Map<string, PollOffer>();
  let settings = SETTINGS;
  const line = (id: string): Line => {
    const found = lines.get(id);
    if (found === undefined) throw new ApiError('NOT_FOUND', 'This line is no longer there.');
    return found;
  };
  const put = (changed: Line): Line => {
    lines.set(changed.id, changed);
    state.emit({ type: 'lines' });
    state.emitStatus();
    return changed;
  };
  const noCall = (): never => {
    throw new ApiError('NOT_FOUND', 'This call is no longer there.');
  };
  return {
    listLines: () => [...lines.values()],
    scanLines: async () => [],
    async addLine(request) {
      const setup = newLineSchema.parse(request);
      if ([...lines.values()].some(({ path }) => path === setup.path))
        throw new ApiError('CONFLICT', 'Another line uses this port already.');
      const number = lines.size + 1;
      return put({
        ...setup,
        name: setup.name === '' ? `Line ${number}` : setup.name,
        id: `line-${number}`,
        state: 'ready',
        since: new Date().toISOString(),
        text: 'Ready.',
      });
    },
    changeLine: async ({ lineId, change }) => put({ ...line(lineId), ...change }),
    async removeLine(lineId) {
      lines.delete(line(lineId).id);
      state.emit({ type: 'lines' });
      state.emitStatus();
    },
    async testLine({ lineId }) {
      const { id } = line(lineId);
      return {
        lineId: id,
        passed: true,
        answers: true,
        dialTone: 'heard',
        dialogue: ['AT', 'OK'],
        text: 'The modem answers and the line has a dial tone.',
      };
    },
    async answerLine(lineId) {
      line(lineId);
      throw new ApiError('CONFLICT', 'Nobody is calling on this line.');
    },
    hangUp: async () => noCall(),

    telephoneSettings: () => settings,
    changeTelephoneSettings(change) {
      settings = { ...settings, ...change };
      state.emit({ type: 'settings' });
      return settings;
    },

    listRemotes: () => ({ items: [...remotes.values()] }),
    getRemote(number) {
      const found = remotes.get(number);
      if (found === undefined) throw new ApiError('NOT_FOUND', 'Nothing is known of this number yet.');
      return found;
    },
    changeRemote({ number, change }) {
      const known = remotes.get(number) ?? {
        number,
        avoidModulations: [],
        avoidCodings: [],
        avoidEcm: false,
        fixed: false,
        callsConfirmed: 0,
        callsFailed: 0,
      };
      const changed = { ...known, ...change };
      remotes.set(number, changed);
      return changed;
    },
    resetRemote(number) {
      remotes.delete(number);
    },

    listCalls: () => ({ items: [] }),
    getCall: noCall,
    callJournal: noCall,

    listPollOffers: () => [...offers.values()],
    addPollOffer({ documentId, address, once = true, password }) {
      const document = state.findOutgoing(documentId);
      const offer: PollOffer = {
        id: `offer-${offers.size + 1}`,
        documentId,
        title: document.title,
        pages: document.pages,
        ...(address === undefined ? {} : { address }),
        hasPassword: password !== undefined,
        once,
        fetched: 0,
        createdAt: new Date().toISOString(),
      };
      offers.set(offer.id, offer);
      return offer;
    },
    removePollOffer(offerId) {
      offers.delete(offerId);
    },
    async fetchByPolling() {
      throw new ApiError('CONFLICT', 'No telephone line is ready.');
    },
  };
}
