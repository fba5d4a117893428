// The fake gateway's telephone services: lines, calls, known machines, documents to be fetched.

import { automaticLineName } from '../../protocol/lineName.ts';
import type { LineServices } from '../../protocol/api/services.ts';
import {
  newLineSchema,
  type CallRecord,
  type Line,
  type LineTestReport,
  type PollOffer,
} from '../../protocol/api/lines.ts';
import { isTelephone, numberOf, telephoneDestination } from '../../protocol/destination.ts';
import { outcome } from '../../protocol/outcome.ts';
import { ApiError } from '../../protocol/api/types.ts';
import { list } from './gatewayServicesRules.ts';
import type { FakeState } from './gatewayServicesState.ts';
import { fakeReport } from './gatewayServicesTelephoneCalls.ts';

export function createFakeLineServices(state: FakeState): LineServices {
  const { lines, telephone } = state;
  const offers = new Map<string, PollOffer>();
  const line = (id: string): Line => {
    const found = lines.get(id);
    if (found === undefined) throw new ApiError('NOT_FOUND', 'This line is no longer there.');
    return found;
  };
  const record = (callId: string): CallRecord => {
    const found = telephone.calls.find(({ id }) => id === callId);
    if (found === undefined) throw new ApiError('NOT_FOUND', 'This call is no longer there.');
    return found;
  };
  return {
    listLines: () => [...lines.values()],
    async scanLines({ paths = [] } = {}) {
      await telephone.scanGate;
      const inUse = [...lines.values()].map(({ id, path, modem }) => ({
        path,
        state: 'inUse' as const,
        lineId: id,
        ...(modem === undefined ? {} : { modem }),
      }));
      const used = new Set(inUse.map(({ path }) => path));
      const named = paths.map((path) => ({ path, state: 'silent' as const }));
      return [...inUse, ...telephone.foundPorts.filter(({ path }) => !used.has(path)), ...named];
    },
    async addLine(request) {
      const setup = newLineSchema.parse(request);
      if ([...lines.values()].some(({ path }) => path === setup.path))
        throw new ApiError('CONFLICT', 'Another line uses this port already.');
      const port = telephone.foundPorts.find(({ path }) => path === setup.path);
      const number = lines.size + 1;
      return state.putLine({
        ...setup,
        name: setup.name === '' ? automaticLineName(number) : setup.name,
        id: `line-${number}`,
        state: port?.state === undefined || port.state === 'inUse' ? 'ready' : port.state,
        since: new Date().toISOString(),
        ...(port?.modem === undefined ? {} : { modem: port.modem }),
        text: 'Ready.',
      });
    },
    async changeLine({ lineId, change }) {
      const before = line(lineId);
      const { enabled = before.enabled } = change;
      const switched: Partial<Line> =
        enabled === before.enabled ? {} : { state: enabled ? 'ready' : 'disabled' };
      const { baudRate: rate, ...kept } = before;
      const { baudRate = rate, ...others } = change;
      const speed = typeof baudRate === 'number' ? { baudRate } : {};
      return state.putLine({ ...kept, ...others, ...speed, ...switched });
    },
    async removeLine(lineId) {
      if (line(lineId).state === 'inCall') throw new ApiError('CONFLICT', 'A call is up on this line.');
      lines.delete(lineId);
      state.linesChanged();
    },
    async testLine({ lineId, number }) {
      const tested = line(lineId);
      const answers = !['absent', 'held', 'denied', 'silent', 'disabled'].includes(tested.state);
      const call =
        number === undefined ? undefined : fakeReport('CONFIRMED', { remoteId: '+81 3 5555 0100' });
      return {
        lineId,
        passed: answers,
        answers,
        dialTone: answers ? 'heard' : 'unknown',
        dialogue: answers
          ? ['> ATI3', '< CX93001-EIS_V0.2013-V92', '> AT+FCLASS=?', '< 0,1,1.0,2']
          : ['> AT'],
        text: answers ? 'The modem answers and the line has a dial tone.' : tested.text,
        ...(tested.modem === undefined ? {} : { modem: tested.modem }),
        ...(call === undefined ? {} : { call }),
      } satisfies LineTestReport;
    },
    async answerLine(lineId) {
      const { state: name, ringing } = line(lineId);
      if (name !== 'ringing' && name !== 'ready')
        throw new ApiError('CONFLICT', 'Nobody is calling on this line.');
      state.beginLineCall(lineId, ringing?.callerNumber ?? '', 'incoming');
    },
    async hangUp(callId) {
      if (record(callId).endedAt !== undefined) throw new ApiError('NOT_FOUND', 'This call is over.');
      const { direction, outgoingIds } = record(callId);
      state.endLineCall(callId, fakeReport('CANCELLED', { direction }));
      for (const documentId of outgoingIds) {
        const delivery = state.openDelivery(documentId, undefined);
        state.putDelivery(documentId, {
          ...delivery,
          status: 'cancelled',
          outcome: outcome('CANCELLED', 'queue'),
        });
      }
    },

    telephoneSettings: () => telephone.settings,
    changeTelephoneSettings(change) {
      telephone.settings = { ...telephone.settings, ...change };
      state.emit({ type: 'settings' });
      return telephone.settings;
    },

    listRemotes: (request) => {
      const named = [...telephone.remotes.values()].map((remote) => ({ ...remote, id: remote.number }));
      const found = list(named, request, ({ number, identity, maker }) => [number, identity, maker]);
      return { ...found, items: found.items.map(({ id: _number, ...remote }) => remote) };
    },
    getRemote(number) {
      const found = telephone.remotes.get(canonical(number));
      if (found === undefined) throw new ApiError('NOT_FOUND', 'Nothing is known of this number yet.');
      return found;
    },
    changeRemote({ number, change }) {
      const known = telephone.remotes.get(canonical(number)) ?? {
        number: canonical(number),
        avoidModulations: [],
        avoidCodings: [],
        avoidEcm: false,
        fixed: false,
        callsConfirmed: 0,
        callsFailed: 0,
      };
      const { maxRateBps: rate, ...kept } = known;
      const { maxRateBps = rate, ...others } = change;
      const limit = typeof maxRateBps === 'number' ? { maxRateBps } : {};
      const changed = { ...kept, ...others, ...limit };
      telephone.remotes.set(changed.number, changed);
      state.emit({ type: 'remotes' });
      return changed;
    },
    resetRemote(number) {
      telephone.remotes.delete(canonical(number));
      state.emit({ type: 'remotes' });
    },

    listCalls: (request) =>
      list(telephone.calls, request, ({ number, lineName, report }) => [number, lineName, report?.remoteId]),
    getCall: record,
    callJournal: (callId) => telephone.journals.get(record(callId).id) ?? [],

    listPollOffers: () => [...offers.values()],
    addPollOffer({ documentId, address, once, password }) {
      const document = state.findOutgoing(documentId);
      const offer: PollOffer = {
        id: `offer-${state.nextSerial()}`,
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
      state.emit({ type: 'pollOffers' });
      return offer;
    },
    removePollOffer(offerId) {
      offers.delete(offerId);
      state.emit({ type: 'pollOffers' });
    },
    async fetchByPolling({ number }) {
      const free = [...lines.values()].find(({ state: name }) => name === 'ready');
      const destination = telephoneDestination(number);
      if (destination === undefined) throw new ApiError('INVALID_INPUT', 'This is not a telephone number.');
      if (free === undefined) throw new ApiError('CONFLICT', 'No telephone line is ready.');
      return { callId: state.beginLineCall(free.id, numberOf(destination), 'outgoing') };
    },
  };
}

/** Whoever asks may write a number with `tel:` or without. */
function canonical(number: string): string {
  return isTelephone(number) ? numberOf(number) : number;
}
