import { describe, expect, it } from 'vitest';
import { outcome } from '../../protocol/outcome.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import type { Delivery, OutgoingDocument, RelayStatus } from '../../protocol/api/types.ts';
import { judge } from './verdict.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const later = (seconds: number): string => new Date(NOW + seconds * 1_000).toISOString();

function delivery(change: Partial<Delivery> = {}): Delivery {
  return { id: 'd', destination: 'kyoto', status: 'waiting', pagesConfirmed: 0, attempts: 1, ...change };
}

function waiting(code: OutcomeCode, seconds?: number): Delivery {
  const next = seconds === undefined ? {} : { nextAttemptAt: later(seconds) };
  return delivery({ outcome: outcome(code, 'connect'), ...next });
}

function document(...deliveries: Delivery[]): OutgoingDocument {
  return {
    id: 'x',
    title: 'Fax',
    status: 'active',
    createdAt: later(-10),
    options: { resolution: 'fine', paper: 'a4', placement: 'fit', mode: 'auto' },
    pages: 1,
    prepared: true,
    substitutedFonts: [],
    totalBytes: 1,
    sending: { priority: 'normal', cheapHours: false },
    deliveries,
  };
}

const online: RelayStatus = {
  state: 'online',
  embedded: false,
  encrypted: true,
  connections: 1,
  idleConnections: 1,
};

function offline(code: OutcomeCode, seconds?: number): RelayStatus {
  const next = seconds === undefined ? {} : { nextAttemptAt: later(seconds) };
  return { ...online, state: 'offline', outcome: outcome(code, 'relay'), ...next };
}

function verdict(deliveries: Delivery[], relay: RelayStatus | undefined = online, quietSeconds = 0) {
  return judge(document(...deliveries), relay, NOW, NOW - quietSeconds * 1_000);
}

describe('a document is over', () => {
  it('when every recipient has confirmed', () => {
    expect(verdict([delivery({ status: 'confirmed' })])).toEqual({ kind: 'confirmed' });
  });

  it('without success when one failed or was cancelled', () => {
    for (const status of ['failed', 'cancelled'] as const) {
      const deliveries = [delivery({ status: 'confirmed' }), delivery({ status })];
      expect(verdict(deliveries)).toEqual({ kind: 'notConfirmed' });
    }
  });

  it('when its pages cannot be made', () => {
    const broken = { ...document(delivery()), preparation: outcome('FILE_BROKEN', 'prepare') };
    expect(judge(broken, online, NOW, NOW)).toEqual({ kind: 'notConfirmed' });
  });
});

describe('it goes on', () => {
  it('while a call is up or being made, whatever the others do', () => {
    for (const status of ['calling', 'sending'] as const) {
      expect(verdict([delivery({ status }), waiting('DEVICE_OFFLINE', 600)]).kind).toBe('goingOn');
    }
  });

  it('when the next attempt is less than a minute away', () => {
    expect(verdict([waiting('DEVICE_OFFLINE', 60)]).kind).toBe('goingOn');
    expect(verdict([waiting('DEVICE_OFFLINE', 600), waiting('DEVICE_BUSY', 5)]).kind).toBe('goingOn');
  });

  it('when nothing is known yet', () => {
    expect(verdict([delivery({ attempts: 0 })], undefined, 300).kind).toBe('goingOn');
    expect(verdict([delivery({ attempts: 0 })], { ...online, state: 'connecting' }).kind).toBe('goingOn');
  });

  it('while the relay is tried again soon', () => {
    expect(verdict([delivery()], offline('RELAY_UNREACHABLE', 20), 300).kind).toBe('goingOn');
  });
});

describe('it is stuck', () => {
  it('when the next attempt is more than a minute away', () => {
    expect(verdict([waiting('DEVICE_OFFLINE', 61)])).toMatchObject({
      kind: 'stuck',
      reason: { code: 'DEVICE_OFFLINE', text: expect.stringContaining('not online') as string },
    });
  });

  it('when a telephone number is called again only after a while, whatever the relay does', () => {
    const busy = { ...waiting('TEL_BUSY', 31), destination: 'tel:0312345678' };
    expect(verdict([busy])).toMatchObject({ kind: 'stuck', reason: { code: 'TEL_BUSY' } });
    const soon = { ...waiting('TEL_BUSY', 29), destination: 'tel:0312345678' };
    expect(verdict([soon], { ...online, state: 'notConfigured' }).kind).toBe('goingOn');
  });

  it('when nobody set a time and nothing has changed for a minute', () => {
    expect(verdict([waiting('DEVICE_OFFLINE')], online, 60).kind).toBe('goingOn');
    expect(verdict([waiting('DEVICE_OFFLINE')], online, 61)).toMatchObject({
      reason: { code: 'DEVICE_OFFLINE' },
    });
  });

  it('when the relay is tried again only after more than a minute', () => {
    expect(verdict([delivery()], offline('RELAY_UNREACHABLE', 90))).toMatchObject({
      reason: { code: 'RELAY_UNREACHABLE' },
    });
  });

  it('at once when somebody has to change a setting', () => {
    for (const code of [
      'RELAY_LOGIN_REFUSED',
      'RELAY_CERTIFICATE',
      'RELAY_VERSION',
      'RELAY_REPLACED',
    ] as const) {
      expect(verdict([delivery()], offline(code, 5))).toMatchObject({ kind: 'stuck', reason: { code } });
    }
    expect(verdict([delivery()], { ...online, state: 'notConfigured' })).toMatchObject({
      reason: { code: 'RELAY_NOT_CONFIGURED' },
    });
  });
});
